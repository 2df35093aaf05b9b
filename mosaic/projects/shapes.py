"""What crosses the wire about projects and their boards."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, model_validator
from pydantic import Field as Limits

from mosaic.core.shapes import Instant, Line, Shape
from mosaic.core.shapes import Text as SafeText

ProjectStatus = Literal["PLANNING", "ACTIVE", "ON_HOLD", "COMPLETED", "ARCHIVED"]
ColumnStatus = Literal["NOT_STARTED", "IN_PROGRESS", "PAUSED", "COMPLETED"]
Color = Annotated[str, Limits(pattern=r"^#[0-9A-Fa-f]{6}$")]
Description = Annotated[SafeText, Limits(max_length=200_000)]
WipLimit = Annotated[int, Limits(ge=1, le=10_000)]
# Addresses beside the projects that mean something else there.
RESERVED_SLUGS = frozenset({"new", "import", "imports", "templates"})


def _for_projects(slug: str) -> str:
    if slug.casefold() in RESERVED_SLUGS:
        raise ValueError("Mosaic uses this address itself. Another one may be free.")
    return slug


ProjectSlug = Annotated[
    SafeText,
    Limits(pattern=r"^[^\s/?#%\\]+$", min_length=1, max_length=120),
    AfterValidator(_for_projects),
]


class Calendar(Shape):
    """When there is work: days of the week (1 is Monday, 7 Sunday), and days without any."""

    working_days: Annotated[list[Annotated[int, Limits(ge=1, le=7)]], Limits(max_length=7)] = [
        *(1, 2, 3, 4, 5)
    ]
    holidays: Annotated[list[date], Limits(max_length=2_000)] = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.working_days:
            raise ValueError("A week has at least one day of work.")
        self.working_days, self.holidays = sorted({*self.working_days}), sorted({*self.holidays})
        return self


class ColumnCreate(Shape):
    """A column to be added at the end of a board. The limit shows when it is passed, no more."""

    name: Line
    status: ColumnStatus = "NOT_STARTED"
    wip_limit: WipLimit | None = None


class ColumnUpdate(Shape):
    """What changes about a column; `position` counts from 0."""

    name: Line | None = None
    status: ColumnStatus | None = None
    wip_limit: WipLimit | None = None
    position: Annotated[int, Limits(ge=0, le=1_000)] | None = None


class ColumnPublic(Shape):
    """A column of a board."""

    id: UUID
    name: str
    status: ColumnStatus
    wip_limit: int | None
    position: int


class ProjectCreate(Shape):
    """A project to be made; without `slug`, one is made from the name.

    With `templateId` it begins as that template does, its first day moved to `startDate`.
    """

    name: Line
    slug: ProjectSlug | None = None
    description: Description = ""
    status: ProjectStatus = "ACTIVE"
    color: Color | None = None
    start_date: date | None = None
    end_date: date | None = None
    entry_id: UUID | None = None
    calendar: Calendar = Calendar()
    template_id: UUID | None = None


class ProjectUpdate(Shape):
    """What changes about a project. `version` guards against overwriting somebody's change."""

    name: Line | None = None
    slug: ProjectSlug | None = None
    description: Description | None = None
    status: ProjectStatus | None = None
    color: Color | None = None
    start_date: date | None = None
    end_date: date | None = None
    entry_id: UUID | None = None
    calendar: Calendar | None = None
    version: int | None = None


class EntryOf(Shape):
    """The page of the wiki that tells of a project."""

    id: UUID
    slug: str
    title: str


class TaskCounts(Shape):
    """How many tasks there are, archived ones aside, and how many of them are completed."""

    total: int = 0
    completed: int = 0


class ProjectPublic(Shape):
    """A project. `entry` is there for those who see that page."""

    id: UUID
    slug: str
    name: str
    description: str
    status: ProjectStatus
    color: str | None
    start_date: date | None
    end_date: date | None
    entry: EntryOf | None
    calendar: Calendar
    columns: list[ColumnPublic]
    tasks: TaskCounts
    version: int
    created_by: UUID
    updated_by: UUID
    created_at: Instant
    updated_at: Instant
