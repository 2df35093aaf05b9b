"""The table of activity, and what crosses the wire about it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, desc
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at
from mosaic.core.shapes import Instant, Shape


class Activity(SQLModel, table=True):
    """One thing that somebody did. `private_to` hides what concerns a private page."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_workspace_id_created_at", "workspace_id", desc("created_at")),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE")
    user_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    action: str = Field(sa_type=Text)
    entity_type: str = Field(sa_type=Text)
    entity_id: UUID | None = Field(default=None, index=True)
    entity_title: str = Field(sa_type=Text)
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": "{}"}
    )
    ip_address: str | None = Field(default=None, sa_type=Text)
    private_to: UUID | None = None
    created_at: datetime = made_at()


class ActivityPublic(Shape):
    """One line of the log."""

    id: UUID
    user_id: UUID | None
    user_name: str | None
    action: str
    entity_type: str
    entity_id: UUID | None
    entity_title: str
    details: dict[str, Any]
    ip_address: str | None
    created_at: Instant
