"""The time line over REST: bars, room, and what follows when a task moves."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from mosaic.projects.gantt import read_gantt
from mosaic.projects.service import get_project
from mosaic.tasks.changing import apply
from mosaic.tasks.writing import fresh
from tests.answers import problem
from tests.statements import recorded
from tests.tasks.planned import PROJECTS, TASKS, Row, change, done, project, read, task
from tests.world import Person, World

# Mondays to Fridays of two weeks in January 2999: 7 to 11 and 14 to 18.
DIG, SOW, REAP = ("2999-01-07", "2999-01-08"), ("2999-01-09", "2999-01-09"), ("2999-01-14",) * 2


async def _wait(person: Person, one: Row, other: Row, **more: Any) -> Row:
    body = {"dependsOnId": other["id"], **more}
    row: Row = done(await person.http.post(f"{TASKS}/{one['id']}/dependencies", json=body))
    return row


async def _chain(world: World) -> tuple[Row, list[Row]]:
    """Dig, two days, then sow, one day, then reap three days of work later."""
    garden = await project(world.mia)
    tasks = [
        await task(world.mia, title, projectId=garden["id"], startDate=dates[0], dueDate=dates[1])
        for title, dates in (("Dig", DIG), ("Sow", SOW), ("Reap", REAP))
    ]
    await _wait(world.mia, tasks[1], tasks[0])
    await _wait(world.mia, tasks[2], tasks[1], lagDays=2)
    return garden, tasks


async def _gantt(person: Person, garden: Row, **query: Any) -> dict[str, Row]:
    answer = await person.http.get(f"{PROJECTS}/{garden['id']}/gantt", params=query)
    return {one["title"]: one for one in done(answer)["tasks"]}


async def _schedule(person: Person, garden: Row, **body: Any) -> Any:
    return await person.http.post(f"{PROJECTS}/{garden['id']}/schedule", json=body)


def _moves(answer: Row) -> list[tuple[str, str, str]]:
    return [(one["title"], one["startDate"], one["dueDate"]) for one in answer["moves"]]


async def test_the_time_line_tells_what_is_planned_and_how_much_room_there_is(
    world: World,
) -> None:
    garden, [dig, sow, reap] = await _chain(world)
    weed = await task(world.mia, "Weed", projectId=garden["id"], dueDate="2999-01-08", progress=30)
    party = {"milestone": True, "dueDate": "2999-01-10"}
    await task(world.mia, "Party", projectId=garden["id"], **party)
    await task(world.mia, "Fence", projectId=garden["id"], estimateMinutes=481)
    await task(world.mia, "Gone", projectId=garden["id"], status="ARCHIVED", dueDate="2999-01-10")
    await task(world.mia, "Elsewhere", dueDate="2999-01-10")
    rows = await _gantt(world.gil, garden)
    assert list(rows) == ["Dig", "Weed", "Sow", "Party", "Reap", "Fence"]
    assert (rows["Dig"]["start"], rows["Dig"]["end"]) == DIG
    assert (rows["Weed"]["start"], rows["Weed"]["end"]) == ("2999-01-08", "2999-01-08")
    assert (rows["Weed"]["progress"], rows["Weed"]["id"]) == (30, weed["id"])
    assert (rows["Party"]["start"], rows["Party"]["end"]) == ("2999-01-10", "2999-01-10")
    assert (rows["Fence"]["start"], rows["Fence"]["end"]) == (None, None)
    [link] = rows["Reap"]["dependencies"]
    assert (link["dependsOnId"], link["type"], link["lagDays"]) == (sow["id"], "FS", 2)
    assert [rows[name]["critical"] for name in ("Dig", "Sow", "Reap")] == [True, True, True]
    assert [rows[name]["slackDays"] for name in ("Dig", "Sow", "Weed")] == [0, 0, 4]
    assert (rows["Weed"]["earliestStart"], rows["Weed"]["latestEnd"]) == (
        "2999-01-08",
        "2999-01-14",
    )
    assert reap["id"] == rows["Reap"]["id"]
    assert dig["version"] == rows["Dig"]["version"]


async def test_a_preview_changes_nothing_and_then_it_does(world: World) -> None:
    garden, tasks = await _chain(world)
    asked = {"taskId": tasks[0]["id"], "startDate": "2999-01-10"}
    before = await _gantt(world.mia, garden)
    preview = done(await _schedule(world.mia, garden, **asked, preview=True))
    # Over the weekend, two days of work; Sow the day after; Reap two days of work after that.
    expected = [
        ("Dig", "2999-01-10", "2999-01-11"),
        ("Sow", "2999-01-14", "2999-01-14"),
        ("Reap", "2999-01-17", "2999-01-17"),
    ]
    assert _moves(preview) == expected
    assert (preview["preview"], preview["changeId"], preview["unmet"]) == (True, None, [])
    first, second, _ = preview["moves"]
    assert (first["because"], first["fromStart"], first["fromEnd"]) == (None, *DIG)
    assert second["because"]["dependsOnId"] == tasks[0]["id"]
    assert await _gantt(world.mia, garden) == before
    moved = done(await _schedule(world.mia, garden, **asked))
    assert _moves(moved) == expected
    rows = await _gantt(world.mia, garden)
    assert [(rows[t]["title"], rows[t]["start"], rows[t]["end"]) for t in rows] == expected
    done(await world.ana.http.post(f"{TASKS}/changes/{moved['changeId']}/undo"))
    again = await _gantt(world.mia, garden)
    assert [(one["start"], one["end"]) for one in again.values()] == [DIG, SOW, REAP]


async def test_only_what_has_to_moves(world: World) -> None:
    garden, tasks = await _chain(world)
    alone = done(
        await _schedule(
            world.mia, garden, taskId=tasks[0]["id"], dueDate="2999-01-09", cascade=False
        )
    )
    assert _moves(alone) == [("Dig", "2999-01-08", "2999-01-09")]
    assert [one["taskId"] for one in alone["unmet"]] == [tasks[1]["id"]]
    rows = await _gantt(world.mia, garden)
    assert [rows[name]["dependencies"][0]["met"] for name in ("Sow", "Reap")] == [False, True]
    # Earlier again: what waits for it stays where it is.
    back = {"startDate": DIG[0], "dueDate": DIG[1]}
    early = done(await _schedule(world.mia, garden, taskId=tasks[0]["id"], **back))
    assert _moves(early) == [("Dig", *DIG)]
    await change(world.mia, tasks[1], status="COMPLETED")
    late = {"startDate": "2999-01-15", "dueDate": "2999-01-15"}
    moved = done(await _schedule(world.mia, garden, taskId=tasks[0]["id"], **late))
    assert _moves(moved) == [("Dig", "2999-01-15", "2999-01-15")]
    ahead = done(await _schedule(world.mia, garden, taskId=tasks[2]["id"], startDate="2999-01-07"))
    assert [one["dependsOnId"] for one in ahead["unmet"]] == [tasks[1]["id"]]


async def test_days_without_work_are_left_out(world: World) -> None:
    garden, tasks = await _chain(world)
    week = {"workingDays": [1, 2, 3, 4, 5, 6], "holidays": ["2999-01-14"]}
    done(await world.mia.http.patch(f"{PROJECTS}/{garden['id']}", json={"calendar": week}))
    asked = {"taskId": tasks[0]["id"], "startDate": "2999-01-11", "preview": True}
    moves = _moves(done(await _schedule(world.mia, garden, **asked)))
    assert moves == [
        ("Dig", "2999-01-11", "2999-01-12"),
        ("Sow", "2999-01-15", "2999-01-15"),
        ("Reap", "2999-01-18", "2999-01-18"),
    ]


async def test_a_task_keeps_to_the_dates_it_has(world: World) -> None:
    garden = await project(world.mia)
    dig = await task(world.mia, "Dig", projectId=garden["id"], dueDate="2999-01-08")
    sow = await task(world.mia, "Sow", projectId=garden["id"], startDate="2999-01-09")
    await _wait(world.mia, sow, dig)
    moved = done(await _schedule(world.mia, garden, taskId=dig["id"], dueDate="2999-01-10"))
    assert _moves(moved) == [("Dig", None, "2999-01-10"), ("Sow", "2999-01-11", None)]
    both = done(await _schedule(world.mia, garden, taskId=dig["id"], startDate="2999-01-15"))
    assert _moves(both)[0] == ("Dig", "2999-01-15", "2999-01-15")
    start = done(await _schedule(world.mia, garden, taskId=sow["id"], dueDate="2999-01-30"))
    assert _moves(start)[0] == ("Sow", "2999-01-16", "2999-01-30")


async def test_a_baseline_stands_beside_the_plan(world: World) -> None:
    garden, tasks = await _chain(world)
    place = f"{PROJECTS}/{garden['id']}/baselines"
    taken = done(await world.mia.http.post(place, json={"name": "First"}))
    await _schedule(world.mia, garden, taskId=tasks[0]["id"], startDate="2999-01-14")
    rows = await _gantt(world.gil, garden, baselineId=taken["id"])
    assert (rows["Dig"]["baselineStart"], rows["Dig"]["baselineEnd"]) == DIG
    assert rows["Dig"]["start"] == "2999-01-14"
    answer = await world.mia.http.get(
        f"{PROJECTS}/{garden['id']}/gantt", params={"baselineId": str(uuid4())}
    )
    problem(answer, 404)


async def test_what_other_projects_do_counts_but_stays(world: World) -> None:
    garden, tasks = await _chain(world)
    other = await task(world.mia, "Buy a spade", startDate="2999-01-10", dueDate="2999-01-10")
    await _wait(world.mia, tasks[0], other)
    rows = await _gantt(world.mia, garden)
    assert rows["Dig"]["earliestStart"] == "2999-01-11"
    assert "Buy a spade" not in rows
    wrong = await _schedule(world.mia, garden, taskId=other["id"], startDate="2999-01-11")
    problem(wrong, 422)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"startDate": "2999-01-09", "dueDate": "2999-01-08"},
        {"startDate": "9999-12-31"},
        {"dueDate": "9999-12-31"},
        {"startDate": "soon"},
        {"taskId": "x"},
        {"taskId": str(uuid4()), "startDate": "2999-01-09"},
    ],
)
async def test_dates_that_do_not_fit(world: World, body: Row) -> None:
    garden, tasks = await _chain(world)
    asked = {"taskId": tasks[0]["id"], **body}
    problem(await _schedule(world.mia, garden, **asked), 422)
    assert [one["start"] for one in (await _gantt(world.mia, garden)).values()] == [
        *(DIG[0], SOW[0], REAP[0])
    ]


async def test_the_first_year_is_a_date_like_others(world: World) -> None:
    garden, tasks = await _chain(world)
    moved = await _schedule(
        world.mia, garden, taskId=tasks[0]["id"], startDate="0001-01-01", dueDate="0001-01-02"
    )
    assert _moves(done(moved)) == [("Dig", "0001-01-01", "0001-01-02")]
    assert (await _gantt(world.mia, garden))["Sow"]["slackDays"] == 0


async def test_only_members_reschedule(world: World) -> None:
    garden, tasks = await _chain(world)
    asked = {"taskId": tasks[0]["id"], "startDate": "2999-01-10"}
    problem(await _schedule(world.gil, garden, **asked), 403)
    problem(await _schedule(world.bo, garden, **asked), 404)
    problem(await world.bo.http.get(f"{PROJECTS}/{garden['id']}/gantt"), 404)
    stale = {**asked, "version": tasks[0]["version"] + 1}
    problem(await _schedule(world.mia, garden, **stale), 409)
    assert (await read(world.mia, tasks[0]))["startDate"] == DIG[0]


async def test_two_reschedule_at_once_and_no_dependency_is_left_out(world: World) -> None:
    garden, tasks = await _chain(world)
    asked = [
        {"taskId": tasks[0]["id"], "startDate": "2999-01-16"},
        {"taskId": tasks[1]["id"], "startDate": "2999-01-11"},
    ]
    answers = await asyncio.gather(*(_schedule(world.mia, garden, **one) for one in asked))
    assert {answer.status_code for answer in answers} <= {200, 409}
    rows = await _gantt(world.mia, garden)
    for name in rows:
        assert rows[name]["start"] is not None


async def test_a_thousand_tasks_are_read_in_a_few_statements(world: World) -> None:
    garden = await project(world.mia)
    async with world.mia.work() as work:
        place = await get_project(work, garden["id"])
        made = [(fresh(work), {"title": str(n), "project_id": place.id}) for n in range(1_000)]
        await apply(work, "CREATED", made)
    async with world.mia.work() as work:
        with recorded() as statements:
            found = await read_gantt(work, await get_project(work, garden["id"]))
        assert len(found.tasks) == 1_000
        assert found.total == 1_000
        assert len(statements) == 4


async def test_of_very_many_the_first_are_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mosaic.projects.gantt.MOST", 2)
    garden, _ = await _chain(world)
    found = done(await world.gil.http.get(f"{PROJECTS}/{garden['id']}/gantt"))
    assert ([one["title"] for one in found["tasks"]], found["total"]) == (["Dig", "Sow"], 3)
    assert [one["name"] for one in found["columns"]] == ["To do", "In progress", "Done"]
    assert found["tasks"][0]["columnId"] == found["columns"][0]["id"]
