"""What a run has to do with others: who asked, which runs are like it or belong to it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.core.work import Work
from mosaic.jobs.models import Job


async def family(work: Work, job: Job) -> Sequence[Job]:
    """Return the run that asked for this one, and the latest of those it asked for itself."""
    parts = select(Job).where(col(Job.parent_job_id) == job.id).order_by(col(Job.id).desc())
    rows = list(await work.session.scalars(parts.limit(20)))
    parent = await work.session.get(Job, job.parent_job_id) if job.parent_job_id else None
    return [*([parent] if parent else []), *rows]


async def like_it(work: Work, job: Job, limit: int = 20) -> Sequence[Job]:
    """Return the latest other runs of the same type."""
    rows = await work.session.scalars(
        select(Job)
        .where(col(Job.type) == job.type, col(Job.id) != job.id)
        .order_by(col(Job.created_at).desc())
        .limit(limit)
    )
    return rows.all()


async def types_here(work: Work) -> Sequence[str]:
    """Return the types that runs of this workspace have."""
    rows = await work.session.scalars(select(col(Job.type)).distinct().order_by(col(Job.type)))
    return rows.all()


async def askers(work: Work) -> list[tuple[UUID, str]]:
    """Return the people who asked for runs in this workspace, by name."""
    asked = select(col(Job.requested_by)).distinct()
    rows = await work.session.execute(
        select(col(User.id), col(User.name))
        .where(col(User.id).in_(asked))
        .order_by(func.lower(col(User.name)), col(User.id))
    )
    return [(id, name) for id, name in rows]
