"""Tasks: made, read, changed, completed, archived, removed; and what is refused."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from mosaic.workspaces.members import remove_member
from tests.answers import listed, problem
from tests.tasks.planned import PROJECTS, TASKS, board, change, done, project, read, task
from tests.world import World


async def test_a_task_has_what_it_was_given(world: World) -> None:
    garden = await project(world.mia)
    given = {
        "description": "With **care**, see [[Soil]]",
        "priority": "HIGH",
        "dueDate": "2027-03-02",
        "startDate": "2027-03-01",
        "shownFrom": "2027-02-01",
        "estimateMinutes": 90,
        "progress": 10,
        "milestone": True,
        "assigneeId": str(world.gil.actor.user_id),
        "projectId": garden["id"],
    }
    made = await task(world.mia, "Dig", **given, tags=["spring", "Garden/bed"])
    assert given.items() <= made.items()
    assert (made["number"], made["version"], made["status"]) == (1, 1, "NOT_STARTED")
    assert [tag["name"] for tag in made["tags"]] == ["Garden/bed", "spring"]
    assert made["assigneeName"] == "Gil"
    assert made["project"] == {
        "id": garden["id"],
        "slug": "garden",
        "name": "Garden",
        "color": None,
    }
    assert made["columnId"] == garden["columns"][0]["id"]
    assert "<strong>care</strong>" in made["descriptionHtml"]
    assert made["changeId"]
    assert await read(world.gil, made) == {**made, "changeId": None}
    assert (await task(world.ana, "Next"))["number"] == 2
    assert (await task(world.bo, "Theirs"))["number"] == 1


async def test_a_description_is_as_safe_as_a_page(world: World) -> None:
    text = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    made = await task(world.mia, description=text)
    assert made["description"] == text
    html = made["descriptionHtml"]
    assert not any(word in html for word in ("<script", "onerror", 'href="javascript'))


async def test_changes_and_versions(world: World) -> None:
    made = await task(world.mia, tags=["a"], dueDate="2027-01-05")
    changed = await change(world.ana, made, title="New", tags=["b", "A"], version=1)
    assert (changed["title"], changed["version"], changed["updatedBy"]) == (
        "New",
        2,
        str(world.ana.actor.user_id),
    )
    assert [tag["name"] for tag in changed["tags"]] == ["a", "b"]
    assert changed["dueDate"] == "2027-01-05"
    same = await change(world.mia, made, title="New", tags=["B", "a"], priority=None)
    assert (same["version"], same["changeId"]) == (2, None)
    assert (await change(world.mia, made, dueDate=None))["dueDate"] is None
    stale = {"title": "Other", "version": 2}
    answer = await world.mia.http.put(f"{TASKS}/{made['id']}", json=stale)
    assert problem(answer, 409)["current"]["version"] == 3
    assert (await read(world.mia, made))["title"] == "New"


async def test_completing_and_letting_go_on(world: World) -> None:
    garden = await project(world.mia)
    made = await task(world.mia, projectId=garden["id"], progress=40)
    place = f"{TASKS}/{made['id']}/completion"
    full = await change(world.mia, made, progress=100)
    assert (full["status"], full["completedAt"]) == ("NOT_STARTED", None)
    await change(world.mia, made, progress=40)
    completed = done(await world.mia.http.put(place))
    assert completed["status"] == "COMPLETED"
    assert completed["completedAt"]
    assert completed["columnId"] == garden["columns"][2]["id"]
    again = done(await world.mia.http.put(place))
    assert (again["version"], again["completedAt"]) == (
        completed["version"],
        completed["completedAt"],
    )
    answer = await world.mia.http.delete(place)
    assert answer.status_code == 204
    back = await read(world.mia, made)
    assert (back["status"], back["completedAt"]) == ("IN_PROGRESS", None)
    assert back["columnId"] == garden["columns"][1]["id"]
    done(await world.mia.http.delete(place))
    assert (await read(world.mia, made))["version"] == back["version"]


async def test_archiving_and_removing(world: World) -> None:
    parent = await task(world.mia, "Parent")
    child = await task(world.mia, "Child", parentId=parent["id"])
    assert (await read(world.mia, parent))["subtasks"] == {"total": 1, "completed": 0}
    place = f"{TASKS}/{parent['id']}"
    assert (await world.mia.http.delete(place)).status_code == 204
    assert [one["title"] for one in listed(await world.mia.http.get(TASKS))] == ["Child"]
    archived = await world.mia.http.get(TASKS, params={"status": "ARCHIVED"})
    assert [one["id"] for one in listed(archived)] == [parent["id"]]
    assert (await change(world.mia, parent, status="NOT_STARTED"))["status"] == "NOT_STARTED"
    problem(await world.mia.http.delete(place, params={"permanent": True}), 403)
    gone = await world.adam.http.delete(place, params={"permanent": True})
    assert gone.status_code == 204
    problem(await world.mia.http.get(place), 404)
    assert (await read(world.mia, child))["parentId"] is None
    lines = done(await world.mia.http.get("/api/activity", params={"entityType": "task"}))["data"]
    assert [line["action"] for line in lines] == [
        *("DELETED", "RESTORED", "ARCHIVED", "CREATED", "CREATED")
    ]


async def test_status_and_column_follow_each_other(world: World) -> None:
    garden = await project(world.mia)
    to_do, doing, ended = garden["columns"]
    made = await task(world.mia, projectId=garden["id"], columnId=doing["id"])
    assert made["status"] == "IN_PROGRESS"
    paused = await change(world.mia, made, status="PAUSED")
    assert (paused["columnId"], paused["position"]) == (doing["id"], made["position"])
    assert (await change(world.mia, made, status="COMPLETED"))["columnId"] == ended["id"]
    back = await change(world.mia, made, columnId=to_do["id"])
    assert (back["status"], back["completedAt"]) == ("NOT_STARTED", None)
    away = await change(world.mia, made, projectId=None)
    assert (away["columnId"], away["position"], away["project"]) == (None, None, None)
    other = await project(world.mia, "Other")
    there = await change(world.mia, made, projectId=other["id"], status="COMPLETED")
    assert there["columnId"] == other["columns"][2]["id"]
    archived = await change(world.mia, made, status="ARCHIVED")
    assert archived["columnId"] == there["columnId"]
    assert archived["completedAt"] == there["completedAt"]
    assert [len(column["cards"]) for column in await board(world.mia, other)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"startDate": "2027-01-02", "dueDate": "2027-01-01"}, "startDate"),
        ({"startDate": "2027-01-11"}, "startDate"),
        ({"dueDate": "2026-12-31"}, "dueDate"),
        ({"progress": 101}, "progress"),
        ({"estimateMinutes": -1}, "estimateMinutes"),
        ({"priority": "NOW"}, "priority"),
        ({"status": "GONE"}, "status"),
        ({"dueDate": "soon"}, "dueDate"),
        ({"dueDate": "10000-01-01"}, "dueDate"),
        ({"title": " "}, "title"),
        ({"projectId": str(uuid4())}, "projectId"),
        ({"parentId": str(uuid4())}, "parentId"),
        ({"assigneeId": str(uuid4())}, "assigneeId"),
        ({"columnId": str(uuid4())}, "columnId"),
    ],
)
async def test_values_that_do_not_fit(world: World, values: Any, field: str) -> None:
    made = await task(world.mia, startDate="2027-01-01", dueDate="2027-01-10")
    answer = await world.mia.http.patch(f"{TASKS}/{made['id']}", json=values)
    assert problem(answer, 422)["errors"][0]["loc"][1] == field
    assert await read(world.mia, made) == {**made, "changeId": None}
    if not {"startDate", "dueDate"} & set(values) or len(values) == 2:
        problem(await world.mia.http.post(TASKS, json={"title": "x", **values}), 422)


async def test_the_first_and_the_last_year(world: World) -> None:
    made = await task(world.mia, startDate="0001-01-01", dueDate="9999-12-31")
    assert (made["startDate"], made["dueDate"]) == ("0001-01-01", "9999-12-31")
    for sort in ("dueDate", "-dueDate", "startDate"):
        query = {"sort": sort, "dueAfter": "9999-12-30", "dueBefore": "9999-12-31"}
        assert listed(await world.mia.http.get(TASKS, params=query)) == []
    query = {"dueAfter": "9999-12-30"}
    assert len(listed(await world.mia.http.get(TASKS, params=query))) == 1


async def test_what_belongs_to_another_tenant_is_not_here(world: World) -> None:
    theirs = await project(world.bo, "Theirs")
    their_task = await task(world.bo, projectId=theirs["id"], tags=["secret"])
    mine = await project(world.mia)
    made = await task(world.mia, projectId=mine["id"])
    for values in (
        {"projectId": theirs["id"]},
        {"parentId": their_task["id"]},
        {"assigneeId": str(world.bo.actor.user_id)},
        {"columnId": theirs["columns"][0]["id"]},
    ):
        problem(await world.mia.http.patch(f"{TASKS}/{made['id']}", json=values), 422)
    beside = {"columnId": theirs["columns"][0]["id"]}
    problem(await world.mia.http.post(f"{TASKS}/{made['id']}/move", json=beside), 409)
    answer = await world.mia.http.get(TASKS, params={"tag": "secret"})
    assert listed(answer) == []
    other = await project(world.mia, "Second")
    column = {"columnId": other["columns"][0]["id"]}
    for call in ("patch", "post"):
        path = f"{TASKS}/{made['id']}" + ("/move" if call == "post" else "")
        problem(await world.mia.http.request(call, path, json=column), 422)


async def test_nothing_stands_below_itself(world: World) -> None:
    chain = [await task(world.mia, "0")]
    for n in range(1, 5):
        chain.append(await task(world.mia, str(n), parentId=chain[-1]["id"]))
    place = f"{TASKS}/{chain[0]['id']}"
    for below in (chain[0], chain[1], chain[4]):
        answer = await world.mia.http.patch(place, json={"parentId": below["id"]})
        problem(answer, 409)
    assert (await change(world.mia, chain[4], parentId=chain[0]["id"]))["parentId"]


async def test_who_leaves_is_no_assignee_any_more(world: World) -> None:
    mia = str(world.mia.actor.user_id)
    made = await task(world.mia, assigneeId=mia)
    async with world.ana.work() as work:
        await remove_member(work, UUID(mia))
    left = await read(world.ana, made)
    assert (left["assigneeId"], left["createdBy"]) == (None, mia)


async def _found(world: World, **query: Any) -> list[str]:
    return [one["title"] for one in listed(await world.gil.http.get(TASKS, params=query))]


async def test_filters_and_order(world: World) -> None:
    garden = await project(world.mia)
    mia = str(world.mia.actor.user_id)
    await task(world.mia, "Dig 50%", priority="HIGH", dueDate="2027-01-01", tags=["a/b"])
    await task(world.mia, "Sow", priority="LOW", projectId=garden["id"], assigneeId=mia)
    await task(world.mia, "Reap", dueDate="2027-01-03", shownFrom="2027-01-02", description="hay")
    sow = (await _list(world, q="Sow"))[0]
    await task(world.mia, "Seeds", parentId=sow["id"], status="PAUSED", tags=["a"])
    assert await _found(world) == ["Seeds", "Reap", "Sow", "Dig 50%"]
    assert await _found(world, status=["PAUSED", "COMPLETED"]) == ["Seeds"]
    assert await _found(world, priority=["HIGH", "LOW"]) == ["Sow", "Dig 50%"]
    assert await _found(world, projectId=garden["id"]) == ["Sow"]
    assert await _found(world, assigneeId=mia) == ["Sow"]
    assert await _found(world, unassigned=True, priority="MEDIUM") == ["Seeds", "Reap"]
    assert await _found(world, parentId=sow["id"]) == ["Seeds"]
    assert await _found(world, tag="a") == ["Seeds", "Dig 50%"]
    assert await _found(world, tag="A/B") == ["Dig 50%"]
    assert await _found(world, dueBefore="2027-01-03") == ["Dig 50%"]
    assert await _found(world, dueAfter="2027-01-01") == ["Reap"]
    assert await _found(world, shownOn="2027-01-01", sort="title") == ["Dig 50%", "Seeds", "Sow"]
    assert await _found(world, q="50%") == ["Dig 50%"]
    assert await _found(world, q="5_%") == []
    assert await _found(world, q="HAY") == ["Reap"]
    assert await _found(world, q="#2") == ["Sow"]
    assert await _found(world, q="9" * 15) == []
    await task(world.mia, "In 2 days", description="Sow, then reap")
    assert await _found(world, q="sow") == ["Sow", "In 2 days"]
    assert await _found(world, q="2") == ["Sow", "In 2 days"]
    assert await _found(world, q="sow", sort="-number") == ["In 2 days", "Sow"]
    assert await _found(world, sort="-priority", limit=1) == ["Dig 50%"]
    assert await _found(world, sort="number", page=2, limit=3) == ["Seeds", "In 2 days"]
    for wrong in ({"status": "GONE"}, {"dueBefore": "soon"}, {"projectId": "x"}, {"limit": 101}):
        problem(await world.mia.http.get(TASKS, params=wrong), 422)
    problem(await world.mia.http.get(TASKS, params={"sort": "description"}), 400)


async def _list(world: World, **query: Any) -> list[dict[str, Any]]:
    return listed(await world.mia.http.get(TASKS, params=query))


async def test_tags_are_those_of_the_wiki(world: World) -> None:
    one = await task(world.mia, tags=["spring"])
    two = await task(world.mia, tags=["lent", "spring"])
    tags = "/api/knowledge/tags"
    names = [tag["name"] for tag in listed(await world.gil.http.get(tags))]
    assert names == ["lent", "spring"]
    done(await world.mia.http.patch(f"{tags}/spring", json={"name": "Springtime"}))
    assert [tag["name"] for tag in (await read(world.mia, one))["tags"]] == ["Springtime"]
    done(await world.mia.http.post(f"{tags}/lent/merge", json={"into": "springtime"}))
    for made in (one, two):
        assert [tag["slug"] for tag in (await read(world.mia, made))["tags"]] == ["springtime"]
    done(await world.mia.http.delete(f"{tags}/springtime"))
    assert (await read(world.mia, one))["tags"] == []


WRITES: dict[str, tuple[str, str, Any]] = {
    "make": ("POST", TASKS, {"title": "x"}),
    "change": ("PATCH", TASKS + "/{task}", {"title": "x"}),
    "put": ("PUT", TASKS + "/{task}", {"title": "x"}),
    "archive": ("DELETE", TASKS + "/{task}", None),
    "complete": ("PUT", TASKS + "/{task}/completion", None),
    "reopen": ("DELETE", TASKS + "/{task}/completion", None),
    "move": ("POST", TASKS + "/{task}/move", {"columnId": "{column}"}),
    "project": ("POST", PROJECTS, {"name": "x"}),
    "change project": ("PATCH", PROJECTS + "/{project}", {"name": "x"}),
    "archive project": ("DELETE", PROJECTS + "/{project}", None),
    "column": ("POST", PROJECTS + "/{project}/columns", {"name": "x"}),
    "change column": ("PATCH", PROJECTS + "/{project}/columns/{column}", {"name": "x"}),
    "remove column": ("DELETE", PROJECTS + "/{project}/columns/{column}", None),
}


@pytest.mark.parametrize("name", WRITES)
async def test_only_members_write(world: World, name: str) -> None:
    method, path, body = WRITES[name]
    garden = await project(world.mia)
    made = await task(world.mia, projectId=garden["id"])
    ids = {"task": made["id"], "project": garden["id"], "column": garden["columns"][1]["id"]}
    address = path.format(**ids)
    body = {key: value.format(**ids) for key, value in body.items()} if body else None
    before = await board(world.mia, garden)
    problem(await world.gil.http.request(method, address, json=body), 403)
    if "{" in path:
        problem(await world.bo.http.request(method, address, json=body), 404)
    assert await board(world.mia, garden) == before
    assert (await world.mia.http.request(method, address, json=body)).is_success
