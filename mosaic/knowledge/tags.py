"""Tags: made when first used, looked up by their slug."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict, Invalid, NotFound
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work
from mosaic.knowledge.models import Entry, EntryTag, Tag
from mosaic.knowledge.names import slugify
from mosaic.knowledge.resolution import take_turn
from mosaic.knowledge.shapes import TagCounted, TagCreate, TagPublic, TagUpdate

_MOST_LOOKED_AT = 1_000  # pages


async def set_tags(work: Work, names: dict[UUID, list[str]]) -> None:
    """Give each entry exactly the tags named, making those that are new."""
    if not names:
        return
    ids = await make_tags(work, [name for tags in names.values() for name in tags])
    rows = {(entry_id, ids[slug]) for entry_id, tags in names.items() for slug in slugs_of(tags)}
    given = {"of": list(names), "entries": [id for id, _ in rows], "tags": [tag for _, tag in rows]}
    await work.session.execute(_TAGS, given)


# What stays is left alone: it would be counted down and up again.
_TAGS = text(
    "WITH given AS (SELECT * FROM unnest(CAST(:entries AS uuid[]), CAST(:tags AS uuid[])) "
    "AS one (entry, tag)), "
    "gone AS (DELETE FROM entry_tags g WHERE g.entry_id = ANY(CAST(:of AS uuid[])) "
    "AND NOT EXISTS (SELECT 1 FROM given WHERE entry = g.entry_id AND tag = g.tag_id)) "
    "INSERT INTO entry_tags (workspace_id, entry_id, tag_id) "
    "SELECT app_workspace(), entry, tag FROM given ON CONFLICT DO NOTHING"
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
    # A name without letters goes by a hash, and files keep other spaces and breaks as one space.
    name = " ".join(name.split())
    plain = name.lstrip("# ").replace("#", " sharp").replace("+", " plus")
    return slugify(plain or "#")


async def make_tags(work: Work, names: Sequence[str], kept: bool = False) -> dict[str, UUID]:
    """Return the ids of tags by their slugs, making those that are new.

    `kept`: all members see them from now on, also while no page has them.
    """
    if not names:
        return {}
    wanted = {tag_slug(name): name.lstrip("# ") or name for name in reversed(names)}
    fresh = [
        {"id": new_id(), "workspace_id": work.tenant, "slug": slug, "name": name, "kept": kept}
        for slug, name in sorted(wanted.items())
    ]
    await work.session.execute(upsert(Tag).values(fresh).on_conflict_do_nothing())
    there = col(Tag.workspace_id) == work.tenant, col(Tag.slug).in_(wanted)
    if kept:
        shown = update(Tag).where(*there, ~col(Tag.kept)).values(kept=True)
        await work.session.execute(shown.execution_options(synchronize_session=False))
    rows = await work.session.execute(select(col(Tag.slug), col(Tag.id)).where(*there))
    return dict(rows.all())


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
    joined = select(col(EntryTag.entry_id)).join(Tag, col(Tag.id) == col(EntryTag.tag_id))
    return joined.where(*named(name))


def named(name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions for a tag of this name, or one below it."""
    slug, called = tag_slug(name), func.lower(col(Tag.name))
    itself = select(called).where(col(Tag.slug) == slug, col(Tag.workspace_id) == _HERE)
    above = func.coalesce(itself.scalar_subquery(), name.lower())
    below = func.starts_with(called, above.concat("/"))
    return col(Tag.workspace_id) == _HERE, or_(col(Tag.slug) == slug, below)


_HERE = func.app_workspace()


async def list_tags(work: Work, q: str = "") -> list[TagCounted]:
    """Return the tags that are on entries the actor can see, or were made by hand, by name.

    Archived entries do not count.
    """
    counted, pages = _counted()
    rows = await work.session.execute(
        counted.where(
            or_(pages > 0, col(Tag.kept)),
            col(Tag.slug).contains(tag_slug(q) if q.strip("# ") else "", autoescape=True),
        ).order_by(func.lower(col(Tag.name)), col(Tag.slug))
    )
    return [_with_count(tag, count) for tag, count in rows]


def _counted() -> tuple[Select[Tag, int], ColumnElement[int]]:
    """Return a query of tags with how many pages have each, and that column."""
    own = (
        select(col(EntryTag.tag_id), func.count().label("pages"))
        .join(Entry, col(Entry.id) == col(EntryTag.entry_id))
        .where(
            col(Entry.workspace_id) == _HERE,
            col(Entry.private_to) == func.app_user(),
            col(Entry.status) != "ARCHIVED",
        )
        .group_by(col(EntryTag.tag_id))
        .subquery()
    )
    pages = col(Tag.shared) + func.coalesce(own.c.pages, 0)
    every = select(Tag, pages).outerjoin(own, own.c.tag_id == col(Tag.id))
    return every.where(col(Tag.workspace_id) == _HERE), pages


def _with_count(tag: Tag, count: int) -> TagCounted:
    return TagCounted.model_validate({**tag.model_dump(), "entries": count})


async def read_tag(work: Work, slug: str) -> TagCounted:
    """Return a tag. NotFound when no page that the actor can see has it, archived ones included."""
    counted, pages = _counted()
    anywhere = select(EntryTag).where(col(EntryTag.tag_id) == col(Tag.id)).exists()
    there = or_(pages > 0, col(Tag.kept), anywhere)
    row = (await work.session.execute(counted.where(col(Tag.slug) == slug, there))).one_or_none()
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
    await take_turn(work)
    await work.session.execute(_MERGE, {"one": one, "other": other})


_MERGE = text("SELECT app_merge_tags(CAST(:one AS uuid), CAST(:other AS uuid))")


async def remove_tag(work: Work, slug: str) -> None:
    """Take a tag off every page; the pages stay. MEMBER."""
    work.require(Role.MEMBER)
    tag = await read_tag(work, slug)
    activity.record(work, "DELETED", "tag", tag.id, tag.name, {"slug": slug})
    await take_turn(work)  # pages that are written at once count their tags, too
    await work.session.execute(delete(Tag).where(col(Tag.id) == tag.id))
    work.changed("knowledge", "names")
    work.changed("tasks")


async def _changed(work: Work, action: str, slug: str) -> TagCounted:
    tag = await read_tag(work, slug)
    activity.record(work, action, "tag", tag.id, tag.name, {"slug": slug})
    work.changed("knowledge", "names")
    work.changed("tasks")
    return tag


def _plain(name: str) -> str:
    return name.lstrip("# ") or name


async def most_used(work: Work, limit: int) -> list[TagPublic]:
    """Return the tags that are on most of the entries the actor can see, the most used first."""
    counted, pages = _counted()
    rows = await work.session.scalars(
        counted.where(pages > 0).order_by(pages.desc(), func.lower(col(Tag.name))).limit(limit)
    )
    return [TagPublic.model_validate(row) for row in rows]


async def related(work: Work, slug: str, limit: int) -> list[TagPublic]:
    """Return the tags that stand together with a tag on most of the pages the actor can see.

    Of a tag on very many pages, a thousand of them are looked at.
    """
    this = select(col(Tag.id)).where(col(Tag.slug) == slug).scalar_subquery()
    some = (
        select(col(EntryTag.entry_id))
        .join(Entry, col(Entry.id) == col(EntryTag.entry_id))
        .where(col(EntryTag.tag_id) == this, col(Entry.status) != "ARCHIVED")
        .limit(_MOST_LOOKED_AT)
        .subquery()
    )
    uses = func.count()
    rows = await work.session.scalars(
        select(Tag)
        .join(EntryTag, col(EntryTag.tag_id) == col(Tag.id))
        .join(some, some.c.entry_id == col(EntryTag.entry_id))
        .where(col(Tag.slug) != slug)
        .group_by(col(Tag.id))
        .order_by(uses.desc(), func.lower(col(Tag.name)))
        .limit(limit)
    )
    return [TagPublic.model_validate(row) for row in rows]
