"""Tables of tasks."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, ForeignKeyConstraint, Index, Text, UniqueConstraint, desc, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at

ORDERED = Text(collation="C")  # see `core/order.py`


def _text(default: str) -> Any:
    return Field(default=default, sa_type=Text, sa_column_kwargs={"server_default": default})


def _number(default: int) -> Any:
    return Field(default=default, sa_column_kwargs={"server_default": str(default)})


def of_task(column: str = "task_id") -> ForeignKeyConstraint:
    """Return the foreign key of what goes when its task goes."""
    return ForeignKeyConstraint(
        ["workspace_id", column], ["tasks.workspace_id", "tasks.id"], ondelete="CASCADE"
    )


class TaskNumber(SQLModel, table=True):
    """The last number that a task of the workspace got."""

    __tablename__ = "task_numbers"
    workspace_id: UUID = Field(primary_key=True, foreign_key="workspaces.id", ondelete="CASCADE")
    last: int


class Task(SQLModel, table=True):
    """Something to do. `position` is its place in its column of the board.

    `due_time` is what clocks show wherever somebody looks, as `due_date` is what calendars do.

    `next_id`: of one that repeats, the task that was made when it was completed.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("workspace_id", "number"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("column_id", "position", deferrable=True, initially="IMMEDIATE"),
        ForeignKeyConstraint(
            ["workspace_id", "assignee_id"],
            ["members.workspace_id", "members.user_id"],
            ondelete="SET NULL (assignee_id)",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "project_id"],
            ["projects.workspace_id", "projects.id"],
        ),
        ForeignKeyConstraint(
            ["workspace_id", "project_id", "column_id"],
            ["board_columns.workspace_id", "board_columns.project_id", "board_columns.id"],
        ),
        ForeignKeyConstraint(
            ["workspace_id", "parent_id"],
            ["tasks.workspace_id", "tasks.id"],
            ondelete="SET NULL (parent_id)",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "next_id"],
            ["tasks.workspace_id", "tasks.id"],
            ondelete="SET NULL (next_id)",
        ),
        Index("ix_tasks_next_id", "next_id", postgresql_where=text("next_id IS NOT NULL")),
        Index("ix_tasks_workspace_id_updated_at", "workspace_id", desc("updated_at"), desc("id")),
        Index("ix_tasks_workspace_id_due_date", "workspace_id", "due_date"),
        Index("ix_tasks_workspace_id_assignee_id", "workspace_id", "assignee_id"),
        Index("ix_tasks_project_id_status", "project_id", "status"),
        Index("ix_tasks_parent_id", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index(
            "ix_tasks_cards",
            "column_id",
            "position",
            postgresql_where=text("status <> 'ARCHIVED'"),
        ),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE")
    number: int
    title: str = Field(sa_type=Text)
    description: str = _text("")
    status: str = _text("NOT_STARTED")
    priority: str = _text("MEDIUM")
    start_date: date | None = None
    due_date: date | None = None
    due_time: time | None = None
    shown_from: date | None = None
    estimate_minutes: int | None = None
    progress: int = _number(0)
    milestone: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    repeat_rule: str | None = Field(default=None, sa_type=Text)
    next_id: UUID | None = None
    assignee_id: UUID | None = None
    project_id: UUID | None = None
    parent_id: UUID | None = None
    column_id: UUID | None = None
    position: str | None = Field(default=None, sa_type=ORDERED)
    completed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = _number(1)
    created_by: UUID = Field(foreign_key="users.id")
    updated_by: UUID = Field(foreign_key="users.id")
    created_at: datetime = made_at()
    updated_at: datetime = made_at()


class TaskTag(SQLModel, table=True):
    """A tag of the workspace on a task."""

    __tablename__ = "task_tags"
    __table_args__ = (
        of_task(),
        ForeignKeyConstraint(
            ["workspace_id", "tag_id"], ["tags.workspace_id", "tags.id"], ondelete="CASCADE"
        ),
    )
    workspace_id: UUID
    task_id: UUID = Field(primary_key=True)
    tag_id: UUID = Field(primary_key=True, index=True)


class TaskChange(SQLModel, table=True):
    """One thing that somebody did to one task or to several; it can be taken back once."""

    __tablename__ = "task_changes"
    __table_args__ = (UniqueConstraint("workspace_id", "id"),)
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE")
    action: str = Field(sa_type=Text)
    user_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    created_at: datetime = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )
    undone_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class TaskChangeFields(SQLModel, table=True):
    """The fields of one task that a change changed, before and after."""

    __tablename__ = "task_change_fields"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "change_id"],
            ["task_changes.workspace_id", "task_changes.id"],
            ondelete="CASCADE",
        ),
        of_task(),
        Index("ix_task_change_fields_task_id", "task_id", "change_id"),
    )
    workspace_id: UUID
    change_id: UUID = Field(primary_key=True)
    task_id: UUID = Field(primary_key=True)
    before: dict[str, Any] = Field(sa_type=JSONB)
    after: dict[str, Any] = Field(sa_type=JSONB)
