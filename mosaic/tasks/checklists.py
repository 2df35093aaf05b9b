"""Checklists: the small things that a task consists of."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import Conflict, NotFound
from mosaic.core.ids import new_id
from mosaic.core.order import between
from mosaic.core.work import Role, Work
from mosaic.tasks.around_models import ChecklistItem
from mosaic.tasks.around_shapes import ItemCreate, ItemPublic, ItemUpdate
from mosaic.tasks.changing import hold
from mosaic.tasks.models import Task

MOST = 500


async def list_items(work: Work, task: Task) -> list[ItemPublic]:
    """Return the lines of a task's checklist, in their order."""
    return [ItemPublic.model_validate(one) for one in await _items(work, task)]


async def _items(work: Work, task: Task) -> list[ChecklistItem]:
    query = select(ChecklistItem).where(col(ChecklistItem.task_id) == task.id)
    return list(await work.session.scalars(query.order_by(col(ChecklistItem.position))))


async def add_item(work: Work, task: Task, wanted: ItemCreate) -> ItemPublic:
    """Add a line at the end. MEMBER. Conflict beyond 500 of them."""
    work.require(Role.MEMBER)
    await hold(work, [task.id])
    there = await _items(work, task)
    if len(there) >= MOST:
        raise Conflict(f"A checklist has at most {MOST} lines. Option: a task below this one.")
    ids: dict[str, Any] = {"id": new_id(), "workspace_id": work.tenant, "task_id": task.id}
    place = between(there[-1].position if there else None, None)
    item = ChecklistItem(**ids, title=wanted.title, position=place)
    work.session.add(item)
    await work.session.flush()
    work.changed("tasks", task.id, *_board(task))
    return ItemPublic.model_validate(item)


async def change_item(work: Work, task: Task, item_id: UUID, change: ItemUpdate) -> ItemPublic:
    """Check a line, or give it other words or another place. MEMBER."""
    work.require(Role.MEMBER)
    await hold(work, [task.id])
    there = await _items(work, task)
    item = _pick(there, item_id)
    if change.title is not None:
        item.title = change.title
    if change.checked is not None:
        item.checked = change.checked
    if change.before_id or change.after_id:
        item.position = _place([one for one in there if one is not item], change)
    await work.session.flush()
    work.changed("tasks", task.id, *_board(task))
    return ItemPublic.model_validate(item)


def _place(others: list[ChecklistItem], change: ItemUpdate) -> str:
    keys = [one.position for one in others]
    at = (
        others.index(_pick(others, change.before_id))
        if change.before_id
        else others.index(_pick(others, change.after_id)) + 1
    )
    return between(keys[at - 1] if at else None, keys[at] if at < len(keys) else None)


def _pick(items: list[ChecklistItem], id: UUID | None) -> ChecklistItem:
    for item in items:
        if item.id == id:
            return item
    raise NotFound("There is no such line on this checklist.")


async def remove_item(work: Work, task: Task, item_id: UUID) -> ItemPublic:
    """Take a line off; return what it was. MEMBER."""
    work.require(Role.MEMBER)
    await hold(work, [task.id])
    item = _pick(await _items(work, task), item_id)
    was = ItemPublic.model_validate(item)
    await work.session.delete(item)
    work.changed("tasks", task.id, *_board(task))
    return was


async def put_item_back(work: Work, task: Task, was: ItemPublic) -> None:
    """Put a line that was taken off where it was, or right before what is there now. MEMBER.

    Conflict beyond 500 of them.
    """
    added = await add_item(work, task, ItemCreate(title=was.title))
    there = await _items(work, task)
    after = next((one.id for one in there if was.position <= one.position), added.id)
    place = {} if after == added.id else {"before_id": after}
    await change_item(work, task, added.id, ItemUpdate(checked=was.checked, **place))


def _board(task: Task) -> list[UUID]:
    return [task.project_id] if task.project_id else []
