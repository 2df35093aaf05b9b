"""Tasks and pages of the wiki that know of each other, by the links in descriptions.

Kept is what is written. What a link means is found when it is asked, by the wiki's own rules; so a
page that is renamed, written or removed afterwards needs nothing here.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlmodel import col

from mosaic.core.shapes import Shape
from mosaic.core.work import Work
from mosaic.knowledge.links import meant
from mosaic.knowledge.models import EntryName
from mosaic.knowledge.names import fold
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.resolution import link_row
from mosaic.knowledge.service import Moved, get_entry
from mosaic.tasks.around_models import TaskLink
from mosaic.tasks.mentions import mentioned_on, pages_mentioning
from mosaic.tasks.models import Task
from mosaic.tasks.presenting import present
from mosaic.tasks.shapes import TaskCard

_MOST = 1_000
LINKS = "links"  # what is changed of tasks when one links to other pages


class EntryOf(Shape):
    """A page that a task links to."""

    id: UUID
    slug: str
    title: str


async def keep_links(work: Work, texts: Mapping[UUID, str]) -> None:
    """Keep the links in descriptions, given by their tasks' ids, instead of those from before."""
    if not texts:
        return
    links = await asyncio.to_thread(_links, texts)
    old = delete(TaskLink).where(col(TaskLink.task_id).in_(texts)).returning(col(TaskLink.task_id))
    had = (await work.session.scalars(old)).all()
    if links or had:
        work.changed("tasks", LINKS)
    if links:
        rows = [{"workspace_id": work.tenant, **link} for link in links]
        await work.session.execute(insert(TaskLink), rows)


def _links(texts: Mapping[UUID, str]) -> list[dict[str, Any]]:
    kept = ("ordinal", "kind", "target", "folded")
    return [
        {"task_id": id, **{name: row[name] for name in kept}}
        for id, content in texts.items()
        if "[" in content
        for row in (link_row(link, None) for link in parse(content).links)
    ]


async def entries_of(work: Work, task: Task) -> list[EntryOf]:
    """Return the pages that a task's description links to, in its order, and that mention it.

    Of those that the actor sees.
    """
    found = select(TaskLink).where(col(TaskLink.task_id) == task.id)
    links = list(await work.session.scalars(found.order_by(col(TaskLink.ordinal)).limit(_MOST)))
    rows = await meant(work, [_row(link) for link in links])
    linked = [row for row in rows if row.id is not None]
    mentioning = await pages_mentioning(work, task.number)
    pages = {row.id: EntryOf.model_validate(row) for row in (*linked, *mentioning)}
    return list(pages.values())


def _row(link: TaskLink) -> dict[str, Any]:
    more = {"source_id": link.task_id, "embed": False, "context": ""}
    return {**link.model_dump(exclude={"workspace_id", "task_id"}), **more}


async def page_at(work: Work, slug: str) -> UUID:
    """Return the id of a page by its slug, also by one that it had before. NotFound otherwise."""
    try:
        return (await get_entry(work, slug)).id
    except Moved as moved:
        return (await get_entry(work, moved.slug)).id


async def tasks_linking(work: Work, entry_id: UUID) -> Sequence[UUID]:
    """Return the ids of tasks that link to a page or are mentioned on it.

    Of those that could link there, and of those mentioned, at most a thousand.
    """
    names = select(col(EntryName.key)).where(col(EntryName.entry_id) == entry_id)
    keys = {fold(key) for key in await work.session.scalars(names)}
    here = col(TaskLink.workspace_id) == work.tenant, col(TaskLink.folded).in_(keys)
    links = list(await work.session.scalars(select(TaskLink).where(*here).limit(_MOST)))
    rows = await meant(work, [_row(link) for link in links])
    ids = {row.source_id for row in rows if row.id == entry_id}
    numbers = await mentioned_on(work, entry_id)
    mentioned = select(col(Task.id)).where(
        col(Task.workspace_id) == work.tenant, col(Task.number).in_(numbers)
    )
    return list(ids.union(await work.session.scalars(mentioned)) if numbers else ids)


async def tasks_of(work: Work, entry_id: UUID, limit: int = 20) -> list[TaskCard]:
    """Return the tasks that link to a page or are mentioned on it, archived ones aside.

    Open ones first, and of each the latest changes.
    """
    ids = await tasks_linking(work, entry_id)
    query = select(Task).where(col(Task.id).in_(ids), col(Task.status) != "ARCHIVED")
    completed, updated = col(Task.status) == "COMPLETED", col(Task.updated_at)
    first = query.order_by(completed, updated.desc(), col(Task.id)).limit(limit)
    return await present(work, list(await work.session.scalars(first)), TaskCard)
