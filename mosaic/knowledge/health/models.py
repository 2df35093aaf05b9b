"""Tables of what was found when all pages were looked through."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import REAL, DateTime, Index
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at
from mosaic.knowledge.models import of_entry


class LinkLook(SQLModel, table=True):
    """The last time that all pages were looked through: how many, and when the latest changed."""

    __tablename__ = "link_looks"
    workspace_id: UUID = Field(primary_key=True, foreign_key="workspaces.id", ondelete="CASCADE")
    pages: int
    latest: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    looked_at: datetime = made_at()


class Mention(SQLModel, table=True):
    """A page, `source_id`, that named another one and had no link to it."""

    __tablename__ = "mentions"
    __table_args__ = (
        of_entry("entry_id"),
        of_entry("source_id"),
        Index("ix_mentions_workspace_id", "workspace_id"),
        Index("ix_mentions_source_id", "source_id"),
    )
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    source_id: UUID = Field(primary_key=True)


class Likeness(SQLModel, table=True):
    """Two pages that were nearly the same: `texts` is about how much, null where titles were."""

    __tablename__ = "likenesses"
    __table_args__ = (
        of_entry("entry_id"),
        of_entry("other_id"),
        Index("ix_likenesses_workspace_id", "workspace_id"),
        Index("ix_likenesses_other_id", "other_id"),
    )
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    other_id: UUID = Field(primary_key=True)
    texts: float | None = Field(default=None, sa_type=REAL)


class KeptApart(SQLModel, table=True):
    """Two pages of which somebody said that they are different; the lesser id comes first."""

    __tablename__ = "kept_apart"
    __table_args__ = (
        of_entry("entry_id"),
        of_entry("other_id"),
        Index("ix_kept_apart_other_id", "other_id"),
    )
    workspace_id: UUID
    entry_id: UUID = Field(primary_key=True)
    other_id: UUID = Field(primary_key=True)
    created_by: UUID = Field(foreign_key="users.id")
    created_at: datetime = made_at()
