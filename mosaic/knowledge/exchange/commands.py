"""What the command line does with pages."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast, get_args
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile

from mosaic.core.actor import Actor
from mosaic.core.errors import Invalid
from mosaic.core.work import work as begin
from mosaic.jobs import service as jobs
from mosaic.jobs.uploads import in_chunks
from mosaic.knowledge.exchange import report, vault
from mosaic.knowledge.exchange.demo import import_demo
from mosaic.knowledge.exchange.export import Format, export
from mosaic.knowledge.exchange.shapes import ImportPublic
from mosaic.knowledge.exchange.uploads import begin_import
from mosaic.workspaces.commands import acting

Progress = Callable[[int], None]
_LOOK_EVERY = 0.2  # seconds


async def import_path(
    path: Path | None,
    name: str,
    workspace: str | None,
    email: str | None,
    progress: Progress | None = None,
    conflicts: str = "replace",
) -> tuple[ImportPublic, list[tuple[str, str]]]:
    """Import a folder or a .zip, noted as `name`; without a path, Mosaic's own documentation.

    Returns the report, and the files that were left out before, with the reason. Into the only
    workspace where none is named, as its owner where nobody is.
    """
    actor, place = await acting(workspace, email)
    left_out: list[tuple[str, str]] = []
    if path is None:
        id = await import_demo(actor, place.id)
    elif path.suffix.lower() == ".zip":
        with await asyncio.to_thread(path.open, "rb") as opened:
            chunks = in_chunks(opened)
            id = await begin_import(actor, place.id, name, path.name, chunks, conflicts=conflicts)
    else:
        with tempfile.TemporaryFile() as packed:
            with ZipFile(packed, "w", ZIP_STORED) as archive:
                left_out = await asyncio.to_thread(vault.pack, path, archive)
            kind = await asyncio.to_thread(vault.kind_of, path)
            chunks, options = in_chunks(packed), {"conflicts": conflicts, "kind": kind}
            id = await begin_import(actor, place.id, name, "files.zip", chunks, **options)
    await _watch(actor, place.id, id, progress or (lambda percent: None))
    async with begin(actor, place.id) as work:
        return await report.get_import(work, id), left_out


async def export_path(path: Path, format: str, workspace: str | None, email: str | None) -> int:
    """Export what somebody sees into the file at `path`; return its bytes.

    The file is there when it is whole, and not before. Raises Invalid for an unknown format.
    """
    if format not in get_args(Format):
        raise Invalid(f"Pages are exported as {' or '.join(get_args(Format))}.")
    actor, place = await acting(workspace, email)
    part = f"{path}.part"
    try:
        with await asyncio.to_thread(open, part, "wb") as made:
            async for chunk in export(actor, place.id, cast(Format, format)):
                made.write(chunk)
            size = made.tell()
        os.replace(part, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part)
    return size


async def _watch(actor: Actor, workspace: UUID, id: UUID, progress: Progress) -> None:
    while True:
        async with begin(actor, workspace) as work:
            job = await jobs.get_job(work, id)
        progress(job.progress)
        if job.completed_at:
            return
        await asyncio.sleep(_LOOK_EVERY)
