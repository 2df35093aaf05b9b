"""Writes links that could mean several pages so that they mean one of them."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from mosaic.core.errors import Conflict
from mosaic.core.work import Role, Work
from mosaic.knowledge.anew import anew
from mosaic.knowledge.link_shapes import LinksSettled, LinkToSettle, NameToSettle, PageWritten
from mosaic.knowledge.links import find_candidates, links_on
from mosaic.knowledge.models import Entry
from mosaic.knowledge.names import fold, link_key, path_key
from mosaic.knowledge.places import Key
from mosaic.knowledge.renaming import lock, record_all
from mosaic.knowledge.renaming_plan import named, own_name, read_pages
from mosaic.knowledge.resolution import PATH, SLUG
from mosaic.knowledge.rewriting import Rewrite, rewrite_texts
from mosaic.knowledge.service import change_entry, get_entry
from mosaic.knowledge.shapes import EntryPublic, EntryUpdate

_MOST_PAGES = 500  # at once


async def settle_link(work: Work, slug: str, wanted: LinkToSettle) -> EntryPublic:
    """Let the links on a page that say `target`, case aside, mean one page. MEMBER.

    Conflict when there is no such link, when it cannot mean that page, when no name of that page
    is its own, or when `version` is an older one.
    """
    work.require(Role.MEMBER)
    page, chosen = await get_entry(work, slug), await get_entry(work, wanted.means)
    written = await _write(work, [page], chosen, wanted.target)
    if page.id not in written:
        raise Conflict("There is no link here any more that could mean this page.")
    found = written[page.id]
    if found is None:
        raise Conflict("This link is best written by hand: no name means this page alone.")
    change = EntryUpdate(
        content=found.content,
        version=wanted.version or page.version,
        change_note=_note(wanted.target, chosen),
    )
    return await change_entry(work, slug, change, found.front_matter)


async def settle_name(work: Work, wanted: NameToSettle) -> LinksSettled:
    """Let the links that say `target`, case aside, mean one page, on all pages together. MEMBER.

    Those that the actor sees, 500 at once. `left` are pages where a link is best written by hand.
    """
    work.require(Role.MEMBER)
    chosen = await get_entry(work, wanted.means)
    values = {"folded": fold(link_key(wanted.target)), "most": _MOST_PAGES}
    ids = list(await work.session.scalars(_SAYING, values))
    await lock(work, ids)
    pages = await read_pages(work, ids)
    written = await _write(work, pages, chosen, wanted.target)
    rewrites = [found for page in pages if (found := written.get(page.id)) is not None]
    if rewrites:
        await rewrite_texts(work, rewrites, _note(wanted.target, chosen))
        await record_all(work, rewrites)
    return LinksSettled(
        pages=[PageWritten(id=one.id, version=one.version + 1) for one in rewrites],
        left=[named(page) for page in pages if written.get(page.id, "") is None],
    )


_SAYING = text(
    "SELECT DISTINCT l.source_id FROM links l JOIN entries s ON s.id = l.source_id "
    "WHERE l.workspace_id = app_workspace() AND l.target_id IS NULL AND l.ambiguous "
    "AND l.folded = :folded AND s.status <> 'ARCHIVED' ORDER BY l.source_id LIMIT :most"
)


def _note(target: str, chosen: Entry) -> str:
    return f"Link to “{target}” means {chosen.path or chosen.slug}"[:500]


async def _write(
    work: Work, pages: Sequence[Any], chosen: Entry, target: str
) -> dict[UUID, Rewrite | None]:
    """Return each page that has a link by `target` that could mean `chosen`, written anew.

    None where it is best written by hand.
    """
    links = await links_on(work, [page.id for page in pages])
    asked = {page.id: _asked(links[page.id], target) for page in pages}
    found = await find_candidates(work, {key for keys in asked.values() for key in keys})
    fits = {key for key, ones in found.items() if chosen.slug in {one.slug for one in ones}}
    called = [(PATH, path_key(chosen.path or "")), (SLUG, chosen.slug)]
    name = await own_name(work, chosen, called)
    jobs = [(page, links[page.id], asked[page.id] & fits) for page in pages]
    return await asyncio.to_thread(
        lambda: {
            page.id: _settled(page, rows, keys, chosen, name) for page, rows, keys in jobs if keys
        }
    )


def _asked(links: Sequence[Row[Any]], target: str) -> set[Key]:
    return {
        (link.kind, link.target)
        for link in links
        if link.ambiguous and link.kind == "wiki" and fold(link.target) == fold(target)
    }


def _settled(
    page: Any, links: Sequence[Row[Any]], keys: set[Key], chosen: Entry, name: str | None
) -> Rewrite | None:
    # What others read does not tell the name of a page that they cannot see.
    tells = chosen.private_to is not None and page.private_to is None
    if name is None or tells:
        return None
    # In a table a bar is written with a stroke before it; with a heading no words are put.
    words = (f"|{chosen.title}", f"\\|{chosen.title}", "")
    return anew(page, links, dict.fromkeys(keys, name), words)
