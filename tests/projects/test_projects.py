"""Projects and the columns of their boards."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from mosaic.projects.progress import read_burn_up
from tests.answers import listed, problem
from tests.tasks.planned import (
    PROJECTS,
    TASKS,
    board,
    change,
    done,
    move,
    project,
    read,
    task,
    titles,
)
from tests.world import World


async def test_a_project_begins_with_three_columns(world: World) -> None:
    page = done(await world.mia.http.post("/api/knowledge/entries", json={"title": "Our garden"}))
    given = {"color": "#88aa99", "startDate": "2027-01-01", "endDate": "2027-12-31"}
    made = await project(world.mia, "Über uns", entryId=page["id"], description="x", **given)
    assert given.items() <= made.items()
    assert (made["slug"], made["status"], made["version"]) == ("uber-uns", "ACTIVE", 1)
    assert [(one["name"], one["status"], one["position"]) for one in made["columns"]] == [
        ("To do", "NOT_STARTED", 0),
        ("In progress", "IN_PROGRESS", 1),
        ("Done", "COMPLETED", 2),
    ]
    assert made["calendar"] == {"workingDays": [1, 2, 3, 4, 5], "holidays": []}
    assert made["entry"] == {"id": page["id"], "slug": "our-garden", "title": "Our garden"}
    for ref in (made["id"], made["slug"]):
        assert done(await world.gil.http.get(f"{PROJECTS}/{ref}")) == made
    assert (await project(world.mia, "Über uns"))["slug"] == "uber-uns-2"
    assert (await project(world.mia, "New"))["slug"] == "new-2"
    assert (await project(world.bo, "Über uns"))["slug"] == "uber-uns"


async def test_a_hidden_page_is_shown_to_its_author_only(world: World) -> None:
    secret = {"title": "Secret", "visibility": "PRIVATE"}
    page = done(await world.mia.http.post("/api/knowledge/entries", json=secret))
    made = await project(world.mia, entryId=page["id"])
    assert made["entry"]["title"] == "Secret"
    assert done(await world.ana.http.get(f"{PROJECTS}/{made['id']}"))["entry"] is None
    body = {"name": "x", "entryId": page["id"]}
    problem(await world.ana.http.post(PROJECTS, json=body), 422)
    done(await world.ana.http.patch(f"{PROJECTS}/{made['id']}", json={"name": "Still"}))
    assert done(await world.mia.http.get(f"{PROJECTS}/{made['id']}"))["entry"]


async def test_changes_of_a_project(world: World) -> None:
    made = await project(world.mia)
    place = f"{PROJECTS}/{made['id']}"
    week = {"workingDays": [6, 1, 1], "holidays": ["2027-12-25", "0001-01-01"]}
    changed = done(await world.mia.http.patch(place, json={"calendar": week, "status": "ON_HOLD"}))
    assert changed["calendar"] == {
        "workingDays": [1, 6],
        "holidays": ["0001-01-01", "2027-12-25"],
    }
    assert (changed["version"], changed["status"]) == (2, "ON_HOLD")
    stale = await world.mia.http.patch(place, json={"name": "x", "version": 1})
    assert problem(stale, 409)["current"]["version"] == 2
    other = await project(world.mia, "Other")
    problem(await world.mia.http.patch(place, json={"slug": other["slug"]}), 409)
    moved = done(await world.mia.http.put(place, json={"slug": "here", "color": None}))
    assert (moved["slug"], moved["version"]) == ("here", 3)
    problem(await world.bo.http.get(f"{PROJECTS}/here"), 404)


@pytest.mark.parametrize(
    "values",
    [
        {"startDate": "2027-01-02", "endDate": "2027-01-01"},
        {"endDate": "2026-01-01"},
        {"slug": "new"},
        {"slug": "a/b"},
        {"color": "red"},
        {"calendar": {"workingDays": []}},
        {"calendar": {"workingDays": [8]}},
        {"calendar": {"holidays": ["soon"]}},
        {"status": "GONE"},
        {"entryId": str(uuid4())},
    ],
)
async def test_values_that_do_not_fit(world: World, values: Any) -> None:
    made = await project(world.mia, startDate="2027-01-01")
    problem(await world.mia.http.patch(f"{PROJECTS}/{made['id']}", json=values), 422)
    body = {"name": "x", "startDate": "2027-01-01", **values}
    problem(await world.mia.http.post(PROJECTS, json=body), 422)


async def test_the_list_of_projects(world: World) -> None:
    for name in ("b", "A", "c 50%"):
        made = await project(world.mia, name)
    await task(world.mia, projectId=made["id"], status="COMPLETED")
    await task(world.mia, projectId=made["id"])
    await world.mia.http.delete(f"{PROJECTS}/b")

    async def names(**query: Any) -> list[str]:
        return [one["name"] for one in listed(await world.gil.http.get(PROJECTS, params=query))]

    assert await names() == ["A", "c 50%"]
    assert await names(status="ARCHIVED") == ["b"]
    assert await names(q="50%") == ["c 50%"]
    assert await names(sort="-name") == ["c 50%", "A"]
    found = listed(await world.gil.http.get(PROJECTS, params={"q": "c"}))
    assert found[0]["tasks"] == {"total": 2, "completed": 1}
    problem(await world.mia.http.get(PROJECTS, params={"sort": "color"}), 400)


async def test_a_project_is_removed_and_its_tasks_stay(world: World) -> None:
    made = await project(world.mia)
    card = await task(world.mia, projectId=made["id"])
    place = f"{PROJECTS}/{made['id']}"
    problem(await world.mia.http.delete(place, params={"permanent": True}), 403)
    assert (await world.adam.http.delete(place, params={"permanent": True})).status_code == 204
    problem(await world.mia.http.get(place), 404)
    left = await read(world.mia, card)
    assert (left["projectId"], left["columnId"], left["position"]) == (None, None, None)


async def test_columns_are_added_changed_and_put_in_order(world: World) -> None:
    made = await project(world.mia)
    place = f"{PROJECTS}/{made['id']}/columns"
    wait = {"name": "Wait", "status": "PAUSED", "wipLimit": 3}
    added = done(await world.mia.http.post(place, json=wait))
    assert (added["position"], added["wipLimit"]) == (3, 3)
    there = f"{place}/{added['id']}"
    assert done(await world.mia.http.patch(there, json={"position": 1}))["position"] == 1
    assert done(await world.mia.http.put(there, json={"wipLimit": None}))["wipLimit"] is None
    names = [(one["name"], one["position"]) for one in listed(await world.gil.http.get(place))]
    assert names == [("To do", 0), ("Wait", 1), ("In progress", 2), ("Done", 3)]
    card = await task(world.mia, projectId=made["id"], status="PAUSED")
    assert card["columnId"] == added["id"]
    problem(await world.mia.http.patch(there, json={"status": "COMPLETED"}), 409)
    problem(await world.mia.http.delete(there), 409)
    await change(world.mia, card, status="ARCHIVED")
    assert (await world.mia.http.delete(there)).status_code == 204
    assert [one["position"] for one in listed(await world.gil.http.get(place))] == [0, 1, 2]
    back = await change(world.mia, card, status="PAUSED")
    assert back["columnId"] == made["columns"][0]["id"]
    for column in made["columns"][1:]:
        assert (await world.mia.http.delete(f"{place}/{column['id']}")).status_code == 204
    problem(await world.mia.http.delete(f"{place}/{made['columns'][0]['id']}"), 409)
    other = await project(world.mia, "Other")
    foreign = f"{place}/{other['columns'][0]['id']}"
    problem(await world.mia.http.patch(foreign, json={"name": "x"}), 404)
    for wrong in ({"name": ""}, {"name": "x", "wipLimit": 0}, {"name": "x", "status": "ARCHIVED"}):
        problem(await world.mia.http.post(place, json=wrong), 422)


async def test_a_column_goes_and_its_cards_to_another_one(world: World) -> None:
    made, other = await project(world.mia), await project(world.mia, "Other")
    to_do, doing, ended = made["columns"]
    for name in "abc":
        await task(world.mia, name, projectId=made["id"])
    await task(world.mia, "d", projectId=made["id"], status="COMPLETED")
    place = f"{PROJECTS}/{made['id']}/columns/{to_do['id']}"
    for wrong in (other["columns"][0], to_do):
        problem(await world.mia.http.delete(place, params={"moveTo": wrong["id"]}), 422)
    problem(await world.mia.http.delete(place), 409)
    problem(await world.gil.http.delete(place, params={"moveTo": ended["id"]}), 403)
    done(await world.mia.http.delete(place, params={"moveTo": ended["id"]}))
    assert await titles(world.mia, made) == [[], ["d", "a", "b", "c"]]
    [_, last] = await board(world.mia, made)
    assert {card["status"] for card in last["cards"]} == {"COMPLETED"}
    assert doing["name"] == "In progress"


async def test_a_board_shows_fifty_cards_and_then_the_next(world: World) -> None:
    made = await project(world.mia)
    for n in range(53):
        await task(world.mia, str(n), projectId=made["id"])
    await task(world.mia, "Doing", projectId=made["id"], status="IN_PROGRESS")
    first, doing, ended = await board(world.gil, made)
    assert [len(first["cards"]), len(doing["cards"]), len(ended["cards"])] == [50, 1, 0]
    assert [one["count"] for one in (first, doing, ended)] == [53, 1, 0]
    assert [one["total"] for one in (first, doing, ended)] == [53, 1, 0]
    assert (doing["cursor"], ended["cursor"]) == (None, None)
    [more] = await board(world.gil, made, columnId=first["id"], cursor=first["cursor"])
    assert [card["title"] for card in more["cards"]] == ["50", "51", "52"]
    assert (more["count"], more["cursor"]) == (53, None)
    answer = await world.mia.http.get(
        f"{PROJECTS}/{made['id']}/board", params={"columnId": str(uuid4())}
    )
    problem(answer, 404)
    problem(await world.bo.http.get(f"{PROJECTS}/{made['id']}/board"), 404)


async def test_archived_cards_keep_their_place(world: World) -> None:
    made = await project(world.mia)
    cards = [await task(world.mia, name, projectId=made["id"]) for name in "abc"]
    await world.mia.http.delete(f"{TASKS}/{cards[1]['id']}")
    assert await titles(world.mia, made) == [["a", "c"], [], []]
    await change(world.mia, cards[1], status="NOT_STARTED")
    assert await titles(world.mia, made) == [["a", "b", "c"], [], []]


async def test_lanes_hold_what_their_cards_have_in_common(world: World) -> None:
    made = await project(world.ana)
    ana, mia = str(world.ana.actor.user_id), str(world.mia.actor.user_id)
    theirs = await task(world.ana, "Hers", projectId=made["id"], assigneeId=ana, priority="HIGH")
    for n in range(3):
        await task(world.ana, f"Mine {n}", projectId=made["id"], assigneeId=mia)
    await task(world.ana, "Nobody's", projectId=made["id"])
    gone = await task(world.ana, "Gone", projectId=made["id"], assigneeId=mia)
    await change(world.ana, gone, status="ARCHIVED")
    place = f"{PROJECTS}/{made['id']}/lanes"

    async def lanes(by: str) -> list[tuple[str | None, int]]:
        found = done(await world.gil.http.get(place, params={"by": by}))["lanes"]
        return [(lane["key"], lane["count"]) for lane in found]

    assert await lanes("assignee") == [(ana, 1), (mia, 3), (None, 1)]
    assert await lanes("priority") == [("HIGH", 1), ("MEDIUM", 4), ("LOW", 0)]
    problem(await world.ana.http.get(place, params={"by": "colour"}), 422)
    problem(await world.bo.http.get(place, params={"by": "priority"}), 404)

    [todo, *_] = await board(world.gil, made, assigneeId=mia, limit=2)
    assert [card["title"] for card in todo["cards"]] == ["Mine 0", "Mine 1"]
    assert (todo["count"], todo["total"]) == (3, 5)
    after = {"columnId": todo["id"], "cursor": todo["cursor"], "assigneeId": mia}
    [rest] = await board(world.gil, made, **after)
    assert ([card["title"] for card in rest["cards"]], rest["cursor"]) == (["Mine 2"], None)
    [todo, *_] = await board(world.gil, made, assigneeId="none")
    assert [card["title"] for card in todo["cards"]] == ["Nobody's"]
    [todo, *_] = await board(world.gil, made, priority="HIGH")
    assert [card["title"] for card in todo["cards"]] == ["Hers"]
    problem(await world.gil.http.get(f"{PROJECTS}/{made['id']}/board?assigneeId=me"), 422)

    # Into another lane a card takes what the cards there have in common; nothing else changes.
    moved = done(await move(world.ana, theirs, todo, assigneeId=None, afterId=None))
    assert (moved["assigneeId"], moved["priority"]) == (None, "HIGH")
    moved = done(await move(world.ana, theirs, todo, priority="LOW"))
    assert (moved["assigneeId"], moved["priority"]) == (None, "LOW")
    bo = str(world.bo.actor.user_id)
    problem(await move(world.ana, theirs, todo, assigneeId=bo), 422)


async def test_how_a_project_has_come_along(world: World) -> None:
    made = await project(world.ana)
    rows = [await task(world.ana, f"Task {n}", projectId=made["id"]) for n in range(3)]
    await change(world.ana, rows[0], status="COMPLETED")
    await change(world.ana, rows[1], status="ARCHIVED")
    async with world.ana.work() as work:
        [day] = await read_burn_up(work, UUID(made["id"]))
        assert (day.total, day.completed) == (2, 1)
    async with world.bo.work() as work:
        assert await read_burn_up(work, UUID(made["id"])) == []
