"""Tasks as pages of the wiki mention them: `[[task:12]]`."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.knowledge.render.wikilinks import task_number
from mosaic.tasks.around_shapes import TaskOf
from mosaic.tasks.models import Task


async def find_tasks(work: Work, targets: Collection[str]) -> dict[str, TaskOf]:
    """Return the task that each target means, of those that are here; one statement for all."""
    numbers = {target: number for target in targets if (number := task_number(target))}
    if not numbers:
        return {}
    rows = await work.session.execute(
        select(col(Task.id), col(Task.number), col(Task.title), col(Task.status)).where(
            col(Task.workspace_id) == work.tenant, col(Task.number).in_(numbers.values())
        )
    )
    found = {row.number: TaskOf.model_validate(row) for row in rows}
    return {target: found[number] for target, number in numbers.items() if number in found}


async def mentioned_on(work: Work, entry_id: UUID) -> list[int]:
    """Return the numbers that a page mentions, in its order; there may be no such task."""
    rows = await work.session.scalars(_MENTIONED, {"id": entry_id})
    return [number for target in rows if (number := task_number(target))]


_MENTIONED = text(
    "SELECT target FROM links WHERE source_id = :id AND kind = 'task' "
    "GROUP BY target ORDER BY min(ordinal) LIMIT 1000"
)


async def pages_mentioning(work: Work, number: int) -> Sequence[Row[Any]]:
    """Return id, slug and title of the pages that mention a task and the actor sees, by title."""
    return (await work.session.execute(_MENTIONING, {"key": f"task:{number}"})).all()


_MENTIONING = text(
    "SELECT DISTINCT e.id, e.slug, e.title FROM links l JOIN entries e ON e.id = l.source_id "
    "AND e.status <> 'ARCHIVED' WHERE l.workspace_id = app_workspace() AND l.folded = :key "
    "AND l.kind = 'task' ORDER BY e.title, e.id LIMIT 1000"
)
