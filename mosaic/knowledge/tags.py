"""Tags: made when first used, looked up by their slug."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from sqlalchemy import Select, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict, Invalid, NotFound
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work
from mosaic.knowledge.models import EntryTag, Tag
from mosaic.knowledge.names import slugify
from mosaic.knowledge.shapes import TagCounted, TagCreate, TagPublic, TagUpdate


async def set_tags(work: Work, names: dict[UUID, list[str]]) -> None:
    """Give each entry exactly the tags named, making those that are new."""
    if not names:
        return
    every = [name for tags in names.values() for name in tags]
    wanted = {tag_slug(name): name.lstrip("# ") or name for name in reversed(every)}
    ids = await _tag_ids(work, wanted)
    await work.session.execute(delete(EntryTag).where(col(EntryTag.entry_id).in_(list(names))))
    rows = {(entry_id, ids[slug]) for entry_id, tags in names.items() for slug in slugs_of(tags)}
    if rows:
        entries, tags = zip(*sorted(rows), strict=True)
        await work.session.execute(_TAG, {"entries": list(entries), "tags": list(tags)})


_TAG = text(
    "INSERT INTO entry_tags (workspace_id, entry_id, tag_id) SELECT app_workspace(), entry, tag "
    "FROM unnest(CAST(:entries AS uuid[]), CAST(:tags AS uuid[])) AS given (entry, tag)"
)


async def add_colors(work: Work, colors: dict[str, str]) -> None:
    """Give tags, by their names, a colour where they have none."""
    if colors:
        slugs = [tag_slug(name) for name in colors]
        await work.session.execute(_COLOR, {"slugs": slugs, "colors": list(colors.values())})


_COLOR = text(
    "UPDATE tags t SET color = given.color "
    "FROM unnest(CAST(:slugs AS text[]), CAST(:colors AS text[])) AS given (slug, color) "
    "WHERE t.workspace_id = app_workspace() AND t.slug = given.slug AND t.color IS NULL"
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
    if not ids:
        return {}
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


def tagged(name: str) -> Select[UUID]:
    """Return the ids of entries that have a tag, or one below it, as `tea/green` is below `tea`."""
    slug, called = tag_slug(name), func.lower(col(Tag.name))
    itself = select(called).where(col(Tag.slug) == slug, col(Tag.workspace_id) == _HERE)
    above = func.coalesce(itself.scalar_subquery(), name.lower())
    return (
        select(col(EntryTag.entry_id))
        .join(Tag, col(Tag.id) == col(EntryTag.tag_id))
        .where(
            col(Tag.workspace_id) == _HERE,
            or_(col(Tag.slug) == slug, func.starts_with(called, above.concat("/"))),
        )
    )


_HERE = func.app_workspace()


async def list_tags(work: Work, q: str = "") -> list[TagCounted]:
    """Return the tags that are on entries the actor can see, or were made by hand, by name."""
    rows = await work.session.execute(
        _counted().where(
            col(Tag.slug).contains(tag_slug(q) if q.strip("# ") else "", autoescape=True)
        )
    )
    return [_with_count(tag, count) for tag, count in rows]


def _counted() -> Select[Tag, int]:
    entries = func.count(col(EntryTag.entry_id))
    return (
        select(Tag, entries)
        .outerjoin(EntryTag, col(EntryTag.tag_id) == col(Tag.id))
        .where(col(Tag.workspace_id) == _HERE)
        .group_by(col(Tag.id))
        .having(or_(entries > 0, col(Tag.kept)))
        .order_by(func.lower(col(Tag.name)), col(Tag.slug))
    )


def _with_count(tag: Tag, count: int) -> TagCounted:
    return TagCounted.model_validate({**tag.model_dump(), "entries": count})


async def read_tag(work: Work, slug: str) -> TagCounted:
    """Return a tag. NotFound when there is none that the actor can see."""
    row = (await work.session.execute(_counted().where(col(Tag.slug) == slug))).one_or_none()
    if row is None:
        raise NotFound("There is no such tag here.")
    return _with_count(*row)


async def create_tag(work: Work, wanted: TagCreate) -> TagCounted:
    """Make a tag before a page has it. MEMBER. Conflict when it is there."""
    work.require(Role.MEMBER)
    slug = tag_slug(wanted.name)
    with suppress(NotFound):
        there = await read_tag(work, slug)
        raise Conflict(f"The tag “{there.name}” is there already.")
    # It may be on hidden pages of others: then it is theirs too, and nothing is told by it.
    values = {"name": _plain(wanted.name), "color": wanted.color, "kept": True}
    fresh = {"id": new_id(), "workspace_id": work.tenant, "slug": slug, **values}
    await work.session.execute(
        upsert(Tag)
        .values(fresh)
        .on_conflict_do_update(index_elements=["workspace_id", "slug"], set_=values)
    )
    return await _changed(work, "CREATED", slug)


async def change_tag(work: Work, slug: str, change: TagUpdate) -> TagCounted:
    """Give a tag another name or colour, on every page that has it. MEMBER.

    Conflict when another tag has that name: the two can be merged.
    """
    work.require(Role.MEMBER)
    tag = await read_tag(work, slug)
    given = change.model_dump(exclude_unset=True)
    values = {"color": given["color"]} if "color" in given else {}
    if change.name is not None:
        values |= {"name": _plain(change.name), "slug": tag_slug(change.name)}
    place = values.get("slug", slug)
    if place != slug:
        await _make_room(work, tag.id, str(place))
    if values:
        await work.session.execute(update(Tag).where(col(Tag.id) == tag.id).values(**values))
    return await _changed(work, "UPDATED", str(place))


async def _make_room(work: Work, tag: UUID, slug: str) -> None:
    with suppress(NotFound):
        other = await read_tag(work, slug)
        raise Conflict(f"The tag “{other.name}” is there already. Option to merge the two.")
    # One that is on hidden pages of others only becomes this one.
    hidden = select(col(Tag.id)).where(col(Tag.slug) == slug, col(Tag.id) != tag)
    if (found := await work.session.scalar(hidden)) is not None:
        await _merge(work, found, tag)


async def merge_tags(work: Work, slug: str, into: str) -> TagCounted:
    """Put one tag in the place of another on every page; return it. MEMBER.

    Invalid when the two are one.
    """
    work.require(Role.MEMBER)
    tag, other = await read_tag(work, slug), await read_tag(work, tag_slug(into))
    if tag.id == other.id:
        raise Invalid("Choose another tag than this one.", "into")
    await _merge(work, tag.id, other.id)
    return await _changed(work, "UPDATED", other.slug)


async def _merge(work: Work, one: UUID, other: UUID) -> None:
    await work.session.execute(_MERGE, {"one": one, "other": other})


_MERGE = text("SELECT app_merge_tags(CAST(:one AS uuid), CAST(:other AS uuid))")


async def remove_tag(work: Work, slug: str) -> None:
    """Take a tag off every page; the pages stay. MEMBER."""
    work.require(Role.MEMBER)
    tag = await read_tag(work, slug)
    activity.record(work, "DELETED", "tag", tag.id, tag.name, {"slug": slug})
    await work.session.execute(delete(Tag).where(col(Tag.id) == tag.id))
    work.changed("knowledge", "names")


async def _changed(work: Work, action: str, slug: str) -> TagCounted:
    tag = await read_tag(work, slug)
    activity.record(work, action, "tag", tag.id, tag.name, {"slug": slug})
    work.changed("knowledge", "names")
    return tag


def _plain(name: str) -> str:
    return name.lstrip("# ") or name


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


async def related(work: Work, slug: str, limit: int) -> list[TagPublic]:
    """Return the tags that stand together with a tag on most of the pages the actor can see."""
    other, uses = aliased(EntryTag), func.count(col(EntryTag.entry_id))
    rows = await work.session.scalars(
        select(Tag)
        .join(EntryTag, col(EntryTag.tag_id) == col(Tag.id))
        .join(other, col(other.entry_id) == col(EntryTag.entry_id))
        .where(
            col(other.tag_id) == select(col(Tag.id)).where(col(Tag.slug) == slug).scalar_subquery(),
            col(Tag.slug) != slug,
        )
        .group_by(col(Tag.id))
        .order_by(uses.desc(), func.lower(col(Tag.name)))
        .limit(limit)
    )
    return [TagPublic.model_validate(row) for row in rows]
