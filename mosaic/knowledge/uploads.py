"""Uploaded vaults: kept in the data folder while they are imported, then removed."""

import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Protocol
from uuid import UUID

from mosaic.core.actor import Actor
from mosaic.core.config import settings
from mosaic.core.errors import Invalid, TooLarge
from mosaic.core.work import work as begin
from mosaic.knowledge import exchange

_CHUNK = 1024 * 1024
_MOST = 1024 * 1024 * 1024
_LONGEST_NAME = 200  # bytes; file systems take 255
_KEPT_FOR = 24 * 3600  # seconds
MOST_FILES = 10_000


class Upload(Protocol):
    """A file as Starlette and Reflex hand it over."""

    filename: str | None

    async def read(self, size: int = -1) -> bytes: ...


async def receive(actor: Actor, workspace: str, files: Sequence[Upload]) -> tuple[UUID, UUID, Path]:
    """Keep uploaded files and note the import; return (workspace id, import id, what to import).

    Takes one .zip, or any number of other files. Raises Invalid for nothing, TooLarge.
    """
    if not files:
        raise Invalid("Choose a .zip, or Markdown files.", "files")
    if len(files) > MOST_FILES:
        raise TooLarge(f"At most {MOST_FILES} files are taken at once. A .zip holds more.")
    names = [_name(file) for file in files]
    root = settings().mosaic_data_dir / "uploads"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    _tidy(root)
    folder = Path(tempfile.mkdtemp(dir=root))
    try:
        left = _MOST
        for file, name in zip(files, names, strict=True):
            left = await _keep(file, _free(folder, name), left)
        async with begin(actor, workspace) as work:
            source = names[0] if len(names) == 1 else "Uploaded files"
            id, tenant = await exchange.begin_import(work, source), work.tenant
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    zipped = len(names) == 1 and names[0].lower().endswith(".zip")
    return tenant, id, folder / names[0] if zipped else folder


async def take(actor: Actor, workspace: str, files: Sequence[Upload], wait: bool = False) -> UUID:
    """Keep uploaded files and import them, in the background unless `wait`; return the id."""
    tenant, id, path = await receive(actor, workspace, files)
    folder = path.parent if path.is_file() else path

    def forget() -> None:
        shutil.rmtree(folder, ignore_errors=True)

    if wait:
        try:
            await exchange.run_import(actor, tenant, id, path)
        finally:
            forget()
    else:
        exchange.in_background(actor, tenant, id, path, forget)
    return id


def _tidy(root: Path) -> None:
    """Remove what a process has left that was killed while it imported."""
    for folder in root.iterdir():
        with suppress(OSError):
            if folder.stat().st_mtime < time.time() - _KEPT_FOR:
                shutil.rmtree(folder)


def _name(file: Upload) -> str:
    """Return the file's own name, without folders, short enough for a file system."""
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name.replace("\x00", "")
    name = name.encode(errors="replace").decode().lstrip(".") or "file"
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix[:10]
    return stem.encode()[:_LONGEST_NAME].decode(errors="ignore") + suffix


def _free(folder: Path, name: str) -> Path:
    path, number = folder / name, 2
    while path.exists():
        path = folder / f"{Path(name).stem} {number}{Path(name).suffix}"
        number += 1
    return path


async def _keep(file: Upload, path: Path, left: int) -> int:
    with path.open("xb") as kept:
        while chunk := await file.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise TooLarge("At most 1 GB is taken at once.")
            kept.write(chunk)
    return left
