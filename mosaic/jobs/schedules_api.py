"""REST for schedules."""

from uuid import UUID

from fastapi import APIRouter

from mosaic.core.pagination import Page
from mosaic.edge import InWorkspace, Paging
from mosaic.jobs import schedules
from mosaic.jobs.schedule_shapes import ScheduleCreate, SchedulePublic, ScheduleUpdate

router = APIRouter(prefix="/runner-jobs/schedules", tags=["Runner jobs"])


@router.get("")
async def list_schedules(work: InWorkspace, query: Paging) -> Page[SchedulePublic]:
    """Schedules, by title."""
    return await schedules.list_schedules(work, query)


@router.post("", status_code=201)
async def create_schedule(work: InWorkspace, wanted: ScheduleCreate) -> SchedulePublic:
    """Make a schedule."""
    return await schedules.create_schedule(work, wanted)


@router.get("/{schedule_id}")
async def read_schedule(work: InWorkspace, schedule_id: UUID) -> SchedulePublic:
    """One schedule."""
    return await schedules.read_schedule(work, schedule_id)


@router.patch("/{schedule_id}")
@router.put("/{schedule_id}", include_in_schema=False)
async def update_schedule(
    work: InWorkspace, schedule_id: UUID, change: ScheduleUpdate
) -> SchedulePublic:
    """Change a schedule."""
    return await schedules.update_schedule(work, schedule_id, change)


@router.delete("/{schedule_id}", status_code=204)
async def delete_schedule(work: InWorkspace, schedule_id: UUID) -> None:
    """Remove a schedule; the runs it started stay."""
    await schedules.delete_schedule(work, schedule_id)
