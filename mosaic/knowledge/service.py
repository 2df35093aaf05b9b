"""Entries: list, read, create, change, archive, remove."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import Select, func, select, text
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core import cache
from mosaic.core.errors import Conflict, NotAllowed, NotFound
from mosaic.core.pagination import Page, PageQuery, page_of, paginate
from mosaic.core.shapes import Instant, Shape, Text
from mosaic.core.work import Role, Work
from mosaic.knowledge.facts import having, rewritten
from mosaic.knowledge.links import fill_links
from mosaic.knowledge.models import Entry, EntryName, EntryTag, Tag
from mosaic.knowledge.properties import read_properties
from mosaic.knowledge.render import markdown
from mosaic.knowledge.resolution import ALIAS, OLD_SLUG
from mosaic.knowledge.rows import Draft
from mosaic.knowledge.search.asking import asked
from mosaic.knowledge.shapes import EntryCreate, EntryPublic, EntryUpdate, Status, Visibility
from mosaic.knowledge.tags import slugs_of, tagged, tags_of
from mosaic.knowledge.writing import delete_entry, insert_entries, update_entry

MOST_ASKED = 500  # characters of a property and its value
_TAKES_OVER = ("title", "content", "status", "visibility", "aliases", "summary")


class EntryQuery(PageQuery):
    """Filters of the list. Archived entries are left out unless asked for."""

    status: Status | None = None
    visibility: Visibility | None = None
    tag: str | None = Field(None, max_length=200)
    q: str | None = Field(None, max_length=200)
    updated_after: Instant | None = Field(None, alias="updatedAfter")
    property: Annotated[Text, Field(max_length=MOST_ASKED)] | None = None


class EntryRow(Shape):
    """A line of the list: what one glance needs."""

    id: UUID
    slug: str
    title: str
    summary: str | None
    status: str
    visibility: str
    path: str | None
    updated_at: Instant


class Moved(Exception):
    """The name asked for is an alias or an old slug; `slug` is the place."""

    def __init__(self, slug: str) -> None:
        self.slug = slug


async def list_entries(work: Work, query: EntryQuery) -> Page[EntryPublic]:
    """Return a page of whole entries, the latest changes first."""
    entries = _filtered(work, select(Entry), query)
    page = await paginate(work, entries, query, _SORTABLE, "-updatedAt")
    return page_of(await _present(work, page.data), page.meta.total, query)


async def list_rows(work: Work, query: EntryQuery) -> Page[EntryRow]:
    """Return the same page as lines, without content."""
    entries = _filtered(work, select(Entry), query)
    page = await paginate(work, entries, query, _SORTABLE, "-updatedAt")
    rows = [EntryRow.model_validate(entry) for entry in page.data]
    return page_of(rows, page.meta.total, query)


# As the functions of search find it, in whatever status.
_FOUND = text(
    "SELECT f.id FROM unnest(ARRAY['DRAFT', 'PUBLISHED', 'ARCHIVED']) status, app_find("
    "CAST(:asked AS text), CAST(:head AS text), CAST(:prefix AS text), CAST(:pairs AS text[]), "
    "CAST(:typed AS text), :alike, 1000, 1000, status, NULL, NULL, NULL, NULL, NULL) f"
)
_SORTABLE: dict[str, Any] = {
    "updatedAt": col(Entry.updated_at),
    "createdAt": col(Entry.created_at),
    "title": func.lower(col(Entry.title)),
    "id": col(Entry.id),
}


def _filtered(work: Work, query: Select[Any], by: EntryQuery) -> Select[Any]:
    query = query.where(
        col(Entry.status) == by.status if by.status else col(Entry.status) != "ARCHIVED"
    )
    if by.visibility:
        query = query.where(col(Entry.visibility) == by.visibility)
    if by.visibility == "PRIVATE" or by.status == "DRAFT":
        # No others are seen anyway; these few have an index.
        query = query.where(col(Entry.private_to) == work.user_id)
    if by.tag:
        query = query.where(col(Entry.id).in_(tagged(by.tag)))
    if by.q:
        query = query.where(col(Entry.id).in_(_FOUND.bindparams(**asked(by.q))))
    if by.property:
        query = query.where(having(by.property))
    if by.updated_after:
        query = query.where(col(Entry.updated_at) > by.updated_after)
    return query


async def list_by_tags(
    work: Work, names: Sequence[str], match: Literal["all", "any"], query: PageQuery
) -> Page[EntryPublic]:
    """Return a page of entries that have all of the tags named, or any of them."""
    slugs = sorted(slugs_of(names))
    found_by = (
        select(col(EntryTag.entry_id))
        .join(Tag, col(Tag.id) == col(EntryTag.tag_id))
        .where(col(Tag.slug).in_(slugs))
        .group_by(col(EntryTag.entry_id))
        .having(func.count() >= (len(slugs) if match == "all" else 1))
    )
    found = select(Entry).where(col(Entry.status) != "ARCHIVED", col(Entry.id).in_(found_by))
    page = await paginate(work, found, query, _SORTABLE, "-updatedAt")
    return page_of(await _present(work, page.data), page.meta.total, query)


async def get_entry(work: Work, slug: str, for_update: bool = False) -> Entry:
    """Return the entry at `slug`. Raises Moved for an alias or an old slug, else NotFound.

    The actor's own hidden page comes before a page that others have made at the same address.
    """
    query = _at(work, slug)
    # Not more than that: links to the page may be written meanwhile.
    query = query.with_for_update(key_share=True) if for_update else query
    entry = (await work.session.scalars(query)).one_or_none()
    if entry is not None:
        return entry
    other = await work.session.scalars(
        select(col(Entry.slug))
        .join(EntryName, col(EntryName.entry_id) == col(Entry.id))
        .where(
            col(EntryName.workspace_id) == work.tenant,
            col(EntryName.key) == slug,
            col(EntryName.step).in_((ALIAS, OLD_SLUG)),
        )
        .order_by(col(EntryName.step).desc(), col(Entry.id).desc())
        .limit(1)
    )
    place = other.one_or_none()
    if place is None:
        raise NotFound("There is no page at this address. Option to write it now.")
    raise Moved(place)


def _at(work: Work, slug: str) -> Select[Entry]:
    query = select(Entry).where(col(Entry.slug) == slug, col(Entry.workspace_id) == work.tenant)
    return query.order_by(col(Entry.private_to).nulls_last()).limit(1)


async def read_entry(work: Work, slug: str) -> EntryPublic:
    """Return the entry at `slug` ready to be shown; from the cache when nothing has changed."""
    key = await _key(work, slug)
    kept = await cache.get(work, key) if key else None
    if kept is not None:
        return EntryPublic.model_validate(kept)
    shown = await show(work, await get_entry(work, slug))
    if key:
        await cache.put(work, key, shown.model_dump(mode="json"))
    return shown


async def _key(work: Work, slug: str) -> str | None:
    """Return the cache's key of the entry at `slug`, or None when there is none.

    What a page says changes with its version and with the names of others, and where it embeds
    other pages with whatever is written in them. One that mentions tasks changes with these.
    """
    found = (await work.session.execute(_STAMP, {"slug": slug})).one_or_none()
    if found is None:
        return None
    parts = [work.workspace_slug, markdown.RENDERER, found.id, found.version]
    if found.embeds or found.tells_tasks:
        parts.append(work.generations.get("tasks", 0))
    return cache.key(work, "knowledge", "entry", *parts, of_one=not found.embeds)


_STAMP = text(
    "SELECT e.id, e.version, "
    "EXISTS (SELECT 1 FROM links l WHERE l.source_id = e.id AND l.embed) AS embeds, "
    "EXISTS (SELECT 1 FROM links l WHERE l.source_id = e.id AND l.kind = 'task') AS tells_tasks "
    "FROM entries e WHERE e.slug = :slug AND e.workspace_id = app_workspace() "
    "ORDER BY e.private_to NULLS LAST LIMIT 1"
)


async def show(work: Work, entry: Entry) -> EntryPublic:
    """Return `entry` as it is sent."""
    return (await _present(work, [entry]))[0]


async def _present(work: Work, entries: list[Entry]) -> list[EntryPublic]:
    for entry in entries:
        if entry.renderer != markdown.RENDERER:
            entry.html = (await asyncio.to_thread(markdown.parse, entry.content)).html
            work.session.expunge(entry)
    tags = await tags_of(work, [entry.id for entry in entries])
    html = await fill_links(work, entries)
    return [
        EntryPublic.model_validate(
            {**entry.model_dump(), "tags": tags[entry.id], "content_html": html[entry.id]}
        )
        for entry in entries
    ]


async def create_entry(work: Work, wanted: EntryCreate) -> EntryPublic:
    """Write a new page. MEMBER. Conflict when a slug that was asked for is taken."""
    work.require(Role.MEMBER)
    draft = Draft(**wanted.model_dump())
    draft.front_matter, draft.properties = rewritten("", {}, wanted.properties)
    return await show(work, await add_entry(work, draft))


async def add_entry(work: Work, draft: Draft) -> Entry:
    """Add a page, and tell so in the log."""
    [id] = await insert_entries(work, [draft])
    entry = await work.session.get_one(Entry, id)
    activity.record(
        work, "CREATED", "entry", id, entry.title, {"slug": entry.slug}, entry.private_to
    )
    return entry


async def change_entry(
    work: Work, slug: str, change: EntryUpdate, front_matter: str | None = None
) -> EntryPublic:
    """Change a page; every change is a version. MEMBER.

    The properties are those of `front_matter`, where it is given. Raises Conflict, with `current`,
    when `change.version` names an older one; NotAllowed when somebody but the author would hide it
    from the others.
    """
    work.require(Role.MEMBER)
    entry = await get_entry(work, slug, for_update=True)
    if change.version is not None and change.version != entry.version:
        current = (await show(work, entry)).model_dump(mode="json", by_alias=True)
        raise Conflict("Somebody changed this page meanwhile.", current=current)
    draft = await _draft(work, entry, change, front_matter)
    if draft is None:
        return await show(work, entry)
    _may_hide(work, entry, draft)
    was_hidden, archived = entry.private_to, entry.status == "ARCHIVED"
    await update_entry(work, entry, draft)
    if entry.private_to != was_hidden:
        await activity.hide(work, entry.id, entry.private_to)
    action = _action(archived, draft.status == "ARCHIVED")
    details = {"slug": entry.slug, "version": entry.version}
    activity.record(work, action, "entry", entry.id, entry.title, details, entry.private_to)
    return await show(work, entry)


def _action(was_archived: bool, is_archived: bool) -> Literal["UPDATED", "ARCHIVED", "RESTORED"]:
    if was_archived == is_archived:
        return "UPDATED"
    return "ARCHIVED" if is_archived else "RESTORED"


async def _draft(
    work: Work, entry: Entry, change: EntryUpdate, front_matter: str | None
) -> Draft | None:
    """Return what the entry is to be, or None when nothing changes."""
    given = change.model_dump(exclude_unset=True, include={*_TAKES_OVER, "slug", "tags"})
    before = {name: getattr(entry, name) for name in (*_TAKES_OVER, "slug")} | {"tags": None}
    after = before | {k: v for k, v in given.items() if v is not None or k == "summary"}
    if after["tags"] is not None:
        now = (await tags_of(work, [entry.id]))[entry.id]
        same = slugs_of(after["tags"]) == {tag.slug for tag in now}
        after["tags"] = None if same else after["tags"]
    if (entry.status, after["status"]) == ("DRAFT", "ARCHIVED"):
        after["visibility"] = "PRIVATE"  # what nobody has seen yet is not shown by putting it away
    text, properties = entry.front_matter, entry.properties
    if change.properties is not None:
        text, properties = rewritten(text, properties, change.properties)
    if front_matter not in (None, text):
        text, properties = front_matter, read_properties(front_matter)[0].rest
    if after == before and text == entry.front_matter:
        return None
    draft = Draft(**after, path=entry.path, change_note=change.change_note)
    draft.front_matter, draft.properties = text, properties
    return draft


def _may_hide(work: Work, entry: Entry, draft: Draft) -> None:
    hides = draft.status == "DRAFT" or draft.visibility == "PRIVATE"
    if hides and entry.created_by != work.user_id:
        raise NotAllowed("Only the author can make a page a draft or private.")


async def archive_entry(work: Work, slug: str) -> None:
    """Put a page away; it can be brought back. MEMBER."""
    await change_entry(work, slug, EntryUpdate(status="ARCHIVED"))


async def remove_entry(work: Work, slug: str) -> None:
    """Remove a page with its versions for good. ADMIN."""
    work.require(Role.ADMIN)
    entry = await get_entry(work, slug, for_update=True)
    activity.record(work, "DELETED", "entry", entry.id, entry.title, {}, entry.private_to)
    await work.session.flush()
    await delete_entry(work, entry)


async def count_entries(work: Work) -> int:
    """Return how many pages the actor can see, archived ones aside."""
    query = select(func.count(col(Entry.id))).where(col(Entry.status) != "ARCHIVED")
    return await work.session.scalar(query) or 0
