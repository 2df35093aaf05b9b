"""Runs and steps as they are sent: with who asked, what they cost and how their log begins."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.core.work import Work
from mosaic.jobs import output, prices
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.shapes import (
    ApprovalPublic,
    JobPublic,
    JobRow,
    StepCounts,
    StepPublic,
    TokensPublic,
)

_OUTPUT_OF_ONE, _OUTPUT_IN_LIST = 262_144, 4_096  # characters
R = TypeVar("R", bound=JobRow)


async def present_job(work: Work, job: Job) -> JobPublic:
    """Return a run as it is sent."""
    return (await present_jobs(work, [job], JobPublic))[0]


async def present_jobs(work: Work, jobs: Sequence[Job], shape: type[R]) -> list[R]:
    """Return runs as `shape` has them."""
    names = await names_of(work, (job.requested_by for job in jobs))
    costs = await _costs(work, [job.id for job in jobs])
    return [
        shape.model_validate(
            {
                **{name: getattr(job, name) for name in shape.model_fields if name in _COLUMNS},
                "requested_by_name": names.get(job.requested_by),
                "tokens": _tokens(job),
                "step_counts": _counts(job),
                "cost": costs.get(job.id),
            }
        )
        for job in jobs
    ]


_COLUMNS = frozenset(Job.model_fields)


def _tokens(job: Job) -> TokensPublic:
    total = job.tokens_input + job.tokens_output
    return TokensPublic(input=job.tokens_input, output=job.tokens_output, total=total)


def _counts(job: Job) -> StepCounts:
    counts = {
        "pending": job.steps_pending,
        "running": job.steps_running,
        "completed": job.steps_completed,
        "failed": job.steps_failed,
        "skipped": job.steps_skipped,
    }
    return StepCounts(**counts, total=sum(counts.values()))


async def names_of(work: Work, ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return what people are called."""
    wanted = {id for id in ids if id}
    if not wanted:
        return {}
    rows = await work.session.execute(
        select(col(User.id), col(User.name)).where(col(User.id).in_(wanted))
    )
    return {row.id: row.name for row in rows}


async def _costs(work: Work, ids: Sequence[UUID]) -> dict[UUID, float | None]:
    if not prices.known():
        return {}
    tokens = func.sum(col(JobStep.tokens_input)), func.sum(col(JobStep.tokens_output))
    rows = await work.session.execute(
        select(col(JobStep.job_id), col(JobStep.model), *tokens)
        .where(col(JobStep.job_id).in_(ids), col(JobStep.type) == "AI_ACTION")
        .where(func.coalesce(col(JobStep.tokens_input), col(JobStep.tokens_output)).is_not(None))
        .group_by(col(JobStep.job_id), col(JobStep.model))
    )
    used: dict[UUID, list[Any]] = defaultdict(list)
    for job_id, model, given, made in rows:
        used[job_id].append((model, given, made))
    return {job_id: prices.total(each) for job_id, each in used.items()}


async def present_step(work: Work, step: JobStep) -> StepPublic:
    """Return a step as it is sent, with up to 256 kB of its log."""
    return (await present_steps(work, [step], _OUTPUT_OF_ONE))[0]


async def present_steps(
    work: Work, steps: Sequence[JobStep], characters: int = _OUTPUT_IN_LIST
) -> list[StepPublic]:
    """Return steps as they are sent, each with at most that much of the beginning of its log."""
    talked = [step.id for step in steps if step.output_size] if characters else []
    logs = await output.beginnings(work, talked, characters) if talked else {}
    names = await names_of(work, (step.approved_by for step in steps))
    return [
        StepPublic.model_validate(
            {
                **step.model_dump(),
                "output": logs.get(step.id, ""),
                "cost": prices.cost(step.model, step.tokens_input, step.tokens_output),
                "approval": _approval(step, names),
            }
        )
        for step in steps
    ]


def _approval(step: JobStep, names: dict[UUID | None, str]) -> ApprovalPublic | None:
    if step.approved is None:
        return None
    return ApprovalPublic(
        approved=step.approved,
        note=step.approval_note,
        by=step.approved_by,
        by_name=names.get(step.approved_by),
        at=step.completed_at,
    )
