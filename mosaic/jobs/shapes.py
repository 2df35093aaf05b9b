"""What crosses the wire about runner jobs."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from mosaic.core.shapes import Instant, Line, Shape
from mosaic.jobs.values import (
    Attempt,
    EventType,
    Json,
    JsonObject,
    LogText,
    Note,
    Payload,
    Percent,
    Reason,
    Reported,
    Tokens,
    TypeName,
)

JobStatus = Literal["PENDING", "QUEUED", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
StepStatus = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "SKIPPED"]
Phase = Literal["SETUP", "EXECUTION", "VALIDATION", "CLEANUP"]
StepType = Literal["COMMAND", "AI_ACTION", "GATE", "ARTIFACT"]
FileKind = Literal["INPUT", "ARTIFACT"]
ENDED = frozenset({"COMPLETED", "FAILED", "CANCELLED"})


class JobCreate(Shape):
    """A run to be started. Without a title it is called like its type."""

    type: TypeName
    title: Line | None = None
    priority: Percent = 50
    input: JsonObject = {}
    parent_job_id: UUID | None = None
    time_limit: int | None = Field(None, ge=1, le=30 * 86400, description="Seconds")


class JobUpdate(Shape):
    """What a runner reports about a run, and what people change about it."""

    title: Line | None = None
    priority: Percent | None = None
    status: JobStatus | None = None
    progress: Percent | None = None
    result: Json = None
    error: Reason | None = None
    attempt: Attempt = None


class Retry(Shape):
    """From which step a run is tried again; without one, from the first that is not completed."""

    from_step_id: UUID | None = None


class TokensPublic(Shape):
    """Tokens that went into models and came out of them."""

    input: int
    output: int
    total: int


class StepCounts(Shape):
    """How many steps stand where, over all attempts."""

    pending: int
    running: int
    completed: int
    failed: int
    skipped: int
    total: int


class JobRow(Shape):
    """A run in a list: everything but what went in and came out."""

    id: UUID
    type: str
    title: str
    status: JobStatus
    priority: int
    progress: int
    error: str | None
    attempt: int
    engine: bool
    parent_job_id: UUID | None
    schedule_id: UUID | None
    requested_by: UUID | None
    requested_by_name: str | None
    time_limit: int | None
    created_at: Instant
    queued_at: Instant | None
    started_at: Instant | None
    completed_at: Instant | None
    duration_ms: int | None
    tokens: TokensPublic
    step_counts: StepCounts
    cost: float | None


class JobPublic(JobRow):
    """A run as it is sent. `engine`: Mosaic performs it itself."""

    input: dict[str, Any]
    result: Any


class StepCreate(Shape):
    """A step to be added at the end of a run. `id` may be chosen by who reports."""

    id: UUID | None = None
    phase: Phase = "EXECUTION"
    type: StepType = "COMMAND"
    name: Line


class NewStep(StepCreate):
    """A step that the engine adds; `key` is how it knows the step again."""

    key: str | None = None


class StepUpdate(Shape):
    """What is reported about a step. `output` is appended to its log."""

    status: StepStatus | None = None
    output: LogText | None = None
    error: Reason | None = None
    result: Json = None
    tokens_input: Tokens | None = None
    tokens_output: Tokens | None = None
    model: Line | None = None


class ApprovalPublic(Shape):
    """What a person answered to a gate."""

    approved: bool
    note: str | None
    by: UUID | None
    by_name: str | None
    at: Instant | None


class StepPublic(Shape):
    """A step as it is sent. `output` is the beginning of its log, `outputSize` its bytes."""

    id: UUID
    job_id: UUID
    attempt: int
    ordinal: int
    phase: Phase
    type: StepType
    name: str
    status: StepStatus
    output: str
    output_size: int
    output_full: bool
    error: str | None
    result: Any
    tokens_input: int | None
    tokens_output: int | None
    model: str | None
    cost: float | None
    approval: ApprovalPublic | None
    created_at: Instant
    started_at: Instant | None
    completed_at: Instant | None
    duration_ms: int | None


class Chunk(Shape):
    """A piece of a step's log."""

    content: LogText


class OutputState(Shape):
    """How many bytes of a step's log are kept, and whether more is no longer taken."""

    size: int
    full: bool


class EventPublic(Shape):
    """Something that happened in a run; ids increase."""

    id: int
    job_id: UUID
    step_id: UUID | None
    type: EventType
    actor: dict[str, Any]
    payload: dict[str, Any]
    created_at: Instant


class EventsMeta(Shape):
    """Where to go on, and whether there is more already."""

    last_id: int
    more: bool


class EventsPublic(Shape):
    """What happened in a run after an event."""

    data: list[EventPublic]
    meta: EventsMeta


class Approval(Shape):
    """A person's answer to a gate."""

    approved: bool
    note: Note | None = None


class AddStep(StepCreate):
    """Adds a step."""

    op: Literal["step"]


class UpdateStep(StepUpdate):
    """Reports about a step."""

    op: Literal["update"]
    step_id: UUID


class AddOutput(Shape):
    """Appends to the log of a step."""

    op: Literal["output"]
    step_id: UUID
    content: LogText


class AddEvent(Shape):
    """Says what else happened."""

    op: Literal["event"]
    type: Reported
    step_id: UUID | None = None
    payload: Payload = {}


class SetProgress(Shape):
    """Says how far the run is, in percent."""

    op: Literal["progress"]
    progress: Percent


BatchItem = Annotated[
    AddStep | UpdateStep | AddOutput | AddEvent | SetProgress, Field(discriminator="op")
]


class Batch(Shape):
    """Reports in the order in which they happened; all of them are taken, or none."""

    items: list[BatchItem] = Field(max_length=1_000)
    attempt: Attempt = None


class BatchPublic(Shape):
    """The steps that were added, and the id of the last event."""

    steps: list[StepPublic]
    last_event_id: int | None


class FilePublic(Shape):
    """A file that a run was given (INPUT) or made (ARTIFACT), and where it is served."""

    id: UUID
    job_id: UUID
    step_id: UUID | None
    kind: FileKind
    name: str
    media_type: str
    size: int
    url: str
    created_at: Instant


class Touched(Shape):
    """Pages that a run touched, by slug or id."""

    entries: list[Line] = Field(min_length=1, max_length=500)


class EntryRef(Shape):
    """A page that a run touched."""

    slug: str
    title: str


class StatsRow(Shape):
    """How the runs of one day, type or model went."""

    key: str
    jobs: int
    completed: int
    failed: int
    cancelled: int
    p50_ms: int | None
    p95_ms: int | None
    tokens_input: int
    tokens_output: int
    cost: float | None


class StatsMeta(Shape):
    """What the figures are about, and in which currency costs are."""

    group_by: Literal["day", "type", "model"]
    since: Instant = Field(alias="from")
    until: Instant = Field(alias="to")
    currency: str


class StatsPublic(Shape):
    """Figures of runs."""

    data: list[StatsRow]
    meta: StatsMeta
