"""Writes entries with everything that hangs on them: versions, names, links, tags.

One way for a page saved in the browser and for a hundred at once from an import.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_, update
from sqlmodel import col

from mosaic.core.errors import Conflict
from mosaic.core.ids import new_id
from mosaic.core.work import Work
from mosaic.knowledge.models import Entry, EntryName
from mosaic.knowledge.public import close_to_public, is_public, open_to_public
from mosaic.knowledge.resolution import (
    OLD,
    OLD_SLUG,
    names_of,
    resolve,
    take_turn,
    targets_of,
)
from mosaic.knowledge.rows import (
    Draft,
    Written,
    add_links,
    add_names,
    add_versions,
    add_words,
    change_links,
    change_words,
    insert,
    is_hidden,
    names_to_have,
    text_columns,
)
from mosaic.knowledge.search.embedding import learn_if_set_up
from mosaic.knowledge.slugs import Wanted, free_slugs
from mosaic.knowledge.tags import set_tags


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
        Written(new_id(), slug, max(1, len(draft.history)), at, draft, document)
        for slug, draft, document in zip(slugs, drafts, documents, strict=True)
    ]
    await insert(work, "entries", [_fresh(work, one) for one in written])
    await add_names(work, {one.id: names_to_have(one) for one in written})
    await add_words(work, written)
    await add_links(work, written)
    await set_tags(work, {one.id: one.draft.tags for one in written if one.draft.tags})
    await add_versions(work, written)
    await open_to_public(work, [one.id for one in written if is_public(one.draft)])
    keys = {key for one in written for _, key in names_to_have(one)}
    await resolve(work, [one.id for one in written], keys)
    ids = [one.id for one in written]
    linked = await targets_of(work, ids[0]) if len(ids) == 1 else []
    await _announce(work, [*ids, *linked], names_changed=True)
    return ids


async def update_entry(work: Work, entry: Entry, draft: Draft) -> None:
    """Make `entry` what `draft` says, as its next version. Raises Conflict when a slug is taken.

    The entry's row is to be locked before; the object has the new values afterwards.
    """
    document = await asyncio.to_thread(draft.parsed)
    at = await take_turn(work)
    slug = await _slug(work, entry, draft)
    one = Written(entry.id, slug, entry.version + 1, at, draft, document)
    within = (entry.status, entry.visibility) == (draft.status, draft.visibility)
    named = (entry.title, entry.aliases) != (draft.title, draft.aliases)
    changed = await _rename(work, entry, one)
    was_public = is_public(entry)
    await _set_columns(work, one)
    await (open_to_public if is_public(draft) else close_to_public)(
        work, [one.id] if is_public(draft) != was_public else []
    )
    targets, linked = await change_links(work, one)
    await change_words(work, [one], named)
    if draft.tags is not None:
        await set_tags(work, {one.id: draft.tags})
    await add_versions(work, [one])
    if linked or changed:
        await resolve(work, [one.id] if linked else [], changed)
        targets |= await targets_of(work, one.id)
    await _announce(work, [one.id, *targets], bool(changed), within and not changed)


async def delete_entry(work: Work, entry: Entry) -> None:
    """Remove `entry` for good; links to it wait for a new page of that name."""
    await take_turn(work)
    before, targets = await names_of(work, entry.id), await targets_of(work, entry.id)
    await work.session.execute(delete(Entry).where(col(Entry.id) == entry.id))
    await resolve(work, [], {key for _, key in before})
    await _announce(work, [entry.id, *targets], names_changed=True)


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
    if is_hidden(entry) and not is_hidden(draft) and await work.session.scalar(other):
        return (await free_slugs(work, [Wanted(None, draft.title)]))[0]
    return entry.slug


def _is_target(page: Entry | Draft) -> bool:
    return page.status == "PUBLISHED" and page.visibility != "PRIVATE"


async def _rename(work: Work, entry: Entry, one: Written) -> set[str]:
    """Give an entry the names it is to have; return those that may mean another page now."""
    before = await names_of(work, entry.id)
    after = names_to_have(one) | {(step, key) for step, key in before if step in OLD}
    if one.slug != entry.slug:
        after.add((OLD_SLUG, entry.slug))
    gone, own = before - after, col(EntryName.entry_id) == entry.id
    if gone:
        name = tuple_(col(EntryName.step), col(EntryName.key))
        await work.session.execute(delete(EntryName).where(own, name.in_(gone)))
    await add_names(work, {entry.id: after - before})
    changed = before | after if _is_target(entry) != _is_target(one.draft) else before ^ after
    return {key for _, key in changed}


async def _set_columns(work: Work, one: Written) -> None:
    values = _columns(work, one)
    if one.draft.created_at:
        values["created_at"] = one.draft.created_at
    changed = update(Entry).where(col(Entry.id) == one.id).values(**values)
    fresh = {"synchronize_session": False, "populate_existing": True}
    await work.session.scalars(changed.returning(Entry), execution_options=fresh)


def _fresh(work: Work, one: Written) -> dict[str, Any]:
    return {
        **_columns(work, one),
        "id": one.id,
        "workspace_id": work.tenant,
        "created_by": work.user_id,
        "created_at": one.draft.created_at or one.at,
        "updated_at": one.draft.updated_at or one.draft.created_at or one.at,
    }


def _columns(work: Work, one: Written) -> dict[str, Any]:
    draft = one.draft
    return {
        **text_columns(work, one),
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


async def _announce(
    work: Work, pages: Iterable[UUID], names_changed: bool, within: bool = False
) -> None:
    # The pages that are linked show other backlinks now; when names changed, any page may.
    named = ["names"] if names_changed else []
    work.changed("knowledge", *pages, *named, within=within)
    await learn_if_set_up(work)
