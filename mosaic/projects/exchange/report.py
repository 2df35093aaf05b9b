"""The report of a project's import: how far it is, and what became of each line."""

from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from mosaic.core.errors import NotFound
from mosaic.core.pagination import Page, PageQuery, page_of
from mosaic.core.shapes import Shape
from mosaic.core.work import Work
from mosaic.jobs import service as jobs
from mosaic.jobs.models import Job
from mosaic.jobs.report import Outcome, count_lines, looked, standing
from mosaic.jobs.report_models import ImportLine
from mosaic.jobs.report_shapes import ImportStanding
from mosaic.projects.exchange.target import Ids
from mosaic.projects.models import Project
from mosaic.tasks.models import Task

IMPORT = "PROJECT_IMPORT"
_MOST = 1_000


class ImportedLine(Shape):
    """What became of a line, or of a card; `number` is that of its task."""

    line: int
    title: str
    outcome: Outcome
    reason: str
    number: int | None = None


class ProjectOf(Shape):
    """The project that tasks were brought into."""

    id: UUID
    slug: str
    name: str


class ProjectImport(ImportStanding):
    """An import that runs or ran, with how many lines had which outcome.

    `kind` is what was sent: csv, trello or mosaic. `report` has the lines of which something is to
    be said, the first thousand; `remarks` counts them all.
    """

    remarks: int
    project: ProjectOf | None
    report: list[ImportedLine]


class LineQuery(PageQuery):
    """Which lines: all of them, those that were `kept` or not, or those with a `remark`."""

    show: Literal["all", "created", "failed", "remark"] = "all"


async def get_import(work: Work, job_id: UUID) -> ProjectImport:
    """Return an import of the actor. NotFound for anybody else's."""
    job = await _get(work, job_id)
    counts = await count_lines(work, job_id)
    found = await looked(work, job_id)
    report = await list_lines(work, job_id, LineQuery.model_construct(show="remark", limit=_MOST))
    return ProjectImport(
        **standing(job, found, {name: counts[name] for name in ("created", "failed")}),
        total=found.get("lines", 0),
        remarks=report.meta.total,
        project=await _project(work, job_id),
        report=report.data,
    )


async def _get(work: Work, job_id: UUID) -> Job:
    job = await jobs.get_job(work, job_id)
    if job.type != IMPORT or job.requested_by != work.actor.user_id:
        raise NotFound("There is no such import here.")
    return job


async def _project(work: Work, job_id: UUID) -> ProjectOf | None:
    place = await looked(work, job_id, "begin")
    if not place:
        return None
    found = select(Project).where(col(Project.id) == UUID(place["project"]))
    project = (await work.session.scalars(found)).one_or_none()
    return ProjectOf.model_validate(project) if project else None


async def list_lines(work: Work, job_id: UUID, query: LineQuery) -> Page[ImportedLine]:
    """Return a page of an import's report, in the order of the file. NotFound for another's."""
    await _get(work, job_id)
    where = (col(ImportLine.job_id) == job_id, *_SHOWN[query.show])
    total = await work.session.scalar(select(func.count()).where(*where)) or 0
    rows = await work.session.scalars(
        select(ImportLine)
        .where(*where)
        .order_by(col(ImportLine.ordinal))
        .offset((query.page - 1) * query.limit)
        .limit(query.limit)
    )
    lines = list(rows)
    numbers = await _numbers(work, job_id, lines)
    return page_of(
        [
            ImportedLine(
                line=one.ordinal,
                title=one.path,
                outcome=one.outcome,
                reason=one.reason,
                number=numbers.get(one.ordinal),
            )
            for one in lines
        ],
        total,
        query,
    )


_SHOWN: dict[str, tuple[Any, ...]] = {
    "all": (),
    "created": (col(ImportLine.outcome) == "created",),
    "failed": (col(ImportLine.outcome) == "failed",),
    "remark": (col(ImportLine.reason) != "",),
}


async def _numbers(work: Work, job_id: UUID, lines: list[ImportLine]) -> dict[int, int]:
    ids = {Ids(job_id).at(one.ordinal): one.ordinal for one in lines if one.outcome == "created"}
    query = select(col(Task.id), col(Task.number)).where(col(Task.id).in_(ids))
    return {ids[id]: number for id, number in await work.session.execute(query)}
