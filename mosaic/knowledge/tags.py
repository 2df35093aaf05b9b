"""Tags: made when first used, looked up by their slug."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from mosaic.core.ids import new_id
from mosaic.core.work import Work
from mosaic.knowledge.models import EntryTag, Tag
from mosaic.knowledge.names import slugify
from mosaic.knowledge.shapes import TagPublic


async def set_tags(work: Work, names: dict[UUID, list[str]]) -> None:
    """Give each entry exactly the tags named, making those that are new."""
    every = [name for tags in names.values() for name in tags]
    wanted = {tag_slug(name): name.lstrip("# ") or name for name in reversed(every)}
    ids = await _tag_ids(work, wanted)
    await work.session.execute(delete(EntryTag).where(col(EntryTag.entry_id).in_(list(names))))
    rows = {(entry_id, ids[slug]) for entry_id, tags in names.items() for slug in slugs_of(tags)}
    if rows:
        await work.session.execute(
            insert(EntryTag),
            [
                {"workspace_id": work.tenant, "entry_id": entry_id, "tag_id": tag_id}
                for entry_id, tag_id in sorted(rows)
            ],
        )


def slugs_of(names: Iterable[str]) -> set[str]:
    """Return the slugs of tags by their names; two names that share one are the same tag."""
    return {tag_slug(name) for name in names}


def tag_slug(name: str) -> str:
    """Return the slug of a tag by its name; C, C# and C++ are three."""
    plain = name.lstrip("# ").replace("#", " sharp").replace("+", " plus")
    return slugify(plain or name)


async def _tag_ids(work: Work, wanted: dict[str, str]) -> dict[str, UUID]:
    if not wanted:
        return {}
    fresh = [
        {"id": new_id(), "workspace_id": work.tenant, "slug": slug, "name": name}
        for slug, name in sorted(wanted.items())
    ]
    await work.session.execute(upsert(Tag).values(fresh).on_conflict_do_nothing())
    rows = await work.session.execute(
        select(col(Tag.slug), col(Tag.id)).where(col(Tag.slug).in_(wanted))
    )
    return {slug: id for slug, id in rows}  # noqa: C416  (rows of two columns, for mypy)


async def tags_of(work: Work, ids: list[UUID]) -> dict[UUID, list[TagPublic]]:
    """Return the tags of each entry, by name."""
    rows = await work.session.execute(
        select(col(EntryTag.entry_id), Tag)
        .join(Tag, col(Tag.id) == col(EntryTag.tag_id))
        .where(col(EntryTag.entry_id).in_(ids))
        .order_by(func.lower(col(Tag.name)))
    )
    found: dict[UUID, list[TagPublic]] = {id: [] for id in ids}
    for entry_id, tag in rows:
        found[entry_id].append(TagPublic.model_validate(tag))
    return found


async def list_tags(work: Work) -> list[TagPublic]:
    """Return the tags that are on entries the actor can see, by name."""
    used = select(col(EntryTag.tag_id))
    rows = await work.session.scalars(
        select(Tag).where(col(Tag.id).in_(used)).order_by(func.lower(col(Tag.name)))
    )
    return [TagPublic.model_validate(row) for row in rows]


async def most_used(work: Work, limit: int) -> list[TagPublic]:
    """Return the tags that are on most of the entries the actor can see, the most used first."""
    uses = func.count(col(EntryTag.entry_id))
    rows = await work.session.scalars(
        select(Tag)
        .join(EntryTag, col(EntryTag.tag_id) == col(Tag.id))
        .group_by(col(Tag.id))
        .order_by(uses.desc(), func.lower(col(Tag.name)))
        .limit(limit)
    )
    return [TagPublic.model_validate(row) for row in rows]
