"""The columns of a board."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict, NotFound
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work
from mosaic.projects.models import BoardColumn, Project
from mosaic.projects.shapes import ColumnCreate, ColumnPublic, ColumnUpdate
from mosaic.tasks.models import Task

FIRST = (
    ColumnCreate(name="To do"),
    ColumnCreate(name="In progress", status="IN_PROGRESS"),
    ColumnCreate(name="Done", status="COMPLETED"),
)
MOST = 50


async def columns_of(work: Work, ids: Iterable[UUID]) -> dict[UUID, list[BoardColumn]]:
    """Return the columns of each project's board, in their order."""
    found: dict[UUID, list[BoardColumn]] = defaultdict(list)
    if not (wanted := set(ids)):
        return found
    query = select(BoardColumn).where(col(BoardColumn.project_id).in_(wanted))
    for column in await work.session.scalars(query.order_by(col(BoardColumn.position))):
        found[column.project_id].append(column)
    return found


async def list_columns(work: Work, project: Project) -> list[ColumnPublic]:
    """Return the columns of a project's board, in their order."""
    return [_public(one) for one in (await columns_of(work, [project.id]))[project.id]]


async def add_first_columns(
    work: Work, project_id: UUID, wanted: Sequence[ColumnCreate] = ()
) -> None:
    """Give a new project's board its columns: those wanted, or the three that are usual."""
    for place, one in enumerate(wanted or FIRST):
        values: dict[str, Any] = {**one.model_dump(), "position": place}
        work.session.add(
            BoardColumn(id=new_id(), workspace_id=work.tenant, project_id=project_id, **values)
        )
    await work.session.flush()


async def add_column(work: Work, project: Project, wanted: ColumnCreate) -> ColumnPublic:
    """Add a column at the end of the board. MEMBER. `project` is held."""
    work.require(Role.MEMBER)
    there = (await columns_of(work, [project.id]))[project.id]
    if len(there) >= MOST:
        raise Conflict(f"A board has at most {MOST} columns.")
    column = BoardColumn(
        id=new_id(),
        workspace_id=work.tenant,
        project_id=project.id,
        position=len(there),
        **wanted.model_dump(),
    )
    work.session.add(column)
    await work.session.flush()
    _noted(work, project)
    return _public(column)


async def change_column(
    work: Work, project: Project, column_id: UUID, change: ColumnUpdate
) -> ColumnPublic:
    """Change a column. MEMBER. `project` is held.

    Raises Conflict for another status while there are cards in it: those would change with it.
    """
    work.require(Role.MEMBER)
    column = await get_column(work, project, column_id)
    given = change.model_dump(exclude_unset=True)
    place = given.pop("position", None)
    if given.get("status") not in (None, column.status) and await cards_in(work, column.id):
        raise Conflict("There are cards in this column. Option: a new column, and moving them.")
    for name, value in given.items():
        if value is not None or name == "wip_limit":
            setattr(column, name, value)
    await work.session.flush()
    if place is not None:
        await _reorder(work, project, column, place)
    _noted(work, project)
    return _public(column)


async def _reorder(work: Work, project: Project, column: BoardColumn, place: int) -> None:
    others = [one for one in (await columns_of(work, [project.id]))[project.id] if one != column]
    others.insert(place, column)
    order = func.array_position([one.id for one in others], col(BoardColumn.id)) - 1
    mine = update(BoardColumn).where(col(BoardColumn.project_id) == project.id)
    await work.session.execute(
        mine.values(position=order).execution_options(synchronize_session=False)
    )
    await work.session.refresh(column)


async def get_column(work: Work, project: Project, column_id: UUID) -> BoardColumn:
    """Return a column of the board. NotFound for another project's."""
    query = select(BoardColumn).where(
        col(BoardColumn.id) == column_id, col(BoardColumn.project_id) == project.id
    )
    column = (await work.session.scalars(query)).one_or_none()
    if column is None:
        raise NotFound("There is no such column on this board.")
    return column


async def cards_in(work: Work, column_id: UUID) -> int:
    """Return how many cards are in a column, archived ones aside."""
    here = col(Task.column_id) == column_id, col(Task.status) != "ARCHIVED"
    return await work.session.scalar(select(func.count()).where(*here)) or 0


async def remove_column(work: Work, project: Project, column_id: UUID) -> None:
    """Take an empty column off the board. MEMBER. `project` is held.

    Raises Conflict while there are cards in it, and for the last one.
    """
    work.require(Role.MEMBER)
    column = await get_column(work, project, column_id)
    there = (await columns_of(work, [project.id]))[project.id]
    if len(there) == 1:
        raise Conflict("A board keeps at least one column.")
    if await cards_in(work, column.id):
        raise Conflict("There are cards in this column. Option: move them to another one first.")
    nowhere: dict[str, Any] = {"column_id": None, "position": None}
    archived = update(Task).where(col(Task.column_id) == column.id).values(**nowhere)
    await work.session.execute(archived.execution_options(synchronize_session=False))
    await work.session.execute(delete(BoardColumn).where(col(BoardColumn.id) == column.id))
    left = col(BoardColumn.project_id) == project.id, col(BoardColumn.position) > column.position
    closer = update(BoardColumn).where(*left).values(position=col(BoardColumn.position) - 1)
    await work.session.execute(closer.execution_options(synchronize_session=False))
    _noted(work, project)


def _noted(work: Work, project: Project) -> None:
    activity.record(work, "UPDATED", "project", project.id, project.name, {"slug": project.slug})
    work.changed("projects", project.id)


def _public(column: BoardColumn) -> ColumnPublic:
    return ColumnPublic.model_validate(column)
