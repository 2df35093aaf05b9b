"""Gives many pages another text at once, and nothing else."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from mosaic.core.work import Work
from mosaic.knowledge.render.markdown import Document
from mosaic.knowledge.resolution import resolve, take_turn
from mosaic.knowledge.rows import (
    Draft,
    Written,
    add_links,
    add_versions,
    add_words,
    remove_links,
    remove_words,
    text_columns,
)


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
            Written(one.id, one.slug, one.version + 1, at, _same(one, note), one.document)
            for one in rewrites[start : start + _AT_ONCE]
        ]
        ids = [one.id for one in written]
        rows = [{"id": one.id, **text_columns(work, one)} for one in written]
        await work.session.execute(_SET_TEXTS, {"rows": json.dumps(rows, default=str)})
        await add_versions(work, written)
        await remove_links(work, ids)
        await add_links(work, written)
        await remove_words(work, ids)
        await add_words(work, written)
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
