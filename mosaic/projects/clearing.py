"""Taking a column off a board, with its cards going to another one."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import Invalid, NotFound
from mosaic.core.work import Role, Work
from mosaic.projects import columns
from mosaic.projects.models import Project
from mosaic.tasks.changing import apply, hold
from mosaic.tasks.models import Task


async def remove_column(
    work: Work, project: Project, column_id: UUID, move_to: UUID | None
) -> None:
    """Take a column off the board, its cards to the end of the column `move_to`. MEMBER.

    `project` is held. Moving the cards is one change. Raises Conflict while there are cards in it
    and no other column is named, and for the last one; Invalid for a column of another board.
    """
    work.require(Role.MEMBER)
    await columns.get_column(work, project, column_id)
    if move_to:
        await _move_cards(work, project, column_id, move_to)
    await columns.remove_column(work, project, column_id)


async def _move_cards(work: Work, project: Project, column_id: UUID, to: UUID) -> None:
    try:
        await columns.get_column(work, project, to)
    except NotFound as problem:
        raise Invalid(problem.detail, "moveTo") from None
    if to == column_id:
        raise Invalid("Choose another column than this one.", "moveTo")
    here = col(Task.column_id) == column_id, col(Task.status) != "ARCHIVED"
    found = await work.session.scalars(
        select(col(Task.id)).where(*here).order_by(col(Task.position))
    )
    order = {id: place for place, id in enumerate(found)}
    tasks = sorted(await hold(work, order), key=lambda task: order[task.id])
    # Somebody may have moved one meanwhile.
    cards = [task for task in tasks if task.column_id == column_id]
    await apply(work, "MOVED", [(task, {"column_id": to}) for task in cards])
