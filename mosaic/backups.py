"""Backups as files: taken beside a running Mosaic, checked, and put into an empty place."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from mosaic.core import backup, cache, migrate, postgres, restore, settings_file, start
from mosaic.core.backup_file import Manifest, Reader
from mosaic.core.config import Settings
from mosaic.core.errors import Invalid

Report = Callable[[str], None]
_SETTINGS, _PROGRAMS = "settings.env", "commands.toml"


def take(path: str, settings: Settings, with_secrets: bool, report: Report) -> Manifest:
    """Write a backup to `path`, or to what stdout leads to where it is "-"."""
    files = {_SETTINGS: settings_file.written(settings.mosaic_data_dir, with_secrets).encode()}
    programs = settings.job_commands or settings.mosaic_data_dir / _PROGRAMS
    if with_secrets and programs.exists():
        files[_PROGRAMS] = programs.read_bytes()
    try:
        with start.as_it_is(settings) as dsn, _whole_or_nothing(path) as out:
            return backup.take(dsn, out, files, report)
    except OSError as problem:
        raise Invalid(f"{path} cannot be written: {problem.strerror}.") from None


@contextmanager
def _whole_or_nothing(path: str) -> Iterator[BinaryIO]:
    """A file that nobody else may read, and that is at `path` once it is whole and on the disk."""
    if path == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    place = Path(path).absolute()
    number, part = tempfile.mkstemp(prefix=f"{place.name}.", suffix=".part", dir=place.parent)
    try:
        with os.fdopen(number, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, place)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(part)


@contextmanager
def at_hand(file: str) -> Iterator[Path]:
    """Where a backup can be read: the file, or of the standard input, "-", a copy in /tmp."""
    if file != "-":
        yield Path(file)
        return
    with tempfile.NamedTemporaryFile(suffix=".zip") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)


def check(path: Path) -> Manifest:
    """Read a backup from its beginning to its end. Raises Invalid when it is not whole."""
    with Reader(path) as found:
        found.check()
        return found.manifest


def put_back(path: Path, settings: Settings, report: Report) -> tuple[Manifest, list[str]]:
    """Put a backup into the place that the settings name, which is empty.

    Its settings are laid beside the database; nothing of them comes into effect. Returns what was
    in it, and which settings are not as they are here.
    """
    report("Reading the backup")
    with Reader(path) as found:
        found.check()
        known = found.manifest
        if not migrate.knows(known.revision):
            raise Invalid(
                f"This backup was made by Mosaic {known.mosaic} after migration {known.revision}, "
                "which this Mosaic does not have. Consider a newer Mosaic."
            )
        if settings.valkey_url:
            asyncio.run(cache.clear_everything(settings.valkey_url))
        ready = start.reach(settings, report)
        try:
            restore.restore(ready.admin_dsn, found, report)
        finally:
            if ready.server:
                postgres.leave(ready.server)
        ours = [name for name in (_SETTINGS, _PROGRAMS) if name in known.settings]
        texts = {name: found.setting(name) for name in ours}
    try:
        _lay_beside(texts, beside(settings))
    except OSError as problem:
        raise Invalid(
            "Everything is restored but the settings of the backup, which cannot be laid into "
            f"{beside(settings)}: {problem.strerror}."
        ) from None
    return known, settings_file.differing(texts.get(_SETTINGS, b"").decode())


def beside(settings: Settings) -> Path:
    """Return the folder for the settings that were in a backup."""
    return settings.mosaic_data_dir / "from-backup"


def _lay_beside(texts: dict[str, bytes], folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, text in texts.items():
        place = folder / name
        place.touch(mode=0o600)
        place.write_bytes(text)
