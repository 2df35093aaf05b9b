"""Tables of runner jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    desc,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from mosaic.core.columns import made_at

_duration = "round(extract(epoch FROM completed_at - started_at) * 1000)"


def _of(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", column], [f"{table}.workspace_id", f"{table}.id"], ondelete="CASCADE"
    )


def _or_none(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["workspace_id", column],
        [f"{table}.workspace_id", f"{table}.id"],
        ondelete=f"SET NULL ({column})",
    )


def _at() -> Any:
    return Field(default=None, sa_type=DateTime(timezone=True))


def _number(default: int = 0, kind: Any = None) -> Any:
    more = {"sa_type": kind} if kind else {}
    return Field(default=default, sa_column_kwargs={"server_default": str(default)}, **more)


def _json() -> Any:
    return Field(default_factory=dict, sa_type=JSONB, sa_column_kwargs={"server_default": "{}"})


class JobSchedule(SQLModel, table=True):
    """When the engine starts a job by itself; `cron` is read in `time_zone`."""

    __tablename__ = "job_schedules"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        Index("ix_job_schedules_next_at", "next_at", postgresql_where=text("active")),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE")
    title: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    cron: str = Field(sa_type=Text)
    time_zone: str = Field(default="UTC", sa_type=Text, sa_column_kwargs={"server_default": "UTC"})
    input: dict[str, Any] = _json()
    priority: int = _number(50)
    active: bool = Field(default=True, sa_column_kwargs={"server_default": text("true")})
    next_at: datetime | None = _at()
    created_by: UUID = Field(foreign_key="users.id")
    created_at: datetime = made_at()


class Job(SQLModel, table=True):
    """One run. Sums of steps and times are set by the database alone (migration 0003)."""

    __tablename__ = "jobs"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        _or_none("jobs", "parent_job_id"),
        _or_none("job_schedules", "schedule_id"),
        Index("ix_jobs_workspace_id_created_at", "workspace_id", desc("created_at")),
        Index("ix_jobs_parent_job_id", "parent_job_id"),
        Index(
            "ix_jobs_limited",
            "started_at",
            postgresql_where=text("NOT engine AND status = 'RUNNING' AND time_limit IS NOT NULL"),
        ),
        Index(
            "ix_jobs_waiting",
            "id",
            postgresql_where=text("engine AND status IN ('QUEUED', 'RUNNING')"),
        ),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID = Field(foreign_key="workspaces.id", ondelete="CASCADE")
    type: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    status: str = Field(
        default="PENDING", sa_type=Text, sa_column_kwargs={"server_default": "PENDING"}
    )
    priority: int = _number(50)
    progress: int = _number()
    progress_reported: bool = Field(
        default=False, sa_column_kwargs={"server_default": text("false")}
    )
    input: dict[str, Any] = _json()
    result: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    error: str | None = Field(default=None, sa_type=Text)
    attempt: int = _number(1)
    engine: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    leg: int = _number(1)
    time_limit: int | None = None
    parent_job_id: UUID | None = None
    schedule_id: UUID | None = None
    requested_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    steps_pending: int = _number()
    steps_running: int = _number()
    steps_completed: int = _number()
    steps_failed: int = _number()
    steps_skipped: int = _number()
    tokens_input: int = _number(kind=BigInteger)
    tokens_output: int = _number(kind=BigInteger)
    created_at: datetime = made_at()
    queued_at: datetime | None = _at()
    started_at: datetime | None = _at()
    completed_at: datetime | None = _at()
    duration_ms: int | None = Field(
        default=None, sa_type=BigInteger, sa_column_args=[Computed(_duration)]
    )


class JobStep(SQLModel, table=True):
    """One step of a run. `key` is how the engine knows it again."""

    __tablename__ = "job_steps"
    __table_args__ = (
        UniqueConstraint("job_id", "ordinal", "attempt"),
        UniqueConstraint("job_id", "attempt", "key"),
        UniqueConstraint("workspace_id", "id"),
        _of("jobs", "job_id"),
        Index("ix_job_steps_job_id_phase_ordinal", "job_id", "phase", "ordinal"),
        Index(
            "ix_job_steps_running",
            "job_id",
            "ordinal",
            postgresql_where=text("status = 'RUNNING'"),
        ),
        Index(
            "ix_job_steps_models", "job_id", "model", postgresql_where=text("type = 'AI_ACTION'")
        ),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID
    job_id: UUID
    attempt: int = _number(1)
    ordinal: int
    key: str | None = Field(default=None, sa_type=Text)
    phase: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    status: str = Field(
        default="PENDING", sa_type=Text, sa_column_kwargs={"server_default": "PENDING"}
    )
    error: str | None = Field(default=None, sa_type=Text)
    result: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    model: str | None = Field(default=None, sa_type=Text)
    tokens_input: int | None = Field(default=None, sa_type=BigInteger)
    tokens_output: int | None = Field(default=None, sa_type=BigInteger)
    output_size: int = _number(kind=BigInteger)
    output_full: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    approved: bool | None = None
    approval_note: str | None = Field(default=None, sa_type=Text)
    approved_by: UUID | None = Field(default=None, foreign_key="users.id", ondelete="SET NULL")
    created_at: datetime = made_at()
    started_at: datetime | None = _at()
    completed_at: datetime | None = _at()
    duration_ms: int | None = Field(
        default=None, sa_type=BigInteger, sa_column_args=[Computed(_duration)]
    )


class JobEvent(SQLModel, table=True):
    """What happened in a run. The database numbers the events and keeps them as they are."""

    __tablename__ = "job_events"
    __table_args__ = (_of("jobs", "job_id"), Index("ix_job_events_job_id_id", "job_id", "id"))
    id: int = Field(default=0, sa_type=BigInteger, primary_key=True)
    workspace_id: UUID
    job_id: UUID
    step_id: UUID | None = None
    type: str = Field(sa_type=Text)
    actor: dict[str, Any] = Field(sa_type=JSONB)
    payload: dict[str, Any] = _json()
    created_at: datetime = Field(
        default=None,
        sa_type=DateTime(timezone=True),
        sa_column_kwargs={"server_default": text("clock_timestamp()")},
    )


class JobOutput(SQLModel, table=True):
    """A chunk of a step's log; `start` is where it begins, in bytes of UTF-8."""

    __tablename__ = "job_output"
    __table_args__ = (_of("job_steps", "step_id"),)
    workspace_id: UUID
    step_id: UUID = Field(primary_key=True)
    start: int = Field(sa_type=BigInteger, primary_key=True)
    content: str = Field(sa_type=Text)


class JobFile(SQLModel, table=True):
    """What a job was given (INPUT) or made (ARTIFACT). `private_to` is the only one who sees it."""

    __tablename__ = "job_files"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        _of("jobs", "job_id"),
        _of("job_steps", "step_id"),
        Index("ix_job_files_job_id", "job_id"),
    )
    id: UUID = Field(primary_key=True)
    workspace_id: UUID
    job_id: UUID
    step_id: UUID | None = None
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    size: int = Field(sa_type=BigInteger)
    private_to: UUID | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE")
    created_at: datetime = made_at()


class JobFilePart(SQLModel, table=True):
    """A piece of a file, so that large ones pass through memory in parts."""

    __tablename__ = "job_file_parts"
    __table_args__ = (_of("job_files", "file_id"),)
    workspace_id: UUID
    file_id: UUID = Field(primary_key=True)
    ordinal: int = Field(primary_key=True)
    data: bytes = Field(sa_type=LargeBinary)


class JobEntry(SQLModel, table=True):
    """A page that a run touched."""

    __tablename__ = "job_entries"
    __table_args__ = (
        _of("jobs", "job_id"),
        _of("entries", "entry_id"),
        Index("ix_job_entries_entry_id", "entry_id"),
    )
    workspace_id: UUID
    job_id: UUID = Field(primary_key=True)
    entry_id: UUID = Field(primary_key=True)


class IdempotentAnswer(SQLModel, table=True):
    """The answer to a request that carried an Idempotency-Key."""

    __tablename__ = "idempotent_answers"
    __table_args__ = (Index("ix_idempotent_answers_created_at", "created_at"),)
    workspace_id: UUID = Field(foreign_key="workspaces.id", primary_key=True, ondelete="CASCADE")
    user_id: UUID = Field(foreign_key="users.id", primary_key=True, ondelete="CASCADE")
    key: str = Field(sa_type=Text, primary_key=True)
    request_hash: str = Field(sa_type=Text)
    answer: Any = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    created_at: datetime = made_at()
