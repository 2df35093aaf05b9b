"""Where pages and attachments stand in an archive."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import UUID
from zipfile import ZipFile

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.knowledge.exchange.file_names import Taken, attachment_file
from mosaic.knowledge.exchange.growing import put
from mosaic.knowledge.models import Attachment

_PACKED = ("image/png", "image/jpeg", "image/webp", "image/avif", "application/zip", "video/")


@dataclass(slots=True)
class Place:
    """Where a page, without its ending, or an attachment stands in the archive.

    `path` is what the file has to say where its name does not; None for a page written here.
    """

    id: UUID
    file: str
    path: str | None
    size: int


async def attachment_places(work: Work, taken: Taken, folder: str = "") -> list[Place]:
    """Return the places of all attachments in the order of their paths, in a folder if given."""
    columns = (col(Attachment.id), col(Attachment.path), col(Attachment.size))
    rows = await work.session.execute(
        select(*columns)
        .where(col(Attachment.workspace_id) == work.tenant)
        .order_by(col(Attachment.path).collate("C"))
    )
    found = []
    for id, path, size in rows:
        file = folder + attachment_file(path)
        ending = PurePosixPath(file).suffix
        free = taken.take_free(file.removesuffix(ending), ending)
        found.append(Place(id, free + ending, path, size))
    return found


async def write_attachments(work: Work, archive: ZipFile, places: Sequence[Place]) -> None:
    """Write a portion of attachments into an archive."""
    columns = (col(Attachment.id), col(Attachment.data), col(Attachment.media_type))
    files = {place.id: place.file for place in places}
    rows = await work.session.execute(
        select(*columns, col(Attachment.created_at)).where(col(Attachment.id).in_(files))
    )
    for id, data, kind, at in rows:
        await asyncio.to_thread(put, archive, files[id], data, at, kind.startswith(_PACKED))
