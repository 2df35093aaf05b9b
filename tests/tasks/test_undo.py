"""Every change can be taken back, once, unless something else has been changed since."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.answers import listed, problem
from tests.statements import recorded
from tests.tasks.planned import TASKS, Row, change, done, move, project, read, task, titles
from tests.world import Person, World


async def _undo(person: Person, change_id: str) -> Row:
    undone: Row = done(await person.http.post(f"{TASKS}/changes/{change_id}/undo"))
    return undone


def _plain(task: Row) -> Row:
    moving = ("version", "updatedAt", "updatedBy", "changeId")
    return {name: value for name, value in task.items() if name not in moving}


@pytest.mark.parametrize(
    "values",
    [
        {"title": "Other", "description": "[[x]]", "priority": "HIGH", "milestone": True},
        {"dueDate": "2027-01-09", "startDate": None, "shownFrom": "2027-01-01"},
        {"dueDate": None, "startDate": None},
        {"dueTime": "18:30"},
        {"estimateMinutes": None, "progress": 100},
        {"tags": ["b", "c"]},
        {"tags": []},
        {"status": "COMPLETED"},
        {"status": "ARCHIVED", "title": "Away"},
        {"projectId": None},
        {"assigneeId": None},
    ],
)
async def test_a_change_is_taken_back_and_back_again(world: World, values: Any) -> None:
    garden = await project(world.mia)
    given = {
        "dueDate": "2027-01-05",
        "dueTime": "09:00",
        "startDate": "2027-01-02",
        "estimateMinutes": 5,
    }
    mia = str(world.mia.actor.user_id)
    made = await task(
        world.mia,
        projectId=garden["id"],
        tags=["a", "b"],
        assigneeId=mia,
        status="IN_PROGRESS",
        **given,
    )
    changed = await change(world.mia, made, **values)
    undone = await _undo(world.ana, changed["changeId"])
    assert [one["id"] for one in undone["tasks"]] == [made["id"]]
    now = await read(world.mia, made)
    assert _plain(now) == _plain(made)
    assert (now["version"], now["updatedBy"]) == (3, str(world.ana.actor.user_id))
    problem(await world.mia.http.post(f"{TASKS}/changes/{changed['changeId']}/undo"), 409)
    await _undo(world.mia, undone["changeId"])
    assert _plain(await read(world.mia, made)) == _plain(changed)


async def test_a_new_task_is_archived_and_comes_back(world: World) -> None:
    made = await task(world.mia)
    undone = await _undo(world.mia, made["changeId"])
    assert undone["tasks"][0]["status"] == "ARCHIVED"
    await _undo(world.mia, undone["changeId"])
    assert _plain(await read(world.mia, made)) == _plain(made)


async def test_what_was_changed_since_stays(world: World) -> None:
    made = await task(world.mia, tags=["a"])
    first = await change(world.mia, made, title="One", tags=["b"])
    second = await change(world.ana, made, priority="HIGH")
    await _undo(world.mia, first["changeId"])
    first = await change(world.mia, made, title="One", tags=["b"])
    await change(world.ana, made, tags=["b", "c"])
    answer = await world.mia.http.post(f"{TASKS}/changes/{first['changeId']}/undo")
    assert "“One” was changed since" in problem(answer, 409)["detail"]
    await _undo(world.mia, second["changeId"])
    assert (await read(world.mia, made))["title"] == "One"


async def test_a_move_goes_back_to_its_place(world: World) -> None:
    garden = await project(world.mia)
    to_do, doing, _ = garden["columns"]
    cards = {name: await task(world.mia, name, projectId=garden["id"]) for name in "abc"}
    moved = done(await move(world.mia, cards["b"], doing))
    await _undo(world.mia, moved["changeId"])
    assert await titles(world.mia, garden) == [["a", "b", "c"], [], []]
    # Its place is taken meanwhile: it goes right behind.
    moved = done(await move(world.mia, cards["b"], to_do))
    other = await task(world.mia, "x", projectId=garden["id"])
    taken = done(await move(world.mia, other, to_do, afterId=cards["a"]["id"]))
    await _undo(world.mia, moved["changeId"])
    assert await titles(world.mia, garden) == [["a", "x", "b", "c"], [], []]
    again = done(await move(world.mia, cards["a"], to_do, afterId=cards["b"]["id"]))
    done(await move(world.ana, cards["a"], to_do))
    problem(await world.mia.http.post(f"{TASKS}/changes/{again['changeId']}/undo"), 409)
    assert taken["changeId"]


async def test_a_column_that_is_gone_is_no_way_back(world: World) -> None:
    garden = await project(world.mia)
    card = await task(world.mia, projectId=garden["id"])
    moved = await change(world.mia, card, status="COMPLETED")
    place = f"/api/projects/{garden['id']}/columns/{garden['columns'][0]['id']}"
    done(await world.mia.http.delete(place))
    problem(await world.mia.http.post(f"{TASKS}/changes/{moved['changeId']}/undo"), 409)


async def test_a_bulk_edit_is_one_change(world: World) -> None:
    garden, other = await project(world.mia), await project(world.mia, "Other")
    made = [await task(world.mia, str(n), projectId=garden["id"]) for n in range(12)]
    made += [await task(world.mia, "else", projectId=other["id"], tags=["y"])]
    body = {
        "ids": [one["id"] for one in made],
        "changes": {"status": "COMPLETED", "tags": ["x"], "dueDate": "2027-02-01"},
    }
    with recorded() as statements:
        bulk = done(await world.mia.http.post(f"{TASKS}/bulk", json=body))
    assert len(statements) < 25
    assert len(bulk["tasks"]) == 13
    for one in bulk["tasks"]:
        assert (one["status"], one["dueDate"], one["tags"][0]["name"]) == (
            *("COMPLETED", "2027-02-01"),
            "x",
        )
    places = [one["position"] for one in bulk["tasks"][:12]]
    assert len(set(places)) == 12
    line = listed(await world.mia.http.get("/api/activity"))[0]
    assert (line["action"], line["entityTitle"]) == ("COMPLETED", "13 tasks")
    await _undo(world.mia, bulk["changeId"])
    for one in made:
        assert _plain(await read(world.mia, one)) == _plain(one)
    assert [len(column) for column in await titles(world.mia, garden)] == [12, 0, 0]


async def test_a_bulk_edit_is_all_or_nothing(world: World) -> None:
    theirs = await task(world.bo)
    made = [await task(world.mia, startDate="2027-01-05"), await task(world.mia)]
    ids = [one["id"] for one in made]
    changes = {"dueDate": "2027-01-01"}
    bulk = f"{TASKS}/bulk"
    problem(await world.mia.http.post(bulk, json={"ids": ids, "changes": changes}), 422)
    mixed = {"ids": [*ids, theirs["id"]], "changes": {"title": "x"}}
    problem(await world.mia.http.post(bulk, json=mixed), 404)
    problem(await world.gil.http.post(bulk, json={"ids": ids, "changes": {"title": "x"}}), 403)
    for wrong in ({"ids": [], "changes": {}}, {"ids": ids}, {"ids": ["x"], "changes": {}}):
        problem(await world.mia.http.post(bulk, json=wrong), 422)
    for one in made:
        assert _plain(await read(world.mia, one)) == _plain(one)


async def test_what_was_changed_when_by_whom(world: World) -> None:
    made = await task(world.mia, tags=["a"])
    await change(world.ana, made, title="New", tags=["b"])
    done(await world.mia.http.put(f"{TASKS}/{made['id']}/completion"))
    place = f"{TASKS}/{made['id']}/changes"
    completed, changed, first = listed(await world.gil.http.get(place))
    assert (completed["action"], completed["after"]["status"]) == ("COMPLETED", "COMPLETED")
    assert (changed["userName"], changed["before"], changed["after"]) == (
        "Ana",
        {"title": "Water the plants", "tags": ["a"]},
        {"title": "New", "tags": ["b"]},
    )
    assert (first["action"], first["before"]) == ("CREATED", {})
    assert len(listed(await world.gil.http.get(place, params={"limit": 2, "page": 2}))) == 1
    problem(await world.bo.http.get(place), 404)


async def test_only_members_take_back(world: World) -> None:
    made = await task(world.mia)
    place = f"{TASKS}/changes/{made['changeId']}/undo"
    problem(await world.gil.http.post(place), 403)
    problem(await world.bo.http.post(place), 404)
    problem(await world.mia.http.post(f"{TASKS}/changes/{uuid4()}/undo"), 404)
    assert (await read(world.mia, made))["status"] == "NOT_STARTED"


async def test_two_take_back_at_once_and_one_does(world: World) -> None:
    made = await task(world.mia)
    changed = await change(world.mia, made, title="New")
    place = f"{TASKS}/changes/{changed['changeId']}/undo"
    answers = await asyncio.gather(*(world.mia.http.post(place) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await read(world.mia, made))["version"] == 3
