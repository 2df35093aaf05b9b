"""When tasks can be done: the critical path method, and what has to follow when a task moves.

Time is counted in days of work. A task of `days` begins before its first day of work and is
finished after its last one; a milestone has none, and lies at the end of its day. Between task and
predecessor, with lags in days of work (Project Management Institute, "Practice Standard for
Scheduling", precedence diagramming method):

- FS: it starts when the other one is finished, `lag_days` later, so on the next day of work for 0
- SS: it starts when the other one has started
- FF: it is finished when the other one is
- SF: it is finished when the other one has started

A task starts no earlier than planned. Without dates it is as early as what it waits for allows. One
that lies only on days without work is done there: what follows it starts on the next day of work.
Where it has to move, it takes a day.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import networkx as nx  # type: ignore[import-untyped]

from mosaic.projects.working_days import WorkCalendar

Id = Hashable
LinkType = Literal["FS", "SS", "FF", "SF"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A task: `days` is how long it takes where a date is missing, 0 for a milestone.

    `fixed` ones, as those that are completed, stay where they are.
    """

    id: Id
    start: date | None
    end: date | None
    days: int
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """That a task depends on another one."""

    task_id: Id
    depends_on_id: Id
    type: LinkType = "FS"
    lag_days: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """When a task can be done without the last task ending later; `slack_days` are of work."""

    earliest_start: date
    earliest_end: date
    latest_start: date
    latest_end: date
    slack_days: int
    critical: bool


@dataclass(frozen=True, slots=True)
class Move:
    """The dates that a task has to get, and the dependency that asks for them."""

    id: Id
    start: date
    end: date
    because: Link


class Cycle(Exception):
    """Tasks wait for each other in a circle: `ids`, each waiting for the one before it."""

    def __init__(self, ids: Sequence[Id]) -> None:
        super().__init__("tasks wait for each other in a circle")
        self.ids = list(ids)


class BeyondCalendar(Exception):
    """A task would end after the last date that there is."""


@dataclass(slots=True)
class _Span:
    """A task in numbers: it begins before day `start` and takes `days`.

    `off`: its dates, where all of them are days without work; as long as it stays, it takes none.
    """

    start: int
    days: int
    off: tuple[date, date] | None = None

    @property
    def end(self) -> int:
        return self.start + self.days

    def numbers(self) -> tuple[int, int]:
        """Return the first and the last day; of a milestone, the day at whose end it lies."""
        return (self.start if self.days else self.end - 1), self.end - 1

    def on_work(self) -> "_Span":
        """Return the span on days of work, from where it is on."""
        return _Span(self.start, 1) if self.off else self


def plan(
    tasks: Sequence[Planned], links: Sequence[Link], calendar: WorkCalendar, begin: date
) -> dict[Id, Window]:
    """Return the window of each task. `begin` is when those can start that have no date.

    Raises Cycle. Links to tasks that are not among `tasks` count for nothing.
    """
    order, into, out_of = _ordered(tasks, links)
    planned = {task.id: task for task in tasks}
    first = calendar.before(begin)
    early: dict[Id, _Span] = {}
    for id in order:
        span = _span(planned[id], calendar) or _Span(first, planned[id].days)
        if not planned[id].fixed:
            asked = _asked(into[id], early, span)
            if any(at > span.start for at, _ in asked):
                span = span.on_work()
                span.start = max(at for at, _ in _asked(into[id], early, span))
        early[id] = span
    last = max((span.end for span in early.values()), default=first)
    late: dict[Id, _Span] = {}
    for id in reversed(order):
        span = early[id].on_work()
        wanted = (
            _latest(link, late[link.task_id], span)
            for link in out_of[id]
            if not planned[link.task_id].fixed
        )
        latest = _Span(min([last - span.days, *wanted]), span.days)
        late[id] = latest if latest.end > early[id].end else early[id]
    return {id: _window(early[id], late[id], planned[id].fixed, calendar) for id in order}


def cascade(
    tasks: Sequence[Planned],
    links: Sequence[Link],
    calendar: WorkCalendar,
    moved: Mapping[Id, tuple[date, date]],
) -> list[Move]:
    """Return where others have to go when some tasks have moved, in the order of their turn.

    A task moves only if one that has moved asks for it, only later, and no further than what it
    waits for asks; it takes as long as before. Tasks that are fixed or have no dates stay, and so
    do those that were too early before and wait for none that moves. Raises Cycle, and
    BeyondCalendar.
    """
    order, into, _ = _ordered(tasks, links)
    planned = {task.id: task for task in tasks}
    spans: dict[Id, _Span] = {}
    for task in tasks:
        start, end = moved.get(task.id, (task.start, task.end))
        there = Planned(task.id, start, end, task.days)
        if (span := _span(there, calendar)) is not None:
            spans[task.id] = span
    changed = set(moved)
    moves = []
    for id in order:
        span = spans.get(id)
        if span is None or id in moved or planned[id].fixed:
            continue
        asked = _asked(into[id], spans, span)
        if any(at > span.start and link.depends_on_id in changed for at, link in asked):
            span = spans[id] = span.on_work()
            span.start, because = max(_asked(into[id], spans, span), key=lambda one: one[0])
            changed.add(id)
            moves.append(_move(id, span, because, calendar))
    return moves


def violated(tasks: Sequence[Planned], links: Sequence[Link], calendar: WorkCalendar) -> list[Link]:
    """Return the links between dated tasks that do not hold, those to fixed tasks aside."""
    spans = {task.id: span for task in tasks if (span := _span(task, calendar))}
    fixed = {task.id for task in tasks if task.fixed}
    return [
        link
        for link in links
        if {link.task_id, link.depends_on_id} <= spans.keys()
        and link.task_id not in fixed
        and _earliest(link, spans[link.depends_on_id], spans[link.task_id])
        > spans[link.task_id].start
    ]


def _ordered(
    tasks: Sequence[Planned], links: Sequence[Link]
) -> tuple[list[Id], dict[Id, list[Link]], dict[Id, list[Link]]]:
    """Return the ids, each after those it waits for, and the links into and out of each."""
    into: dict[Id, list[Link]] = {task.id: [] for task in tasks}
    out_of: dict[Id, list[Link]] = {task.id: [] for task in tasks}
    graph = nx.DiGraph()
    graph.add_nodes_from(into)
    for link in links:
        if link.task_id in into and link.depends_on_id in into:
            into[link.task_id].append(link)
            out_of[link.depends_on_id].append(link)
            graph.add_edge(link.depends_on_id, link.task_id)
    try:
        return list(nx.topological_sort(graph)), into, out_of
    except nx.NetworkXUnfeasible:
        raise Cycle([before for before, _ in nx.find_cycle(graph)]) from None


def _span(task: Planned, calendar: WorkCalendar) -> _Span | None:
    """Return a task in numbers; None where it has no date."""
    if task.days == 0:
        at = task.end or task.start
        return _Span(calendar.through(at), 0) if at else None
    if task.start and task.end:
        start = calendar.before(task.start)
        days = calendar.through(task.end) - start
        return _Span(start, days) if days else _Span(start, 0, (task.start, task.end))
    if task.start:
        return _Span(calendar.before(task.start), task.days)
    return _Span(calendar.through(task.end) - task.days, task.days) if task.end else None


def _asked(links: Sequence[Link], spans: Mapping[Id, _Span], task: _Span) -> list[tuple[int, Link]]:
    """Return before which day each link lets a task begin, as far as the other one has a place."""
    return [
        (_earliest(link, spans[link.depends_on_id], task), link)
        for link in links
        if link.depends_on_id in spans
    ]


def _earliest(link: Link, before: _Span, task: _Span) -> int:
    """Return before which day a task can begin as far as a link says."""
    at = before.end if link.type in ("FS", "FF") else before.start
    return at + link.lag_days - (task.days if link.type in ("FF", "SF") else 0)


def _latest(link: Link, after: _Span, task: _Span) -> int:
    """Return before which day a task has to begin for the one `after` it to keep its place."""
    at = after.start if link.type in ("FS", "SS") else after.end
    return at - link.lag_days - (task.days if link.type in ("FS", "FF") else 0)


def _window(early: _Span, late: _Span, fixed: bool, calendar: WorkCalendar) -> Window:
    slack = 0 if fixed else late.end - early.end
    first, last = _days(early, calendar), _days(early if fixed else late, calendar)
    return Window(
        earliest_start=first[0],
        earliest_end=first[1],
        latest_start=last[0],
        latest_end=last[1],
        slack_days=slack,
        critical=slack == 0 and not fixed,
    )


def _days(span: _Span, calendar: WorkCalendar) -> tuple[date, date]:
    """Return the first and the last day of a task, as near as there are such."""
    first, last = span.numbers()
    return span.off or (calendar.nearest(first), calendar.nearest(last))


def _move(id: Id, span: _Span, because: Link, calendar: WorkCalendar) -> Move:
    first, last = span.numbers()
    try:
        return Move(id, calendar.day(first), calendar.day(last), because)
    except OverflowError:
        raise BeyondCalendar from None
