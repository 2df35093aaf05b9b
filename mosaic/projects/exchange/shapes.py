"""A project as a file of JSON: written by an export, read by an import, kept as a template.

Tasks name each other by `id`, which is their place in the file, and columns by their place on the
board, from 0 on.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field as Limits

from mosaic.core.shapes import Instant, Line, Shape
from mosaic.core.shapes import Text as SafeText
from mosaic.knowledge.exchange.json_file import TagFile
from mosaic.projects.shapes import Calendar, Color, ColumnCreate, Description, ProjectStatus
from mosaic.tasks.around_shapes import DependencyType, LagDays, Words
from mosaic.tasks.shapes import ClockTime, Minutes, Percent, Priority, RepeatRule, TaskStatus

FORMAT, VERSION = "mosaic-project", 1
Place = Annotated[int, Limits(ge=1, le=2**31 - 1)]
Name = Annotated[SafeText, Limits(max_length=300)]


class ProjectFile(Shape):
    """What a project is. `page` is the address of the page of the wiki that tells of it.

    Numbers of tasks that are not in the file mean something in its `workspace` only.
    """

    name: Line
    description: Description = ""
    status: ProjectStatus = "ACTIVE"
    color: Color | None = None
    start_date: date | None = None
    end_date: date | None = None
    page: Name | None = None
    workspace: UUID | None = None
    calendar: Calendar = Calendar()
    columns: Annotated[list[ColumnCreate], Limits(max_length=50)] = []


class PersonFile(Shape):
    """Somebody, by whatever of both is known."""

    name: Name = ""
    email: Name = ""


class WaitFile(Shape):
    """What a task waits for."""

    id: Place
    type: DependencyType = "FS"
    lag_days: LagDays = 0


class ItemFile(Shape):
    """A line of a checklist."""

    title: Line
    checked: bool = False


class CommentFile(Shape):
    """What somebody said when."""

    author: PersonFile = PersonFile()
    at: Instant | None = None
    content: Words


class TaskFile(Shape):
    """A task with what stands around it. `number` is known where a text mentions it by that."""

    id: Place
    number: Place | None = None
    title: Line
    description: Description = ""
    status: TaskStatus = "NOT_STARTED"
    priority: Priority = "MEDIUM"
    column: Annotated[int, Limits(ge=0, le=1_000)] | None = None
    start_date: date | None = None
    due_date: date | None = None
    due_time: ClockTime | None = None
    shown_from: date | None = None
    estimate_minutes: Minutes | None = None
    progress: Percent = 0
    milestone: bool = False
    repeat_rule: RepeatRule | None = None
    assignee: PersonFile | None = None
    parent: Place | None = None
    depends_on: Annotated[list[WaitFile], Limits(max_length=1_000)] = []
    tags: Annotated[list[TagFile], Limits(max_length=100)] = []
    checklist: Annotated[list[ItemFile], Limits(max_length=500)] = []
    comments: Annotated[list[CommentFile], Limits(max_length=10_000)] = []
    created_at: Instant | None = None
    updated_at: Instant | None = None
    completed_at: Instant | None = None


class BaselineTaskFile(Shape):
    """The dates of a task when a baseline was taken."""

    id: Place
    start_date: date | None = None
    due_date: date | None = None


class BaselineFile(Shape):
    """What the plan was at a time."""

    name: Line
    taken_at: Instant | None = None
    tasks: Annotated[list[BaselineTaskFile], Limits(max_length=200_000)] = []
