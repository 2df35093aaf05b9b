"""Tables of projects and their boards."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, desc, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at

_WEEK = '{"workingDays": [1, 2, 3, 4, 5], "holidays": []}'


class Project(SQLModel, table=True):
    """What several tasks are done for. `entry_id` is the page of the wiki that tells of it."""

    __tablename__ = "projects"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slug"),
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "entry_id"],
            ["entries.workspace_id", "entries.id"],
            ondelete="SET NULL (entry_id)",
        ),
        Index("ix_projects_workspace_id_updated_at", "workspace_id", desc("updated_at")),
        Index("ix_projects_entry_id", "entry_id", postgresql_where=text("entry_id IS NOT NULL")),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE")
    slug: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    description: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    status: str = Field(
        default="ACTIVE", sa_type=Text, sa_column_kwargs={"server_default": "ACTIVE"}
    )
    color: str | None = Field(default=None, sa_type=Text)
    start_date: date | None = None
    end_date: date | None = None
    entry_id: UUID | None = None
    calendar: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs={"server_default": _WEEK})
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    created_by: UUID = Field(foreign_key="users.id")
    updated_by: UUID = Field(foreign_key="users.id")
    created_at: datetime = made_at()
    updated_at: datetime = made_at()


class BoardColumn(SQLModel, table=True):
    """A column of a project's board. Cards in it have its `status`; the limit only shows."""

    __tablename__ = "board_columns"
    __table_args__ = (
        UniqueConstraint("project_id", "position", deferrable=True, initially="IMMEDIATE"),
        UniqueConstraint("workspace_id", "project_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "project_id"],
            ["projects.workspace_id", "projects.id"],
            ondelete="CASCADE",
        ),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID
    project_id: UUID
    name: str = Field(sa_type=Text)
    status: str = Field(sa_type=Text)
    wip_limit: int | None = None
    position: int
