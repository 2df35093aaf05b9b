"""Tables of the wiki, and what crosses the wire about it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator
from pydantic import Field as Limits
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Computed,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    desc,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at
from mosaic.core.shapes import Instant, Line, Shape
from mosaic.core.shapes import Text as SafeText

_hidden = "CASE WHEN status = 'DRAFT' OR visibility = 'PRIVATE' THEN created_by END"


def _of_entry(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", column], ["entries.workspace_id", "entries.id"], ondelete="CASCADE"
    )


class Entry(SQLModel, table=True):
    """A page. `private_to` is the only user who may see it, or null."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slug", "private_to", postgresql_nulls_not_distinct=True),
        UniqueConstraint("workspace_id", "id"),
        Index("ix_entries_workspace_id_updated_at", "workspace_id", desc("updated_at")),
        Index("ix_entries_workspace_id_path", "workspace_id", "path"),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE")
    slug: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    path: str | None = Field(default=None, sa_type=Text)
    content: str = Field(sa_type=Text)
    front_matter: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    html: str = Field(sa_type=Text)
    renderer: int
    summary: str | None = Field(default=None, sa_type=Text)
    status: str = Field(sa_type=Text)
    visibility: str = Field(sa_type=Text)
    aliases: list[str] = Field(sa_type=ARRAY(Text), sa_column_kwargs={"server_default": "{}"})
    properties: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs={"server_default": "{}"})
    version: int
    created_by: UUID = Field(foreign_key="users.id")
    updated_by: UUID = Field(foreign_key="users.id")
    created_at: datetime = made_at()
    updated_at: datetime = made_at()
    private_to: UUID | None = Field(default=None, sa_column_args=[Computed(_hidden)])


class EntryVersion(SQLModel, table=True):
    """What an entry was after one edit."""

    __tablename__ = "entry_versions"
    __table_args__ = (_of_entry("entry_id"),)
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    title: str = Field(sa_type=Text)
    content: str = Field(sa_type=Text)
    change_note: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    created_by: UUID = Field(foreign_key="users.id")
    created_at: datetime = made_at()


class EntryName(SQLModel, table=True):
    """A name that a link can use; `step` is its place in the order of resolution."""

    __tablename__ = "entry_names"
    __table_args__ = (
        _of_entry("entry_id"),
        Index("ix_entry_names_workspace_id_key", "workspace_id", "key"),
    )
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    step: int = Field(primary_key=True, sa_type=SmallInteger)
    key: str = Field(primary_key=True, sa_type=Text)


class EntryLink(SQLModel, table=True):
    """A link as written in an entry, and what it points at now."""

    __tablename__ = "links"
    __table_args__ = (
        _of_entry("source_id"),
        Index("ix_links_workspace_id_folded", "workspace_id", "folded"),
    )
    workspace_id: UUID
    source_id: UUID = Field(primary_key=True)
    ordinal: int = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    target: str = Field(sa_type=Text)
    folded: str = Field(sa_type=Text)
    heading: str | None = Field(default=None, sa_type=Text)
    label: str | None = Field(default=None, sa_type=Text)
    embed: bool
    context: str = Field(sa_type=Text)
    target_id: UUID | None = Field(
        default=None, foreign_key="entries.id", ondelete="SET NULL", index=True
    )
    ambiguous: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class Tag(SQLModel, table=True):
    """A word that groups entries."""

    __tablename__ = "tags"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slug"),
        UniqueConstraint("workspace_id", "id"),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE")
    slug: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    color: str | None = Field(default=None, sa_type=Text)


class EntryTag(SQLModel, table=True):
    """A tag on an entry."""

    __tablename__ = "entry_tags"
    __table_args__ = (
        _of_entry("entry_id"),
        ForeignKeyConstraint(
            ["workspace_id", "tag_id"], ["tags.workspace_id", "tags.id"], ondelete="CASCADE"
        ),
    )
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    tag_id: UUID = Field(primary_key=True, index=True)


class Attachment(SQLModel, table=True):
    """A file that pages show or offer."""

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("workspace_id", "path"),
        Index("ix_attachments_workspace_id_name", "workspace_id", "name"),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE")
    path: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    size: int = Field(sa_type=BigInteger)
    digest: str = Field(sa_type=Text)
    data: bytes = Field(sa_type=LargeBinary)
    created_by: UUID = Field(foreign_key="users.id")
    created_at: datetime = made_at()


class ImportLine(SQLModel, table=True):
    """What became of one file of an import."""

    __tablename__ = "import_lines"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "job_id"],
            ["jobs.workspace_id", "jobs.id"],
            ondelete="CASCADE",
        ),
    )
    workspace_id: UUID
    job_id: UUID = Field(primary_key=True)
    ordinal: int = Field(primary_key=True)
    path: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    reason: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})


Status = Literal["DRAFT", "PUBLISHED", "ARCHIVED"]
Visibility = Literal["PRIVATE", "WORKSPACE", "PUBLIC"]
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
    version: int | None = None
    change_note: Note = ""


class TagPublic(Shape):
    """A tag."""

    id: UUID
    name: str
    slug: str
    color: str | None


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


class VersionPublic(Shape):
    """What a page was after one edit."""

    version: int
    title: str
    content: str
    change_note: str
    created_by: UUID
    created_at: Instant


class Backlink(Shape):
    """A page that links here, with the sentence around the link."""

    slug: str
    title: str
    context: str


class Candidate(Shape):
    """A page that a link could mean."""

    slug: str
    title: str


class LinkPublic(Shape):
    """A link as written, and what it points at now."""

    target: str
    heading: str | None
    text: str | None
    embed: bool
    resolved: bool
    ambiguous: bool
    slug: str | None
    title: str | None
    candidates: list[Candidate]


class AttachmentPublic(Shape):
    """A file, and where it is served."""

    id: UUID
    name: str
    path: str
    media_type: str
    size: int
    url: str


class ImportLinePublic(Shape):
    """What became of one file."""

    path: str
    outcome: Literal["created", "updated", "skipped", "failed"]
    reason: str


class LinkCounts(Shape):
    """How many links on how many pages lead to a page, to none, or to several."""

    pages: int
    resolved: int
    broken: int
    ambiguous: int


class ImportPublic(Shape):
    """An import that runs or ran, with how many files had which outcome.

    `links` counts, once it is completed, the links on the pages that were in it.
    """

    id: UUID
    source: str
    status: Literal["RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
    total: int
    done: int
    problem: str | None
    counts: dict[str, int]
    links: LinkCounts | None
    report: list[ImportLinePublic]
    created_at: Instant


class ImportStarted(Shape):
    """An import that goes on in the background."""

    job_id: UUID
