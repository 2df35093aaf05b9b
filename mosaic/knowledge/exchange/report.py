"""The report of an import: a line for every file."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.jobs import service as jobs
from mosaic.jobs.report import count_lines, looked, standing
from mosaic.jobs.report_models import ImportLine
from mosaic.knowledge.exchange.shapes import ImportLinePublic, ImportPublic
from mosaic.knowledge.link_counts import count_links
from mosaic.knowledge.models import Entry

IMPORT = "KNOWLEDGE_IMPORT"


async def get_import(work: Work, job_id: UUID, with_report: bool = True) -> ImportPublic:
    """Return an import of the actor, with its report. NotFound for anybody else's."""
    job = await jobs.get_job(work, job_id)
    if job.type != IMPORT or job.requested_by != work.actor.user_id:
        raise NotFound("There is no such import here.")
    counts = await count_lines(work, job_id)
    found = await looked(work, job_id)
    return ImportPublic(
        **standing(job, found, counts),
        total=max(found.get("files", 0), sum(counts.values())),
        links=await count_links(work, job_id) if job.status == "COMPLETED" else None,
        report=await read_report(work, job_id) if with_report else [],
    )


async def read_report(
    work: Work, job_id: UUID, outcome: str | None = None, start: int = 0, most: int | None = None
) -> list[ImportLinePublic]:
    """Return lines of an import's report in order; none for anybody but its requester."""
    line = (col(ImportLine.path), col(ImportLine.outcome), col(ImportLine.reason))
    # Looked up for each line: after an import PostgreSQL does not know yet how many there are.
    slug = select(col(Entry.slug)).where(col(Entry.id) == col(ImportLine.entry_id))
    query = (
        select(*line, slug.scalar_subquery().label("slug"))
        .where(col(ImportLine.job_id) == job_id)
        .order_by(col(ImportLine.ordinal))
        .offset(start)
        .limit(most)
    )
    if outcome:
        query = query.where(col(ImportLine.outcome) == outcome)
    return [ImportLinePublic.model_validate(row) for row in await work.session.execute(query)]
