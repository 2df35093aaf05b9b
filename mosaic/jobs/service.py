"""Runs: start, list, change, cancel, begin and end."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy import Select, case, func, insert, select, update
from sqlalchemy.orm import defer
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict, Invalid, NotFound
from mosaic.core.ids import new_id
from mosaic.core.pagination import Page, PageQuery, page_of, paginate
from mosaic.core.shapes import Instant
from mosaic.core.work import Role, Work
from mosaic.jobs import events, figures, types
from mosaic.jobs.events import Happened
from mosaic.jobs.files import Upload, store
from mosaic.jobs.lookup import change_job, ensure_attempt, ensure_open
from mosaic.jobs.lookup import get_job as get_job
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.retries import retry_job as retry_job
from mosaic.jobs.shapes import ENDED, JobCreate, JobPublic, JobRow, JobStatus, JobUpdate
from mosaic.jobs.viewing import present_job, present_jobs

# The database holds to them, whoever writes; here they are told in time.
MOVES = frozenset(
    {
        *(("PENDING", status) for status in ("QUEUED", "RUNNING", "FAILED", "CANCELLED")),
        *(("QUEUED", status) for status in ("RUNNING", "FAILED", "CANCELLED")),
        *(("RUNNING", status) for status in ("COMPLETED", "FAILED", "CANCELLED")),
    }
)
STOPPED = "Stopped when the run ended."


class JobQuery(PageQuery):
    """Filters of the list; `from` and `to` bound when a run was asked for."""

    model_config = ConfigDict(populate_by_name=True)

    status: list[JobStatus] = []
    type: str | None = Field(None, max_length=100)
    requested_by: UUID | None = Field(None, alias="requestedBy")
    parent_job_id: UUID | None = Field(None, alias="parentJobId")
    schedule_id: UUID | None = Field(None, alias="scheduleId")
    since: Instant | None = Field(None, alias="from")
    until: Instant | None = Field(None, alias="to")
    q: str | None = Field(None, max_length=200)


async def create_job(
    work: Work,
    wanted: JobCreate,
    files: Iterable[Upload] = (),
    schedule_id: UUID | None = None,
) -> JobPublic:
    """Ask for a run. MEMBER, or what its type says. A type that Mosaic knows is performed by it.

    Raises Invalid for a parent that is not here and for what the type does not take.
    """
    work.require(Role.MEMBER)
    known = types.find(wanted.type)
    if known:
        work.require(known.role)
        if known.check:
            known.check(work, wanted.input)
    await _check_parent(work, wanted.parent_job_id)
    values = {**_row(wanted, known), "workspace_id": work.tenant, "schedule_id": schedule_id}
    values["requested_by"] = work.actor.user_id
    job = (await work.session.scalars(insert(Job).values(values).returning(Job))).one()
    happened = [Happened("job.created", None, {"type": job.type, "title": job.title})]
    happened += [Happened("job.queued")] if known else []
    await events.record_many(work, job.id, happened)
    for upload in files:
        await store(work, job.id, upload)
    _note(work, "CREATED", job)
    return await present_job(work, job)


def _row(wanted: JobCreate, known: types.JobType | None) -> dict[str, Any]:
    return {
        **wanted.model_dump(exclude={"title", "time_limit"}),
        "id": new_id(),
        "title": wanted.title or (known.title if known else wanted.type),
        "status": "QUEUED" if known else "PENDING",
        "engine": known is not None,
        "time_limit": wanted.time_limit or (known.time_limit if known else None),
    }


async def _check_parent(work: Work, parent_id: UUID | None) -> None:
    if parent_id:
        try:
            await get_job(work, parent_id)
        except NotFound as problem:
            raise Invalid(problem.detail, "parentJobId") from None


async def read_job(work: Work, job_id: UUID) -> JobPublic:
    """Return a run. NotFound for another tenant's."""
    job = await get_job(work, job_id)
    shown, known = await present_job(work, job), types.find(job.type)
    if known and known.reveal:
        shown.result = await known.reveal(work, job_id, shown.result)
    return shown


async def list_jobs(work: Work, query: JobQuery) -> Page[JobPublic]:
    """Return a page of runs, the latest first."""
    page = await paginate(work, _filtered(select(Job), query), query, _SORTABLE, "-createdAt")
    return page_of(await present_jobs(work, page.data, JobPublic), page.meta.total, query)


async def list_rows(work: Work, query: JobQuery) -> Page[JobRow]:
    """Return the same page without what went in and came out, which can be large."""
    light = select(Job).options(defer(Job.input), defer(Job.result))  # type: ignore[arg-type]
    page = await paginate(work, _filtered(light, query), query, _SORTABLE, "-createdAt")
    return page_of(await present_jobs(work, page.data, JobRow), page.meta.total, query)


_SORTABLE: dict[str, Any] = {
    "createdAt": col(Job.created_at),
    "queuedAt": col(Job.queued_at),
    "startedAt": col(Job.started_at),
    "completedAt": col(Job.completed_at),
    "durationMs": func.coalesce(col(Job.duration_ms), -1),
    "priority": col(Job.priority),
    "progress": col(Job.progress),
    "tokens": col(Job.tokens_input) + col(Job.tokens_output),
    "title": func.lower(col(Job.title)),
    "type": col(Job.type),
    "status": col(Job.status),
    "id": col(Job.id),
}


def _filtered(query: Select[Any], by: JobQuery) -> Select[Any]:
    wanted = {
        Job.type: by.type,
        Job.requested_by: by.requested_by,
        Job.parent_job_id: by.parent_job_id,
        Job.schedule_id: by.schedule_id,
    }
    query = query.where(*[col(name) == value for name, value in wanted.items() if value])
    if by.status:
        query = query.where(col(Job.status).in_(by.status))
    if by.since:
        query = query.where(col(Job.created_at) >= by.since)
    if by.until:
        query = query.where(col(Job.created_at) <= by.until)
    if by.q:
        query = query.where(col(Job.title).icontains(by.q, autoescape=True))
    return query


async def update_job(work: Work, job_id: UUID, change: JobUpdate) -> JobPublic:
    """Take what is reported about a run, or another title or priority for it. MEMBER.

    Raises Conflict for a status that does not follow, for a run that has ended, and for reports
    about a run that Mosaic performs itself.
    """
    work.require(Role.MEMBER)
    job = await get_job(work, job_id, lock=True)
    ensure_attempt(job, change.attempt)
    said = change.model_dump(exclude_none=True, exclude={"attempt"})
    about: dict[str, Any] = {name: said.pop(name) for name in ("title", "priority") if name in said}
    if said and job.engine:
        raise Conflict("Mosaic performs this run itself and keeps its record.")
    if said:
        ensure_open(job)
    if "progress" in said:
        about |= {"progress": said["progress"], "progress_reported": True}
    about |= {name: said[name] for name in ("result", "error") if name in said}
    if about:
        await change_job(work, job, **about)
    if "progress" in said:
        await events.record(work, job.id, "job.progress", {"progress": job.progress})
    if change.status:
        await _move(work, job, change.status)
    return await present_job(work, job)


async def _move(work: Work, job: Job, status: JobStatus) -> None:
    if (job.status, status) not in MOVES:
        raise Conflict("The status of a run only goes forward.", current=job.status)
    if status in ENDED:
        await end_job(work, job, status, job.result, job.error)
    elif status == "RUNNING":
        await begin_job(work, job)
    else:
        await change_job(work, job, status=status)
        await events.record(work, job.id, "job.queued")


async def cancel_job(work: Work, job_id: UUID) -> JobPublic:
    """Stop a run. MEMBER. Conflict when it has ended."""
    work.require(Role.MEMBER)
    job = await get_job(work, job_id, lock=True)
    await end_job(work, job, "CANCELLED", job.result, job.error)
    return await present_job(work, job)


async def begin_job(work: Work, job: Job) -> None:
    """Let a run that is held be RUNNING, if it is not yet."""
    await events.record_many(work, job.id, await start(work, job))


async def start(work: Work, job: Job) -> list[Happened]:
    """Let a run be RUNNING; return what is to be written down, nothing when it was."""
    ensure_open(job)
    if job.status == "RUNNING":
        return []
    await change_job(work, job, status="RUNNING")
    return [Happened("job.started")]


async def end_job(
    work: Work, job: Job, status: JobStatus, result: Any = None, error: str | None = None
) -> None:
    """End a run that is held: open steps first, then the run itself.

    Raises Conflict when it has ended already, and for COMPLETED while a step is RUNNING.
    """
    ensure_open(job)
    happened = await _close_steps(work, job, ("PENDING",) if status == "COMPLETED" else _OPEN)
    # What was skipped at the end is no progress.
    values = {"status": status, "result": result, "error": error, "progress": job.progress}
    await change_job(work, job, **values)
    payload = {"error": error} if error else {}
    happened.append(Happened(f"job.{status.lower()}", None, payload))
    await events.record_many(work, job.id, happened)
    _note(work, status, job)
    work.afterwards(partial(figures.ended, job.type, status, job.duration_ms))


def _note(work: Work, action: str, job: Job) -> None:
    known = types.find(job.type)
    if not (known and known.upkeep):
        activity.record(work, action, "job", job.id, job.title, {"type": job.type})


_OPEN = ("PENDING", "RUNNING")


async def _close_steps(work: Work, job: Job, open: Sequence[str]) -> list[Happened]:
    status, was_error = col(JobStep.status), col(JobStep.error)
    running = status == "RUNNING"
    rows = await work.session.execute(
        update(JobStep)
        .where(col(JobStep.job_id) == job.id, status.in_(open))
        .values(
            status=case((running, "FAILED"), else_="SKIPPED"),
            error=case((running, func.coalesce(was_error, STOPPED)), else_=was_error),
        )
        .returning(col(JobStep.ordinal), col(JobStep.id), col(JobStep.type), status, was_error)
        .execution_options(synchronize_session=False)
    )
    closed = sorted(rows.all())
    return [one for _, id, type, now, why in closed for one in events.of_step(type, id, now, why)]
