"""Tags on tasks: those of the workspace, the same as on pages."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, delete, func, select, text
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.knowledge.models import Tag
from mosaic.knowledge.tags import make_tags, named, slugs_of
from mosaic.tasks.models import TaskTag


async def tags_of(work: Work, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the names of the tags of each task that has any, in order."""
    if not ids:
        return {}
    rows = await work.session.execute(
        select(col(TaskTag.task_id), col(Tag.name))
        .join(Tag, col(Tag.id) == col(TaskTag.tag_id))
        .where(col(TaskTag.task_id).in_(ids))
        .order_by(func.lower(col(Tag.name)))
    )
    found: dict[UUID, list[str]] = {}
    for task_id, name in rows:
        found.setdefault(task_id, []).append(name)
    return found


def same_tags(some: Iterable[str], others: Iterable[str]) -> bool:
    """Tell whether two lists of names mean the same tags."""
    return slugs_of(some) == slugs_of(others)


async def set_tags(work: Work, names: dict[UUID, list[str]]) -> None:
    """Give each task exactly the tags named, making those that are new."""
    if not names:
        return
    ids = await make_tags(work, [name for tags in names.values() for name in tags], kept=True)
    await work.session.execute(delete(TaskTag).where(col(TaskTag.task_id).in_(names)))
    rows = [(task, ids[slug]) for task, tags in names.items() for slug in sorted(slugs_of(tags))]
    values = {"tasks": [task for task, _ in rows], "tags": [tag for _, tag in rows]}
    await work.session.execute(_SET_TAGS, values)


_SET_TAGS = text(
    "INSERT INTO task_tags (workspace_id, task_id, tag_id) SELECT app_workspace(), task, tag "
    "FROM unnest(CAST(:tasks AS uuid[]), CAST(:tags AS uuid[])) given (task, tag)"
)


async def tagged(work: Work, name: str) -> Select[UUID]:
    """Return the ids of tasks that have a tag, or one below it.

    In two steps: how many tags are meant is not to be guessed by who plans the second.
    """
    tags = await work.session.scalars(select(col(Tag.id)).where(*named(name)))
    return select(col(TaskTag.task_id)).where(col(TaskTag.tag_id).in_(tags.all()))
