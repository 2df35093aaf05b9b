"""REST of tasks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from mosaic.core.pagination import Page
from mosaic.edge import InWorkspace, Once, Paging
from mosaic.tasks import bulk, listing, moving, service, undoing, views
from mosaic.tasks.around_shapes import ViewCreate, ViewPublic, ViewUpdate
from mosaic.tasks.listing import TaskQuery
from mosaic.tasks.shapes import (
    Bulk,
    TaskChanged,
    TaskChangePublic,
    TaskCreate,
    TaskDetail,
    TaskMove,
    TaskPublic,
    TasksChanged,
    TaskUpdate,
)

router = APIRouter(prefix="/tasks", tags=["Tasks"])


@router.get("")
async def list_tasks(work: InWorkspace, query: Annotated[TaskQuery, Query()]) -> Page[TaskPublic]:
    """Tasks, the latest changes first."""
    return await listing.list_tasks(work, query)


@router.post("", status_code=201)
async def create_task(work: InWorkspace, wanted: TaskCreate, once: Once) -> TaskDetail:
    """Make a task."""
    return await once.keep(await service.create_task(work, wanted))


@router.post("/bulk")
async def change_tasks(work: InWorkspace, wanted: Bulk) -> TasksChanged:
    """Change up to 500 tasks alike, all or none."""
    return await bulk.change_tasks(work, wanted)


@router.post("/changes/{change_id}/undo")
async def undo_change(work: InWorkspace, change_id: UUID) -> TasksChanged:
    """Take back what was just done, to one task or to several."""
    return await undoing.undo(work, change_id)


@router.get("/views")
async def list_views(work: InWorkspace) -> list[ViewPublic]:
    """The lists that were kept: one's own and those for all."""
    return await views.list_views(work)


@router.post("/views", status_code=201)
async def keep_view(work: InWorkspace, wanted: ViewCreate) -> ViewPublic:
    """Keep a list by its query."""
    return await views.keep_view(work, wanted)


@router.patch("/views/{view_id}")
@router.put("/views/{view_id}", include_in_schema=False)
async def change_view(work: InWorkspace, view_id: UUID, change: ViewUpdate) -> ViewPublic:
    """Give a view another name or query, or share it."""
    return await views.change_view(work, view_id, change)


@router.delete("/views/{view_id}", status_code=204)
async def remove_view(work: InWorkspace, view_id: UUID) -> None:
    """Take a view away; its tasks stay."""
    await views.remove_view(work, view_id)


@router.get("/{task_id}")
async def read_task(work: InWorkspace, task_id: UUID) -> TaskDetail:
    """One task."""
    return await service.read_task(work, task_id)


@router.patch("/{task_id}")
@router.put("/{task_id}", include_in_schema=False)
async def change_task(work: InWorkspace, task_id: UUID, change: TaskUpdate) -> TaskDetail:
    """Change a task; its card follows its status, and its status its column."""
    return await service.change_task(work, task_id, change)


@router.delete("/{task_id}", status_code=204)
async def delete_task(work: InWorkspace, task_id: UUID, permanent: bool = False) -> None:
    """Put a task away; with `permanent`, remove it for good."""
    remove = service.remove_task if permanent else service.archive_task
    await remove(work, task_id)


@router.put("/{task_id}/completion")
async def complete_task(work: InWorkspace, task_id: UUID) -> TaskDetail:
    """Complete a task."""
    return await service.complete_task(work, task_id)


@router.delete("/{task_id}/completion", status_code=204)
async def reopen_task(work: InWorkspace, task_id: UUID) -> None:
    """Let a completed task go on."""
    await service.reopen_task(work, task_id)


@router.post("/{task_id}/move")
async def move_task(work: InWorkspace, task_id: UUID, move: TaskMove) -> TaskChanged:
    """Put a card into a column, before or after another one."""
    return await moving.move_task(work, task_id, move)


@router.get("/{task_id}/changes")
async def list_changes(work: InWorkspace, task_id: UUID, query: Paging) -> Page[TaskChangePublic]:
    """What was changed of a task, the latest first."""
    return await undoing.list_changes(work, await service.get_task(work, task_id), query)
