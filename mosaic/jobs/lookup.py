"""Finding a run or a step, and holding it."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from mosaic.core.errors import Conflict, NotFound
from mosaic.core.work import Role, Work
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.shapes import ENDED


async def get_job(work: Work, job_id: UUID, lock: bool = False) -> Job:
    """Return a run; with `lock`, held until the work ends. NotFound for another tenant's.

    Whoever changes a run, its steps, output or events holds the run first, so that nobody waits
    for each other in a circle.
    """
    query = select(Job).where(col(Job.id) == job_id).execution_options(populate_existing=True)
    query = query.with_for_update(key_share=True) if lock else query
    job = (await work.session.scalars(query)).one_or_none()
    if job is None:
        raise NotFound("There is no such run here.")
    return job


async def get_reported_job(work: Work, job_id: UUID) -> Job:
    """Return a run that an outside runner reports about, held. MEMBER.

    Raises Conflict for one that Mosaic performs itself.
    """
    work.require(Role.MEMBER)
    job = await get_job(work, job_id, lock=True)
    if job.engine:
        raise Conflict("Mosaic performs this run itself and keeps its record.")
    return job


async def get_step(work: Work, job_id: UUID, step_id: UUID) -> JobStep:
    """Return a step of a run. NotFound when it is another run's, or another tenant's."""
    query = select(JobStep).where(col(JobStep.id) == step_id, col(JobStep.job_id) == job_id)
    found = await work.session.scalars(query.execution_options(populate_existing=True))
    step = found.one_or_none()
    if step is None:
        raise NotFound("There is no such step in this run.")
    return step


def ensure_open(job: Job) -> None:
    """Raise Conflict when the run has ended."""
    if job.status in ENDED:
        raise Conflict("This run has ended. Option: try it again.", current=job.status)


def ensure_attempt(job: Job, attempt: int | None) -> None:
    """Raise Conflict when a report is about an earlier attempt, and says so."""
    if attempt is not None and attempt != job.attempt:
        raise Conflict("This run is tried again by now.", current=job.attempt)


async def change_job(work: Work, job: Job, **values: Any) -> None:
    """Change columns of a run that is held; `job` is up to date afterwards."""
    statement = update(Job).where(col(Job.id) == job.id).values(values).returning(Job)
    options = {"populate_existing": True, "synchronize_session": False}
    (await work.session.scalars(statement.execution_options(**options))).one()
    work.changed("jobs", job.id)
