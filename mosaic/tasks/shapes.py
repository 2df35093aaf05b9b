"""What crosses the wire about tasks."""

import re
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic import Field as Limits

from mosaic.core.shapes import Instant, Line, Shape
from mosaic.core.shapes import Text as SafeText
from mosaic.knowledge.shapes import TagPublic
from mosaic.tasks.rules import read_rule

TaskStatus = Literal["NOT_STARTED", "IN_PROGRESS", "PAUSED", "COMPLETED", "ARCHIVED"]
Priority = Literal["LOW", "MEDIUM", "HIGH"]
OPEN: tuple[TaskStatus, ...] = ("NOT_STARTED", "IN_PROGRESS", "PAUSED")
Description = Annotated[SafeText, Limits(max_length=200_000)]
Minutes = Annotated[int, Limits(ge=0, le=10_000_000)]
Percent = Annotated[int, Limits(ge=0, le=100)]
RepeatRule = Annotated[SafeText, Limits(max_length=500), AfterValidator(read_rule)]


def _clock(value: object) -> time:
    """Return a time as it is, or that of "09:00" or "09:00:00"; ValueError for anything else."""
    if isinstance(value, time):
        return value
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError("A time of the day is expected here, such as 09:00.")
    return time(int(found[1]), int(found[2]))


_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])(?::00)?")
ClockTime = Annotated[
    time,
    BeforeValidator(_clock),
    PlainSerializer("{:%H:%M}".format, str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
]
TagNames = Annotated[list[Line], Limits(max_length=100)]


class TaskCreate(Shape):
    """A task to be made. In a project it becomes a card, at the end of its column."""

    title: Line
    description: Description = ""
    status: TaskStatus | None = None
    priority: Priority = "MEDIUM"
    due_date: date | None = None
    due_time: ClockTime | None = None
    start_date: date | None = None
    shown_from: date | None = None
    estimate_minutes: Minutes | None = None
    progress: Percent = 0
    milestone: bool = False
    repeat_rule: RepeatRule | None = None
    assignee_id: UUID | None = None
    project_id: UUID | None = None
    parent_id: UUID | None = None
    column_id: UUID | None = None
    tags: TagNames = []


class TaskChanges(Shape):
    """What changes about one task or several. Status and column follow each other."""

    title: Line | None = None
    description: Description | None = None
    status: TaskStatus | None = None
    priority: Priority | None = None
    due_date: date | None = None
    due_time: ClockTime | None = None
    start_date: date | None = None
    shown_from: date | None = None
    estimate_minutes: Minutes | None = None
    progress: Percent | None = None
    milestone: bool | None = None
    repeat_rule: RepeatRule | None = None
    assignee_id: UUID | None = None
    project_id: UUID | None = None
    parent_id: UUID | None = None
    column_id: UUID | None = None
    tags: TagNames | None = None


class TaskUpdate(TaskChanges):
    """What changes about a task. `version` guards against overwriting somebody's change."""

    version: int | None = None


class TaskMove(Shape):
    """Where a card goes: before or after another one of the column, else to its end.

    Of two neighbours the one counts that is still there. In another lane it gets what the cards
    there have in common.
    """

    column_id: UUID
    before_id: UUID | None = None
    after_id: UUID | None = None
    assignee_id: UUID | None = None
    priority: Priority = "MEDIUM"


class ProjectOf(Shape):
    """The project of a task."""

    id: UUID
    slug: str
    name: str
    color: str | None


class Counts(Shape):
    """How many there are, archived ones aside, and how many of them are completed."""

    total: int = 0
    completed: int = 0


class TaskCard(Shape):
    """A task as a line of a list or a card on a board has it.

    `waitsFor`: how many open tasks it depends on. `nextId`: of one that repeats, the one that was
    made when it was completed.
    """

    id: UUID
    number: int
    title: str
    status: TaskStatus
    priority: Priority
    due_date: date | None
    due_time: ClockTime | None
    start_date: date | None
    shown_from: date | None
    estimate_minutes: int | None
    progress: int
    milestone: bool
    repeat_rule: str | None
    next_id: UUID | None
    assignee_id: UUID | None
    assignee_name: str | None
    project_id: UUID | None
    project: ProjectOf | None
    parent_id: UUID | None
    column_id: UUID | None
    position: str | None
    tags: list[TagPublic]
    subtasks: Counts
    checklist: Counts
    comments: int
    waits_for: int
    completed_at: Instant | None
    version: int
    created_by: UUID
    updated_by: UUID
    created_at: Instant
    updated_at: Instant


class TaskPublic(TaskCard):
    """A task as it is sent."""

    description: str


class TaskChanged(TaskPublic):
    """A task that was just changed. `changeId` takes that back; null when nothing was changed."""

    change_id: UUID | None = None


class TaskDetail(TaskChanged):
    """A task with its text as a page shows it."""

    description_html: str


class Bulk(Shape):
    """Tasks that are all changed alike."""

    ids: Annotated[list[UUID], Limits(min_length=1, max_length=500)]
    changes: TaskChanges


class TasksChanged(Shape):
    """Tasks that were just changed. `changeId` takes that back; null when nothing was changed."""

    change_id: UUID | None
    tasks: list[TaskPublic]


class TaskChangePublic(Shape):
    """What was changed of a task: its fields before and after. Of a new one, before is empty."""

    id: UUID
    action: str
    user_id: UUID | None
    user_name: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    created_at: Instant
    undone_at: Instant | None


class KeptFields(TaskChanges):
    """The fields of a task as a change keeps them."""

    next_id: UUID | None = None
    position: str | None = None
    completed_at: datetime | None = None
