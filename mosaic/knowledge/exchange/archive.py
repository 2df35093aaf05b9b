"""Opens .zip files that anybody may have made.

All of an archive is checked before any of it is given out: names, links, locks and sizes by its
list of files, and then, because that list can lie, every file by unpacking it once.
"""

import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

OWN = b"Exported by Mosaic"  # the comment of an archive that was made here
MOST_FILES = 100_000
MOST_BYTES = 1024**3
_MOST_RATIO = 200
_RATIO_FROM = 1024**2
_MOST_LIST = 20 * 1024**2
_END = re.compile(rb"PK(?:\x05\x06|\x06\x06)")
_CHUNK = 1024**2
_UTF8_NAME = 0x800
_ENCRYPTED = 0x41
_IN_ZIP64 = 0xFFFFFFFF
BROKEN = (
    BadZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    struct.error,
    zlib.error,
)


class Refused(Exception):
    """An archive that is not opened; the message names the file and says why."""


class Zipped:
    """The files of an archive: pairs of path and size, in the order of their paths."""

    def __init__(self, archive: ZipFile, infos: Sequence[ZipInfo]) -> None:
        self._archive = archive
        self.is_own = archive.comment == OWN
        self._infos = {_name(info): info for info in infos}
        self.files = [(path, self._infos[path].file_size) for path in sorted(self._infos)]

    def open(self, path: str) -> IO[bytes]:
        """Open a file. Raises OSError, and others, for one that is damaged."""
        return self._archive.open(self._infos[path])


@contextmanager
def unzip(source: Path, wanted: Callable[[str, int], bool]) -> Iterator[Zipped]:
    """Open the archive at `source` for the files whose path and size are `wanted`.

    Raises Refused for what no honest archive has.
    """
    try:
        _refuse_endless_list(source)
        archive = ZipFile(source)
    except BROKEN as problem:
        raise Refused(f"{source.name} could not be opened as a .zip.") from problem
    with archive:
        files = _checked(archive.infolist())
        for info in files:
            if wanted(_name(info), info.file_size):
                _unpack(archive, info)
        yield Zipped(archive, files)


def _refuse_endless_list(source: Path) -> None:
    # The list of files is read as a whole when an archive is opened.
    with source.open("rb") as opened:
        opened.seek(-min(source.stat().st_size, 66_000), 2)
        tail = opened.read()
    for found in _END.finditer(tail):
        place, kind = (12, "<L") if found[0] == b"PK\x05\x06" else (40, "<Q")
        size = struct.unpack_from(kind, tail + bytes(48), found.start() + place)[0]
        if size > _MOST_LIST and size != _IN_ZIP64:
            raise Refused(f"There are more than {MOST_FILES:,} files in {source.name}.")


def _checked(infos: list[ZipInfo]) -> list[ZipInfo]:
    """Return the files of an archive, or raise Refused."""
    files = [info for info in infos if not info.filename.endswith("/")]
    if len(files) > MOST_FILES:
        raise Refused(f"There are more than {MOST_FILES:,} files in this archive.")
    if sum(info.file_size for info in files) > MOST_BYTES:
        raise Refused("This archive unpacks to more than 1 GB.")
    seen: set[str] = set()
    for info in infos:
        name = _name(info)
        reason = _reason_to_refuse(info)
        if not reason and name in seen:
            reason = "is in it twice"
        if reason:
            raise _refused(info, reason)
        seen.add(name)
    return files


def _refused(info: ZipInfo, reason: str) -> Refused:
    return Refused(f"This archive is left alone: {_name(info)[:200]!r} {reason}.")


def _reason_to_refuse(info: ZipInfo) -> str:
    # `orig_filename` is the name as it stands in the archive: ZipInfo ends `filename` at a NUL.
    name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or name[1:2] == ":":
        return "leads out of it"
    if "\x00" in name or "\\" in name or not name:
        return "has a name that cannot be trusted"
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "is a link to another place, or no file at all"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        return "is packed in a way that is not read here"
    if info.file_size > _RATIO_FROM and info.file_size > _MOST_RATIO * max(info.compress_size, 1):
        return "unpacks to far more than it seems"
    return ""


def _name(info: ZipInfo) -> str:
    """Return a file's name. Many programs write UTF-8 without saying so."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode()
        except UnicodeError:
            name = info.filename
    return unicodedata.normalize("NFC", name)


def _unpack(archive: ZipFile, info: ZipInfo) -> None:
    """Read a file through once, a megabyte at a time; raise Refused unless it is as listed."""
    size = 0
    try:
        with archive.open(info) as opened:
            while chunk := opened.read(_CHUNK):
                size += len(chunk)
    except BROKEN as problem:
        raise _refused(info, "is damaged") from problem
    if size != info.file_size:
        raise _refused(info, "is not as large as it says")
