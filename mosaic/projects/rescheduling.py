"""Giving a task other dates, and what waits for it those that it has to get."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID

from mosaic.core.errors import Conflict, Invalid
from mosaic.core.work import Role, Work
from mosaic.projects.gantt import Network, days_of, load
from mosaic.projects.gantt_shapes import Schedule, ScheduleMove, ScheduleRequest, WaitsFor
from mosaic.projects.models import Project
from mosaic.projects.scheduling import BeyondCalendar, Link, Planned, cascade, violated
from mosaic.projects.working_days import WorkCalendar
from mosaic.tasks.changing import apply, hold

_BEYOND = "A task would end after the last date that there is. Consider an earlier one."


async def reschedule(work: Work, project: Project, wanted: ScheduleRequest) -> Schedule:
    """Give a task other dates, and, with `cascade`, those that wait for it as well. MEMBER.

    `project` is held. All of it is one change; with `preview` none. Raises Invalid for a task of
    another project, for no date, and for a start after the target date; Conflict when
    `wanted.version` names an older version of the task.
    """
    work.require(Role.MEMBER)
    network = await load(work, project)
    rows = {row.id: row for row in network.rows}
    row = rows.get(wanted.task_id)
    if row is None:
        raise Invalid("There is no such task in this project.", "taskId")
    if wanted.version not in (None, row.version):
        raise Conflict("Somebody changed this task meanwhile.", current={"version": row.version})
    dates = _dates(row, wanted, network.calendar)
    moves = [_move(row, *dates, None)]
    if wanted.cascade:
        try:
            follow = await asyncio.to_thread(_cascade, network, row, dates)
        except BeyondCalendar:
            raise Invalid(_BEYOND, "startDate") from None
        moves += [_follow(rows[one.id], one.start, one.end, one.because) for one in follow]
    unmet = _unmet(network, moves)
    change_id = None if wanted.preview else await _apply(work, moves, rows)
    return Schedule(preview=wanted.preview, change_id=change_id, moves=moves, unmet=unmet)


def _dates(
    row: Any, wanted: ScheduleRequest, calendar: WorkCalendar
) -> tuple[date | None, date | None]:
    start, end = wanted.start_date, wanted.due_date
    if start is None and end is None:
        raise Invalid("Please give a start, a target date or both.", "startDate")
    if start and end and start > end:
        raise Invalid("The start comes after the target date. Consider another date.", "startDate")
    if row.start_date and row.due_date and not (start and end):
        return _as_long(row, start, end, calendar)
    if start and row.due_date and not end:
        end = max(start, row.due_date)
    if end and row.start_date and not start:
        start = min(row.start_date, end)
    return start, end


def _as_long(
    row: Any, start: date | None, end: date | None, calendar: WorkCalendar
) -> tuple[date | None, date | None]:
    """Return both dates by one of them; between them lie as many days of work as before."""
    days = max(1, calendar.through(row.due_date) - calendar.before(row.start_date))
    try:
        if start:
            return start, max(start, calendar.day(calendar.before(start) + days - 1))
        assert end
        return min(end, calendar.day(calendar.through(end) - days)), end
    except OverflowError:
        raise Invalid(_BEYOND, "startDate") from None


def _cascade(network: Network, row: Any, dates: tuple[date | None, date | None]) -> Any:
    moved = Planned(row.id, *dates, days_of(row))
    first, last = _both(moved, network.calendar)
    return cascade(network.planned(), network.ties(), network.calendar, {row.id: (first, last)})


def _both(task: Planned, calendar: WorkCalendar) -> tuple[date, date]:
    """Return both dates of a task that may have only one."""
    start, end = task.start, task.end
    if start and end is None:
        end = calendar.nearest(calendar.before(start) + max(1, task.days) - 1)
    if end and start is None:
        start = calendar.nearest(calendar.through(end) - max(1, task.days))
    assert start
    assert end
    return min(start, end), max(start, end)


def _follow(row: Any, start: date, end: date, because: Link) -> ScheduleMove:
    """Return the move of a task that keeps to having only one of the dates."""
    return _move(row, start if row.start_date else None, end if row.due_date else None, because)


def _move(row: Any, start: date | None, end: date | None, because: Link | None) -> ScheduleMove:
    return ScheduleMove(
        id=row.id,
        number=row.number,
        title=row.title,
        from_start=row.start_date,
        from_end=row.due_date,
        start_date=start,
        due_date=end,
        because=WaitsFor.model_validate(because) if because else None,
    )


def _unmet(network: Network, moves: list[ScheduleMove]) -> list[WaitsFor]:
    """Return the dependencies of what moves that do not hold afterwards."""
    now: dict[Any, ScheduleMove] = {one.id: one for one in moves}
    tasks = [
        Planned(one.id, now[one.id].start_date, now[one.id].due_date, one.days)
        if one.id in now
        else one
        for one in network.planned()
    ]
    found = violated(tasks, network.ties(), network.calendar)
    return [
        WaitsFor.model_validate(one) for one in found if {one.task_id, one.depends_on_id} & {*now}
    ]


async def _apply(work: Work, moves: list[ScheduleMove], rows: dict[UUID, Any]) -> UUID | None:
    tasks = await hold(work, [one.id for one in moves])
    if any(task.version != rows[task.id].version for task in tasks):
        raise Conflict("The plan was changed at this moment. Look again, then choose the dates.")
    dates = {one.id: {"start_date": one.start_date, "due_date": one.due_date} for one in moves}
    return await apply(work, "UPDATED", [(task, dates[task.id]) for task in tasks])
