"""Tasks with a time of the day."""

from datetime import date, time
from typing import Any

import pytest

from mosaic.shell import task_list_words, task_words
from mosaic.tasks.choices import names_any, read_named
from tests.answers import problem
from tests.statements import recorded
from tests.tasks.planned import TASKS, change, done, project, read, task
from tests.world import World

DAY, TIME = "2999-03-04", "09:00"


async def test_a_time_goes_with_a_date(world: World) -> None:
    made = await task(world.mia, dueDate=DAY, dueTime=TIME)
    assert (made["dueDate"], made["dueTime"]) == (DAY, TIME)
    later = await change(world.mia, made, dueDate="2999-03-05")
    assert later["dueTime"] == TIME
    body = {"ids": [made["id"]], "changes": {"dueDate": "2999-03-06"}}
    done(await world.mia.http.post(f"{TASKS}/bulk", json=body))
    assert (await read(world.mia, made))["dueTime"] == TIME
    gone = await change(world.mia, made, dueDate=None)
    assert (gone["dueDate"], gone["dueTime"]) == (None, None)
    undone = done(await world.mia.http.post(f"{TASKS}/changes/{gone['changeId']}/undo"))
    assert (undone["tasks"][0]["dueDate"], undone["tasks"][0]["dueTime"]) == ("2999-03-06", TIME)


@pytest.mark.parametrize(
    "values",
    [
        *({"dueDate": DAY, "dueTime": one} for one in ("9", "24:00", "09:60", "09:00:01", "soon")),
        *({"dueDate": DAY, "dueTime": one} for one in ("09:00Z", "", 9, 9.5, True, ["09:00"])),
        *({"dueTime": TIME}, {"dueTime": TIME, "startDate": DAY}),
    ],
)
async def test_what_is_no_time_of_a_day(world: World, values: Any) -> None:
    problem(await world.mia.http.post(TASKS, json={"title": "Call", **values}), 422)
    made = await task(world.mia)
    problem(await world.mia.http.patch(f"{TASKS}/{made['id']}", json=values), 422)
    timed = await task(world.mia, dueDate=DAY, dueTime=TIME)
    taken = {"dueDate": None, "dueTime": TIME}
    problem(await world.mia.http.patch(f"{TASKS}/{timed['id']}", json=taken), 422)


async def test_the_next_one_has_the_time_too(world: World) -> None:
    made = await task(world.mia, dueDate=DAY, dueTime=TIME, repeatRule="FREQ=DAILY")
    finished = done(await world.mia.http.put(f"{TASKS}/{made['id']}/completion"))
    after = done(await world.mia.http.get(f"{TASKS}/{finished['nextId']}"))
    assert (after["dueDate"], after["dueTime"]) == ("2999-03-05", TIME)


async def test_a_date_that_others_hang_on_is_not_taken_back(world: World) -> None:
    made = await task(world.mia)
    dated = await change(world.mia, made, dueDate=DAY)
    await change(world.ana, made, dueTime=TIME)
    problem(await world.mia.http.post(f"{TASKS}/changes/{dated['changeId']}/undo"), 409)
    later = await change(world.mia, made, dueDate="2999-03-09")
    await change(world.ana, made, startDate="2999-03-08")
    problem(await world.mia.http.post(f"{TASKS}/changes/{later['changeId']}/undo"), 409)
    assert (await read(world.mia, made))["dueDate"] == "2999-03-09"


async def test_a_day_is_in_the_order_of_its_times(world: World) -> None:
    garden = await project(world.mia)
    for title, at in (("any time", None), ("late", "18:30"), ("early", "09:00")):
        await task(world.mia, title, dueDate=DAY, dueTime=at, projectId=garden["id"])
    await task(world.mia, "before", dueDate="2999-03-03", projectId=garden["id"])
    query = {"projectId": garden["id"], "sort": "dueDate"}
    rows = done(await world.mia.http.get(TASKS, params=query))["data"]
    assert [row["title"] for row in rows] == ["before", "early", "late", "any time"]
    query["sort"] = "-dueDate"
    back = done(await world.mia.http.get(TASKS, params=query))["data"]
    assert [row["title"] for row in back] == ["any time", "late", "early", "before"]


def test_a_time_in_words() -> None:
    day, at = date(2026, 3, 5), time(9)
    assert task_words.target(day, date(2026, 3, 4), at=at) == "Tomorrow 9:00"
    assert (
        task_words.target(day, date(2026, 3, 8), True, time(18, 5)) == "Target passed 5 Mar 18:05"
    )


@pytest.mark.parametrize(
    ("kind", "meaning", "words"),
    [
        ("date", "2026-03-05", "Tomorrow"),
        ("start", "2026-03-05", "From tomorrow"),
        ("start", "2026-03-09", "From 9 Mar"),
        ("time", "09:05", "9:05"),
        ("repeat", "FREQ=WEEKLY;BYDAY=MO", "Every Monday"),
        ("priority", "HIGH", "High priority"),
        ("estimate", "90", "1 h 30 min"),
        ("tag", "home", "#home"),
        ("assignee", "Maria", "Maria"),
    ],
)
def test_what_was_understood_in_words(kind: str, meaning: str, words: str) -> None:
    assert task_list_words.understood(kind, meaning, date(2026, 3, 4)) == words


async def test_only_what_a_line_names_is_looked_up(world: World) -> None:
    await project(world.mia)
    await task(world.mia, tags=["Deep Work", "Other"])
    assert not names_any("Call Ana tomorrow 9:00 !high ~30m")
    async with world.mia.work() as work:
        for text, statements in (("Dig #deep-work", 1), ("Ask @mia", 1), ("@mia #a +garden", 3)):
            with recorded() as seen:
                found = await read_named(work, text)
            assert len(seen) == statements
            assert bool(found.people) == ("@" in text)
        assert [one.name for one in found.projects] == ["Garden"]
        assert (await read_named(work, "Dig #deep-work #new")).tags == ["Deep Work"]
    async with world.bo.work() as work:
        found = await read_named(work, "@mia #deep-work +garden")
        assert (found.projects, found.tags) == ([], [])
