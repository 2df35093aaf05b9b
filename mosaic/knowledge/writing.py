"""Writes entries with everything that hangs on them: versions, names, links, tags.

One way for a page saved in the browser and for a hundred at once from an import.
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, tuple_, update
from sqlmodel import col

from mosaic.core.errors import Conflict
from mosaic.core.ids import new_id
from mosaic.core.work import Work
from mosaic.knowledge.models import Entry, EntryLink, EntryName
from mosaic.knowledge.public import close_to_public, is_public, open_to_public
from mosaic.knowledge.render.markdown import RENDERER, Document, parse
from mosaic.knowledge.resolution import (
    OLD,
    OLD_SLUG,
    link_row,
    names,
    names_of,
    resolve,
    take_turn,
    targets_of,
)
from mosaic.knowledge.search.embedding import learn_if_set_up
from mosaic.knowledge.search.words import label_rows, text_row
from mosaic.knowledge.slugs import Wanted, free_slugs
from mosaic.knowledge.tags import set_tags


@dataclass
class Past:
    """What an entry was after one edit."""

    title: str
    content: str
    change_note: str
    created_at: datetime


@dataclass
class Draft:
    """What an entry is to be. `slug` None: made from the title, with a number if it is taken.

    `slug_or_other`: so, too, where `slug` is taken. `tags` None: as they are. `document`: the
    content, where it is parsed already. `history` and `old_slugs`: of a page that comes from
    elsewhere, all it was, this draft as the last. `old_names`: what it goes on answering to, as
    (step, key), besides what it has already.
    """

    title: str
    content: str
    slug: str | None = None
    path: str | None = None
    front_matter: str = ""
    summary: str | None = None
    status: str = "PUBLISHED"
    visibility: str = "WORKSPACE"
    tags: list[str] | None = None
    aliases: list[str] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    updated_at: datetime | None = None
    change_note: str = ""
    slug_or_other: bool = False
    document: Document | None = None
    history: list[Past] = field(default_factory=list)
    old_slugs: list[str] = field(default_factory=list)
    old_names: set[tuple[int, str]] = field(default_factory=set)

    @property
    def wanted_slug(self) -> Wanted:
        """The address that it asks for."""
        return Wanted(self.slug, self.title, _is_hidden(self), self.slug_or_other)

    def parsed(self) -> Document:
        """Return the content as it is shown and linked."""
        return self.document or parse(self.content)


@dataclass
class _Written:
    id: UUID
    slug: str
    version: int
    at: datetime
    draft: Draft
    document: Document


async def insert_entries(work: Work, drafts: Sequence[Draft]) -> list[UUID]:
    """Add an entry for each draft; return their ids in the same order.

    A handful of statements, however many drafts there are. Raises Conflict when a slug that was
    asked for, or a path, is taken by an entry the actor can see.
    """
    documents = await asyncio.to_thread(lambda: [draft.parsed() for draft in drafts])
    at = await take_turn(work)
    await _refuse_known_paths(work, [draft.path for draft in drafts if draft.path])
    slugs = await free_slugs(work, [draft.wanted_slug for draft in drafts])
    written = [
        _Written(new_id(), slug, max(1, len(draft.history)), at, draft, document)
        for slug, draft, document in zip(slugs, drafts, documents, strict=True)
    ]
    await _insert(work, "entries", [_fresh(work, one) for one in written])
    await _add_versions(work, written)
    await _add_names(work, {one.id: _names(one) for one in written})
    await _add_words(work, written)
    await _add_links(work, written)
    await set_tags(work, {one.id: one.draft.tags for one in written if one.draft.tags})
    await open_to_public(work, [one.id for one in written if is_public(one.draft)])
    keys = {key for one in written for _, key in _names(one)}
    await resolve(work, [one.id for one in written], keys)
    await _announce(work, [one.id for one in written], names_changed=True)
    return [one.id for one in written]


async def update_entry(work: Work, entry: Entry, draft: Draft) -> None:
    """Make `entry` what `draft` says, as its next version. Raises Conflict when a slug is taken.

    The entry's row is to be locked before; the object has the new values afterwards.
    """
    document = await asyncio.to_thread(draft.parsed)
    at = await take_turn(work)
    slug = await _slug(work, entry, draft)
    one = _Written(entry.id, slug, entry.version + 1, at, draft, document)
    within = (entry.status, entry.visibility) == (draft.status, draft.visibility)
    changed = await _rename(work, entry, one)
    was_public = is_public(entry)
    await _set_columns(work, one)
    await (open_to_public if is_public(draft) else close_to_public)(
        work, [one.id] if is_public(draft) != was_public else []
    )
    await _add_versions(work, [one])
    targets = await _remove_links(work, [one.id])
    await _add_links(work, [one])
    await _remove_words(work, [one.id])
    await _add_words(work, [one])
    if draft.tags is not None:
        await set_tags(work, {one.id: draft.tags})
    await resolve(work, [one.id], changed)
    await _announce(work, [one.id], bool(changed), targets, within and not changed)


@dataclass(frozen=True)
class Rewrite:
    """The text of a page, read, that takes the place of the one it has at `version`."""

    id: UUID
    version: int
    title: str
    slug: str
    path: str | None
    aliases: list[str]
    content: str
    document: Document


async def rewrite_texts(work: Work, rewrites: Sequence[Rewrite], note: str) -> None:
    """Give each page its next version, of which nothing is new but the text.

    A handful of statements for a few hundred pages. Their rows are to be locked before.
    """
    at = await take_turn(work)
    for start in range(0, len(rewrites), _AT_ONCE):
        written = [
            _Written(one.id, one.slug, one.version + 1, at, _same(one, note), one.document)
            for one in rewrites[start : start + _AT_ONCE]
        ]
        ids = [one.id for one in written]
        rows = [{"id": one.id, **_text_columns(work, one)} for one in written]
        await work.session.execute(_SET_TEXTS, {"rows": json.dumps(rows, default=str)})
        await _add_versions(work, written)
        await _remove_links(work, ids)
        await _add_links(work, written)
        await _remove_words(work, ids)
        await _add_words(work, written)
        await resolve(work, ids, [])
    work.changed("knowledge", *(one.id for one in rewrites), "names")


def _same(one: Rewrite, note: str) -> Draft:
    return Draft(one.title, one.content, one.slug, one.path, aliases=one.aliases, change_note=note)


_AT_ONCE = 500
_SET_TEXTS = text(
    "UPDATE entries e SET content = r.content, html = r.html, renderer = r.renderer, "
    "version = r.version, updated_by = r.updated_by, updated_at = r.updated_at "
    "FROM jsonb_populate_recordset(NULL::entries, CAST(:rows AS jsonb)) r WHERE e.id = r.id"
)


async def delete_entry(work: Work, entry: Entry) -> None:
    """Remove `entry` for good; links to it wait for a new page of that name."""
    await take_turn(work)
    before, targets = await names_of(work, entry.id), await targets_of(work, entry.id)
    await work.session.execute(delete(Entry).where(col(Entry.id) == entry.id))
    await resolve(work, [], {key for _, key in before})
    await _announce(work, [entry.id], names_changed=True, also=targets)


async def _refuse_known_paths(work: Work, paths: Sequence[str]) -> None:
    here = select(col(Entry.id)).where(col(Entry.path).in_(paths)).limit(1)
    if paths and await work.session.scalar(here):
        raise Conflict("Another import brought the same file at this moment. Try again.")


async def _slug(work: Work, entry: Entry, draft: Draft) -> str:
    asked = draft.slug if draft.slug != entry.slug else None
    if asked:
        [slug] = await free_slugs(work, [draft.wanted_slug])
        return slug if slug == asked else entry.slug
    # A page that was hidden may have the address of a page that the others have made meanwhile.
    other = select(col(Entry.id)).where(col(Entry.slug) == entry.slug, col(Entry.id) != entry.id)
    if _is_hidden(entry) and not _is_hidden(draft) and await work.session.scalar(other):
        return (await free_slugs(work, [Wanted(None, draft.title)]))[0]
    return entry.slug


def _is_hidden(page: Entry | Draft) -> bool:
    return page.status == "DRAFT" or page.visibility == "PRIVATE"


def _is_target(page: Entry | Draft) -> bool:
    return page.status == "PUBLISHED" and page.visibility != "PRIVATE"


async def _rename(work: Work, entry: Entry, one: _Written) -> set[str]:
    """Give an entry the names it is to have; return those that may mean another page now."""
    before = await names_of(work, entry.id)
    after = _names(one) | {(step, key) for step, key in before if step in OLD}
    after |= one.draft.old_names
    if one.slug != entry.slug:
        after.add((OLD_SLUG, entry.slug))
    gone, own = before - after, col(EntryName.entry_id) == entry.id
    if gone:
        name = tuple_(col(EntryName.step), col(EntryName.key))
        await work.session.execute(delete(EntryName).where(own, name.in_(gone)))
    await _add_names(work, {entry.id: after - before})
    changed = before | after if _is_target(entry) != _is_target(one.draft) else before ^ after
    return {key for _, key in changed}


async def _set_columns(work: Work, one: _Written) -> None:
    values = _columns(work, one)
    if one.draft.created_at:
        values["created_at"] = one.draft.created_at
    changed = update(Entry).where(col(Entry.id) == one.id).values(**values)
    fresh = {"synchronize_session": False, "populate_existing": True}
    await work.session.scalars(changed.returning(Entry), execution_options=fresh)


def _fresh(work: Work, one: _Written) -> dict[str, Any]:
    return {
        **_columns(work, one),
        "id": one.id,
        "workspace_id": work.tenant,
        "created_by": work.user_id,
        "created_at": one.draft.created_at or one.at,
        "updated_at": one.draft.updated_at or one.draft.created_at or one.at,
    }


def _columns(work: Work, one: _Written) -> dict[str, Any]:
    draft = one.draft
    return {
        **_text_columns(work, one),
        "title": draft.title,
        "path": draft.path,
        "front_matter": draft.front_matter,
        "summary": draft.summary,
        "status": draft.status,
        "visibility": draft.visibility,
        "aliases": draft.aliases,
        "properties": draft.properties,
        "slug": one.slug,
    }


def _text_columns(work: Work, one: _Written) -> dict[str, Any]:
    return {
        "content": one.draft.content,
        "html": one.document.html,
        "renderer": RENDERER,
        "version": one.version,
        "updated_by": work.user_id,
        "updated_at": one.draft.updated_at or one.at,
    }


async def _add_versions(work: Work, written: list[_Written]) -> None:
    versions = [
        {
            "workspace_id": work.tenant,
            "entry_id": one.id,
            "version": number,
            "title": past.title,
            "content": past.content,
            "change_note": past.change_note,
            "created_by": work.user_id,
            "created_at": past.created_at,
        }
        for one in written
        for number, past in _versions(one)
    ]
    await _insert(work, "entry_versions", versions)


def _versions(one: _Written) -> Iterable[tuple[int, Past]]:
    if one.version == len(one.draft.history):
        return enumerate(one.draft.history, 1)
    draft = one.draft
    return [(one.version, Past(draft.title, draft.content, draft.change_note, one.at))]


async def _add_names(work: Work, names: dict[UUID, set[tuple[int, str]]]) -> None:
    rows = [
        {"workspace_id": work.tenant, "entry_id": id, "step": step, "key": key}
        for id, called in names.items()
        for step, key in sorted(called)
    ]
    await _insert(work, "entry_names", rows)


async def _remove_words(work: Work, ids: list[UUID]) -> None:
    await work.session.execute(_REMOVE_WORDS, {"ids": ids})


_REMOVE_WORDS = text(
    "WITH gone AS (DELETE FROM entry_labels WHERE entry_id = ANY(:ids)) "
    "DELETE FROM entry_texts WHERE entry_id = ANY(:ids)"
)


async def _add_words(work: Work, written: list[_Written]) -> None:
    texts = [text_row(work.tenant, one.id, one.draft.title, one.document.text) for one in written]
    labels = [
        row
        for one in written
        for row in label_rows(work.tenant, one.id, one.draft.title, one.draft.aliases)
    ]
    await _insert(work, "entry_texts", texts)
    await _insert(work, "entry_labels", labels)


async def _remove_links(work: Work, ids: list[UUID]) -> set[UUID]:
    """Remove the links of entries; return what they pointed at."""
    gone = delete(EntryLink).where(col(EntryLink.source_id).in_(ids))
    found = await work.session.scalars(gone.returning(col(EntryLink.target_id)))
    return {id for id in found if id is not None}


async def _add_links(work: Work, written: list[_Written]) -> None:
    rows = [
        {
            "workspace_id": work.tenant,
            "source_id": one.id,
            **link_row(link, one.draft.path),
        }
        for one in written
        for link in one.document.links
    ]
    await _insert(work, "links", rows)


async def _insert(work: Work, table: str, rows: list[dict[str, Any]]) -> None:
    # One statement for all rows: a page may have thousands of links.
    if rows:
        names = ", ".join(rows[0])
        every = f"jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb))"
        statement = text(f"INSERT INTO {table} ({names}) SELECT {names} FROM {every}")  # noqa: S608
        await work.session.execute(statement, {"rows": json.dumps(rows, default=str)})


def _names(one: _Written) -> set[tuple[int, str]]:
    old = {(OLD_SLUG, slug) for slug in one.draft.old_slugs}
    return names(one.slug, one.draft.title, one.draft.path, one.draft.aliases) | old


async def _announce(
    work: Work,
    ids: list[UUID],
    names_changed: bool,
    also: Iterable[UUID] = (),
    within: bool = False,
) -> None:
    # The pages that are linked show other backlinks now; when names changed, any page may.
    linked = await targets_of(work, ids[0]) if len(ids) == 1 else []
    named = ["names"] if names_changed else []
    work.changed("knowledge", *ids, *linked, *also, *named, within=within)
    await learn_if_set_up(work)
