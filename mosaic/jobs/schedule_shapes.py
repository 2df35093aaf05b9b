"""What crosses the wire about schedules."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import StringConstraints

from mosaic.core.shapes import Instant, Line, Shape
from mosaic.jobs.values import JsonObject, Percent, TypeName

Cron = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
TimeZone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]


class ScheduleCreate(Shape):
    """When runs of a type are to be started. `cron` has five fields, read in `timeZone`."""

    title: Line
    type: TypeName
    cron: Cron
    time_zone: TimeZone = "UTC"
    input: JsonObject = {}
    priority: Percent = 50
    active: bool = True


class ScheduleUpdate(Shape):
    """What changes about a schedule."""

    title: Line | None = None
    cron: Cron | None = None
    time_zone: TimeZone | None = None
    input: JsonObject | None = None
    priority: Percent | None = None
    active: bool | None = None


class SchedulePublic(Shape):
    """A schedule as it is sent; `nextAt` is when it starts a run next."""

    id: UUID
    title: str
    type: str
    cron: str
    time_zone: str
    input: dict[str, Any]
    priority: int
    active: bool
    next_at: Instant | None
    created_by: UUID
    created_at: Instant
