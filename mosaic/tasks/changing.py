"""The one way in which tasks are written: held, checked, placed, and every change kept."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.projects.columns import columns_of
from mosaic.tasks.checking import Given, Wanted, check
from mosaic.tasks.models import Task
from mosaic.tasks.planning import Boards, plan
from mosaic.tasks.repeating import copy_checklists, followers
from mosaic.tasks.tagging import same_tags, tags_of
from mosaic.tasks.writing import Step, keep, number, place, write


async def hold(work: Work, ids: Iterable[UUID]) -> list[Task]:
    """Return tasks, held until the work ends. NotFound when one of them is not here."""
    wanted = set(ids)
    query = select(Task).where(col(Task.id).in_(wanted)).order_by(col(Task.id))
    held = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    tasks = list(await work.session.scalars(held))
    if len(tasks) < len(wanted):
        raise NotFound("There is no such task here.")
    return tasks


async def apply(
    work: Work,
    action: str,
    wanted: Wanted,
    places: Mapping[UUID, str] | None = None,
    boards: Boards | None = None,
    exact: bool = False,
) -> UUID | None:
    """Give tasks other values, all of it one change; return its id, or None when nothing changes.

    Tasks are held, or `fresh`. `places` are those of cards, by their task's id, that are not put at
    the end of their column; `boards` the columns, where they are known. `exact`: nothing follows
    from the values, they are all there is. A few statements, however many tasks there are.
    """
    await check(work, wanted)
    now = await tags_of(work, [task.id for task, given in wanted if given.get("tags") is not None])
    if exact:
        steps = [_step(task, given, _exactly(task, given), now) for task, given in wanted]
    else:
        boards = boards or await _boards(work, wanted)
        steps = [_step(task, given, plan(task, given, boards), now) for task, given in wanted]
    for one in steps:
        one.take(places.get(one.task.id) if places else None)
    steps = [one for one in steps if one.changes]
    if not steps:
        return None
    told = [one.task for one in steps]
    if not exact:
        steps += await followers(work, steps)
    await number(work, [one.task for one in steps if one.is_new])
    await place(work, steps)
    sides = [one.sides() for one in steps]
    await write(work, steps)
    await copy_checklists(work, steps)
    change_id = await keep(work, action, steps, sides)
    tell(work, action, told, (before for before, _ in sides))
    return change_id


async def _boards(work: Work, wanted: Wanted) -> Boards:
    projects = {task.project_id for task, _ in wanted}
    projects |= {given["project_id"] for _, given in wanted if given.get("project_id")}
    return await columns_of(work, [id for id in projects if id])


def _exactly(task: Task, given: Given) -> dict[str, Any]:
    fields = {name: value for name, value in given.items() if name != "tags"}
    return {name: value for name, value in fields.items() if value != getattr(task, name)}


def _step(task: Task, given: Given, values: dict[str, Any], now: dict[UUID, list[str]]) -> Step:
    tags, had = given.get("tags"), now.get(task.id, [])
    kept = None if tags is None or same_tags(tags, had) else list(tags)
    return Step(task, values, kept, had, is_new=task.number == 0)


def tell(
    work: Work, action: str, tasks: Sequence[Task], before: Iterable[Mapping[str, Any]] = ()
) -> None:
    """Write one line into the log, and wake the pages that show the tasks.

    Those of their projects and of the tasks above them, too.
    """
    first, *more = tasks
    if more:
        title, about = f"{len(tasks)} tasks", {"tasks": len(tasks)}
        activity.record(work, action, "task", None, title, about)
    else:
        activity.record(work, action, "task", first.id, first.title, {"number": first.number})
    before = list(before)
    near = {id for task in tasks for id in (task.project_id, task.parent_id)}
    near |= {one.get(name) for one in before for name in ("project_id", "parent_id")}
    work.changed("tasks", *(task.id for task in tasks), *sorted(str(id) for id in near if id))
