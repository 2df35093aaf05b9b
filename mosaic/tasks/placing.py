"""Places of cards in the columns of boards.

Whoever gives out places holds the column, so no two cards get the same one. Tasks are held before
columns, and each kind in the order of ids, so nobody waits for each other in a circle.
"""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import Select, func, select, text
from sqlmodel import col

from mosaic.core.errors import Conflict
from mosaic.core.order import between, following
from mosaic.core.work import Work
from mosaic.projects.models import BoardColumn
from mosaic.tasks.models import Task

_LONGEST = 200  # characters of a place; a gap is halved a thousand times before


async def hold_columns(work: Work, ids: Iterable[UUID]) -> list[BoardColumn]:
    """Hold columns until the work ends. Conflict when one is gone."""
    wanted = set(ids)
    query = select(BoardColumn).where(col(BoardColumn.id).in_(wanted))
    held = query.order_by(col(BoardColumn.id)).with_for_update(key_share=True)
    found = await work.session.scalars(held.execution_options(populate_existing=True))
    columns = list(found)
    if len(columns) < len(wanted):
        raise Conflict("A column of this board has just gone. Look again, then choose another.")
    return columns


async def append(work: Work, columns: dict[UUID, UUID]) -> dict[UUID, str]:
    """Return places at the ends of columns: for each task, by its id, the one it goes to."""
    if not columns:
        return {}
    goes: dict[UUID, list[UUID]] = defaultdict(list)
    for task_id, column_id in columns.items():
        goes[column_id].append(task_id)
    await hold_columns(work, goes)
    ends = {
        id: select(func.max(col(Task.position))).where(col(Task.column_id) == id) for id in goes
    }
    row = await work.session.execute(select(*[end.scalar_subquery() for end in ends.values()]))
    last = dict(zip(ends, row.one(), strict=True))
    return {
        task_id: key
        for column_id, tasks in goes.items()
        for task_id, key in zip(tasks, following(last[column_id], len(tasks)), strict=True)
    }


async def place_beside(
    work: Work, task: Task, column_id: UUID, before_id: UUID | None, after_id: UUID | None
) -> str:
    """Return the place in a held column before or after another card, else at its end.

    Conflict when neither of the cards named is in the column any more.
    """
    place = await _beside(work, task, column_id, before_id, after_id)
    if len(place) <= _LONGEST:
        return place
    await _number_anew(work, column_id)
    return await _beside(work, task, column_id, before_id, after_id)


async def _beside(
    work: Work, task: Task, column_id: UUID, before_id: UUID | None, after_id: UUID | None
) -> str:
    if before_id or after_id:
        named = {before_id, after_id} - {None, task.id}
        query = select(col(Task.id), col(Task.position)).where(
            col(Task.column_id) == column_id, col(Task.id).in_(named)
        )
        there = {id: place for id, place in await work.session.execute(query) if place}
        if after_id in there:
            low = there[after_id]
            return between(low, await _neighbour(work, task, column_id, after=low))
        if before_id in there:
            high = there[before_id]
            return between(await _neighbour(work, task, column_id, before=high), high)
        raise Conflict("The card beside it has just moved. Look again, then choose a place.")
    return between(await _neighbour(work, task, column_id), None)


async def _neighbour(
    work: Work, task: Task, column_id: UUID, after: str | None = None, before: str | None = None
) -> str | None:
    place = col(Task.position)
    query: Select[str | None] = select(place).where(
        col(Task.column_id) == column_id, col(Task.id) != task.id
    )
    if after is not None:
        query = query.where(place > after).order_by(place)
    else:
        query = (query.where(place < before) if before else query).order_by(place.desc())
    return await work.session.scalar(query.limit(1))


async def _number_anew(work: Work, column_id: UUID) -> None:
    """Give all cards of a held column short places, in the order they have."""
    query = select(col(Task.id)).where(col(Task.column_id) == column_id)
    ids = (await work.session.scalars(query.order_by(col(Task.position)))).all()
    pairs = zip(ids, following(None, len(ids)), strict=True)
    rows = to_json([{"id": id, "position": place} for id, place in pairs]).decode()
    await work.session.execute(_PLACES, {"rows": rows})


_PLACES = text(
    "UPDATE tasks t SET position = given.position "
    "FROM jsonb_populate_recordset(NULL::tasks, CAST(:rows AS jsonb)) given WHERE t.id = given.id"
)
