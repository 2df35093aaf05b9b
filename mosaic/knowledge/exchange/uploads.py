"""Uploaded vaults: kept with the job that imports them."""

import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO
from uuid import UUID
from zipfile import ZIP_STORED, ZipFile

from mosaic.core.actor import Actor
from mosaic.core.errors import Invalid, TooLarge
from mosaic.core.work import work as begin
from mosaic.jobs import files as job_files
from mosaic.jobs import service as jobs
from mosaic.jobs.shapes import JobCreate
from mosaic.jobs.uploads import Sent, chunks_of, in_chunks
from mosaic.knowledge.exchange.importing import IMPORT

_CHUNK = 1024 * 1024
_MOST = 1024 * 1024 * 1024
_LONGEST_NAME = 200  # bytes; file systems take 255
MOST_FILES = 10_000


async def take(
    actor: Actor, workspace: str, files: Sequence[Sent], conflicts: str = "replace"
) -> UUID:
    """Keep uploaded files and begin to import them; return the job's id.

    `conflicts` is what becomes of files of which another version is here.

    Takes one .zip, or any number of other files. Raises Invalid for nothing, TooLarge.
    """
    if not files:
        raise Invalid("Choose a .zip, or Markdown files.", "files")
    if len(files) > MOST_FILES:
        raise TooLarge(f"At most {MOST_FILES} files are taken at once. A .zip holds more.")
    names = [_name(file) for file in files]
    if len(files) == 1 and names[0].lower().endswith(".zip"):
        return await begin_import(
            actor, workspace, names[0], names[0], chunks_of(files[0]), conflicts=conflicts
        )
    with tempfile.TemporaryFile() as packed:
        await _pack(files, names, packed)
        # Not the name of a page, which may be a private one, whereas everybody sees the run.
        source = "One file" if len(names) == 1 else "Uploaded files"
        return await begin_import(
            actor, workspace, source, "files.zip", in_chunks(packed), conflicts=conflicts
        )


async def begin_import(
    actor: Actor,
    workspace: str | UUID,
    source: str,
    name: str,
    data: AsyncIterator[bytes],
    **options: str,
) -> UUID:
    """Begin to import the archive `name` with the bytes `data`, noted as `source`. MEMBER.

    Options are `conflicts`, and the `kind` of a folder that was packed. Raises Invalid.
    """
    wanted = JobCreate(
        type=IMPORT,
        title=f"Import of {source}"[:200],
        input={"source": source[:300], "file": name, **options},
    )
    upload = job_files.Upload(name, "application/zip", data, private=True, most=_MOST)
    async with begin(actor, workspace) as work:
        return (await jobs.create_job(work, wanted, [upload])).id


async def _pack(files: Sequence[Sent], names: Sequence[str], packed: IO[bytes]) -> None:
    left, taken = _MOST, set[str]()
    with ZipFile(packed, "w", ZIP_STORED) as archive:
        for file, name in zip(files, names, strict=True):
            taken.add(free := _free(name, taken))
            with archive.open(free, "w", force_zip64=True) as kept:
                while chunk := await file.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise TooLarge("At most 1 GB is taken at once.")
                    kept.write(chunk)


def _name(file: Sent) -> str:
    """Return the file's own name, without folders, short enough for a file system."""
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name.replace("\x00", "")
    name = name.encode(errors="replace").decode().lstrip(".") or "file"
    if name[1:2] == ":":  # like a drive's letter, which no archive is trusted with
        name = name.replace(":", "_", 1)
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix[:10]
    return stem.encode()[:_LONGEST_NAME].decode(errors="ignore") + suffix


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free = f"{Path(name).stem} {number}{Path(name).suffix}"
        number += 1
    return free
