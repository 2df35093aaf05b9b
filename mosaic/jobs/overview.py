"""What the page of a run shows at a glance: sums, and windows onto what may be very long.

An attempt shows for each place in the run the step that was tried last, up to that attempt.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.jobs.models import JobEvent, JobStep
from mosaic.jobs.shapes import Phase, StepStatus

PHASES: tuple[str, ...] = get_args(Phase)
STATUSES: tuple[str, ...] = get_args(StepStatus)
WINDOW = 50


@dataclass
class PhaseSum:
    """How a phase stands: `counts` by status, and when its steps began and ended.

    `first` and `last` are the ordinals of its steps.
    """

    phase: str
    first: int
    last: int
    counts: dict[str, int] = field(default_factory=dict)
    started_at: datetime | None = None
    completed_at: datetime | None = None

    @property
    def total(self) -> int:
        """How many steps it has."""
        return sum(self.counts.values())

    @property
    def in_a_row(self) -> bool:
        """Whether no step of another phase stands between its steps."""
        return self.last - self.first + 1 == self.total


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
    # One aggregate for each phase, which needs no sorting of what may be very many rows.
    parts = [_sums(phase, current(job_id, attempt)) for phase in PHASES]
    rows = await work.session.execute(union_all(*parts))
    found = []
    for phase, first, last, begun, ended, *counts in rows:
        if first is not None:
            there = {status: n for status, n in zip(STATUSES, counts, strict=True) if n}
            found.append(PhaseSum(phase, first, last, there, begun, ended))
    return sorted(found, key=lambda one: one.first)


def _sums(phase: str, shown: ColumnElement[bool]) -> Any:
    ordinal, status = col(JobStep.ordinal), col(JobStep.status)
    return select(
        literal(phase),
        func.min(ordinal),
        func.max(ordinal),
        func.min(col(JobStep.started_at)),
        func.max(col(JobStep.completed_at)),
        *[func.count().filter(status == one) for one in STATUSES],
    ).where(shown, col(JobStep.phase) == phase)


async def window(
    work: Work, job_id: UUID, attempt: int, phase: PhaseSum, page: int
) -> Sequence[JobStep]:
    """Return the steps of a phase that are on its page, counted from 1, of `WINDOW` each."""
    skipped, ordinal = (page - 1) * WINDOW, col(JobStep.ordinal)
    here = current(job_id, attempt), col(JobStep.phase) == phase.phase
    query = select(JobStep).where(*here).order_by(ordinal).limit(WINDOW)
    if phase.in_a_row:
        query = query.where(ordinal >= phase.first + skipped)
    else:
        query = query.offset(skipped)
    return (await work.session.scalars(query)).all()


async def page_where(work: Work, job_id: UUID, attempt: int, phase: PhaseSum, status: str) -> int:
    """Return the page of a phase on which its first step of this status is."""
    here = and_(current(job_id, attempt), col(JobStep.phase) == phase.phase)
    first = select(func.min(col(JobStep.ordinal))).where(here, col(JobStep.status) == status)
    ordinal = await work.session.scalar(first)
    if ordinal is None:
        return 1
    if phase.in_a_row:
        return (ordinal - phase.first) // WINDOW + 1
    return await _page_of(work, here, ordinal)


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
