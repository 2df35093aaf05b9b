"""Tables of what stands around tasks: dependencies, comments, checklists, files, links, views."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at
from mosaic.tasks.models import ORDERED, of_task


class TaskDependency(SQLModel, table=True):
    """That a task follows another one: by its finish (F) or start (S), so many days later."""

    __tablename__ = "task_dependencies"
    __table_args__ = (
        of_task(),
        of_task("depends_on_id"),
        UniqueConstraint("task_id", "depends_on_id", "type"),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID
    task_id: UUID
    depends_on_id: UUID = Field(index=True)
    type: str = Field(default="FS", sa_type=Text, sa_column_kwargs={"server_default": "FS"})
    lag_days: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = made_at()


class TaskComment(SQLModel, table=True):
    """What somebody says about a task, in Markdown."""

    __tablename__ = "task_comments"
    __table_args__ = (of_task(), Index("ix_task_comments_task_id", "task_id", "id"))
    id: UUID = Field(primary_key=True)
    workspace_id: UUID
    task_id: UUID
    content: str = Field(sa_type=Text)
    created_by: UUID = Field(foreign_key="users.id")
    created_at: datetime = made_at()
    updated_at: datetime = made_at()


class ChecklistItem(SQLModel, table=True):
    """A line of a task's checklist."""

    __tablename__ = "task_checklist"
    __table_args__ = (of_task(), UniqueConstraint("task_id", "position"))
    id: UUID = Field(primary_key=True)
    workspace_id: UUID
    task_id: UUID
    title: str = Field(sa_type=Text)
    checked: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    position: str = Field(sa_type=ORDERED)


class TaskAttachment(SQLModel, table=True):
    """That a file hangs on a task."""

    __tablename__ = "task_attachments"
    __table_args__ = (
        of_task(),
        ForeignKeyConstraint(
            ["workspace_id", "attachment_id"],
            ["attachments.workspace_id", "attachments.id"],
            ondelete="CASCADE",
        ),
    )
    workspace_id: UUID
    task_id: UUID = Field(primary_key=True)
    attachment_id: UUID = Field(primary_key=True, index=True)
    created_at: datetime = made_at()


class TaskLink(SQLModel, table=True):
    """A link in a task's description, as it is written."""

    __tablename__ = "task_links"
    __table_args__ = (
        of_task(),
        Index("ix_task_links_workspace_id_folded", "workspace_id", "folded"),
    )
    workspace_id: UUID
    task_id: UUID = Field(primary_key=True)
    ordinal: int = Field(primary_key=True)
    kind: str = Field(sa_type=Text)
    target: str = Field(sa_type=Text)
    folded: str = Field(sa_type=Text)


class TaskView(SQLModel, table=True):
    """A list of tasks that is kept by its query: for whoever made it, or for all (`shared`)."""

    __tablename__ = "task_views"
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE", index=True)
    name: str = Field(sa_type=Text)
    query: str = Field(sa_type=Text)
    shared: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    created_by: UUID = Field(foreign_key="users.id", ondelete="CASCADE")
    created_at: datetime = made_at()
