"""The report of an import: a line for every file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.jobs import service as jobs
from mosaic.jobs.models import Job, JobStep
from mosaic.knowledge.links import count_links
from mosaic.knowledge.models import Entry, ImportLine
from mosaic.knowledge.shapes import ImportLinePublic, ImportPublic, Outcome

IMPORT = "KNOWLEDGE_IMPORT"
OUTCOMES: tuple[Outcome, ...] = ("created", "updated", "skipped", "failed")


@dataclass
class Line:
    """What became of a file, and the page that it is."""

    path: str
    outcome: Outcome
    reason: str = ""
    entry_id: UUID | None = None


async def note(work: Work, job_id: UUID, start: int, lines: Sequence[Line]) -> dict[str, int]:
    """Put lines into the report from the place `start` on; return how many had which outcome."""
    rows = [
        {
            "workspace_id": work.tenant,
            "job_id": job_id,
            "ordinal": start + offset,
            "path": line.path[:1000],
            "outcome": line.outcome,
            "reason": line.reason,
            "entry_id": line.entry_id,
        }
        for offset, line in enumerate(lines)
    ]
    if rows:
        # They are there when a run is tried again from a step that was completed.
        fresh = insert(ImportLine).values(rows)
        said = {name: fresh.excluded[name] for name in ("path", "outcome", "reason", "entry_id")}
        await work.session.execute(
            fresh.on_conflict_do_update(index_elements=["job_id", "ordinal"], set_=said)
        )
    return dict(Counter(line.outcome for line in lines))


async def get_import(work: Work, job_id: UUID, with_report: bool = True) -> ImportPublic:
    """Return an import of the actor, with its report. NotFound for anybody else's."""
    job = await jobs.get_job(work, job_id)
    if job.type != IMPORT or job.requested_by != work.actor.user_id:
        raise NotFound("There is no such import here.")
    counts = await count_lines(work, job_id)
    found = await _found(work, job)
    return ImportPublic(
        id=job.id,
        source=job.input.get("source", job.title),
        kind=found.get("kind"),
        status=job.status if job.completed_at else "RUNNING",
        total=max(found.get("files", 0), sum(counts.values())),
        done=sum(counts.values()),
        problem=job.error,
        counts=counts,
        links=await count_links(work, job_id) if job.status == "COMPLETED" else None,
        report=await read_report(work, job_id) if with_report else [],
        created_at=job.created_at,
    )


async def count_lines(work: Work, job_id: UUID) -> dict[str, int]:
    """Return how many files of an import had which outcome."""
    rows = await work.session.execute(
        select(col(ImportLine.outcome), func.count())
        .where(col(ImportLine.job_id) == job_id)
        .group_by(col(ImportLine.outcome))
    )
    return dict.fromkeys(OUTCOMES, 0) | {one[0]: one[1] for one in rows}


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


async def _found(work: Work, job: Job) -> dict[str, int]:
    """Return what a look at the upload found: how many files, and which program they are from."""
    looked = select(col(JobStep.result)).where(
        col(JobStep.job_id) == job.id,
        col(JobStep.key) == "look",
        col(JobStep.result).is_not(None),
    )
    return await work.session.scalar(looked) or {}
