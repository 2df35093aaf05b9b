"""Moving cards on a board."""

from uuid import UUID

from mosaic.core.errors import Invalid
from mosaic.core.work import Role, Work
from mosaic.tasks.changing import apply, hold
from mosaic.tasks.placing import hold_columns, place_beside
from mosaic.tasks.presenting import show_changed
from mosaic.tasks.shapes import TaskChanged, TaskMove


async def move_task(work: Work, task_id: UUID, move: TaskMove) -> TaskChanged:
    """Put a card into a column of its board, beside another card or at the end. MEMBER.

    Raises Invalid for a column of another board, Conflict when the cards named beside it are not
    in that column any more.
    """
    work.require(Role.MEMBER)
    [task] = await hold(work, [task_id])
    [column] = await hold_columns(work, [move.column_id])
    if column.project_id != task.project_id:
        raise Invalid("This column is not on the board of the task's project.", "columnId")
    place = await place_beside(work, task, move.column_id, move.before_id, move.after_id)
    lane = move.model_dump(include={"assignee_id", "priority"}, exclude_unset=True)
    wanted = [(task, {"column_id": column.id, **lane})]
    change_id = await apply(work, "MOVED", wanted, {task.id: place}, {column.project_id: [column]})
    return await show_changed(work, task, change_id)
