"""Performs a run from where it stands to its end, or to where it waits for a person."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from mosaic.core.actor import ENGINE
from mosaic.core.errors import NotFound, Problem
from mosaic.core.work import Work, work
from mosaic.jobs import service
from mosaic.jobs.engine.ends import TOO_LONG, NotAMember, Over, StepFailed, Waiting, patient, words
from mosaic.jobs.engine.run import Durably, Run
from mosaic.jobs.lookup import get_job
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.shapes import ENDED
from mosaic.jobs.types import find

logger = logging.getLogger(__name__)
NO_MEMBER = "Whoever asked for this run is not a member of the workspace any more."
LOST = "The run was taken up many times and never came to an end."


@dataclass(eq=False)
class Going:
    """A run that this process performs at the moment."""

    run: Run
    task: asyncio.Task[Any]

    def stop(self) -> None:
        """Leave the run where it stands, at once."""
        self.run.stop()
        self.task.cancel()


going: list[Going] = []


@dataclass
class Outcome:
    """How a run ended."""

    status: Any
    result: Any = None
    error: str | None = None


async def perform(job_id: UUID, attempt: int, leg: int, worker: str, durably: Durably) -> None:
    """Perform this leg of a run; nothing when the record says that it is over or another's turn."""
    try:
        run, limit = await patient(lambda: _enter(job_id, attempt, leg, worker, durably))
        task = asyncio.create_task(_play(run, limit))
        going.append(this_one := Going(run, task))
        try:
            outcome = await task
            if outcome:
                await patient(lambda: _end(run, outcome))
        finally:
            going.remove(this_one)
            run.forget()
    except NotAMember:
        await patient(lambda: end_for_nobody(job_id, NO_MEMBER))
    except (Over, asyncio.CancelledError):
        # The run was stopped, and this task goes on; or the worker leaves, and it does not. Then
        # the durable engine has to hear so, also where the run was about to tidy up after itself.
        this = asyncio.current_task()
        if this and this.cancelling():
            raise asyncio.CancelledError from None


def leave_all() -> None:
    """Let no run go on in this process; each stays where it stands."""
    for one in going:
        one.stop()


async def end_for_nobody(job_id: UUID, error: str) -> None:
    """End a run as FAILED, as Mosaic itself: there is nobody to act for."""
    async with work(ENGINE) as looking:
        try:
            tenant = (await get_job(looking, job_id)).workspace_id
        except NotFound:
            return
    async with work(ENGINE, tenant) as ending:
        job = await get_job(ending, job_id, lock=True)
        if job.status not in ENDED:
            await service.end_job(ending, job, "FAILED", error=error)


async def _enter(
    job_id: UUID, attempt: int, leg: int, worker: str, durably: Durably
) -> tuple[Run, float]:
    """Return the run, which is RUNNING now, and how many seconds it may take from here."""
    async with work(ENGINE) as looking:
        try:
            job = await get_job(looking, job_id)
        except NotFound:
            raise Over from None
    if (job.attempt, job.leg) != (attempt, leg) or job.status in ENDED:
        raise Over
    if job.requested_by is None:
        raise NotAMember
    kind = find(job.type)
    if kind is None:
        await end_for_nobody(job_id, f"This worker does not know runs of type {job.type}.")
        raise Over
    run = Run(job, kind, worker, durably)
    async with run.work() as entered:
        job = await run.hold(entered)
        await service.begin_job(entered, job)
        run.rows = {row.key: row for row in await _current(entered, job_id) if row.key}
        used = await _seconds(entered, job)
    return run, min(kind.time_limit, job.time_limit or kind.time_limit) - used


async def _current(entered: Work, job_id: UUID) -> Sequence[JobStep]:
    """Return for each place in the run the step of its newest attempt."""
    newest = select(JobStep).where(col(JobStep.job_id) == job_id)
    newest = newest.ext(distinct_on(col(JobStep.ordinal)))
    newest = newest.order_by(col(JobStep.ordinal), col(JobStep.attempt).desc())
    return (await entered.session.scalars(newest)).all()


async def _seconds(entered: Work, job: Job) -> float:
    """Return how long this attempt has taken so far, without its waits for people."""
    values = {"job": job.id, "attempt": job.attempt}
    return float((await entered.session.execute(_SECONDS, values)).scalar_one())


_SECONDS = text(
    "SELECT extract(epoch FROM clock_timestamp() - j.started_at) - coalesce(("
    "SELECT extract(epoch FROM sum(coalesce(s.completed_at, clock_timestamp()) - s.started_at)) "
    "FROM job_steps s WHERE s.job_id = j.id AND s.attempt = :attempt AND s.type = 'GATE'), 0) "
    "FROM jobs j WHERE j.id = :job"
)


async def _play(run: Run, limit: float) -> Outcome | None:
    try:
        async with asyncio.timeout(limit) as run.scope:
            return Outcome("COMPLETED", await run.kind.perform(run))
    except Waiting:
        return None
    except Exception as problem:
        if run.scope.expired():
            return Outcome("FAILED", error=TOO_LONG)
        if not isinstance(problem, Problem | StepFailed):
            logger.exception("run %s of type %s", run.id, run.kind.type)
        return Outcome("FAILED", error=words(problem))


async def _end(run: Run, outcome: Outcome) -> None:
    async with run.work() as ending:
        job = await run.hold(ending)
        await service.end_job(
            ending, job, outcome.status, result=outcome.result, error=outcome.error
        )
