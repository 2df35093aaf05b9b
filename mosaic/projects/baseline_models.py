"""Tables of baselines: what the plan of a project was at a time."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at


class Baseline(SQLModel, table=True):
    """What the dates of a project's tasks were when it was taken."""

    __tablename__ = "baselines"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(
            ["workspace_id", "project_id"],
            ["projects.workspace_id", "projects.id"],
            ondelete="CASCADE",
        ),
        Index("ix_baselines_project_id", "project_id", "id"),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID
    project_id: UUID
    name: str = Field(sa_type=Text)
    created_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    taken_at: datetime = made_at()


class BaselineTask(SQLModel, table=True):
    """The dates of one task in a baseline."""

    __tablename__ = "baseline_tasks"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "baseline_id"],
            ["baselines.workspace_id", "baselines.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["workspace_id", "task_id"], ["tasks.workspace_id", "tasks.id"], ondelete="CASCADE"
        ),
    )
    workspace_id: UUID
    baseline_id: UUID = Field(primary_key=True)
    task_id: UUID = Field(primary_key=True, index=True)
    start_date: date | None = None
    due_date: date | None = None
