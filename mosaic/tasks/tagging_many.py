"""Tags put on many tasks at once, or taken off."""

from collections.abc import Callable, Sequence
from uuid import UUID

from mosaic.core.work import Role, Work
from mosaic.tasks.changing import apply, hold
from mosaic.tasks.presenting import present
from mosaic.tasks.shapes import TaskPublic, TasksChanged
from mosaic.tasks.tagging import same_tags, tags_of

Change = Callable[[list[str]], list[str]]


async def tag_tasks(work: Work, ids: Sequence[UUID], name: str) -> TasksChanged:
    """Put one more tag on tasks; it is taken back as one. MEMBER. A few statements.

    NotFound when one of them is not here.
    """
    return await _each(work, ids, lambda had: [*had, name])


async def untag_tasks(work: Work, ids: Sequence[UUID], name: str) -> TasksChanged:
    """Take a tag off those of the tasks that have it. MEMBER."""
    return await _each(work, ids, lambda had: [one for one in had if not same_tags([one], [name])])


async def _each(work: Work, ids: Sequence[UUID], change: Change) -> TasksChanged:
    work.require(Role.MEMBER)
    tasks = await hold(work, ids)
    now = await tags_of(work, [task.id for task in tasks])
    wanted = [(task, {"tags": change(now.get(task.id, []))}) for task in tasks]
    change_id = await apply(work, "UPDATED", wanted)
    return TasksChanged(change_id=change_id, tasks=await present(work, tasks, TaskPublic))
