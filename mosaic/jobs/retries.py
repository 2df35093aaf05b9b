"""Trying a run again, from a step."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict
from mosaic.core.work import Role, Work
from mosaic.jobs import events, types
from mosaic.jobs.events import Happened
from mosaic.jobs.lookup import change_job, get_job, get_step
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.shapes import ENDED, JobPublic
from mosaic.jobs.viewing import present_job


class Current(NamedTuple):
    """The row of a step in the latest attempt that has one."""

    id: UUID
    ordinal: int
    status: str


async def retry_job(work: Work, job_id: UUID, from_step_id: UUID | None = None) -> JobPublic:
    """Try a run again: from a step, or from the first that is not completed. MEMBER.

    The run begins another attempt, in which the steps from there on wait anew; what they were in
    earlier attempts stays. Raises Conflict for a run that has not ended, and without a step for
    one that is completed.
    """
    work.require(Role.MEMBER)
    job = await get_job(work, job_id, lock=True)
    known = types.find(job.type) if job.engine else None
    if known:
        work.require(known.role)
        if known.check:
            known.check(work, job.input)
    if job.status not in ENDED:
        raise Conflict("This run has not ended, so it is not tried again yet.", current=job.status)
    if job.status == "COMPLETED" and from_step_id is None:
        raise Conflict("This run is completed. Option: choose the step from which to try again.")
    current = await _current(work, job)
    ordinal = await _first(work, job, current, from_step_id)
    again = [step for step in current if step.ordinal >= ordinal]
    await change_job(
        work,
        job,
        status="QUEUED" if job.engine else "PENDING",
        attempt=job.attempt + 1,
        leg=1,
        progress_reported=False,
        result=None,
        error=None,
    )
    retried: dict[str, Any] = {"attempt": job.attempt}
    retried |= {"fromStepId": str(from_step_id)} if from_step_id else {}
    happened = [Happened("job.retried", None, retried), *await _copy(work, job, again)]
    happened += [Happened("job.queued")] if job.engine else []
    # Whatever the steps that were added made of it.
    await change_job(work, job, progress=0)
    await events.record_many(work, job.id, happened)
    activity.record(work, "RETRIED", "job", job.id, job.title, retried)
    return await present_job(work, await get_job(work, job_id))


async def _first(work: Work, job: Job, current: list[Current], step_id: UUID | None) -> int:
    if step_id:
        return (await get_step(work, job.id, step_id)).ordinal
    left = [step.ordinal for step in current if step.status != "COMPLETED"]
    return min(left, default=len(current) + 1)


async def _current(work: Work, job: Job) -> list[Current]:
    ordinal = col(JobStep.ordinal)
    rows = await work.session.execute(
        select(col(JobStep.id), ordinal, col(JobStep.status))
        .where(col(JobStep.job_id) == job.id)
        .ext(distinct_on(ordinal))
        .order_by(ordinal, col(JobStep.attempt).desc())
    )
    return [Current(*row) for row in rows]


async def _copy(work: Work, job: Job, steps: list[Current]) -> list[Happened]:
    values = {"sources": [step.id for step in steps], "attempt": job.attempt}
    rows = await work.session.execute(_COPY, values)
    made = sorted(rows.mappings().all(), key=lambda row: row["ordinal"])
    return [
        Happened("step.created", row["id"], {name: row[name] for name in row if name != "id"})
        for row in made
    ]


_COPY = text(
    "INSERT INTO job_steps (id, workspace_id, job_id, attempt, ordinal, key, phase, type, name) "
    "SELECT gen_random_uuid(), workspace_id, job_id, :attempt, ordinal, key, phase, type, name "
    "FROM job_steps WHERE id = ANY(CAST(:sources AS uuid[])) "
    "RETURNING id, ordinal, attempt, phase, type, name"
)
