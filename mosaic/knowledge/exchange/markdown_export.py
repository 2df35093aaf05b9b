"""The wiki as an archive of Markdown: a file for each page in its folders, attachments beside."""

import asyncio
from collections.abc import Sequence
from functools import partial
from zipfile import ZipFile

from sqlalchemy import select, text
from sqlmodel import col

from mosaic.core.portions import portions
from mosaic.core.work import Work
from mosaic.knowledge.exchange.archive import OWN
from mosaic.knowledge.exchange.file_names import Taken as TakenNames
from mosaic.knowledge.exchange.file_names import page_file
from mosaic.knowledge.exchange.growing import put
from mosaic.knowledge.exchange.page_file import Kept, write_page
from mosaic.knowledge.exchange.places import (
    Place,
    attachment_places,
    write_attachments,
)
from mosaic.knowledge.models import Entry
from mosaic.knowledge.slugs import Taken, Wanted
from mosaic.knowledge.tags import tags_of


async def write_archive(work: Work, archive: ZipFile) -> None:
    """Write every page that the actor sees into an archive, and every attachment."""
    taken = TakenNames()
    attachments = await attachment_places(work, taken)
    addresses = Taken()
    for places in portions(await _page_places(work, taken)):
        kept = await _kept(work, places)
        await asyncio.to_thread(_write_pages, archive, places, kept, addresses)
    for places in portions(attachments):
        await write_attachments(work, archive, places)
    archive.comment = OWN


async def _page_places(work: Work, taken: TakenNames) -> list[Place]:
    """Return the places of all pages in the order in which an import reads them.

    First come those whose name can be a file's, then, with numbers where it has to be, the
    others: so everybody has the same name when the archive is imported and exported again.
    """
    found: list[Place] = []
    others: list[Place] = []
    paths: set[str] = set()
    for id, path, title, size in await work.session.execute(_PAGES):
        if path and path not in paths and page_file(path) == path and taken.take(path, ".md"):
            found.append(Place(id, path, path, size))
        else:
            wanted = page_file(path or title.replace("/", "-"))
            others.append(Place(id, wanted, "" if path in paths else path, size))
        paths |= {path} - {None}
    for place in others:
        place.file = taken.take_free(place.file, ".md")
        # Of two pages at one path, one of them hidden, the path is the other's.
        place.path = place.file if place.path == "" else place.path
    return sorted(found + others, key=lambda place: f"{place.file}.md")


_PAGES = text(
    "SELECT id, path, title, octet_length(content) + octet_length(front_matter) AS size "
    "FROM entries WHERE workspace_id = app_workspace() "
    'ORDER BY path COLLATE "C" NULLS LAST, private_to NULLS FIRST, '
    'title COLLATE "C", slug COLLATE "C"'
)


async def _kept(work: Work, places: Sequence[Place]) -> list[Kept]:
    paths = {place.id: place.path for place in places}
    rows = await work.session.execute(select(*_COLUMNS).where(col(Entry.id).in_(paths)))
    tags = await tags_of(work, list(paths))
    found = {
        row.id: Kept(
            title=row.title,
            slug=row.slug,
            content=row.content,
            front_matter=row.front_matter,
            path=paths[row.id],
            aliases=row.aliases,
            tags=[tag.name for tag in tags[row.id]],
            properties=row.properties,
            summary=row.summary,
            status=row.status,
            visibility=row.visibility,
            created=row.created_at,
            updated=row.updated_at,
        )
        for row in rows
    }
    return [found[id] for id in paths]


_COLUMNS = [
    getattr(Entry, name)
    for name in (
        *("id", "title", "slug", "content", "front_matter", "aliases", "properties", "summary"),
        *("status", "visibility", "created_at", "updated_at"),
    )
]


def _write_pages(
    archive: ZipFile, places: Sequence[Place], kept: Sequence[Kept], addresses: Taken
) -> None:
    for place, page in zip(places, kept, strict=True):
        text = write_page(page, f"{place.file}.md", partial(_settle, addresses))
        addresses.slugs[page.hidden].add(page.slug)
        put(archive, f"{place.file}.md", text.encode(), page.updated)


def _settle(addresses: Taken, asked: str | None, page: Kept) -> str | None:
    return addresses.free(Wanted(asked, page.title, page.hidden, or_other=True))
