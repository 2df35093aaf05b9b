"""Pages of the wiki that runs touched, and the runs that touched a page."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from sqlalchemy import func, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.jobs.lookup import get_job, get_reported_job
from mosaic.jobs.models import Job, JobEntry
from mosaic.jobs.shapes import EntryRef, JobPublic
from mosaic.jobs.viewing import present_jobs
from mosaic.knowledge.models import Entry

MOST = 1_000


async def touch(work: Work, job_id: UUID, entry_ids: Iterable[UUID]) -> None:
    """Note that a run touched pages; twice is the same as once, and what is gone is left out."""
    here = select(col(Entry.workspace_id), literal(job_id), col(Entry.id)).where(
        col(Entry.id).in_(set(entry_ids))
    )
    columns = ["workspace_id", "job_id", "entry_id"]
    await work.session.execute(insert(JobEntry).from_select(columns, here).on_conflict_do_nothing())
    work.changed("jobs", job_id)


async def report(work: Work, job_id: UUID, names: list[str]) -> list[EntryRef]:
    """Note that a run touched pages, given by slug or id. MEMBER. NotFound for one unknown."""
    await get_reported_job(work, job_id)
    wanted = set(names)
    rows = (
        await work.session.execute(
            select(col(Entry.id), col(Entry.slug)).where(
                or_(col(Entry.slug).in_(wanted), col(Entry.id).in_(_ids(wanted)))
            )
        )
    ).all()
    if wanted - {str(row.id) for row in rows} - {row.slug for row in rows}:
        raise NotFound("There is no such page here.")
    await touch(work, job_id, [row.id for row in rows])
    return await entries_of(work, job_id)


def _ids(names: Iterable[str]) -> list[UUID]:
    ids = []
    for name in names:
        with suppress(ValueError):
            ids.append(UUID(name))
    return ids


async def entries_of(work: Work, job_id: UUID, limit: int = MOST) -> list[EntryRef]:
    """Return the first pages by title that a run touched and the actor can see."""
    await get_job(work, job_id)
    rows = await work.session.execute(
        select(col(Entry.slug), col(Entry.title))
        .join(JobEntry, col(JobEntry.entry_id) == col(Entry.id))
        .where(col(JobEntry.job_id) == job_id)
        .order_by(col(Entry.title), col(Entry.id))
        .limit(limit)
    )
    return [EntryRef(slug=row.slug, title=row.title) for row in rows]


async def count_of(work: Work, job_id: UUID) -> int:
    """Return how many pages a run touched that the actor can see."""
    query = select(func.count()).where(col(JobEntry.job_id) == job_id)
    return await work.session.scalar(query) or 0


async def jobs_of(work: Work, entry_id: UUID, limit: int = 5) -> list[JobPublic]:
    """Return the latest runs that touched a page."""
    rows = await work.session.scalars(
        select(Job)
        .join(JobEntry, col(JobEntry.job_id) == col(Job.id))
        .where(col(JobEntry.entry_id) == entry_id)
        .order_by(col(Job.created_at).desc(), col(Job.id).desc())
        .limit(limit)
    )
    return await present_jobs(work, rows.all(), JobPublic)
