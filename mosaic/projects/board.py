"""A board: its columns and the cards in them."""

from collections import defaultdict
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row, select, text

from mosaic.core.errors import NotFound
from mosaic.core.shapes import Shape
from mosaic.core.work import Work
from mosaic.projects.columns import columns_of
from mosaic.projects.models import BoardColumn, Project
from mosaic.projects.shapes import ColumnPublic
from mosaic.tasks.models import Task
from mosaic.tasks.presenting import present
from mosaic.tasks.shapes import Priority, TaskCard

AT_ONCE = 50
_MOST = 500
_PRIORITIES = ("HIGH", "MEDIUM", "LOW")


class BoardQuery(BaseModel):
    """Which cards: of one column, after a cursor, of one person or priority; "none" is nobody."""

    model_config = ConfigDict(populate_by_name=True)

    column_id: UUID | None = Field(None, alias="columnId")
    cursor: str | None = Field(None, max_length=3_000)
    limit: int = Field(AT_ONCE, ge=1, le=_MOST)
    assignee_id: UUID | Literal["none"] | None = Field(None, alias="assigneeId")
    priority: Priority | None = None


class CardColumn(ColumnPublic):
    """A column with its first cards, or those after a cursor; `count` is of all of them.

    In a lane, `total` is how many cards the column has in all lanes.
    """

    count: int
    total: int
    cards: list[TaskCard]
    cursor: str | None


class Board(Shape):
    """The columns of a board, in their order."""

    columns: list[CardColumn]


class Lane(Shape):
    """What some cards of a board have in common: `key` is a person's id, a priority, or none."""

    key: str | None
    name: str
    count: int


class Lanes(Shape):
    """The lanes of a board, in their order."""

    lanes: list[Lane]


async def read_board(work: Work, project: Project, query: BoardQuery) -> Board:
    """Return the first cards of each column, or of one those after a cursor.

    Four statements, by indexes. NotFound for a column of another board.
    """
    columns = (await columns_of(work, [project.id]))[project.id]
    if query.column_id is not None:
        columns = [one for one in columns if one.id == query.column_id]
        if not columns:
            raise NotFound("There is no such column on this board.")
    ids = [one.id for one in columns]
    counts = await _counts(work, ids, query)
    found = await _cards(work, ids, query)
    cards: dict[UUID | None, list[TaskCard]] = defaultdict(list)
    for card in await present(work, found, TaskCard):
        cards[card.column_id].append(card)
    return Board(
        columns=[_column(one, counts.get(one.id), cards[one.id], query.limit) for one in columns]
    )


def _column(
    column: BoardColumn, counted: Row[Any] | None, cards: list[TaskCard], most: int
) -> CardColumn:
    shown, more = cards[:most], len(cards) > most
    return CardColumn(
        **ColumnPublic.model_validate(column).model_dump(),
        count=counted.cards if counted else 0,
        total=counted.total if counted else 0,
        cards=shown,
        cursor=shown[-1].position if more else None,
    )


async def _counts(work: Work, ids: list[UUID], query: BoardQuery) -> dict[UUID, Row[Any]]:
    statement = text(_COUNTS.format(lane=_lane(query)))
    rows = await work.session.execute(statement, _values(ids, query))
    return {row.column_id: row for row in rows}


async def _cards(work: Work, ids: list[UUID], query: BoardQuery) -> list[Task]:
    """Return one card more of each column than are shown."""
    values = _values(ids, query) | {"cursor": query.cursor or "", "most": query.limit + 1}
    statement = text(_CARDS.format(lane=_lane(query)))
    return list(await work.session.scalars(select(Task).from_statement(statement), values))


def _values(ids: list[UUID], query: BoardQuery) -> dict[str, Any]:
    return {"columns": ids, "priority": query.priority, "who": query.assignee_id}


def _lane(query: BoardQuery) -> str:
    """Return the condition of a lane, as a part of SQL."""
    parts = ["priority = :priority"] if query.priority else []
    if query.assignee_id:
        nobody = query.assignee_id == "none"
        parts.append("assignee_id IS NULL" if nobody else "assignee_id = :who")
    return "".join(f" AND {part}" for part in parts)


_COUNTS = (
    "SELECT column_id, count(*) AS total, count(*) FILTER (WHERE true{lane}) AS cards FROM tasks "
    "WHERE column_id = ANY(:columns) AND status <> 'ARCHIVED' GROUP BY column_id"
)
_CARDS = (
    "SELECT t.* FROM unnest(CAST(:columns AS uuid[])) c CROSS JOIN LATERAL ("
    "SELECT * FROM tasks WHERE column_id = c AND status <> 'ARCHIVED'{lane} "
    "AND position > CAST(:cursor AS text) ORDER BY position LIMIT :most) t "
    "ORDER BY t.column_id, t.position"
)


async def read_lanes(work: Work, project: Project, by: Literal["assignee", "priority"]) -> Lanes:
    """Return the lanes of a board by whose cards they are, or by their priority. One statement."""
    rows = (await work.session.execute(_LANES[by], {"project": project.id})).all()
    if by == "assignee":
        return Lanes(lanes=[Lane.model_validate(row) for row in rows])
    counts = {row.key: row.count for row in rows}
    return Lanes(
        lanes=[
            Lane(key=one, name=f"{one.title()} priority", count=counts.get(one, 0))
            for one in _PRIORITIES
        ]
    )


_LANES = {
    "assignee": text(
        "SELECT t.assignee_id::text AS key, coalesce(u.name, 'Nobody') AS name, count(*) AS count "
        "FROM tasks t LEFT JOIN users u ON u.id = t.assignee_id "
        "WHERE t.project_id = :project AND t.column_id IS NOT NULL AND t.status <> 'ARCHIVED' "
        "GROUP BY t.assignee_id, u.name ORDER BY t.assignee_id IS NULL, lower(u.name)"
    ),
    "priority": text(
        "SELECT priority AS key, count(*) AS count FROM tasks WHERE project_id = :project "
        "AND column_id IS NOT NULL AND status <> 'ARCHIVED' GROUP BY priority"
    ),
}
