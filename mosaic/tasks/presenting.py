"""Tasks as they are sent."""

import asyncio
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import text

from mosaic.core.work import Work
from mosaic.knowledge.links import previews
from mosaic.knowledge.render.markdown import parse
from mosaic.tasks.models import Task
from mosaic.tasks.shapes import TaskCard, TaskChanged, TaskDetail

T = TypeVar("T", bound=TaskCard)


async def present(work: Work, tasks: Sequence[Task], shape: type[T]) -> list[T]:
    """Return tasks as `shape` has them; one statement, however many there are."""
    if not tasks:
        return []
    rows = await work.session.execute(_AROUND, {"ids": [task.id for task in tasks]})
    around = {row.id: row._mapping for row in rows}
    return [shape.model_validate({**task.model_dump(), **around[task.id]}) for task in tasks]


_AROUND = text(
    "SELECT t.id, u.name AS assignee_name, CASE WHEN p.id IS NOT NULL THEN jsonb_build_object("
    "'id', p.id, 'slug', p.slug, 'name', p.name, 'color', p.color) END AS project, "
    "coalesce((SELECT jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'slug', g.slug, "
    "'color', g.color) ORDER BY lower(g.name)) FROM task_tags x JOIN tags g ON g.id = x.tag_id "
    "WHERE x.task_id = t.id), '[]') AS tags, (SELECT jsonb_build_object('total', count(*), "
    "'completed', count(*) FILTER (WHERE c.status = 'COMPLETED')) FROM tasks c "
    "WHERE c.parent_id = t.id AND c.status <> 'ARCHIVED') AS subtasks, "
    "(SELECT jsonb_build_object('total', count(*), 'completed', count(*) FILTER (WHERE i.checked)) "
    "FROM task_checklist i WHERE i.task_id = t.id) AS checklist, "
    "(SELECT count(*) FROM task_comments c WHERE c.task_id = t.id) AS comments, "
    "(SELECT count(DISTINCT o.id) FROM task_dependencies d JOIN tasks o ON o.id = d.depends_on_id "
    "WHERE d.task_id = t.id AND o.status NOT IN ('COMPLETED', 'ARCHIVED')) AS waits_for "
    "FROM tasks t LEFT JOIN users u ON u.id = t.assignee_id "
    "LEFT JOIN projects p ON p.id = t.project_id WHERE t.id = ANY(:ids)"
)


async def show(work: Work, task: Task, change_id: UUID | None = None) -> TaskDetail:
    """Return one task with its text as a page shows it."""
    found = await show_changed(work, task, change_id)
    [html] = await render(work, [task.description]) if task.description else [""]
    return TaskDetail(**found.model_dump(), description_html=html)


async def show_changed(work: Work, task: Task, change_id: UUID | None) -> TaskChanged:
    """Return one task that was just changed."""
    [found] = await present(work, [task], TaskChanged)
    found.change_id = change_id
    return found


async def render(work: Work, texts: Sequence[str]) -> list[str]:
    """Return Markdown as pages of the wiki would show it to the actor; few statements for all."""
    documents = await asyncio.to_thread(lambda: [parse(text) for text in texts])
    return await previews(work, documents)
