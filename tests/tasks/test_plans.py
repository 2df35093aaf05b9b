"""With row-level security on and thousands of tasks, what is read often goes by an index."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, select
from sqlmodel import col

from mosaic.core.start import Ready
from mosaic.core.work import Work
from mosaic.projects import board, service
from mosaic.projects.board import BoardQuery
from mosaic.projects.models import BoardColumn, Project
from mosaic.tasks import dependencies, listing, moving, undoing
from mosaic.tasks.entries import entries_of
from mosaic.tasks.listing import TaskQuery
from mosaic.tasks.models import Task
from mosaic.tasks.service import change_task, get_task, read_task
from mosaic.tasks.shapes import TaskMove, TaskUpdate
from tests.statements import most_read, recorded, scans
from tests.tasks.planned import project
from tests.world import Person, make_world

CARDS = 5_000
LARGE = {"tasks", "task_tags", "task_changes", "task_change_fields", "task_dependencies"}
LARGE |= {"task_links", "task_comments", "task_checklist"}

SEED = f"""
INSERT INTO tasks (id, workspace_id, number, title, status, project_id, column_id, position,
    due_date, created_by, updated_by, updated_at)
SELECT gen_random_uuid(), %(workspace)s, 1000000 + n, 'Card ' || n, 'NOT_STARTED', %(project)s,
    (%(columns)s::uuid[])[n %% 3 + 1], 'V' || lpad(n::text, 5, '0'), date '2027-01-01' + n,
    %(user)s, %(user)s, now() - n * interval '1 minute'
FROM generate_series(1, {CARDS}) n;
INSERT INTO tags (id, workspace_id, slug, name)
SELECT gen_random_uuid(), %(workspace)s, 'tag-' || n, 'Tag' FROM generate_series(1, 2000) n;
INSERT INTO task_tags (workspace_id, task_id, tag_id)
SELECT t.workspace_id, t.id, g.id FROM tasks t
JOIN tags g ON g.workspace_id = t.workspace_id AND g.slug = 'tag-' || t.number %% 20 + 1
WHERE t.project_id = %(project)s;
INSERT INTO task_dependencies (id, workspace_id, task_id, depends_on_id)
SELECT gen_random_uuid(), a.workspace_id, a.id, b.id FROM tasks a
JOIN tasks b ON b.project_id = a.project_id AND b.number = a.number - 7
WHERE a.project_id = %(project)s;
INSERT INTO task_changes (id, workspace_id, action)
SELECT id, workspace_id, 'CREATED' FROM tasks WHERE project_id = %(project)s;
INSERT INTO task_change_fields (workspace_id, change_id, task_id, before, after)
SELECT workspace_id, id, id, '{{}}', '{{}}' FROM tasks WHERE project_id = %(project)s;
INSERT INTO task_links (workspace_id, task_id, ordinal, kind, target, folded)
SELECT workspace_id, id, 0, 'wiki', title, lower(title) FROM tasks WHERE project_id = %(project)s;
INSERT INTO task_comments (id, workspace_id, task_id, content, created_by)
SELECT id, workspace_id, id, 'words', created_by FROM tasks WHERE project_id = %(project)s;
INSERT INTO task_checklist (id, workspace_id, task_id, title, position)
SELECT id, workspace_id, id, 'words', 'V' FROM tasks WHERE project_id = %(project)s;
"""


@pytest.fixture(scope="module")
async def large(secluded: Ready) -> tuple[Person, dict[str, Any]]:
    """Ana, with a board of thousands of cards, beside another workspace with as many."""
    world = await make_world()
    with psycopg.connect(secluded.admin_dsn, autocommit=True) as owner:
        for person in (world.bo, world.ana):
            garden = await project(person)
            async with person.work() as work:
                values = {"workspace": work.tenant, "user": person.actor.user_id}
            values["project"] = garden["id"]
            values["columns"] = [one["id"] for one in garden["columns"]]
            for statement in SEED.split(";\n"):
                if statement.strip():
                    owner.execute(statement, values)
        owner.execute("ANALYZE")
    return world.ana, garden


async def _plans(work: Work, statements: list[tuple[str, Any]], options: str) -> AsyncIterator[Any]:
    connection = await work.session.connection()
    for statement, values in statements:
        if statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            explained = f"EXPLAIN ({options}, FORMAT JSON) {statement}"
            yield (await connection.exec_driver_sql(explained, values)).scalar_one()


async def _cost(work: Work, statements: list[tuple[str, Any]]) -> tuple[set[str], int]:
    """Return the large tables that are read from end to end, and the most rows that a step read."""
    found = [plan async for plan in _plans(work, statements, "COSTS")]
    reading = [one for one in statements if one[0].startswith("SELECT")]
    reading = [one for one in reading if "count(" not in one[0][:200] and "pg_" not in one[0]]
    rows = [most_read(plan) async for plan in _plans(work, reading, "ANALYZE")]
    return {table for plan in found for table in scans(plan)} & LARGE, max(rows, default=0)


async def _counted(work: Work, place: Project) -> list[int]:
    """Return how many cards there are in each column, five thousand in all."""
    counted = select(func.count()).where(col(Task.column_id) == col(BoardColumn.id))
    columns = select(counted.scalar_subquery()).where(col(BoardColumn.project_id) == place.id)
    found = list(await work.session.scalars(columns.order_by(col(BoardColumn.position))))
    assert sum(found) == 5_000
    return found


async def test_a_board_of_five_thousand_cards_goes_by_indexes(large: Any) -> None:
    person, garden = large
    async with person.work() as work:
        with recorded() as statements:
            place = await service.get_project(work, garden["slug"])
            first = await board.read_board(work, place, BoardQuery())
        assert [one.count for one in first.columns] == await _counted(work, place)
        assert [len(one.cards) for one in first.columns] == [50, 50, 50]
        assert len(statements) == 5
        assert (await _cost(work, statements))[0] == set()
        assert (await _cost(work, statements))[1] < 500
        column = first.columns[1]
        after = BoardQuery(column_id=column.id, cursor=column.cursor)
        with recorded() as statements:
            [more] = (await board.read_board(work, place, after)).columns
        assert more.cards[0].position > column.cards[-1].position
        assert len(statements) == 4
        scanned, read = await _cost(work, statements)
        assert (scanned, read < 500) == (set(), True)


async def test_moving_and_changing_a_card_goes_by_indexes(large: Any) -> None:
    person, garden = large
    async with person.work() as work:
        place = await service.get_project(work, garden["slug"])
        one, other, *_ = (await board.read_board(work, place, BoardQuery())).columns[0].cards
        to = UUID(garden["columns"][2]["id"])
        with recorded() as statements:
            moved = await moving.move_task(work, one.id, TaskMove(column_id=to))
            back = TaskMove(column_id=UUID(garden["columns"][0]["id"]), after_id=other.id)
            await moving.move_task(work, one.id, back)
            await change_task(work, other.id, TaskUpdate(status="COMPLETED", tags=["tag-3"]))
            assert moved.change_id
        assert len(statements) > 20
        # `UPDATE`s are explained, not done again.
        assert (await _cost(work, statements))[0] == set()


async def test_a_task_and_lists_of_tasks_go_by_indexes(large: Any) -> None:
    person, _ = large
    async with person.work() as work:
        with recorded() as statements:
            page = await listing.list_tasks(work, TaskQuery())
            task = await get_task(work, page.data[3].id)
            await read_task(work, task.id)
            await dependencies.list_dependencies(work, task)
            await dependencies.list_dependencies(work, task, dependents=True)
            await undoing.list_changes(work, task, TaskQuery())
            await entries_of(work, task)
            await listing.list_cards(work, TaskQuery(due_before=date(2027, 1, 9), sort="dueDate"))
        assert (await _cost(work, statements))[0] == set()
        assert (await _cost(work, statements))[1] < 500
        with recorded() as statements:
            found = await listing.list_cards(work, TaskQuery(tag="tag-3", sort="-dueDate"))
            assert found.meta.total >= CARDS // 20
        assert (await _cost(work, statements))[0] == set()
