"""Many tasks changed at once."""

from mosaic.core.work import Role, Work
from mosaic.tasks.changing import apply, hold
from mosaic.tasks.presenting import present
from mosaic.tasks.service import action_of
from mosaic.tasks.shapes import Bulk, TaskPublic, TasksChanged


async def change_tasks(work: Work, wanted: Bulk) -> TasksChanged:
    """Change tasks alike, all or none; it is taken back as one. MEMBER.

    A few statements, however many there are. NotFound when one of them is not here.
    """
    work.require(Role.MEMBER)
    tasks = await hold(work, wanted.ids)
    given = wanted.changes.model_dump(exclude_unset=True)
    change_id = await apply(work, action_of(tasks[0], given), [(task, given) for task in tasks])
    return TasksChanged(change_id=change_id, tasks=await present(work, tasks, TaskPublic))
