"""REST of runs and their steps."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from mosaic.core.config import settings
from mosaic.core.errors import TooLarge
from mosaic.core.pagination import Page
from mosaic.core.shapes import Instant
from mosaic.edge import InWorkspace, Once
from mosaic.jobs import batch, gates, output, service, stats, steps
from mosaic.jobs.service import JobQuery
from mosaic.jobs.shapes import (
    Approval,
    Batch,
    BatchPublic,
    Chunk,
    JobCreate,
    JobPublic,
    JobUpdate,
    OutputState,
    Retry,
    StatsMeta,
    StatsPublic,
    StepCreate,
    StepPublic,
    StepUpdate,
)
from mosaic.jobs.steps import StepQuery

router = APIRouter(prefix="/runner-jobs", tags=["Runner jobs"])
_MOST_BATCH = 4_194_304


@router.get("")
async def list_jobs(work: InWorkspace, query: Annotated[JobQuery, Query()]) -> Page[JobPublic]:
    """Runs, the latest first."""
    return await service.list_jobs(work, query)


@router.post("", status_code=201)
async def create_job(work: InWorkspace, wanted: JobCreate, once: Once) -> JobPublic:
    """Ask for a run: of a type that Mosaic performs, or of a type of the runner's own."""
    return await once.keep(await service.create_job(work, wanted))


@router.get("/stats")
async def read_job_stats(
    work: InWorkspace,
    group_by: Annotated[stats.GroupBy, Query(alias="groupBy")] = "day",
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Annotated[Instant | None, Query(alias="to")] = None,
) -> StatsPublic:
    """How many runs, how long and with how many tokens; without a time, of the last 30 days."""
    since, until = stats.window(since, until)
    rows = await stats.read_stats(work, group_by, since, until)
    currency = settings().model_currency
    meta = StatsMeta(group_by=group_by, since=since, until=until, currency=currency)
    return StatsPublic(data=rows, meta=meta)


@router.get("/{job_id}")
async def read_job(work: InWorkspace, job_id: UUID) -> JobPublic:
    """One run."""
    return await service.read_job(work, job_id)


@router.patch("/{job_id}")
@router.put("/{job_id}", include_in_schema=False)
async def update_job(work: InWorkspace, job_id: UUID, change: JobUpdate, once: Once) -> JobPublic:
    """Report how a run goes on; or give it another title or priority."""
    return await once.keep(await service.update_job(work, job_id, change), 200)


@router.get("/{job_id}/steps")
async def list_steps(
    work: InWorkspace, job_id: UUID, query: Annotated[StepQuery, Query()]
) -> Page[StepPublic]:
    """The steps of a run in their order, at most 1,000 at once."""
    return await steps.list_steps(work, job_id, query)


@router.post("/{job_id}/steps", status_code=201)
async def create_step(
    work: InWorkspace, job_id: UUID, wanted: StepCreate, once: Once
) -> StepPublic:
    """Add a step at the end of a run."""
    return await once.keep(await steps.create_step(work, job_id, wanted))


@router.get("/{job_id}/steps/{step_id}")
async def read_step(work: InWorkspace, job_id: UUID, step_id: UUID) -> StepPublic:
    """One step, with the first 256 kB of its log."""
    return await steps.read_step(work, job_id, step_id)


@router.patch("/{job_id}/steps/{step_id}")
@router.put("/{job_id}/steps/{step_id}", include_in_schema=False)
async def update_step(
    work: InWorkspace, job_id: UUID, step_id: UUID, change: StepUpdate, once: Once
) -> StepPublic:
    """Report how a step goes on; `output` is appended to its log."""
    return await once.keep(await steps.update_step(work, job_id, step_id, change), 200)


@router.post("/{job_id}/steps/{step_id}/output", status_code=201)
async def append_output(
    work: InWorkspace, job_id: UUID, step_id: UUID, chunk: Chunk, once: Once
) -> OutputState:
    """Append to the log of a step; `full` says that no more is kept."""
    return await once.keep(await output.report(work, job_id, step_id, chunk.content))


@router.put("/{job_id}/steps/{step_id}/approval")
async def answer_gate(
    work: InWorkspace, job_id: UUID, step_id: UUID, said: Approval, once: Once
) -> StepPublic:
    """Answer a gate."""
    return await once.keep(await gates.answer(work, job_id, step_id, said.approved, said.note), 200)


@router.post("/{job_id}/batch", status_code=201)
async def report_batch(
    work: InWorkspace, request: Request, job_id: UUID, said: Batch, once: Once
) -> BatchPublic:
    """Report up to 1,000 things in order; all of them are taken, or none."""
    if len(await request.body()) > _MOST_BATCH:
        raise TooLarge(f"At most {_MOST_BATCH:,} bytes are taken as one batch.")
    return await once.keep(await batch.apply(work, job_id, said))


@router.post("/{job_id}/cancel")
async def cancel_job(work: InWorkspace, job_id: UUID, once: Once) -> JobPublic:
    """Stop a run."""
    return await once.keep(await service.cancel_job(work, job_id), 200)


@router.post("/{job_id}/retry")
async def retry_job(
    work: InWorkspace, job_id: UUID, once: Once, wanted: Retry | None = None
) -> JobPublic:
    """Try a run again, from a step or from the first that is not completed."""
    step_id = wanted.from_step_id if wanted else None
    return await once.keep(await service.retry_job(work, job_id, step_id), 200)
