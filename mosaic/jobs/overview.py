"""What the page of a run shows at a glance: sums, and windows onto what may be very long.

An attempt shows for each place in the run the step that was tried last, up to that attempt.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.core.work import Work
from mosaic.jobs.models import Job, JobEvent, JobStep
from mosaic.jobs.shapes import Phase

PHASES: tuple[str, ...] = get_args(Phase)
WINDOW = 50


@dataclass
class PhaseSum:
    """How a phase stands: `counts` by status, and when its steps began and ended."""

    phase: str
    counts: dict[str, int] = field(default_factory=dict)
    started_at: datetime | None = None
    completed_at: datetime | None = None

    @property
    def total(self) -> int:
        """How many steps it has."""
        return sum(self.counts.values())


def current(job_id: UUID, attempt: int) -> ColumnElement[bool]:
    """Return the condition that picks the steps that an attempt shows."""
    of_job = col(JobStep.job_id) == job_id
    if attempt == 1:
        return and_(of_job, col(JobStep.attempt) == 1)
    newer = aliased(JobStep)
    replaced = exists().where(
        col(newer.job_id) == job_id,
        col(newer.ordinal) == col(JobStep.ordinal),
        col(newer.attempt) > col(JobStep.attempt),
        col(newer.attempt) <= attempt,
    )
    return and_(of_job, col(JobStep.attempt) <= attempt, ~replaced)


async def phase_sums(work: Work, job_id: UUID, attempt: int) -> list[PhaseSum]:
    """Return the phases that have steps, in the order in which they come."""
    rows = await work.session.execute(
        select(
            col(JobStep.phase),
            col(JobStep.status),
            func.count(),
            func.min(col(JobStep.started_at)),
            func.max(col(JobStep.completed_at)),
            func.min(col(JobStep.ordinal)),
        )
        .where(current(job_id, attempt))
        .group_by(col(JobStep.phase), col(JobStep.status))
    )
    found: dict[str, PhaseSum] = {}
    first: dict[str, int] = {}
    for phase, status, count, begun, ended, ordinal in rows:
        one = found.setdefault(phase, PhaseSum(phase))
        one.counts[status] = count
        one.started_at = min(filter(None, (one.started_at, begun)), default=None)
        one.completed_at = max(filter(None, (one.completed_at, ended)), default=None)
        first[phase] = min(first.get(phase, ordinal), ordinal)
    return sorted(found.values(), key=lambda one: first[one.phase])


async def window(
    work: Work, job_id: UUID, attempt: int, phase: str, page: int
) -> Sequence[JobStep]:
    """Return the steps of a phase that are on its page, counted from 1, of `WINDOW` each."""
    rows = await work.session.scalars(
        select(JobStep)
        .where(current(job_id, attempt), col(JobStep.phase) == phase)
        .order_by(col(JobStep.ordinal))
        .offset((page - 1) * WINDOW)
        .limit(WINDOW)
    )
    return rows.all()


async def page_where(work: Work, job_id: UUID, attempt: int, phase: str, status: str) -> int:
    """Return the page of a phase on which its first step of this status is."""
    here = and_(current(job_id, attempt), col(JobStep.phase) == phase)
    first = select(func.min(col(JobStep.ordinal))).where(here, col(JobStep.status) == status)
    return await _page_of(work, here, first.scalar_subquery())


async def page_of(work: Work, attempt: int, step: JobStep) -> int:
    """Return the page of its phase on which a step is."""
    here = and_(current(step.job_id, attempt), col(JobStep.phase) == step.phase)
    return await _page_of(work, here, step.ordinal)


async def _page_of(work: Work, here: ColumnElement[bool], ordinal: Any) -> int:
    before = await work.session.scalar(
        select(func.count()).where(here, col(JobStep.ordinal) < ordinal)
    )
    return (before or 0) // WINDOW + 1


async def open_gates(work: Work, job_id: UUID) -> Sequence[JobStep]:
    """Return the gates that wait for a person's answer."""
    rows = await work.session.scalars(
        select(JobStep).where(col(JobStep.job_id) == job_id, *_ASKING).limit(10)
    )
    return rows.all()


async def asking(work: Work, job_ids: Sequence[UUID]) -> set[UUID]:
    """Return which of some runs wait for a person's answer."""
    if not job_ids:
        return set()
    rows = await work.session.scalars(
        select(col(JobStep.job_id)).where(col(JobStep.job_id).in_(job_ids), *_ASKING)
    )
    return set(rows)


_ASKING = (col(JobStep.type) == "GATE", col(JobStep.status) == "RUNNING")


async def longest(work: Work, job_id: UUID, attempt: int, limit: int) -> list[JobStep]:
    """Return the steps that took longest, or go on, in the order of their beginning."""
    lasted = func.coalesce(col(JobStep.completed_at), func.now()) - col(JobStep.started_at)
    rows = await work.session.scalars(
        select(JobStep)
        .where(current(job_id, attempt), col(JobStep.started_at).is_not(None))
        .order_by(lasted.desc(), col(JobStep.ordinal))
        .limit(limit)
    )
    return sorted(rows, key=lambda step: (step.started_at or step.created_at, step.ordinal))


async def costly(work: Work, job_id: UUID, limit: int) -> Sequence[JobStep]:
    """Return the steps of all attempts that used most tokens."""
    used = func.coalesce(col(JobStep.tokens_input), 0) + func.coalesce(
        col(JobStep.tokens_output), 0
    )
    rows = await work.session.scalars(
        select(JobStep)
        .where(col(JobStep.job_id) == job_id, used > 0)
        .order_by(used.desc(), col(JobStep.ordinal))
        .limit(limit)
    )
    return rows.all()


async def by_model(work: Work, job_id: UUID) -> list[tuple[str, int, int, int]]:
    """Return for each model its steps, and the tokens that went in and came out."""
    given, made = col(JobStep.tokens_input), col(JobStep.tokens_output)
    rows = await work.session.execute(
        select(col(JobStep.model), func.count(), func.sum(given), func.sum(made))
        .where(col(JobStep.job_id) == job_id, func.coalesce(given, made).is_not(None))
        .group_by(col(JobStep.model))
        .order_by(func.sum(func.coalesce(given, 0) + func.coalesce(made, 0)).desc())
    )
    return [(model or "", count, int(i or 0), int(o or 0)) for model, count, i, o in rows]


async def happened(
    work: Work, job_id: UUID, before: int | None, limit: int
) -> list[tuple[JobEvent, str | None]]:
    """Return what happened, newest first, before the event `before`, with the steps' names.

    Without the reports of output, of which there are very many.
    """
    query = (
        select(JobEvent, col(JobStep.name))
        .outerjoin(JobStep, col(JobStep.id) == col(JobEvent.step_id))
        .where(col(JobEvent.job_id) == job_id, col(JobEvent.type) != "step.output")
        .order_by(col(JobEvent.id).desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(col(JobEvent.id) < before)
    return [(event, name) for event, name in await work.session.execute(query)]


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
