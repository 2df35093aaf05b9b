"""What a task waits for. Nothing waits for itself, however long the way around."""

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from mosaic.core.errors import Conflict, Invalid, NotFound
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work
from mosaic.tasks.around_models import TaskDependency
from mosaic.tasks.around_shapes import (
    DependencyCreate,
    DependencyPublic,
    DependencyUpdate,
    TaskOf,
)
from mosaic.tasks.changing import tell
from mosaic.tasks.checking import take_turn
from mosaic.tasks.models import Task

_MOST_NAMED = 8


async def list_dependencies(
    work: Work, task: Task, dependents: bool = False
) -> list[DependencyPublic]:
    """Return what a task waits for, or with `dependents` what waits for it, by number."""
    mine, other = col(TaskDependency.task_id), col(TaskDependency.depends_on_id)
    if dependents:
        mine, other = other, mine
    rows = await work.session.execute(
        select(TaskDependency, Task)
        .join(Task, col(Task.id) == other)
        .where(mine == task.id)
        .order_by(col(Task.number), col(TaskDependency.id))
    )
    return [_public(one, there) for one, there in rows]


async def add_dependency(work: Work, task: Task, wanted: DependencyCreate) -> DependencyPublic:
    """Let a task wait for another one. MEMBER.

    Raises Invalid for a task that is not here, Conflict when it waits like that already, and, with
    the `cycle`, when the other one waits for it.
    """
    work.require(Role.MEMBER)
    await take_turn(work)
    found = await work.session.scalars(select(Task).where(col(Task.id) == wanted.depends_on_id))
    other = found.one_or_none()
    if other is None:
        raise Invalid("There is no such task here.", "dependsOnId")
    await _check_no_circle(work, task, other)
    ids: dict[str, Any] = {"id": new_id(), "workspace_id": work.tenant, "task_id": task.id}
    added = TaskDependency(**ids, **wanted.model_dump())
    work.session.add(added)
    await _flush(work)
    _tell(work, task, other)
    return _public(added, other)


async def change_dependency(
    work: Work, task: Task, dependency_id: UUID, change: DependencyUpdate
) -> DependencyPublic:
    """Give a dependency another type or lag. MEMBER."""
    work.require(Role.MEMBER)
    one, other = await _get(work, task, dependency_id)
    for name, value in change.model_dump(exclude_none=True).items():
        setattr(one, name, value)
    await _flush(work)
    _tell(work, task, other)
    return _public(one, other)


async def remove_dependency(work: Work, task: Task, dependency_id: UUID) -> DependencyPublic:
    """Let a task wait no more; return how it did. MEMBER."""
    work.require(Role.MEMBER)
    one, other = await _get(work, task, dependency_id)
    was = _public(one, other)
    await work.session.execute(delete(TaskDependency).where(col(TaskDependency.id) == one.id))
    _tell(work, task, other)
    return was


async def _get(work: Work, task: Task, dependency_id: UUID) -> tuple[TaskDependency, Task]:
    rows = await work.session.execute(
        select(TaskDependency, Task)
        .join(Task, col(Task.id) == col(TaskDependency.depends_on_id))
        .where(col(TaskDependency.id) == dependency_id, col(TaskDependency.task_id) == task.id)
    )
    row = rows.one_or_none()
    if row is None:
        raise NotFound("There is no such dependency of this task.")
    return row[0], row[1]


async def _flush(work: Work) -> None:
    try:
        await work.session.flush()
    except IntegrityError:
        raise Conflict("This task waits for the other one like that already.") from None


def _tell(work: Work, task: Task, other: Task) -> None:
    tell(work, "UPDATED", [task])
    work.changed("tasks", other.id, *([other.project_id] if other.project_id else []))


async def _check_no_circle(work: Work, task: Task, other: Task) -> None:
    rows = await work.session.execute(_AFTER, {"id": other.id})
    waits: dict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        waits[row.task_id].append(row.depends_on_id)
    way = _way(waits, other.id, task.id)
    if way:
        found = await work.session.scalars(select(Task).where(col(Task.id).in_(way)))
        tasks = {one.id: TaskOf.model_validate(one) for one in found}
        circle = [tasks[id] for id in (task.id, *way)]
        cycle = [one.model_dump(mode="json", by_alias=True) for one in circle]
        raise Conflict(f"These tasks would wait for each other: {_names(circle)}.", cycle=cycle)


_AFTER = text(
    "WITH RECURSIVE after AS (SELECT CAST(:id AS uuid) AS id UNION "
    "SELECT d.depends_on_id FROM after JOIN task_dependencies d ON d.task_id = after.id) "
    "SELECT d.task_id, d.depends_on_id FROM after JOIN task_dependencies d ON d.task_id = after.id"
)


def _way(waits: dict[UUID, list[UUID]], start: UUID, end: UUID) -> list[UUID]:
    """Return the shortest way from one task along what it waits for to another, or nothing."""
    came: dict[UUID, UUID | None] = {start: None}
    left = deque([start])
    while left and end not in came:
        here = left.popleft()
        for there in waits.get(here, ()):
            if there not in came:
                came[there] = here
                left.append(there)
    way: list[UUID] = []
    place = end if end in came else None
    while place is not None:
        way.append(place)
        place = came[place]
    return way[::-1]


def _names(circle: Sequence[TaskOf]) -> str:
    names = [f"#{one.number} {one.title}" for one in circle]
    if len(names) > _MOST_NAMED:
        half = _MOST_NAMED // 2
        names[half:-half] = [f"{len(names) - 2 * half} more"]
    return " → ".join(names)


def _public(one: TaskDependency, other: Task) -> DependencyPublic:
    return DependencyPublic.model_validate(
        {**one.model_dump(), "task": TaskOf.model_validate(other)}
    )
