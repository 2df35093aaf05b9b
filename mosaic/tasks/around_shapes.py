"""What crosses the wire about what stands around tasks."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field as Limits

from mosaic.core.shapes import Instant, Line, Shape
from mosaic.core.shapes import Text as SafeText
from mosaic.tasks.shapes import TaskStatus

DependencyType = Literal["FS", "SS", "FF", "SF"]
LagDays = Annotated[int, Limits(ge=-3_650, le=3_650)]
Words = Annotated[SafeText, Limits(min_length=1, max_length=50_000)]
Query = Annotated[SafeText, Limits(max_length=2_000)]


class TaskOf(Shape):
    """A task as another one names it."""

    id: UUID
    number: int
    title: str
    status: TaskStatus


class DependencyCreate(Shape):
    """What a task waits for: F is the finish and S the start, first of the other, then of it."""

    depends_on_id: UUID
    type: DependencyType = "FS"
    lag_days: LagDays = 0


class DependencyUpdate(Shape):
    """What changes about a dependency."""

    type: DependencyType | None = None
    lag_days: LagDays | None = None


class DependencyPublic(Shape):
    """A dependency. `task` is the one at its other end, seen from the task that was asked about."""

    id: UUID
    task_id: UUID
    depends_on_id: UUID
    type: DependencyType
    lag_days: int
    task: TaskOf


class CommentWrite(Shape):
    """What somebody says, in Markdown."""

    content: Words


class CommentPublic(Shape):
    """A comment as it is sent. `contentHtml` is safe to show."""

    id: UUID
    content: str
    content_html: str
    created_by: UUID
    author: str
    created_at: Instant
    updated_at: Instant


class ItemCreate(Shape):
    """A line to be added at the end of a checklist."""

    title: Line


class ItemUpdate(Shape):
    """What changes about a line; it goes before `beforeId`, or after `afterId`."""

    title: Line | None = None
    checked: bool | None = None
    before_id: UUID | None = None
    after_id: UUID | None = None


class ItemPublic(Shape):
    """A line of a checklist."""

    id: UUID
    title: str
    checked: bool
    position: str


class ViewCreate(Shape):
    """A list to be kept: what stands behind its address, for oneself or for all."""

    name: Line
    query: Query
    shared: bool = False


class ViewUpdate(Shape):
    """What changes about a view."""

    name: Line | None = None
    query: Query | None = None
    shared: bool | None = None


class ViewPublic(Shape):
    """A list that was kept. `mine`: the caller made it."""

    id: UUID
    name: str
    query: str
    shared: bool
    mine: bool
