"""Tasks: read, create, change, complete, archive, remove."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import Conflict, NotFound
from mosaic.core.work import Role, Work
from mosaic.tasks.changing import apply, hold, tell
from mosaic.tasks.models import Task
from mosaic.tasks.presenting import show
from mosaic.tasks.shapes import TaskCreate, TaskDetail, TaskUpdate
from mosaic.tasks.writing import fresh


async def get_task(work: Work, task_id: UUID) -> Task:
    """Return a task. NotFound for another tenant's."""
    query = select(Task).where(col(Task.id) == task_id)
    found = await work.session.scalars(query.execution_options(populate_existing=True))
    task = found.one_or_none()
    if task is None:
        raise NotFound("There is no such task here.")
    return task


async def read_task(work: Work, task_id: UUID) -> TaskDetail:
    """Return a task with its text as a page shows it. NotFound for another tenant's."""
    return await show(work, await get_task(work, task_id))


async def create_task(work: Work, wanted: TaskCreate) -> TaskDetail:
    """Make a task. MEMBER. Invalid for what it refers to and is not here."""
    work.require(Role.MEMBER)
    task = fresh(work)
    given = wanted.model_dump(exclude_none=True)
    change_id = await apply(work, "CREATED", [(task, given)])
    return await show(work, task, change_id)


async def change_task(work: Work, task_id: UUID, change: TaskUpdate) -> TaskDetail:
    """Change a task. MEMBER.

    Raises Conflict, with `current`, when `change.version` names an older one.
    """
    work.require(Role.MEMBER)
    [task] = await hold(work, [task_id])
    if change.version is not None and change.version != task.version:
        current = (await show(work, task)).model_dump(mode="json", by_alias=True)
        raise Conflict("Somebody changed this task meanwhile.", current=current)
    given = change.model_dump(exclude_unset=True, exclude={"version"})
    action = action_of(task, given)
    return await show(work, task, await apply(work, action, [(task, given)]))


def action_of(task: Task, given: dict[str, Any]) -> str:
    """Return what the log calls giving a task these values."""
    before, after = task.status, given.get("status") or task.status
    if before == after:
        return "UPDATED"
    if after in ("COMPLETED", "ARCHIVED"):
        return after
    return "RESTORED" if before == "ARCHIVED" else "UPDATED"


async def complete_task(work: Work, task_id: UUID) -> TaskDetail:
    """Complete a task; twice is the same as once. MEMBER."""
    return await change_task(work, task_id, TaskUpdate(status="COMPLETED"))


async def reopen_task(work: Work, task_id: UUID) -> TaskDetail:
    """Let a completed task go on; of one that is open nothing changes. MEMBER."""
    work.require(Role.MEMBER)
    [task] = await hold(work, [task_id])
    if task.status != "COMPLETED":
        return await show(work, task)
    began = 0 < task.progress < 100
    given = {"status": "IN_PROGRESS" if began else "NOT_STARTED"}
    return await show(work, task, await apply(work, "RESTORED", [(task, given)]))


async def archive_task(work: Work, task_id: UUID) -> TaskDetail:
    """Put a task away; it can be brought back. MEMBER."""
    return await change_task(work, task_id, TaskUpdate(status="ARCHIVED"))


async def remove_task(work: Work, task_id: UUID) -> None:
    """Remove a task for good; the tasks below it stay. ADMIN."""
    work.require(Role.ADMIN)
    [task] = await hold(work, [task_id])
    tell(work, "DELETED", [task])
    await work.session.delete(task)
