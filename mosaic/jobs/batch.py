"""Many reports in one call: in order, all or none, with few statements."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.jobs import events, output
from mosaic.jobs.events import Happened
from mosaic.jobs.lookup import change_job, ensure_attempt, ensure_open, get_reported_job
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.moves import change_steps, in_order
from mosaic.jobs.shapes import (
    AddEvent,
    AddOutput,
    AddStep,
    Batch,
    BatchItem,
    BatchPublic,
    SetProgress,
    UpdateStep,
)
from mosaic.jobs.steps import created, insert_steps
from mosaic.jobs.viewing import present_steps

Written = dict[int, list[Happened]]  # by the place of the report in the batch


async def apply(work: Work, job_id: UUID, batch: Batch) -> BatchPublic:
    """Take reports of an outside runner about one run. MEMBER.

    A report may name a step that an earlier one added with an id of its own. Raises what the
    single calls raise, and then nothing of the batch is kept.
    """
    job = await get_reported_job(work, job_id)
    ensure_attempt(job, batch.attempt)
    items = list(enumerate(batch.items))
    written: Written = {}
    added = await _add(work, job, items, written)
    steps = {step.id: step for step in added} | await _named(work, job, items, added)
    await _print(work, items, steps, written)
    await _change(work, job, items, steps, written)
    await _rest(work, job, items, written)
    happened = [one for place in sorted(written) for one in written[place]]
    last = await events.record_many(work, job.id, happened)
    return BatchPublic(steps=await present_steps(work, added), last_event_id=last)


Items = list[tuple[int, BatchItem]]


async def _add(work: Work, job: Job, items: Items, written: Written) -> list[JobStep]:
    wanted = [(place, item) for place, item in items if isinstance(item, AddStep)]
    if not wanted:
        return []
    added = await insert_steps(work, job, [item for _, item in wanted])
    written |= {place: [created(step)] for (place, _), step in zip(wanted, added, strict=True)}
    return added


async def _named(work: Work, job: Job, items: Items, added: list[JobStep]) -> dict[UUID, JobStep]:
    named = {
        item.step_id for _, item in items if isinstance(item, UpdateStep | AddOutput | AddEvent)
    }
    wanted = named - {step.id for step in added} - {None}
    if not wanted:
        return {}
    rows = await work.session.scalars(
        select(JobStep).where(col(JobStep.job_id) == job.id, col(JobStep.id).in_(wanted))
    )
    found = {step.id: step for step in rows}
    if len(found) < len(wanted):
        raise NotFound("One of these steps is not in this run.")
    return found


async def _print(work: Work, items: Items, steps: dict[UUID, JobStep], written: Written) -> None:
    chunks = []
    for place, item in items:
        if isinstance(item, AddOutput):
            chunks.append((place, steps[item.step_id], item.content))
        elif isinstance(item, UpdateStep) and item.output:
            chunks.append((place, steps[item.step_id], item.output))
    stored = await output.store(work, [(step, content) for _, step, content in chunks])
    written |= {place: one for (place, _, _), one in zip(chunks, stored, strict=True)}


async def _change(
    work: Work, job: Job, items: Items, steps: dict[UUID, JobStep], written: Written
) -> None:
    changes = [(place, item) for place, item in items if isinstance(item, UpdateStep)]
    happened = await change_steps(work, job, [(steps[item.step_id], item) for _, item in changes])
    for (place, item), moved in zip(changes, happened, strict=True):
        written[place] = in_order(item, moved, written.get(place, []))


async def _rest(work: Work, job: Job, items: Items, written: Written) -> None:
    progress = None
    for place, item in items:
        if isinstance(item, AddEvent):
            written[place] = [Happened(item.type, item.step_id, item.payload)]
        elif isinstance(item, SetProgress):
            ensure_open(job)
            progress = item.progress
            written[place] = [Happened("job.progress", None, {"progress": progress})]
    if progress is not None:
        await change_job(work, job, progress=progress, progress_reported=True)
