"""The wiki as an archive: one Markdown file for a page, attachments beside.

Everything is read in one transaction that sees one moment, a few hundred pages at a time.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Literal
from uuid import UUID
from zipfile import ZipFile

from sqlalchemy import select, text
from sqlmodel import col

from mosaic.core.actor import Actor
from mosaic.core.work import Work
from mosaic.core.work import work as begin
from mosaic.knowledge.exchange.archive import OWN
from mosaic.knowledge.exchange.file_names import Taken as TakenNames
from mosaic.knowledge.exchange.file_names import attachment_file, page_file
from mosaic.knowledge.exchange.growing import growing, put
from mosaic.knowledge.exchange.page_file import Kept, write_page
from mosaic.knowledge.models import Attachment, Entry
from mosaic.knowledge.slugs import Taken, Wanted
from mosaic.knowledge.tags import tags_of

Format = Literal["markdown"]
_MOST_PAGES = 200  # read at once
_MOST_BYTES = 8_000_000
_PACKED = ("image/png", "image/jpeg", "image/webp", "image/avif", "application/zip", "video/")


@dataclass(slots=True)
class _Place:
    """Where a page or an attachment stands in the archive.

    `path` is what the file has to say where its name does not; None for a page written here.
    """

    id: UUID
    file: str
    path: str | None
    size: int


@dataclass(frozen=True)
class Counts:
    """How much an export would hold; `hidden` are the actor's own drafts and private pages."""

    pages: int
    hidden: int
    files: int


async def count(work: Work) -> Counts:
    """Count what an export that is made now holds."""
    return Counts(**(await work.session.execute(_COUNTS)).one()._mapping)


_COUNTS = text(
    "SELECT count(*) AS pages, count(private_to) AS hidden, "
    "(SELECT count(*) FROM attachments WHERE workspace_id = app_workspace()) AS files "
    "FROM entries WHERE workspace_id = app_workspace()"
)


def archive_name(work: Work) -> str:
    """Return what an export that is made now is called."""
    return f"{work.workspace_slug}-{datetime.now(UTC):%Y-%m-%d}.zip"


def export(actor: Actor, workspace: UUID, format: Format = "markdown") -> AsyncIterator[bytes]:
    """Give out an archive of everything that `actor` sees in the wiki of a workspace."""
    return growing(partial(_write, actor, workspace))


async def _write(actor: Actor, workspace: UUID, archive: ZipFile) -> None:
    async with begin(actor, workspace, one_moment=True) as work:
        taken = TakenNames()
        attachments = await _attachment_places(work, taken)
        addresses = Taken()
        for places in _portions(await _page_places(work, taken)):
            kept = await _kept(work, places)
            await asyncio.to_thread(_write_pages, archive, places, kept, addresses)
        for places in _portions(attachments):
            await _write_attachments(work, archive, places)
    archive.comment = OWN


async def _page_places(work: Work, taken: TakenNames) -> list[_Place]:
    """Return the places of all pages in the order in which an import reads them.

    First come those whose name can be a file's, then, with numbers where it has to be, the
    others: so everybody has the same name when the archive is imported and exported again.
    """
    found: list[_Place] = []
    others: list[_Place] = []
    paths: set[str] = set()
    for id, path, title, size in await work.session.execute(_PAGES):
        if path and path not in paths and page_file(path) == path and taken.take(path, ".md"):
            found.append(_Place(id, path, path, size))
        else:
            wanted = page_file(path or title.replace("/", "-"))
            others.append(_Place(id, wanted, "" if path in paths else path, size))
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


async def _attachment_places(work: Work, taken: TakenNames) -> list[_Place]:
    columns = (col(Attachment.id), col(Attachment.path), col(Attachment.size))
    rows = await work.session.execute(
        select(*columns)
        .where(col(Attachment.workspace_id) == work.tenant)
        .order_by(col(Attachment.path).collate("C"))
    )
    found = []
    for id, path, size in rows:
        file = attachment_file(path)
        ending = PurePosixPath(file).suffix
        free = taken.take_free(file.removesuffix(ending), ending)
        found.append(_Place(id, free + ending, path, size))
    return found


def _portions(places: Sequence[_Place]) -> Iterator[list[_Place]]:
    """Cut places into portions that are read at once."""
    portion: list[_Place] = []
    size = 0
    for place in places:
        if portion and (len(portion) == _MOST_PAGES or size + place.size > _MOST_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(place)
        size += place.size
    if portion:
        yield portion


async def _kept(work: Work, places: Sequence[_Place]) -> list[Kept]:
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
    archive: ZipFile, places: Sequence[_Place], kept: Sequence[Kept], addresses: Taken
) -> None:
    for place, page in zip(places, kept, strict=True):
        text = write_page(page, f"{place.file}.md", partial(_settle, addresses))
        addresses.slugs[page.hidden].add(page.slug)
        put(archive, f"{place.file}.md", text.encode(), page.updated)


def _settle(addresses: Taken, asked: str | None, page: Kept) -> str | None:
    return addresses.free(Wanted(asked, page.title, page.hidden, or_other=True))


async def _write_attachments(work: Work, archive: ZipFile, places: Sequence[_Place]) -> None:
    columns = (col(Attachment.id), col(Attachment.data), col(Attachment.media_type))
    files = {place.id: place.file for place in places}
    rows = await work.session.execute(
        select(*columns, col(Attachment.created_at)).where(col(Attachment.id).in_(files))
    )
    for id, data, kind, at in rows:
        await asyncio.to_thread(put, archive, files[id], data, at, kind.startswith(_PACKED))
