"""What crosses the wire about the time line of a project."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field as Limits

from mosaic.core.shapes import Shape
from mosaic.projects.scheduling import LinkType
from mosaic.projects.shapes import Calendar, ColumnPublic
from mosaic.tasks.shapes import TaskStatus


class LinkPublic(Shape):
    """That a task depends on another one, by finish (F) or start (S).

    `met`: it holds by the dates as they are planned.
    """

    id: UUID
    depends_on_id: UUID
    type: LinkType
    lag_days: int
    met: bool


class GanttTask(Shape):
    """A task on the time line.

    `start` and `end` are those of its bar: where one of its dates is missing, by its estimate; null
    without any. `earliestStart` to `latestEnd` is when it can be done without the last task ending
    later, and `slackDays` the days of work between.
    """

    id: UUID
    number: int
    title: str
    status: TaskStatus
    milestone: bool
    parent_id: UUID | None
    column_id: UUID | None
    assignee_id: UUID | None
    assignee_name: str | None
    start_date: date | None
    due_date: date | None
    version: int
    start: date | None
    end: date | None
    progress: int
    dependencies: list[LinkPublic]
    earliest_start: date
    latest_end: date
    slack_days: int
    critical: bool
    baseline_start: date | None = None
    baseline_end: date | None = None


class Gantt(Shape):
    """The time line of a project: its tasks by start, those without a date at the end.

    `total` counts all of them; of very many only the first are there.
    """

    calendar: Calendar
    columns: list[ColumnPublic]
    total: int
    tasks: list[GanttTask]


class ScheduleRequest(Shape):
    """Other dates for a task. The one that is left out follows: it takes as long as before.

    With `cascade`, what waits for it moves as far as it has to; with `preview`, nothing is changed.
    """

    task_id: UUID
    start_date: date | None = None
    due_date: date | None = None
    cascade: bool = True
    preview: bool = False
    version: Annotated[int, Limits(ge=1)] | None = None


class WaitsFor(Shape):
    """A dependency, named by its two tasks."""

    task_id: UUID
    depends_on_id: UUID
    type: LinkType
    lag_days: int


class ScheduleMove(Shape):
    """The dates that a task has, or has had (`from…`). `because`: the dependency that asks for it,
    null for the task that was asked about.
    """

    id: UUID
    number: int
    title: str
    from_start: date | None
    from_end: date | None
    start_date: date | None
    due_date: date | None
    because: WaitsFor | None


class Schedule(Shape):
    """What moves, the task that was asked about first. `unmet`: dependencies that do not hold then.

    `changeId` takes all of it back; null for a preview.
    """

    preview: bool
    change_id: UUID | None
    moves: list[ScheduleMove]
    unmet: list[WaitsFor]
