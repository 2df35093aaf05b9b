"""When tasks can be done, against a second way to find it: day by day, until nothing moves."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaic.projects.scheduling import (
    BeyondCalendar,
    Cycle,
    Link,
    Move,
    Planned,
    cascade,
    plan,
    violated,
)
from mosaic.projects.working_days import WorkCalendar

MONDAY = date(2026, 3, 2)
WEEK = WorkCalendar()


def _on(day: int) -> date:
    return MONDAY + timedelta(days=day)


# The second way: a diary of days, on which tasks lie as lists of places in it.


class Diary:
    """Every day of work of some years, in a list."""

    def __init__(self, week: set[int], holidays: set[date]) -> None:
        days = (_on(n) for n in range(-1500, 3000))
        self.days = [one for one in days if one.isoweekday() in week and one not in holidays]

    def morning(self, day: date) -> int:
        """The place of the first day of work from `day` on."""
        return next(n for n, one in enumerate(self.days) if one >= day)

    def evening(self, day: date) -> int:
        """The place after the last day of work up to `day`."""
        return sum(one <= day for one in self.days)

    def lay(self, task: Planned) -> list[int] | None:
        """The moments at which a task begins and ends."""
        if task.days == 0:
            at = task.end or task.start
            return None if at is None else [self.evening(at)] * 2
        if task.start and task.end:
            begin = self.morning(task.start)
            return [begin, self.evening(task.end)]
        if task.start:
            return [self.morning(task.start), self.morning(task.start) + task.days]
        return [self.evening(task.end) - task.days, self.evening(task.end)] if task.end else None

    def dates(self, task: Planned, lay: Sequence[int]) -> tuple[date, date]:
        """The days of a task that was laid there."""
        begin, end = lay
        if begin == end and task.days and task.start and task.end:
            return task.start, task.end  # it is where it was planned, on days without work
        return self.days[begin if task.days else end - 1], self.days[end - 1]


def _push(task: Planned, lay: Sequence[int]) -> list[int]:
    """A day later. From days without work that is the next day of work."""
    begin, end = lay
    return [begin, end + 1] if begin == end and task.days else [begin + 1, end + 1]


def _holds(link: Link, lies: Mapping[Any, list[int]]) -> bool:
    (start, end), (began, ended) = lies[link.task_id], lies[link.depends_on_id]
    moment = {"FS": start, "SS": start, "FF": end, "SF": end}[link.type]
    after = {"FS": ended, "SS": began, "FF": ended, "SF": began}[link.type]
    return moment >= after + link.lag_days


def _settle(
    tasks: Mapping[Any, Planned],
    lies: dict[Any, list[int]],
    links: Sequence[Link],
    moves: Any,
    touched: set[Any] | None = None,
) -> set[Any]:
    """Push what begins too early a day at a time; with `touched`, only what has to do with it."""
    pushed = set()
    again = True
    while again:
        again = False
        for link in links:
            one, other = link.task_id, link.depends_on_id
            if one not in lies or other not in lies or not moves(one) or _holds(link, lies):
                continue
            if touched is None or other in touched or one in touched:
                lies[one] = _push(tasks[one], lies[one])
                pushed.add(one)
                again = True
                if touched is not None:
                    touched.add(one)
    return pushed


@st.composite
def projects(draw: Any, dated: bool = False) -> tuple[list[Planned], list[Link], Any, Any]:
    """Tasks, links that never lead back, a calendar and a diary for the same days of work."""
    week = draw(st.sets(st.integers(1, 7), min_size=1))
    holidays = {_on(n) for n in draw(st.sets(st.integers(-5, 60), max_size=8))}
    tasks = []
    for number in range(draw(st.integers(1, 7))):
        milestone = draw(st.booleans()) and draw(st.booleans())
        start = draw(st.integers(0, 30) if dated else st.none() | st.integers(0, 30))
        length = 0 if milestone else draw(st.integers(0, 12))
        end = None if start is None else draw(st.sampled_from([None, start + length]))
        days = 0 if milestone else draw(st.integers(1, 6))
        fixed = start is not None and draw(st.integers(0, 5)) == 0
        there = [None if at is None else _on(at) for at in (start, end)]
        tasks.append(Planned(number, *there, days, fixed))
    links = []
    for one in range(1, len(tasks)):
        for other in draw(st.sets(st.integers(0, one - 1), max_size=3)):
            kind = draw(st.sampled_from(["FS", "SS", "FF", "SF"]))
            links.append(Link(one, other, kind, draw(st.integers(-3, 4))))
    order = draw(st.permutations(tasks))
    return order, draw(st.permutations(links)), WorkCalendar(week, holidays), Diary(week, holidays)


@settings(max_examples=150)
@given(projects())
def test_windows_are_what_pushing_day_by_day_finds(project: Any) -> None:
    tasks, links, calendar, diary = project
    found = plan(tasks, links, calendar, MONDAY)
    fixed = {task.id for task in tasks if task.fixed}
    named = {task.id: task for task in tasks}

    def settled(**late: int) -> dict[Any, list[int]]:
        lies = {}
        for task in tasks:
            begin = diary.morning(MONDAY)
            lay = diary.lay(task) or [begin, begin + task.days]
            for _ in range(late.get(f"late_{task.id}", 0)):
                lay = _push(task, lay)
            lies[task.id] = lay
        _settle(named, lies, links, lambda id: id not in fixed)
        return lies

    early = settled()
    last = max(end for _, end in early.values())
    for task in tasks:
        window = found[task.id]
        end = early[task.id][1]
        assert (window.earliest_start, window.earliest_end) == diary.dates(task, early[task.id])
        if task.fixed:
            assert (window.slack_days, window.critical) == (0, False)
            continue
        # It may be late by its slack, and by no day more, before the last task ends later.
        own = diary.lay(task) or [0, diary.morning(MONDAY) + task.days]
        held = end - own[1]
        allowed = settled(**{f"late_{task.id}": held + window.slack_days})
        assert max(end for _, end in allowed.values()) == last
        beyond = settled(**{f"late_{task.id}": held + window.slack_days + 1})
        assert max(end for _, end in beyond.values()) > last
        assert window.critical == (window.slack_days == 0)
        if window.slack_days:
            assert window.latest_end == diary.days[end + window.slack_days - 1]
        else:
            assert window.latest_end == window.earliest_end


@settings(max_examples=200)
@given(projects(dated=True), st.data())
def test_what_follows_a_move_and_nothing_else(project: Any, data: Any) -> None:
    tasks, links, calendar, diary = project
    one = data.draw(st.sampled_from(tasks))
    start = _on(data.draw(st.integers(0, 40)))
    end = start if one.days == 0 else start + timedelta(days=data.draw(st.integers(0, 12)))
    moves = cascade(tasks, links, calendar, {one.id: (start, end)})

    fixed = {task.id for task in tasks if task.fixed} | {one.id}
    named = {task.id: task for task in tasks}
    lies = {task.id: diary.lay(task) for task in tasks}
    lies[one.id] = diary.lay(Planned(one.id, start, end, one.days))
    pushed = _settle(named, lies, links, lambda id: id not in fixed, {one.id})
    expected = {id: diary.dates(named[id], lies[id]) for id in pushed}
    assert {move.id: (move.start, move.end) for move in moves} == expected
    assert len(moves) == len(expected)

    # Where every link held before, all hold that lead to what could move; and then all is still.
    after = {move.id: (move.start, move.end) for move in moves} | {one.id: (start, end)}
    moved = [
        Planned(task.id, *after.get(task.id, (task.start, task.end)), task.days, task.fixed)
        for task in tasks
    ]
    if not violated(tasks, links, calendar):
        left = [link for link in violated(moved, links, calendar) if link.task_id != one.id]
        assert left == []
    assert cascade(moved, links, calendar, {one.id: (start, end)}) == []


def test_a_week_by_hand() -> None:
    """Friday's end, a weekend, a holiday: the next one starts on Tuesday, and all follows."""
    calendar = WorkCalendar(holidays=[_on(7)])
    tasks = [
        Planned("dig", _on(0), _on(2), 3),
        Planned("sow", _on(3), _on(4), 2),
        Planned("party", _on(4), _on(4), 0),
        Planned("rest", _on(0), _on(0), 1),
    ]
    links = [Link("sow", "dig"), Link("party", "sow", "FS", 0), Link("rest", "dig", "SS")]
    windows = plan(tasks, links, calendar, MONDAY)
    assert [windows[one].slack_days for one in ("dig", "sow", "party", "rest")] == [0, 0, 0, 4]
    moves = cascade(tasks, links, calendar, {"dig": (_on(2), _on(4))})
    assert set(moves) == {
        Move("sow", _on(8), _on(9), links[0]),
        Move("party", _on(9), _on(9), links[1]),
        Move("rest", _on(2), _on(2), links[2]),
    }
    assert [move.id for move in moves if move.id != "rest"] == ["sow", "party"]


def test_what_is_done_at_a_weekend_is_done_on_monday() -> None:
    """Saturday's and Sunday's work keeps nobody from Monday; a later Friday takes it to Monday."""
    tasks = [
        Planned("dig", _on(4), _on(4), 1),
        Planned("move in", _on(5), _on(6), 1),
        Planned("rest", _on(7), _on(7), 1),
    ]
    links = [Link("move in", "dig"), Link("rest", "move in")]
    assert violated(tasks, links, WEEK) == []
    windows = plan(tasks, links, WEEK, MONDAY)
    assert (windows["move in"].earliest_start, windows["move in"].latest_end) == (_on(5), _on(6))
    assert [one.slack_days for one in windows.values()] == [0, 0, 0]
    assert cascade(tasks, links, WEEK, {"dig": (_on(3), _on(4))}) == []
    assert cascade(tasks, links, WEEK, {"dig": (_on(4), _on(7))}) == [
        Move("move in", _on(8), _on(8), links[0]),
        Move("rest", _on(9), _on(9), links[1]),
    ]


@pytest.mark.parametrize("length", [2, 500])
def test_a_circle_is_named(length: int) -> None:
    tasks = [Planned(n, MONDAY, MONDAY, 1) for n in range(length + 1)]
    links = [Link((n + 1) % length, n) for n in range(length)] + [Link(length, 0)]
    for asked in (
        lambda: plan(tasks, links, WEEK, MONDAY),
        lambda: cascade(tasks, links, WEEK, {0: (MONDAY, MONDAY)}),
    ):
        with pytest.raises(Cycle) as found:
            asked()
        assert sorted(found.value.ids) == list(range(length))
        turns = zip(found.value.ids, [*found.value.ids[1:], found.value.ids[0]], strict=True)
        assert all((after - before) % length == 1 for before, after in turns)


def test_at_the_ends_of_time() -> None:
    tasks = [
        Planned("first", date.min, date.min, 1),
        Planned("last", date.max, date.max, 1),
        Planned("before", None, date.min, 3),
    ]
    links = [Link("last", "first")]
    windows = plan(tasks, links, WEEK, date.min)
    assert windows["last"].latest_end == date.max
    assert windows["before"].earliest_start == date.min
    assert cascade(tasks, links, WEEK, {"first": (MONDAY, MONDAY)}) == []
    with pytest.raises(BeyondCalendar):
        cascade(tasks, links, WEEK, {"first": (date.max, date.max)})
    with pytest.raises(ValueError, match="at least one day"):
        WorkCalendar(working_days=[])


@given(
    st.sets(st.integers(1, 7), min_size=1),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=40),
    st.dates(date(2025, 12, 1), date(2026, 4, 1)),
)
def test_days_of_work_are_counted_as_by_going_through_them(
    week: set[int], holidays: set[date], day: date
) -> None:
    calendar = WorkCalendar(week, holidays)
    works = [
        one for n in range(900) if (one := date(2025, 1, 1) + timedelta(days=n)) not in holidays
    ]
    works = [one for one in works if one.isoweekday() in week]
    start = calendar.before(date(2025, 1, 1))
    assert calendar.before(day) - start == sum(one < day for one in works)
    assert calendar.through(day) - start == sum(one <= day for one in works)
    assert calendar.works(day) == (day in works)
    for n in (0, 3, len(works) // 2):
        assert calendar.day(start + n) == works[n]


def test_years_of_holidays_in_a_row_are_counted_at_once() -> None:
    """Five years without work are one step: each of many tasks behind them would walk through."""
    holidays = [_on(n) for n in range(3, 3 + 5 * 365)]
    calendar = WorkCalendar(holidays=holidays)
    thursday = calendar.before(_on(3))
    assert calendar.day(thursday - 1) == _on(2)
    assert calendar.day(thursday) == calendar.nearest(thursday) == date(2031, 3, 4)
    assert [calendar.before(calendar.day(thursday + n)) for n in range(9)] == [
        thursday + n for n in range(9)
    ]
