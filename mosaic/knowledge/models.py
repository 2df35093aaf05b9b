"""Tables of the wiki."""

from datetime import datetime
from typing import Any
from uuid import UUID

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

_hidden = "CASE WHEN status = 'DRAFT' OR visibility = 'PRIVATE' THEN created_by END"


def of_entry(column: str) -> ForeignKeyConstraint:
    """Return the foreign key of what goes when its entry goes."""
    return ForeignKeyConstraint(
        ["workspace_id", column], ["entries.workspace_id", "entries.id"], ondelete="CASCADE"
    )


class Entry(SQLModel, table=True):
    """A page. `private_to` is the only user who may see it, or null."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slug", "private_to", postgresql_nulls_not_distinct=True),
        UniqueConstraint("workspace_id", "id"),
        Index(
            "ix_entries_workspace_id_updated_at",
            "workspace_id",
            desc("updated_at"),
            desc("id"),
            postgresql_include=["status", "visibility", "private_to"],
        ),
        Index("ix_entries_workspace_id_title", "workspace_id", text("lower(title)"), "id"),
        Index(
            "ix_entries_private_to",
            "private_to",
            "workspace_id",
            postgresql_where=text("private_to IS NOT NULL"),
        ),
        Index("ix_entries_workspace_id_path", "workspace_id", "path"),
        Index(
            "ix_entries_properties",
            "workspace_id",
            "properties",
            postgresql_using="gin",
            postgresql_ops={"properties": "jsonb_path_ops"},
            postgresql_where=text("properties <> '{}'"),
        ),
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
    """What an entry was after one edit. `fields` is what it had beside its text, or null where that
    was not kept yet.
    """

    __tablename__ = "entry_versions"
    __table_args__ = (of_entry("entry_id"),)
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    title: str = Field(sa_type=Text)
    content: str = Field(sa_type=Text)
    change_note: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    created_by: UUID = Field(foreign_key="users.id")
    created_at: datetime = made_at()
    fields: dict[str, Any] | None = Field(default=None, sa_type=JSONB)


class EntryName(SQLModel, table=True):
    """A name that a link can use; `step` is its place in the order of resolution."""

    __tablename__ = "entry_names"
    __table_args__ = (
        of_entry("entry_id"),
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
        of_entry("source_id"),
        Index("ix_links_workspace_id_folded", "workspace_id", "folded"),
        Index(
            "ix_links_waiting",
            "workspace_id",
            "ambiguous",
            "folded",
            postgresql_where=text("target_id IS NULL"),
        ),
        Index("ix_links_target_id", "target_id", desc("source_id"), "ordinal"),
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
    target_id: UUID | None = Field(default=None, foreign_key="entries.id", ondelete="SET NULL")
    ambiguous: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class Tag(SQLModel, table=True):
    """A word that groups entries. `shared` counts those that all members see, archived ones aside.

    Triggers of the database keep the count.
    """

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
    kept: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    shared: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class EntryTag(SQLModel, table=True):
    """A tag on an entry."""

    __tablename__ = "entry_tags"
    __table_args__ = (
        of_entry("entry_id"),
        ForeignKeyConstraint(
            ["workspace_id", "tag_id"], ["tags.workspace_id", "tags.id"], ondelete="CASCADE"
        ),
    )
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    tag_id: UUID = Field(primary_key=True, index=True)


class PublicLink(SQLModel, table=True):
    """The address at which anybody reads an entry while it is public."""

    __tablename__ = "public_links"
    __table_args__ = (of_entry("entry_id"),)
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    token: str = Field(sa_type=Text, unique=True)


class Attachment(SQLModel, table=True):
    """A file that pages show or offer."""

    __tablename__ = "attachments"
    __table_args__ = (
        UniqueConstraint("workspace_id", "path"),
        UniqueConstraint("workspace_id", "id"),
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


class Presence(SQLModel, table=True):
    """Somebody who is on a page in a tab at this moment."""

    __tablename__ = "presences"
    __table_args__ = (of_entry("entry_id"), {"prefixes": ["UNLOGGED"]})
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    user_id: UUID = Field(primary_key=True, foreign_key="users.id", ondelete="CASCADE")
    tab: str = Field(primary_key=True, sa_type=Text)
    writing: bool
    seen_at: datetime = made_at()


class Rename(SQLModel, table=True):
    """What an entry was before its version `version` gave it another name.

    `pages` are the others that were written anew with it: (id, the version that it became).
    """

    __tablename__ = "renames"
    __table_args__ = (of_entry("entry_id"),)
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    title: str = Field(sa_type=Text)
    slug: str = Field(sa_type=Text)
    path: str | None = Field(default=None, sa_type=Text)
    pages: list[list[Any]] = Field(sa_type=JSONB)
