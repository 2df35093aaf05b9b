"""Which names entries answer to, and which entry each link means.

Links keep what they mean (`links.target_id`), so whoever changes names resolves again what names
them: in the transaction of the change, one writer at a time in a workspace.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.knowledge.models import EntryLink, EntryName
from mosaic.knowledge.names import fold, link_key, path_key, relative
from mosaic.knowledge.render.markdown import Link

TITLE, SLUG, PATH, ALIAS, FOLDED_TITLE, OLD_SLUG, OLD_PATH, OLD_TITLE = range(1, 9)
FOLDED = (FOLDED_TITLE, OLD_TITLE)
OLD = (OLD_SLUG, OLD_PATH, OLD_TITLE)
# No name is that long, and an index holds no more.
_LONGEST_TARGET = 500


async def take_turn(work: Work) -> datetime:
    """Wait until nobody else writes entries in this workspace; return the time.

    Of a page and a link to it that are written at the same moment, neither would see the other.
    Whoever locks rows of entries does so before.
    """
    at: datetime = (await work.session.execute(_TURN)).one().at
    return at


_TURN = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('entries ' || app_workspace(), 0)), "
    "clock_timestamp() AS at"
)


def names(slug: str, title: str, path: str | None, aliases: Iterable[str]) -> set[tuple[int, str]]:
    """Return the names of an entry as (step, key); a step is a place in the order of resolution."""
    key = link_key(title)
    found = {(TITLE, key), (SLUG, slug), (FOLDED_TITLE, fold(key)), (PATH, path_key(path or ""))}
    found |= {(ALIAS, link_key(alias)) for alias in aliases}
    return {(step, key) for step, key in found if key}


async def names_of(work: Work, id: UUID) -> set[tuple[int, str]]:
    """Return the names that an entry has now, old ones among them."""
    kept = select(col(EntryName.step), col(EntryName.key)).where(col(EntryName.entry_id) == id)
    return {(step, key) for step, key in await work.session.execute(kept)}


def link_row(link: Link, path: str | None) -> dict[str, Any]:
    """Return the columns of a link that is written on the page at `path`."""
    target = key_of(link.kind, link.target, path)
    return {
        "ordinal": link.ordinal,
        "kind": link.kind,
        "target": target,
        "folded": fold(target),
        "heading": link.heading,
        "label": link.text,
        "embed": link.embed,
        "context": link.context,
    }


def key_of(kind: str, target: str, path: str | None) -> str:
    """Return what a link that says `target` on the page at `path` looks for."""
    inside = relative(path, target) if kind == "markdown" else ""
    return (inside or link_key(target))[:_LONGEST_TARGET]


async def resolve(work: Work, sources: Sequence[UUID], keys: Iterable[str]) -> None:
    """Point the links of `sources`, and all links that name one of `keys`, at what they mean."""
    folded = sorted({fold(key) for key in keys})
    await work.session.execute(_RESOLVE, {"sources": sources, "keys": folded})


_RESOLVE = text("SELECT app_resolve_links(CAST(:sources AS uuid[]), CAST(:keys AS text[]))")


async def targets_of(work: Work, source: UUID) -> set[UUID]:
    """Return the entries that the links of one entry point at."""
    found = select(col(EntryLink.target_id)).where(
        col(EntryLink.source_id) == source, col(EntryLink.target_id).is_not(None)
    )
    return {id for id in await work.session.scalars(found.distinct()) if id is not None}
