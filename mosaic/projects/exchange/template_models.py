"""The table of templates of projects."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at


class ProjectTemplate(SQLModel, table=True):
    """A project that others begin as: `document` is the file of it, `tasks` how many it has."""

    __tablename__ = "project_templates"
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE", index=True)
    name: str = Field(sa_type=Text)
    tasks: int
    document: dict[str, Any] = Field(sa_type=JSONB)
    created_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    created_at: datetime = made_at()
