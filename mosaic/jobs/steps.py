"""Steps of a run: list, read, add; what runners report about them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col

from mosaic.core.errors import Conflict
from mosaic.core.ids import new_id
from mosaic.core.pagination import Page, PageQuery, ordering, page_of
from mosaic.core.work import Work
from mosaic.jobs import events, output
from mosaic.jobs.events import Happened
from mosaic.jobs.lookup import ensure_open, get_job, get_reported_job
from mosaic.jobs.lookup import get_step as get_step
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.moves import change_steps, in_order
from mosaic.jobs.moves import move_step as move_step
from mosaic.jobs.shapes import NewStep, Phase, StepCreate, StepPublic, StepStatus, StepUpdate
from mosaic.jobs.viewing import present_step, present_steps


class StepQuery(PageQuery):
    """Filters of a run's steps. `attempt` shows the steps as they were in that attempt."""

    model_config = ConfigDict(populate_by_name=True)

    limit: int = Field(100, ge=1, le=1_000)
    phase: Phase | None = None
    status: StepStatus | None = None
    attempt: int | None = Field(None, ge=1, le=1_000_000)
    output: bool = Field(True, description="With the first 4,096 characters of each log")


async def list_steps(work: Work, job_id: UUID, query: StepQuery) -> Page[StepPublic]:
    """Return a page of a run's steps in their order, those of all attempts unless one is named."""
    job = await get_job(work, job_id)
    steps = _filtered(select(JobStep), job, query)
    total = await _count(work, job, query)
    rows = await work.session.scalars(
        steps.order_by(*ordering(query.sort or "ordinal", _SORTABLE))
        .offset((query.page - 1) * query.limit)
        .limit(query.limit)
    )
    shown = await present_steps(work, rows.all(), 4_096 if query.output else 0)
    return page_of(shown, total, query)


_SORTABLE: dict[str, Any] = {
    "startedAt": col(JobStep.started_at),
    "durationMs": func.coalesce(col(JobStep.duration_ms), -1),
    "name": func.lower(col(JobStep.name)),
    "ordinal": col(JobStep.ordinal),
    "attempt": col(JobStep.attempt),
}


def _filtered(steps: Select[Any], job: Job, by: StepQuery) -> Select[Any]:
    steps = steps.where(col(JobStep.job_id) == job.id)
    if by.phase:
        steps = steps.where(col(JobStep.phase) == by.phase)
    if by.status:
        steps = steps.where(col(JobStep.status) == by.status)
    if by.attempt and job.attempt > 1:
        same = aliased(JobStep)
        latest = select(func.max(col(same.attempt))).where(
            col(same.job_id) == job.id,
            col(same.ordinal) == col(JobStep.ordinal),
            col(same.attempt) <= by.attempt,
        )
        steps = steps.where(col(JobStep.attempt) == latest.scalar_subquery())
    return steps


async def _count(work: Work, job: Job, by: StepQuery) -> int:
    of_all = by.attempt is None or job.attempt == 1
    if by.phase is None and of_all:
        counts = {
            "PENDING": job.steps_pending,
            "RUNNING": job.steps_running,
            "COMPLETED": job.steps_completed,
            "FAILED": job.steps_failed,
            "SKIPPED": job.steps_skipped,
        }
        return counts[by.status] if by.status else sum(counts.values())
    ids = _filtered(select(col(JobStep.id)), job, by).subquery()
    counted = select(func.count()).select_from(ids)
    if by.phase is None and by.status is None:
        # Ordinals have no gaps.
        counted = select(func.max(col(JobStep.ordinal))).where(
            col(JobStep.job_id) == job.id, col(JobStep.attempt) <= by.attempt
        )
    return await work.session.scalar(counted) or 0


async def read_step(work: Work, job_id: UUID, step_id: UUID) -> StepPublic:
    """Return a step with the first 256 kB of its log. NotFound for another run's."""
    return await present_step(work, await get_step(work, job_id, step_id))


async def create_step(work: Work, job_id: UUID, wanted: StepCreate) -> StepPublic:
    """Add a step to an outside runner's run. MEMBER. Conflict when the run has ended."""
    job = await get_reported_job(work, job_id)
    [step] = await add_steps(work, job, [wanted])
    return await present_step(work, step)


async def update_step(work: Work, job_id: UUID, step_id: UUID, change: StepUpdate) -> StepPublic:
    """Take an outside runner's report about a step. MEMBER.

    Raises Conflict for a move that is not allowed, Invalid for tokens on what is no AI_ACTION.
    """
    job = await get_reported_job(work, job_id)
    step = await get_step(work, job_id, step_id)
    chunks = [(step, change.output)] if change.output else []
    said = [one for each in await output.store(work, chunks) for one in each]
    [moved] = await change_steps(work, job, [(step, change)])
    await events.record_many(work, job.id, in_order(change, moved, said))
    return await present_step(work, step)


async def add_steps(work: Work, job: Job, wanted: Sequence[StepCreate]) -> list[JobStep]:
    """Add steps at the end of a run that is held, and write that down."""
    added = await insert_steps(work, job, wanted)
    await events.record_many(work, job.id, [created(step) for step in added])
    return added


async def insert_steps(work: Work, job: Job, wanted: Sequence[StepCreate]) -> list[JobStep]:
    """Add steps at the end of a run that is held, with one statement, and write nothing down."""
    ensure_open(job)
    if not wanted:
        return []
    values = {
        "workspace": work.tenant,
        "job": job.id,
        "attempt": job.attempt,
        "ids": [one.id or new_id() for one in wanted],
        "keys": [one.key if isinstance(one, NewStep) else None for one in wanted],
        "phases": [one.phase for one in wanted],
        "types": [one.type for one in wanted],
        "names": [one.name for one in wanted],
    }
    try:
        rows = await work.session.scalars(select(JobStep).from_statement(_INSERT), values)
    except IntegrityError:
        raise Conflict("A step with this id is here already.") from None
    return sorted(rows, key=lambda step: step.ordinal)


_INSERT = text(
    "INSERT INTO job_steps (id, workspace_id, job_id, attempt, ordinal, key, phase, type, name) "
    "SELECT e.id, :workspace, :job, :attempt, "
    "(SELECT coalesce(max(ordinal), 0) FROM job_steps WHERE job_id = :job) + e.n, "
    "e.key, e.phase, e.type, e.name "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:keys AS text[]), CAST(:phases AS text[]), "
    "CAST(:types AS text[]), CAST(:names AS text[])) "
    "WITH ORDINALITY AS e (id, key, phase, type, name, n) RETURNING *"
)


def created(step: JobStep) -> Happened:
    """Return what is written down about a new step."""
    about = ("ordinal", "attempt", "phase", "type", "name")
    return Happened("step.created", step.id, {name: getattr(step, name) for name in about})
