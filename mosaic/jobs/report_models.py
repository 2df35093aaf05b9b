"""The table of what became of each part of what a run brought in."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Text
from sqlmodel import Field, SQLModel


class ImportLine(SQLModel, table=True):
    """What became of one file, or one line, of an import."""

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
    entry_id: UUID | None = Field(
        default=None, foreign_key="entries.id", ondelete="SET NULL", index=True
    )
    reason: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
