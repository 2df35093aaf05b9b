"""Changes of tasks: what was changed when by whom, and taking it back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from pydantic_core import to_json, to_jsonable_python
from sqlalchemy import func, select, text
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.core.errors import Conflict, Invalid, NotFound
from mosaic.core.order import between
from mosaic.core.pagination import Page, PageQuery, page_of
from mosaic.core.work import Role, Work
from mosaic.projects.models import BoardColumn
from mosaic.tasks.changing import apply, hold
from mosaic.tasks.models import Task, TaskChange, TaskChangeFields
from mosaic.tasks.placing import hold_columns
from mosaic.tasks.planning import check_dates
from mosaic.tasks.presenting import present
from mosaic.tasks.shapes import KeptFields, TaskChangePublic, TaskPublic, TasksChanged
from mosaic.tasks.tagging import same_tags, tags_of


async def list_changes(work: Work, task: Task, query: PageQuery) -> Page[TaskChangePublic]:
    """Return a page of what was changed of a task, the latest first."""
    mine = col(TaskChangeFields.task_id) == task.id
    total = await work.session.scalar(select(func.count()).where(mine))
    rows = await work.session.execute(
        select(TaskChange, TaskChangeFields, col(User.name))
        .join(TaskChangeFields, col(TaskChangeFields.change_id) == col(TaskChange.id))
        .outerjoin(User, col(User.id) == col(TaskChange.user_id))
        .where(mine)
        .order_by(col(TaskChange.id).desc())
        .offset((query.page - 1) * query.limit)
        .limit(query.limit)
    )
    lines = [
        TaskChangePublic.model_validate(
            {**change.model_dump(), "user_name": name, "before": one.before, "after": one.after}
        )
        for change, one, name in rows
    ]
    return page_of(lines, total or 0, query)


async def undo(work: Work, change_id: UUID) -> TasksChanged:
    """Take back a change, all of it, which is a change itself. MEMBER.

    A task that was made is archived. Raises Conflict when it was taken back already, and when
    something that it changed has been changed since.
    """
    work.require(Role.MEMBER)
    change = await _held(work, change_id)
    found = select(TaskChangeFields).where(col(TaskChangeFields.change_id) == change.id)
    kept = {one.task_id: one for one in await work.session.scalars(found)}
    if change.undone_at is not None or not kept:
        raise Conflict("This was taken back already.")
    tasks = await hold(work, kept)
    await _check_same(work, tasks, kept)
    wanted = [(task, _before(kept[task.id])) for task in tasks]
    _check_dates(wanted)
    await _find_places(work, wanted)
    undone = await apply(work, "UNDONE", wanted, exact=True)
    await work.session.execute(_UNDONE, {"id": change.id})
    return TasksChanged(change_id=undone, tasks=await present(work, tasks, TaskPublic))


_UNDONE = text("UPDATE task_changes SET undone_at = clock_timestamp() WHERE id = :id")


async def _held(work: Work, change_id: UUID) -> TaskChange:
    query = select(TaskChange).where(col(TaskChange.id) == change_id).with_for_update()
    found = await work.session.scalars(query.execution_options(populate_existing=True))
    change = found.one_or_none()
    if change is None:
        raise NotFound("There is no such change here.")
    return change


async def _check_same(
    work: Work, tasks: Sequence[Task], kept: dict[UUID, TaskChangeFields]
) -> None:
    tags = await tags_of(work, [id for id, one in kept.items() if "tags" in one.after])
    for task in tasks:
        after = dict(kept[task.id].after)
        same = same_tags(after.pop("tags", tags.get(task.id, [])), tags.get(task.id, []))
        now = to_jsonable_python({name: getattr(task, name) for name in after})
        if now != after or not same:
            raise _changed(task)


def _changed(task: Task) -> Conflict:
    return Conflict(f"“{task.title}” was changed since, so all of it stays as it is.")


def _check_dates(wanted: Sequence[tuple[Task, dict[str, Any]]]) -> None:
    """Raise Conflict where a date from before does not go with another one of now."""
    for task, before in wanted:
        try:
            check_dates(task, before)
        except Invalid:
            raise _changed(task) from None


def _before(one: TaskChangeFields) -> dict[str, Any]:
    if not one.before:
        return {"status": "ARCHIVED"}  # it was made
    return KeptFields.model_validate(one.before).model_dump(exclude_unset=True)


async def _find_places(work: Work, wanted: Sequence[tuple[Task, dict[str, Any]]]) -> None:
    """Let cards go back to where they were, or right behind whatever is there now."""
    going = [
        {"task": task.id, "place": before["position"], "home": column}
        for task, before in wanted
        if before.get("position") and (column := before.get("column_id", task.column_id))
    ]
    if not going:
        return
    homes = {one["home"] for one in going}
    there = select(col(BoardColumn.id)).where(col(BoardColumn.id).in_(homes))
    if homes - set(await work.session.scalars(there)):
        raise Conflict("Its column is not on the board any more, so all of it stays as it is.")
    await hold_columns(work, homes)
    taken = await work.session.execute(_TAKEN, {"rows": to_json(going).decode()})
    places = {row.task: between(row.place, row.next) for row in taken}
    for task, before in wanted:
        if task.id in places:
            before["position"] = places[task.id]


_TAKEN = text(
    "WITH going AS (SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) "
    "AS one (task uuid, place text, home uuid)) "
    "SELECT g.task, g.place, (SELECT min(n.position) FROM tasks n WHERE n.column_id = g.home "
    'AND n.position > g.place COLLATE "C") AS next FROM going g JOIN tasks t '
    'ON t.column_id = g.home AND t.position = g.place COLLATE "C" '
    "WHERE t.id NOT IN (SELECT task FROM going)"
)
