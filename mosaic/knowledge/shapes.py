"""What crosses the wire about the wiki."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Limits

from mosaic.core.shapes import Instant, Line, Shape
from mosaic.core.shapes import Text as SafeText

Status = Literal["DRAFT", "PUBLISHED", "ARCHIVED"]
Visibility = Literal["PRIVATE", "WORKSPACE", "PUBLIC"]
# What becomes of a file of which another version is here: it stays away, takes its place, or
# stands beside it.
Conflicts = Literal["skip", "replace", "keep"]
Content = Annotated[SafeText, Limits(max_length=2_000_000)]
Summary = Annotated[SafeText, Limits(max_length=1000)]
Note = Annotated[SafeText, Limits(max_length=500)]
# Addresses beside the pages that mean something else there.
RESERVED_SLUGS = frozenset({"new", "import", "graph", ".", ".."})


def _for_pages(slug: str) -> str:
    if slug.casefold() in RESERVED_SLUGS:
        raise ValueError("Mosaic uses this address itself. Another one may be free.")
    return slug


EntrySlug = Annotated[
    SafeText,
    Limits(pattern=r"^[^\s/?#%\\]+$", min_length=1, max_length=120),
    AfterValidator(_for_pages),
]
TagNames = Annotated[list[Line], Limits(max_length=100)]
Properties = Annotated[dict[str, Any], Limits(max_length=200)]
Aliases = Annotated[list[Line], Limits(max_length=100)]


class EntryCreate(Shape):
    """A page to be made; without `slug`, one is made from the title."""

    title: Line
    content: Content = ""
    tags: TagNames = []
    status: Status = "PUBLISHED"
    visibility: Visibility = "WORKSPACE"
    slug: EntrySlug | None = None
    aliases: Aliases = []
    summary: Summary | None = None
    properties: Properties = {}
    change_note: Note = ""


class EntryUpdate(Shape):
    """What changes about a page. `version` guards against overwriting somebody's change."""

    title: Line | None = None
    content: Content | None = None
    tags: TagNames | None = None
    status: Status | None = None
    visibility: Visibility | None = None
    slug: EntrySlug | None = None
    aliases: Aliases | None = None
    summary: Summary | None = None
    properties: Properties | None = None
    version: int | None = None
    change_note: Note = ""


class TagPublic(Shape):
    """A tag."""

    id: UUID
    name: str
    slug: str
    color: str | None


class TagCounted(TagPublic):
    """A tag, and on how many pages that the reader sees."""

    entries: int


Color = Annotated[str, Limits(pattern=r"^#[0-9A-Fa-f]{6}$")]


class TagCreate(Shape):
    """A tag to be made. `color` is `#rrggbb`."""

    name: Line
    color: Color | None = None


class TagUpdate(Shape):
    """What changes about a tag. A `color` of null is none."""

    name: Line | None = None
    color: Color | None = None


class TagMerge(Shape):
    """The tag, by name or slug, that takes the place of another."""

    into: Line


class EntryPublic(Shape):
    """A page as it is sent. `contentHtml` is safe to show and its links point where they can."""

    id: UUID
    slug: str
    title: str
    content: str
    content_html: str
    summary: str | None
    status: Status
    visibility: Visibility
    tags: list[TagPublic]
    aliases: list[str]
    properties: dict[str, Any]
    version: int
    created_by: UUID
    updated_by: UUID
    created_at: Instant
    updated_at: Instant


class PublicLinkPublic(Shape):
    """The address at which anybody can read a public page."""

    url: str


class AttachmentPublic(Shape):
    """A file, and where it is served."""

    id: UUID
    name: str
    path: str
    media_type: str
    size: int
    url: str
