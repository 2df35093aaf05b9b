"""What a look has found, as it is now: what is no longer so is left out."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from mosaic.core.errors import Invalid
from mosaic.core.work import Role, Work
from mosaic.knowledge.diffing import compare
from mosaic.knowledge.health.likeness import one_letter_apart, share
from mosaic.knowledge.health.naming import Names, linkable, without_front_matter
from mosaic.knowledge.health.shapes import (
    LinkCounted,
    PageCounted,
    PagesApart,
    PagesCompared,
    SameTitle,
)
from mosaic.knowledge.mentions import names_in_texts, sentence_with
from mosaic.knowledge.names import fold
from mosaic.knowledge.service import get_entry
from mosaic.knowledge.version_shapes import DiffPublic

_ALIKE = 0.6  # looked at closely, a pair may be a little less alike than it seemed

NAMED = (
    "SELECT n.title AS name, n.slug, n.aliases, strpos(n.title, ' ') > 0 AS sure, "
    "count(*) AS count, "
    "array_agg(s.id ORDER BY s.updated_at DESC, s.id) AS ids FROM mentions m "
    "JOIN entries n ON n.id = m.entry_id AND n.status <> 'ARCHIVED' "
    "JOIN entries s ON s.id = m.source_id AND s.status <> 'ARCHIVED' "
    "WHERE m.workspace_id = app_workspace() AND NOT EXISTS (SELECT 1 FROM links l "
    "WHERE l.source_id = m.source_id AND l.target_id = m.entry_id) GROUP BY n.id"
)
ALIKE = (
    "SELECT o.title AS name, k.texts, 2 AS count, ARRAY[o.id, p.id] AS ids FROM likenesses k "
    "JOIN entries o ON o.id = k.entry_id AND o.status <> 'ARCHIVED' "
    "JOIN entries p ON p.id = k.other_id AND p.status <> 'ARCHIVED' "
    "WHERE k.workspace_id = app_workspace() AND NOT EXISTS (SELECT 1 FROM kept_apart a "
    "WHERE a.entry_id = k.entry_id AND a.other_id = k.other_id)"
)


async def tell_mentions(
    work: Work, rows: Sequence[Row[Any]], lines: Sequence[LinkCounted]
) -> list[LinkCounted]:
    """Return lines about pages that are named, with the sentences that name them."""
    read = await _read(work, [id for row in rows for id in row.ids[:5]])
    return await asyncio.to_thread(
        lambda: [
            line for row, line in zip(rows, lines, strict=True) if _say_mentions(row, line, read)
        ]
    )


def _say_mentions(row: Row[Any], line: LinkCounted, read: dict[UUID, Row[Any]]) -> bool:
    names = names_in_texts(row.name, row.aliases)
    known = Names((fold(name), 0) for name in names)
    line.slug, kept = row.slug, []
    for page, id in zip(line.pages, row.ids, strict=False):
        if id in read and known.pages_in(linkable(read[id].content)):
            page.context = sentence_with(names, read[id].body)
            kept.append(page)
    line.count -= len(line.pages) - len(kept)
    line.pages = kept
    return bool(kept)


async def tell_likeness(
    work: Work, rows: Sequence[Row[Any]], lines: Sequence[LinkCounted]
) -> list[LinkCounted]:
    """Return lines about two pages each, with what is nearly the same."""
    read = await _read(work, [id for row in rows for id in row.ids])
    return await asyncio.to_thread(
        lambda: [
            line
            for row, line in zip(rows, lines, strict=True)
            if all(id in read for id in row.ids) and _say_likeness(line, *map(read.get, row.ids))
        ]
    )


def _say_likeness(line: LinkCounted, one: Any, other: Any) -> bool:
    line.titles = _same_title(one, other)
    same = share(without_front_matter(one.content), without_front_matter(other.content))
    line.texts = same if same >= _ALIKE else None
    return line.titles is not None or line.texts is not None


def _same_title(one: Any, other: Any) -> SameTitle | None:
    if fold(one.title) == fold(other.title):
        return "same"
    if one.words and one.words == other.words:
        return "words"
    return "letter" if one_letter_apart(one.title, other.title) else None


async def _read(work: Work, ids: Sequence[UUID]) -> dict[UUID, Row[Any]]:
    return {row.id: row for row in await work.session.execute(_TEXTS, {"ids": list(ids)})}


_TEXTS = text(
    "SELECT e.id, e.title, left(e.content, 300000) AS content, left(t.body, 300000) AS body, "
    "array_to_string(tsvector_to_array(to_tsvector('mosaic_english', e.title)), ' ') AS words "
    "FROM entries e JOIN entry_texts t ON t.entry_id = e.id WHERE e.id = ANY(:ids)"
)


async def compare_pages(work: Work, one: str, other: str) -> PagesCompared:
    """Return what two pages, by their addresses, have in common and what not. NotFound."""
    pages = [await get_entry(work, slug) for slug in (one, other)]
    counted = [PageCounted.model_validate(page) for page in pages]
    line = LinkCounted(name=pages[0].title, count=2, pages=counted)
    read = await _read(work, [page.id for page in pages])
    await asyncio.to_thread(_say_likeness, line, *(read[page.id] for page in pages))
    texts = [page.content for page in pages]
    found = await asyncio.to_thread(compare, *texts)
    titles = {"old": pages[0].title, "new": pages[1].title}
    given = {
        **vars(found),
        "from": pages[0].version,
        "to": pages[1].version,
        "title": titles,
        "fields": None,
    }
    return PagesCompared(alike=line, difference=DiffPublic.model_validate(given))


async def keep_apart(work: Work, wanted: PagesApart) -> None:
    """Say that two pages are different, whatever they look like, or take that back. MEMBER."""
    work.require(Role.MEMBER)
    one, other = [await get_entry(work, slug) for slug in (wanted.one, wanted.other)]
    if one.id == other.id:
        raise Invalid("This is one page.", "other")
    ids = sorted((one.id, other.id))
    values = {"one": ids[0], "other": ids[1]}
    if wanted.apart:
        await work.session.execute(_KEEP_APART, {**values, "by": work.user_id})
    else:
        await work.session.execute(_NOT_APART, values)
    work.changed("links")


_KEEP_APART = text(
    "INSERT INTO kept_apart (workspace_id, entry_id, other_id, created_by) "
    "VALUES (app_workspace(), :one, :other, :by) ON CONFLICT DO NOTHING"
)
_NOT_APART = text("DELETE FROM kept_apart WHERE entry_id = :one AND other_id = :other")
