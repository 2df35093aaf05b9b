"""Texts that came with tasks mention them by the numbers that these have here."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import select, text
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.knowledge.places import with_tasks
from mosaic.projects.exchange.target import Target
from mosaic.tasks.entries import keep_links
from mosaic.tasks.models import Task

Texts = dict[UUID, str]


async def mention_anew(
    work: Work, target: Target, lines: Mapping[int, int], elsewhere: bool = False
) -> None:
    """Let what was brought in mention its tasks by their new numbers.

    `lines` are those of the tasks in the file, by the numbers that they had. Mentions of others
    stay as they are, unless it was written `elsewhere`, where these meant other tasks: then they
    are words. What somebody has changed meanwhile stays as it is.
    """
    numbers = await _numbers(work, target, lines)
    tasks = await _written_anew(work, _DESCRIPTIONS, target.ids.range, numbers, elsewhere)
    await _write(work, _WRITE_DESCRIPTIONS, tasks)
    await keep_links(work, tasks)
    comments = await _written_anew(work, _COMMENTS, target.ids.range, numbers, elsewhere)
    await _write(work, _WRITE_COMMENTS, comments)
    work.changed("tasks", target.project_id)


async def mention_in_project(
    work: Work, target: Target, lines: Mapping[int, int], elsewhere: bool
) -> None:
    """Do so in the description of the project, which came with them."""
    numbers = await _numbers(work, target, lines)
    found = await _written_anew(work, _PROJECT, {"id": target.project_id}, numbers, elsewhere)
    await _write(work, _WRITE_PROJECT, found)


async def _numbers(work: Work, target: Target, lines: Mapping[int, int]) -> dict[int, int]:
    """Return the new numbers by the old ones."""
    had = {target.ids.at(line): number for number, line in lines.items()}
    query = select(col(Task.id), col(Task.number)).where(col(Task.id).in_(had))
    return {had[id]: number for id, number in await work.session.execute(query)}


async def _written_anew(
    work: Work,
    query: Any,
    of: Mapping[str, UUID],
    numbers: Mapping[int, int],
    elsewhere: bool,
) -> Texts:
    said = {row.id: row.said for row in await work.session.execute(query, dict(of))}

    def anew() -> Texts:
        changed = {id: with_tasks(one, numbers, elsewhere) for id, one in said.items()}
        return {id: one for id, one in changed.items() if one != said[id]}

    return await asyncio.to_thread(anew)


async def _write(work: Work, statement: Any, texts: Texts) -> None:
    if texts:
        rows = [{"id": id, "said": said} for id, said in texts.items()]
        await work.session.execute(statement, {"rows": to_json(rows).decode()})


# S608: all of these are put together from words of this file; what people wrote is bound to them.
_MENTION = r"~* '\[\[\s*\^?task:[1-9]'"
_DESCRIPTIONS = text(
    "SELECT id, description AS said FROM tasks WHERE id BETWEEN :low AND :high "  # noqa: S608
    f"AND version = 1 AND description {_MENTION}"
)
_COMMENTS = text(
    "SELECT id, content AS said FROM task_comments WHERE task_id BETWEEN :low AND :high "  # noqa: S608
    f"AND updated_at = created_at AND content {_MENTION}"
)
_PROJECT = text("SELECT id, description AS said FROM projects WHERE id = :id")
_GIVEN = "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (id uuid, said text)"
_WRITE_DESCRIPTIONS = text(
    f"UPDATE tasks t SET description = given.said {_GIVEN} WHERE t.id = given.id"  # noqa: S608
)
_WRITE_COMMENTS = text(
    f"UPDATE task_comments c SET content = given.said {_GIVEN} WHERE c.id = given.id"  # noqa: S608
)
_WRITE_PROJECT = text(
    f"UPDATE projects p SET description = given.said {_GIVEN} WHERE p.id = given.id"  # noqa: S608
)
