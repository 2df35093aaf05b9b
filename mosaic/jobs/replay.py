"""A run as it stood after any of its events: folded from the events alone."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.jobs.models import JobEvent

_JOB = {
    "job.created": "PENDING",
    "job.queued": "QUEUED",
    "job.started": "RUNNING",
    "job.completed": "COMPLETED",
    "job.failed": "FAILED",
    "job.cancelled": "CANCELLED",
    "job.retried": "PENDING",
}
_STEP = {
    "step.created": "PENDING",
    "step.started": "RUNNING",
    "step.completed": "COMPLETED",
    "step.failed": "FAILED",
    "step.skipped": "SKIPPED",
}


@dataclass
class StepThen:
    """A step as it stood then."""

    id: UUID
    attempt: int
    ordinal: int
    phase: str
    type: str
    name: str
    status: str
    since: datetime


@dataclass
class RunThen:
    """A run as it stood after the event `event`: the steps that its attempt showed, in order."""

    event: JobEvent
    status: str
    steps: list[StepThen] = field(default_factory=list)
    tokens_input: int = 0
    tokens_output: int = 0

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many steps stood where, by phase."""
        found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for step in self.steps:
            found[step.phase][step.status] += 1
        return found


async def count_moments(work: Work, job_id: UUID) -> int:
    """Return how many events a replay goes through; reports of output are passed over."""
    return await work.session.scalar(select(func.count()).where(*_moments(job_id))) or 0


async def moment_at(work: Work, job_id: UUID, place: int) -> JobEvent | None:
    """Return the event at a place, counted from 1."""
    rows = await work.session.scalars(
        select(JobEvent)
        .where(*_moments(job_id))
        .order_by(col(JobEvent.id))
        .offset(place - 1)
        .limit(1)
    )
    return rows.one_or_none()


def _moments(job_id: UUID) -> tuple[Any, ...]:
    return col(JobEvent.job_id) == job_id, col(JobEvent.type) != "step.output"


async def fold(work: Work, event: JobEvent) -> RunThen:
    """Return the run as it stood after an event of it."""
    until = {"job": event.job_id, "event": event.id}
    rows = await work.session.execute(_STEPS, {**until, "types": list(_STEP)})
    steps = [
        StepThen(
            row.step_id,
            row.attempt,
            row.ordinal,
            row.phase,
            row.kind,
            row.name,
            _STEP[row.type],
            row.created_at,
        )
        for row in rows
    ]
    last = await work.session.scalar(_LAST, {**until, "types": list(_JOB)})
    used = (await work.session.execute(_TOKENS, until)).one()
    return RunThen(event, _JOB.get(last or "", "PENDING"), steps, int(used[0]), int(used[1]))


# What a step is stands in the event that made it; for each place in the run the newest attempt.
_STEPS = text(
    "WITH made AS (SELECT DISTINCT ON (ordinal) step_id, (payload->>'attempt')::int AS attempt, "
    "(payload->>'ordinal')::int AS ordinal, payload->>'phase' AS phase, payload->>'type' AS kind, "
    "payload->>'name' AS name FROM job_events "
    "WHERE job_id = :job AND id <= :event AND type = 'step.created' "
    "ORDER BY ordinal, attempt DESC), "
    "latest AS (SELECT DISTINCT ON (step_id) step_id, type, created_at FROM job_events "
    "WHERE job_id = :job AND id <= :event AND type = ANY(:types) ORDER BY step_id, id DESC) "
    "SELECT * FROM made JOIN latest USING (step_id) ORDER BY ordinal"
)
_LAST = text(
    "SELECT type FROM job_events WHERE job_id = :job AND id <= :event AND type = ANY(:types) "
    "ORDER BY id DESC LIMIT 1"
)
# Each report replaces what the step reported before.
_TOKENS = text(
    "SELECT coalesce(sum(input), 0), coalesce(sum(output), 0) FROM ("
    "SELECT (array_agg(payload->'input' ORDER BY id DESC) FILTER (WHERE payload ? 'input'))[1]"
    "::bigint AS input, "
    "(array_agg(payload->'output' ORDER BY id DESC) FILTER (WHERE payload ? 'output'))[1]"
    "::bigint AS output FROM job_events "
    "WHERE job_id = :job AND id <= :event AND type = 'ai.tokens_used' GROUP BY step_id) used"
)
