"""Single fields of a task as text, the way a form has them, and changing one of them."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any
from uuid import UUID

from pydantic.alias_generators import to_camel
from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import Conflict, NotFound
from mosaic.core.work import Role, Work
from mosaic.tasks.changing import hold
from mosaic.tasks.models import Task
from mosaic.tasks.presenting import show
from mosaic.tasks.service import change_task
from mosaic.tasks.shapes import TaskDetail, TaskUpdate

_MOST_NUMBER = 2**31 - 1


async def read_numbered(work: Work, number: int) -> TaskDetail:
    """Return the task with a number in this workspace, as a page shows it. NotFound otherwise."""
    query = select(Task).where(
        col(Task.workspace_id) == work.tenant, col(Task.number) == min(number, _MOST_NUMBER)
    )
    found = await work.session.scalars(query.execution_options(populate_existing=True))
    task = found.one_or_none()
    if task is None:
        raise NotFound("There is no such task here.")
    return await show(work, task)


async def change_fields(
    work: Work, task_id: UUID, change: TaskUpdate, begun: Mapping[str, str]
) -> TaskDetail:
    """Change fields that still are what they were when somebody `begun` to. MEMBER.

    `begun` is by names on the wire; other fields may have changed meanwhile. Raises Conflict, with
    `current`, when one of these has, to something else than is wanted now. Tags are not looked at.
    """
    work.require(Role.MEMBER)
    [task] = await hold(work, [task_id])
    wanted = change.model_dump(exclude_unset=True, exclude={"tags", "version"})
    if changed_since(begun, task, wanted):
        current = (await show(work, task)).model_dump(mode="json", by_alias=True)
        raise Conflict("Somebody changed this meanwhile.", current=current)
    return await change_task(work, task_id, change)


def changed_since(begun: Mapping[str, str], row: object, wanted: Mapping[str, Any]) -> list[str]:
    """Return which `wanted` fields of a row are neither that nor as they `begun` any more.

    `begun` is by names on the wire; what is not in it was not looked at.
    """
    now = {name: as_text(getattr(row, name)) for name in wanted}
    return [
        name
        for name, value in wanted.items()
        if now[name] not in (as_text(value), _lines(begun.get(to_camel(name), now[name])))
    ]


def as_text(value: Any) -> str:
    """Return a value as a form has it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return value.isoformat() if isinstance(value, date) else _lines(str(value))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
