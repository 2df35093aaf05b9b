"""Tasks that repeat: the next one is made once, on the right day."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mosaic.core.clock import ZONE, now_in
from mosaic.shell.repeat_words import REPEATS, repeats, said
from mosaic.tasks.rules import next_day, read_rule
from tests.answers import listed, problem
from tests.tasks.planned import TASKS, Row, board, change, done, project, read, task
from tests.world import World

FAR = date(2999, 1, 7)  # a Monday


@pytest.mark.parametrize(
    ("rule", "day", "after", "next"),
    [
        ("FREQ=DAILY", FAR, FAR, date(2999, 1, 8)),
        ("rrule:freq=daily;interval=3", FAR, FAR, date(2999, 1, 10)),
        ("FREQ=WEEKLY", FAR, FAR, date(2999, 1, 14)),
        ("FREQ=WEEKLY;BYDAY=TU,TH", FAR, FAR, date(2999, 1, 8)),
        ("FREQ=WEEKLY;INTERVAL=2", FAR, date(2999, 1, 9), date(2999, 1, 21)),
        ("FREQ=WEEKLY;INTERVAL=2", FAR, date(2999, 1, 22), date(2999, 2, 4)),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", FAR, FAR, date(2999, 1, 31)),
        ("FREQ=MONTHLY;BYDAY=1MO", FAR, FAR, date(2999, 2, 4)),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", FAR, FAR, date(3004, 2, 29)),
        ("FREQ=DAILY;UNTIL=29990108", FAR, FAR, date(2999, 1, 8)),
        ("FREQ=DAILY;UNTIL=29990107T235959Z", FAR, FAR, None),
        ("FREQ=DAILY;COUNT=1", FAR, FAR, None),
        ("FREQ=DAILY;BYMONTH=2;BYDAY=MO", FAR, FAR, date(2999, 2, 4)),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", FAR, FAR, None),
        ("FREQ=YEARLY;BYWEEKNO=99", date(1, 1, 1), FAR, None),
        ("FREQ=DAILY;INTERVAL=2", date.min, FAR, date(2999, 1, 8)),
        ("FREQ=WEEKLY;BYDAY=TU", date.min, FAR, date(2999, 1, 8)),
        ("FREQ=DAILY", date.max, date.max, None),
        ("FREQ=DAILY", date.min, date.min, date(1, 1, 2)),
        ("FREQ=YEARLY;INTERVAL=1000", FAR, FAR, None),
    ],
)
def test_the_next_day_of_a_rule(rule: str, day: date, after: date, next: date | None) -> None:
    found = next_day(read_rule(rule), day, after)
    assert (found.day if found else None) == next


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=MONTHLY", ["2999-01-31", "2999-02-28", "2999-03-31", "2999-04-30", "2999-05-31"]),
        ("FREQ=MONTHLY", ["3000-01-30", "3000-02-28", "3000-03-30", "3000-04-30", "3000-05-30"]),
        ("FREQ=MONTHLY", ["3004-01-29", "3004-02-29", "3004-03-29", "3004-04-29", "3004-05-29"]),
        ("FREQ=MONTHLY", ["2999-01-28", "2999-02-28", "2999-03-28", "2999-04-28", "2999-05-28"]),
        ("FREQ=MONTHLY;INTERVAL=2;COUNT=3", ["2998-12-31", "2999-02-28", "2999-04-30"]),
        ("FREQ=YEARLY", ["3004-02-29", "3005-02-28", "3006-02-28", "3007-02-28", "3008-02-29"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["2999-01-31", "2999-03-31", "2999-05-31"]),
    ],
)
def test_a_month_without_the_day_takes_its_last(rule: str, days: list[str]) -> None:
    day, found = date.fromisoformat(days[0]), []
    while len(found) < len(days) - 1:
        after = next_day(rule, day, day)
        assert after
        day, rule = after.day, read_rule(after.rule)
        found.append(str(day))
    assert found == days[1:]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY", "Every week"),
        ("FREQ=DAILY;INTERVAL=3", "Every 3 days"),
        ("FREQ=WEEKLY;BYDAY=MO", "Every Monday"),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "Every Monday, Wednesday and Friday"),
        ("FREQ=WEEKLY;BYDAY=SA,SU", "Every weekend"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "Every 2 weeks on Tuesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=12", "Every month on the 12th"),
        ("FREQ=MONTHLY;BYMONTHDAY=22", "Every month on the 22nd"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "Every month on the last day"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "Every month on the last Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "Every month on the 30th or the last day"),
        ("FREQ=DAILY;COUNT=3", "Every day, 3 times"),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270303", "Every Monday, until 3 Mar 2027"),
        ("FREQ=YEARLY;BYWEEKNO=3", "By a rule: FREQ=YEARLY;BYWEEKNO=3"),
    ],
)
def test_a_rule_in_words(rule: str, words: str) -> None:
    assert said(read_rule(rule)) == words
    assert repeats(rule)[-1] == (rule, words) or (rule, words) in REPEATS


def test_a_count_goes_down() -> None:
    first = next_day("FREQ=DAILY;COUNT=3", FAR, FAR)
    assert first
    assert first.rule == "FREQ=DAILY;COUNT=2"


PART = st.sampled_from(
    [
        *("FREQ=DAILY", "FREQ=MONTHLY", "FREQ=YEARLY", "INTERVAL=2", "COUNT=2", "UNTIL=20300101"),
        *("BYDAY=MO", "BYDAY=9MO", "BYDAY=XX", "BYMONTHDAY=0", "BYMONTHDAY=99", "BYMONTH=13"),
        *("BYYEARDAY=400", "BYWEEKNO=60", "BYSETPOS=-1", "BYSETPOS=0", "WKST=SU", "BYMONTH=-1"),
        *("BYMONTH=", "UNTIL=x", "WKST=1", "BYDAY=+1", "BYDAY=,", "BYHOUR=3", "INTERVAL=0"),
    ]
)


@given(st.lists(PART, max_size=6), st.dates(), st.dates())
def test_a_rule_is_read_or_refused(parts: list[str], day: date, after: date) -> None:
    try:
        rule = read_rule(";".join(parts))
    except ValueError:
        return
    assert read_rule(rule) == rule
    assert said(rule)
    found = next_day(rule, day, after)
    assert found is None or found.day > max(day, after)


async def _next(world: World, one: Row) -> Row:
    return await read(world.mia, {"id": one["nextId"]})


async def test_completing_makes_the_next_one(world: World) -> None:
    garden = await project(world.mia)
    parent = await task(world.mia, "Parent")
    values: dict[str, Any] = {
        "description": "See [[Soil]]",
        "priority": "HIGH",
        "estimateMinutes": 5,
        "assigneeId": str(world.ana.actor.user_id),
        "projectId": garden["id"],
        "parentId": parent["id"],
        "repeatRule": "FREQ=WEEKLY;COUNT=2",
    }
    dates = {"startDate": "2999-01-05", "dueDate": "2999-01-07", "shownFrom": "2999-01-01"}
    made = await task(world.mia, "Water", **values, **dates, tags=["spring"], progress=70)
    place = f"{TASKS}/{made['id']}/checklist"
    line = done(await world.mia.http.post(place, json={"title": "Tomatoes"}))
    done(await world.mia.http.patch(f"{place}/{line['id']}", json={"checked": True}))
    completed = done(await world.mia.http.put(f"{TASKS}/{made['id']}/completion"))
    after = await _next(world, completed)
    assert {**values, "repeatRule": "FREQ=WEEKLY;COUNT=1"}.items() <= after.items()
    assert (after["title"], after["status"], after["progress"]) == ("Water", "NOT_STARTED", 0)
    assert (after["startDate"], after["dueDate"]) == ("2999-01-12", "2999-01-14")
    assert after["shownFrom"] == "2999-01-08"
    assert after["columnId"] == garden["columns"][0]["id"]
    assert [tag["name"] for tag in after["tags"]] == ["spring"]
    assert after["checklist"] == {"total": 1, "completed": 0}
    last = done(await world.mia.http.put(f"{TASKS}/{after['id']}/completion"))
    assert last["nextId"] is None
    line = listed(await world.mia.http.get("/api/activity"))[0]
    assert (line["action"], line["entityTitle"]) == ("COMPLETED", "Water")


async def test_a_task_that_was_late_leaves_out_what_has_passed(world: World) -> None:
    made = await task(world.mia, dueDate="2001-01-01", repeatRule="FREQ=DAILY")
    after = await _next(world, await change(world.mia, made, status="COMPLETED"))
    today = now_in("").date()
    # Around midnight it is one day or the next.
    assert date.fromisoformat(after["dueDate"]) - today in (timedelta(1), timedelta(0))
    bare = await task(world.mia, repeatRule="FREQ=DAILY")
    after = await _next(world, await change(world.mia, bare, status="COMPLETED"))
    assert after["dueDate"] == after["shownFrom"]


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])
async def test_today_is_that_of_who_completes_it(world: World, zone: str) -> None:
    made = await task(world.mia, dueDate="2001-01-01", repeatRule="FREQ=DAILY")
    place = f"{TASKS}/{made['id']}/completion"
    before = now_in(zone).date()
    completed = done(await world.mia.http.put(place, headers={"Cookie": f"{ZONE}={zone}"}))
    due = date.fromisoformat((await _next(world, completed))["dueDate"])
    assert due - timedelta(1) in (before, now_in(zone).date())


async def test_however_often_it_is_completed_there_is_one_next(world: World) -> None:
    made = await task(world.mia, dueDate="2999-01-07", repeatRule="FREQ=DAILY")
    place = f"{TASKS}/{made['id']}/completion"
    answers = await asyncio.gather(*(world.mia.http.put(place) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    done(await world.mia.http.delete(place))
    done(await world.mia.http.put(place))
    rows = listed(await world.mia.http.get(TASKS, params={"sort": "number"}))
    assert [row["dueDate"] for row in rows] == ["2999-01-07", "2999-01-08"]


async def test_moving_to_the_end_and_many_at_once_make_the_next_ones(world: World) -> None:
    garden = await project(world.mia)
    rule = {"repeatRule": "FREQ=DAILY", "dueDate": "2999-01-07", "projectId": garden["id"]}
    a, b, c = [await task(world.mia, title, **rule) for title in "abc"]
    to = {"columnId": garden["columns"][2]["id"]}
    moved = done(await world.mia.http.post(f"{TASKS}/{a['id']}/move", json=to))
    assert (await _next(world, moved))["columnId"] == garden["columns"][0]["id"]
    body = {"ids": [b["id"], c["id"]], "changes": {"status": "COMPLETED"}}
    bulk = done(await world.mia.http.post(f"{TASKS}/bulk", json=body))
    assert len(bulk["tasks"]) == 2
    assert [one["count"] for one in await board(world.mia, garden)] == [3, 0, 3]
    done(await world.mia.http.post(f"{TASKS}/changes/{bulk['changeId']}/undo"))
    assert [one["count"] for one in await board(world.mia, garden)] == [3, 0, 1]
    assert (await read(world.mia, b))["nextId"] is None
    again = await change(world.mia, b, status="COMPLETED")
    assert again["nextId"]


async def test_rules_that_are_not_known(world: World) -> None:
    made = await task(world.mia)
    for rule in (
        *(
            "soon",
            "FREQ=HOURLY",
            "FREQ=DAILY;BYHOUR=3",
            "FREQ=DAILY;BYMONTHDAY=30",
            "FREQ=WEEKLY;BYMONTH=13",
            "FREQ=DAILY;FREQ=DAILY",
            "INTERVAL=2",
        ),
        *("FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=99999", "FREQ=DAILY;UNTIL=20270231"),
        *("DTSTART:20270101\nRRULE:FREQ=DAILY", "FREQ=WEEKLY;BYDAY=XX", "FREQ=DAILY;" * 60),
    ):
        answer = await world.mia.http.patch(f"{TASKS}/{made['id']}", json={"repeatRule": rule})
        assert problem(answer, 422)["errors"][0]["loc"][1] == "repeatRule"
    kept = await change(world.mia, made, repeatRule="rrule:freq=weekly;byday=mo;")
    assert kept["repeatRule"] == "FREQ=WEEKLY;BYDAY=MO"
    assert (await change(world.mia, made, repeatRule=None))["repeatRule"] is None
