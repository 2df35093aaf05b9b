"""Writes entries with everything that hangs on them: versions, names, links, tags.

One way for a page saved in the browser and for a hundred at once from an import.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from mosaic.core.errors import Conflict
from mosaic.core.ids import new_id
from mosaic.core.work import Work
from mosaic.knowledge.markdown import RENDERER, Document, parse
from mosaic.knowledge.models import Entry, EntryLink, EntryName, EntryVersion
from mosaic.knowledge.names import fold, link_key, relative, slugify
from mosaic.knowledge.tags import set_tags

TITLE, SLUG, PATH, ALIAS, FOLDED_TITLE, OLD_SLUG = 1, 2, 3, 4, 5, 6


@dataclass
class Draft:
    """What an entry is to be. `slug` None: made from the title, with a number if it is taken."""

    title: str
    content: str
    slug: str | None = None
    path: str | None = None
    front_matter: str = ""
    summary: str | None = None
    status: str = "PUBLISHED"
    visibility: str = "WORKSPACE"
    tags: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    updated_at: datetime | None = None
    change_note: str = ""


@dataclass
class _Written:
    id: UUID
    slug: str
    version: int
    draft: Draft
    document: Document


async def insert_entries(work: Work, drafts: Sequence[Draft]) -> list[UUID]:
    """Add an entry for each draft; return their ids in the same order.

    A handful of statements, however many drafts there are. Raises Conflict when a slug that was
    asked for is taken by an entry the actor can see.
    """
    documents = await asyncio.to_thread(lambda: [parse(draft.content) for draft in drafts])
    written = [
        _Written(new_id(), "", 1, draft, document)
        for draft, document in zip(drafts, documents, strict=True)
    ]
    await _insert_with_free_slugs(work, written)
    await _write_parts(work, written)
    names = {key for one in written for _, key in _names(one.slug, one.draft)}
    await _resolve(work, [one.id for one in written], names)
    await _announce(work, [one.id for one in written], names_changed=True)
    return [one.id for one in written]


async def update_entry(work: Work, entry: Entry, draft: Draft) -> None:
    """Make `entry` what `draft` says, as its next version. Raises Conflict when a slug is taken."""
    document = await asyncio.to_thread(parse, draft.content)
    one = _Written(entry.id, draft.slug or entry.slug, entry.version + 1, draft, document)
    before = {key for _, key in _names(entry.slug, _draft_of(entry))}
    after = {key for _, key in _names(one.slug, draft)}
    shown = (entry.status, entry.visibility) != (draft.status, draft.visibility)
    targets = await _targets(work, entry.id)
    if one.slug != entry.slug:
        await _leave_slug(work, entry, one.slug)
    await work.session.execute(
        update(Entry)
        .where(col(Entry.id) == entry.id)
        .values(**_columns(work, one), updated_at=func.now(), slug=one.slug)
        .execution_options(synchronize_session=False)
    )
    await _remove_parts(work, [entry.id])
    await _write_parts(work, [one])
    changed = before | after if shown else before ^ after
    await _resolve(work, [entry.id], changed)
    await _announce(work, [entry.id], bool(changed), targets)


async def delete_entry(work: Work, entry: Entry) -> None:
    """Remove `entry` for good; links to it wait for a new page of that name."""
    names = {key for _, key in _names(entry.slug, _draft_of(entry))}
    targets = await _targets(work, entry.id)
    await work.session.execute(delete(Entry).where(col(Entry.id) == entry.id))
    await _resolve(work, [], names)
    await _announce(work, [entry.id], names_changed=True, also=targets)


def _draft_of(entry: Entry) -> Draft:
    return Draft(entry.title, entry.content, path=entry.path, aliases=entry.aliases)


async def _insert_with_free_slugs(work: Work, written: list[_Written]) -> None:
    # A slug may be taken by a page that the actor cannot see: the database skips the row, and
    # the next number is tried, so nothing is told about that page.
    waiting, number = written, 1
    while waiting:
        for one in waiting:
            base = one.draft.slug or slugify(one.draft.title)
            one.slug = base if number == 1 else f"{base[:110]}-{number}"
        rows = [
            {
                **_columns(work, one),
                "id": one.id,
                "workspace_id": work.tenant,
                "slug": one.slug,
                "created_by": work.user_id,
                "created_at": one.draft.created_at or func.now(),
                "updated_at": one.draft.updated_at or one.draft.created_at or func.now(),
            }
            for one in waiting
        ]
        statement = upsert(Entry).values(rows).on_conflict_do_nothing().returning(Entry.id)
        there = set(await work.session.scalars(statement))
        waiting = [one for one in waiting if one.id not in there]
        if waiting and number == 1:
            await _refuse_taken(work, [one.draft.slug for one in waiting if one.draft.slug])
        number += 1


async def _refuse_taken(work: Work, slugs: list[str]) -> None:
    seen = select(Entry.slug).where(col(Entry.slug).in_(slugs)).limit(1)
    if slugs and await work.session.scalar(seen):
        raise Conflict("This address is taken by another page. Another one may be free.")


async def _leave_slug(work: Work, entry: Entry, slug: str) -> None:
    taken = select(Entry.id).where(col(Entry.slug) == slug, col(Entry.id) != entry.id)
    if await work.session.scalar(taken):
        raise Conflict("This address is taken by another page. Another one may be free.")
    row = {
        "workspace_id": work.tenant,
        "entry_id": entry.id,
        "step": OLD_SLUG,
        "key": entry.slug,
    }
    await work.session.execute(upsert(EntryName).values(row).on_conflict_do_nothing())


def _columns(work: Work, one: _Written) -> dict[str, Any]:
    draft = one.draft
    return {
        "title": draft.title,
        "path": draft.path,
        "content": draft.content,
        "front_matter": draft.front_matter,
        "html": one.document.html,
        "renderer": RENDERER,
        "summary": draft.summary,
        "status": draft.status,
        "visibility": draft.visibility,
        "aliases": draft.aliases,
        "properties": draft.properties,
        "version": one.version,
        "updated_by": work.user_id,
    }


async def _remove_parts(work: Work, ids: list[UUID]) -> None:
    names = delete(EntryName).where(
        col(EntryName.entry_id).in_(ids), col(EntryName.step) < OLD_SLUG
    )
    await work.session.execute(names)
    await work.session.execute(delete(EntryLink).where(col(EntryLink.source_id).in_(ids)))


async def _write_parts(work: Work, written: list[_Written]) -> None:
    versions = [
        {
            "workspace_id": work.tenant,
            "entry_id": one.id,
            "version": one.version,
            "title": one.draft.title,
            "content": one.draft.content,
            "change_note": one.draft.change_note,
            "created_by": work.user_id,
        }
        for one in written
    ]
    names = [
        {"workspace_id": work.tenant, "entry_id": one.id, "step": step, "key": key}
        for one in written
        for step, key in sorted(_names(one.slug, one.draft))
    ]
    links = [row for one in written for row in _links(work, one)]
    await work.session.execute(insert(EntryVersion), versions)
    await work.session.execute(insert(EntryName), names)
    if links:
        await work.session.execute(insert(EntryLink), links)
    await set_tags(work, {one.id: one.draft.tags for one in written})


def _names(slug: str, draft: Draft) -> set[tuple[int, str]]:
    title = link_key(draft.title)
    names = {(TITLE, title), (SLUG, slug), (FOLDED_TITLE, fold(title))}
    names |= {(ALIAS, link_key(alias)) for alias in draft.aliases}
    return names | ({(PATH, draft.path)} if draft.path else set())


def _links(work: Work, one: _Written) -> Iterable[dict[str, Any]]:
    for link in one.document.links:
        wiki = link.kind == "wiki"
        target = link_key(link.target) if wiki else relative(one.draft.path, link.target)
        yield {
            "workspace_id": work.tenant,
            "source_id": one.id,
            "ordinal": link.ordinal,
            "kind": link.kind,
            "target": target,
            "folded": fold(target),
            "heading": link.heading,
            "label": link.text,
            "embed": link.embed,
            "context": link.context,
        }


async def _resolve(work: Work, sources: list[UUID], names: Iterable[str]) -> None:
    keys = sorted({fold(name) for name in names})
    await work.session.execute(_RESOLVE, {"sources": sources, "keys": keys})


_RESOLVE = text("SELECT app_resolve_links(CAST(:sources AS uuid[]), CAST(:keys AS text[]))")


async def _targets(work: Work, source: UUID) -> list[UUID]:
    found = select(EntryLink.target_id).where(
        col(EntryLink.source_id) == source, col(EntryLink.target_id).is_not(None)
    )
    return [id for id in await work.session.scalars(found.distinct()) if id is not None]


async def _announce(
    work: Work, ids: list[UUID], names_changed: bool, also: Iterable[UUID] = ()
) -> None:
    # The pages that are linked show other backlinks now; when names changed, any page may.
    linked = await _targets(work, ids[0]) if len(ids) == 1 else []
    named = ["names"] if names_changed else []
    work.changed("knowledge", *ids, *linked, *also, *named)
