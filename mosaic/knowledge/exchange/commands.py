"""What the command line does with pages."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile

from mosaic.core.actor import Actor
from mosaic.core.work import work as begin
from mosaic.jobs import service as jobs
from mosaic.knowledge.exchange import service as exchange
from mosaic.knowledge.exchange import vault
from mosaic.knowledge.exchange.demo import import_demo
from mosaic.knowledge.exchange.uploads import begin_import, in_chunks
from mosaic.knowledge.shapes import ImportPublic
from mosaic.workspaces.commands import acting

Progress = Callable[[int], None]
_LOOK_EVERY = 0.2  # seconds


async def import_path(
    path: Path | None,
    name: str,
    workspace: str | None,
    email: str | None,
    progress: Progress | None = None,
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
            id = await begin_import(actor, place.id, name, path.name, in_chunks(opened))
    else:
        with tempfile.TemporaryFile() as packed:
            with ZipFile(packed, "w", ZIP_STORED) as archive:
                left_out = await asyncio.to_thread(vault.pack, path, archive)
            id = await begin_import(actor, place.id, name, "files.zip", in_chunks(packed))
    await _watch(actor, place.id, id, progress or (lambda percent: None))
    async with begin(actor, place.id) as work:
        return await exchange.get_import(work, id), left_out


async def _watch(actor: Actor, workspace: UUID, id: UUID, progress: Progress) -> None:
    while True:
        async with begin(actor, workspace) as work:
            job = await jobs.get_job(work, id)
        progress(job.progress)
        if job.completed_at:
            return
        await asyncio.sleep(_LOOK_EVERY)
