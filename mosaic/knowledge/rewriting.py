"""Gives many pages another text and front matter at once, and nothing else."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
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
    change_words,
    remove_links,
    text_columns,
)


@dataclass(frozen=True)
class Rewrite:
    """What takes the place of the text, read, and front matter of a page at `version`."""

    id: UUID
    version: int
    title: str
    slug: str
    path: str | None
    aliases: list[str]
    content: str
    document: Document
    front_matter: str
    properties: dict[str, Any]


async def rewrite_texts(work: Work, rewrites: Sequence[Rewrite], note: str) -> None:
    """Give each page its next version, of which nothing is new but text, properties and links.

    A handful of statements for a few hundred pages. Their rows are to be locked before.
    """
    await write_links(work, await write_texts(work, rewrites, note))


async def write_texts(work: Work, rewrites: Sequence[Rewrite], note: str) -> list[Written]:
    """Do the part of `rewrite_texts` for which nobody else has to wait; `write_links` follows."""
    at: datetime = await work.session.scalar(_NOW)
    done: list[Written] = []
    for start in range(0, len(rewrites), _AT_ONCE):
        written = [
            Written(one.id, one.slug, one.version + 1, at, _same(one, note), one.document)
            for one in rewrites[start : start + _AT_ONCE]
        ]
        rows = [_columns(work, one) for one in written]
        await work.session.execute(_SET_TEXTS, {"rows": json.dumps(rows, default=str)})
        await add_versions(work, written)
        await change_words(work, written, named=False)
        done += written
    return done


async def write_links(work: Work, written: list[Written]) -> None:
    """Make the links of pages those of their new texts."""
    await take_turn(work)
    for start in range(0, len(written), _AT_ONCE):
        portion = written[start : start + _AT_ONCE]
        ids = [one.id for one in portion]
        await remove_links(work, ids)
        await add_links(work, portion)
        await resolve(work, ids, [])
    work.changed("knowledge", *(one.id for one in written), "names")


def _same(one: Rewrite, note: str) -> Draft:
    return Draft(
        one.title,
        one.content,
        one.slug,
        one.path,
        one.front_matter,
        aliases=one.aliases,
        properties=one.properties,
        change_note=note,
    )


def _columns(work: Work, one: Written) -> dict[str, Any]:
    said = {"front_matter": one.draft.front_matter, "properties": one.draft.properties}
    return {"id": one.id, **text_columns(work, one), **said}


_AT_ONCE = 500
_NOW = text("SELECT clock_timestamp()")
_SET_TEXTS = text(
    "UPDATE entries e SET content = r.content, html = r.html, renderer = r.renderer, "
    "front_matter = r.front_matter, properties = r.properties, "
    "version = r.version, updated_by = r.updated_by, updated_at = r.updated_at "
    "FROM jsonb_populate_recordset(NULL::entries, CAST(:rows AS jsonb)) r WHERE e.id = r.id"
)
