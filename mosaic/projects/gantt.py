"""The time line of a project: what is planned when, and how much room there is."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from mosaic.core.work import Work
from mosaic.projects.baselines import read_baseline
from mosaic.projects.columns import list_columns
from mosaic.projects.gantt_shapes import Gantt, GanttTask, LinkPublic
from mosaic.projects.models import Project
from mosaic.projects.scheduling import Link, Planned, Window, plan, violated
from mosaic.projects.shapes import Calendar
from mosaic.projects.working_days import WorkCalendar

MINUTES_A_DAY = 480
MOST = 5_000


@dataclass
class Network:
    """The tasks of a project and what they wait for; others that they wait for stay fixed."""

    rows: Sequence[Row[Any]]
    links: Sequence[Row[Any]]
    others: Sequence[Row[Any]]
    calendar: WorkCalendar

    def planned(self) -> list[Planned]:
        """Return all tasks as scheduling takes them."""
        return [
            *(_planned(row, row.status == "COMPLETED") for row in self.rows),
            *(_planned(row, True) for row in self.others),
        ]

    def ties(self) -> list[Link]:
        """Return all dependencies as scheduling takes them."""
        return [tie(row) for row in self.links]

    def bar(self, row: Row[Any]) -> tuple[date, date] | None:
        """Return the first and the last day of a task's bar; None where it has no date."""
        start, end, days = row.start_date, row.due_date, days_of(row)
        if row.milestone and (start or end):
            return (end or start), (end or start)
        if start and not end:
            return start, self.calendar.nearest(self.calendar.before(start) + days - 1)
        if end and not start:
            first = self.calendar.nearest(self.calendar.through(end) - days)
            return min(first, end), end
        return (start, end) if start else None


async def load(work: Work, project: Project) -> Network:
    """Read the network of a project, archived tasks aside. Three statements."""
    rows = (await work.session.execute(_TASKS, {"project": project.id})).all()
    links = (await work.session.execute(_LINKS, {"project": project.id})).all()
    missing = {row.depends_on_id for row in links} - {row.id for row in rows}
    others = (await work.session.execute(_OTHERS, {"ids": list(missing)})).all() if missing else []
    return Network(rows, links, others, calendar_of(project))


def tie(row: Row[Any]) -> Link:
    """Return a dependency as scheduling takes it."""
    return Link(row.task_id, row.depends_on_id, row.type, row.lag_days)


def calendar_of(project: Project) -> WorkCalendar:
    """Return the days of work of a project."""
    week = Calendar.model_validate(project.calendar)
    return WorkCalendar(week.working_days, week.holidays)


def days_of(row: Any) -> int:
    """Return how many days of work a task takes where a date is missing; none for a milestone."""
    return 0 if row.milestone else max(1, -(-(row.estimate_minutes or 0) // MINUTES_A_DAY))


def _planned(row: Row[Any], fixed: bool) -> Planned:
    return Planned(row.id, row.start_date, row.due_date, days_of(row), fixed)


_COLUMNS = (
    "t.id, t.number, t.title, t.status, t.milestone, t.parent_id, t.column_id, t.assignee_id, "
    "t.start_date, t.due_date, t.version, t.progress, t.estimate_minutes"
)
_TASKS = text(
    f"SELECT {_COLUMNS}, u.name AS assignee_name "  # noqa: S608  (no value in it)
    "FROM tasks t LEFT JOIN users u ON u.id = t.assignee_id "
    "WHERE t.project_id = :project AND t.status <> 'ARCHIVED' "
    "ORDER BY coalesce(t.start_date, t.due_date), t.due_date, t.number"
)
_LINKS = text(
    "SELECT d.id, d.task_id, d.depends_on_id, d.type, d.lag_days FROM task_dependencies d "
    "JOIN tasks t ON t.id = d.task_id AND t.project_id = :project AND t.status <> 'ARCHIVED' "
    "JOIN tasks o ON o.id = d.depends_on_id AND o.status <> 'ARCHIVED' ORDER BY d.id"
)
_OTHERS = text(
    f"SELECT {_COLUMNS} FROM tasks t WHERE t.id = ANY(:ids) "  # noqa: S608  (no value in it)
    "AND (t.start_date IS NOT NULL OR t.due_date IS NOT NULL)"
)


async def read_gantt(work: Work, project: Project, baseline_id: UUID | None = None) -> Gantt:
    """Return the time line of a project, beside a baseline if one is named.

    A few statements. All tasks count in the plan, `MOST` of them are returned.
    """
    network = await load(work, project)
    begin = max(project.start_date or work.today, work.today)
    windows, unmet = await asyncio.to_thread(_reckon, network, begin)
    kept = await _baseline(work, project, baseline_id)
    into = _into(network.links, unmet)
    shown = network.rows[:MOST]
    return Gantt(
        calendar=Calendar.model_validate(project.calendar),
        columns=await list_columns(work, project),
        total=len(network.rows),
        tasks=[_task(row, network, windows[row.id], into[row.id], kept) for row in shown],
    )


def _reckon(network: Network, begin: date) -> tuple[dict[Any, Window], set[Link]]:
    tasks, links, calendar = network.planned(), network.ties(), network.calendar
    return plan(tasks, links, calendar, begin), set(violated(tasks, links, calendar))


async def _baseline(
    work: Work, project: Project, baseline_id: UUID | None
) -> dict[UUID, tuple[date | None, date | None]]:
    if baseline_id is None:
        return {}
    baseline = await read_baseline(work, project, baseline_id)
    return {one.task_id: (one.start_date, one.due_date) for one in baseline.tasks}


def _into(links: Iterable[Row[Any]], unmet: set[Link]) -> dict[UUID, list[LinkPublic]]:
    into: dict[UUID, list[LinkPublic]] = defaultdict(list)
    for row in links:
        met = tie(row) not in unmet
        into[row.task_id].append(LinkPublic.model_validate({**row._mapping, "met": met}))
    return into


def _task(
    row: Row[Any],
    network: Network,
    window: Window,
    links: list[LinkPublic],
    kept: dict[UUID, tuple[date | None, date | None]],
) -> GanttTask:
    start, end = network.bar(row) or (None, None)
    then_start, then_end = kept.get(row.id, (None, None))
    return GanttTask(
        **{name: value for name, value in row._mapping.items() if name in GanttTask.model_fields},
        start=start,
        end=end,
        dependencies=links,
        earliest_start=window.earliest_start,
        latest_end=window.latest_end,
        slack_days=window.slack_days,
        critical=window.critical,
        baseline_start=then_start or then_end,
        baseline_end=then_end or then_start,
    )
