"""Reads a vault, a folder or a .zip of Markdown, file by file and with care.

A hostile archive is refused whole, before anything is read; a single file that cannot be taken
is skipped with its reason. At most one file is in memory at a time.
"""

import mimetypes
import os
import stat
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from mosaic.knowledge.front_matter import split_front_matter
from mosaic.knowledge.properties import inline_tags, read_properties

MOST_FILES = 100_000
MOST_BYTES = 1024**3
MOST_PAGE = 2_000_000
MOST_ATTACHMENT = 25 * 1024**2
_MOST_RATIO = 200
_RATIO_FROM = 1024**2
_MARKDOWN = frozenset({".md", ".markdown"})
_CONFIGURATION = (".obsidian", ".silverbullet", ".logseq")
_IGNORED = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})


class Refused(Exception):
    """An archive that is not opened; the message names the file and says why."""


class Unreadable(Exception):
    """A single file that cannot be taken; the message says why."""


@dataclass
class Page:
    """A Markdown file. `path` is `file` without `.md`, `content` what follows the front matter."""

    path: str
    title: str
    content: str
    file: str = ""
    front_matter: str = ""
    aliases: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    summary: str | None = None
    created: datetime | None = None
    updated: datetime | None = None
    status: str | None = None
    visibility: str | None = None
    note: str = ""


@dataclass
class Attachment:
    """Any other file; `data` is read when it is asked for, once."""

    path: str
    name: str
    media_type: str
    load: Callable[[], bytes]

    @cached_property
    def data(self) -> bytes:
        """The bytes of the file. Raises Unreadable."""
        return self.load()


@dataclass
class Skipped:
    """A file that is left out, and why."""

    path: str
    reason: str


@dataclass
class _File:
    path: str
    size: int
    open: Callable[[], IO[bytes]]
    problem: str = ""


def read(source: Path) -> Iterator[Page | Attachment | Skipped]:
    """Read the folder or .zip at `source`, in the order of its paths. Raises Refused."""
    pages: set[str] = set()
    for file in _files(source):
        item = _item(file)
        if isinstance(item, Page):
            if item.path in pages:
                item = Skipped(item.file, "Another file stands for the same page.")
            pages.add(item.path)
        yield item


def count(source: Path) -> int:
    """Return how many files `read` will give. Raises Refused."""
    return sum(1 for _ in _files(source))


def _files(source: Path) -> Iterator[_File]:
    return _zipped(source) if source.is_file() else _in_folder(source)


def _in_folder(root: Path) -> Iterator[_File]:
    number = 0
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not _is_ignored(name))
        for name in sorted(names):
            if _is_ignored(name):
                continue
            number += 1
            if number > MOST_FILES:
                raise Refused(f"There are more than {MOST_FILES:,} files in this folder.")
            yield _on_disk(root, Path(folder) / name)


def _on_disk(root: Path, path: Path) -> _File:
    inside = path.relative_to(root).as_posix()
    try:
        inside.encode()
        status = path.lstat()
    except (OSError, UnicodeEncodeError):
        shown = inside.encode(errors="replace").decode()
        return _File(shown, 0, lambda: path.open("rb"), "This file cannot be read.")
    if not stat.S_ISREG(status.st_mode):
        problem = "This is a link to another place, or no file at all."
        return _File(inside, 0, lambda: path.open("rb"), problem)
    return _File(inside, status.st_size, lambda: path.open("rb"))


def _zipped(source: Path) -> Iterator[_File]:
    try:
        archive = ZipFile(source)
    except (BadZipFile, OSError, NotImplementedError, ValueError) as problem:
        raise Refused(f"{source.name} could not be opened as a .zip.") from problem
    with archive:
        infos = _checked(archive.infolist())
        top = _top_folder(source.stem, infos)
        for info in sorted(infos, key=lambda info: info.filename):
            path = info.filename.removeprefix(top)
            if not any(map(_is_ignored, path.split("/"))):
                yield _File(path, info.file_size, lambda info=info: archive.open(info))  # type: ignore[misc]


def _checked(infos: list[ZipInfo]) -> list[ZipInfo]:
    """Return the files of an archive, or raise Refused for what no honest one has."""
    files = [info for info in infos if not info.is_dir()]
    if len(files) > MOST_FILES:
        raise Refused(f"There are more than {MOST_FILES:,} files in this archive.")
    if sum(info.file_size for info in files) > MOST_BYTES:
        raise Refused("This archive unpacks to more than 1 GB.")
    seen: set[str] = set()
    for info in infos:
        reason = _reason_to_refuse(info)
        if not reason and not info.is_dir() and info.filename in seen:
            reason = "is in it twice"
        if reason:
            raise Refused(f"This archive is left alone: {info.filename[:200]!r} {reason}.")
        seen.add(info.filename)
    return files


def _reason_to_refuse(info: ZipInfo) -> str:
    # `orig_filename` is the name as it stands in the archive: ZipInfo ends `filename` at a NUL.
    name, mode = info.orig_filename, info.external_attr >> 16
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or (len(name) > 1 and name[1] == ":"):
        return "leads out of it"
    if "\x00" in name or "\\" in name:
        return "has a name that cannot be trusted"
    if stat.S_ISLNK(mode):
        return "is a link to another place"
    if info.flag_bits & 0x1:
        return "is encrypted"
    if info.file_size > _RATIO_FROM and info.file_size > _MOST_RATIO * max(info.compress_size, 1):
        return "unpacks to far more than it seems"
    return ""


def _top_folder(name: str, infos: list[ZipInfo]) -> str:
    """Return the one folder that an archive of a folder wraps everything in, else nothing."""
    tops = {info.filename.partition("/")[0] for info in infos if "/" in info.filename}
    if len(tops) != 1 or any("/" not in info.filename for info in infos):
        return ""
    top = f"{tops.pop()}/"
    configured = tuple(f"{top}{folder}/" for folder in _CONFIGURATION)
    wraps = top == f"{name}/" or any(info.filename.startswith(configured) for info in infos)
    return top if wraps else ""


def _is_ignored(name: str) -> bool:
    return name.startswith(".") or name in _IGNORED


def _item(file: _File) -> Page | Attachment | Skipped:
    path = PurePosixPath(unicodedata.normalize("NFC", file.path))
    is_page = path.suffix.lower() in _MARKDOWN
    most = MOST_PAGE if is_page else MOST_ATTACHMENT
    problem = file.problem
    if file.size > most:
        problem = f"This file is larger than {most // 1_000_000} MB."
    if problem:
        return Skipped(str(path), problem)
    if not is_page:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return Attachment(str(path), path.name, kind, lambda: _bytes(file, most))
    try:
        return _page(path, _bytes(file, most))
    except Unreadable as problem_:
        return Skipped(str(path), str(problem_))


def _bytes(file: _File, most: int) -> bytes:
    # Counted while reading: an archive can lie about sizes.
    try:
        with file.open() as opened:
            data = opened.read(most + 1)
    except (OSError, BadZipFile, EOFError, NotImplementedError, ValueError, zlib.error) as problem:
        raise Unreadable("This file cannot be read.") from problem
    if len(data) > most:
        raise Unreadable(f"This file is larger than {most // 1_000_000} MB.")
    return data


def _page(path: PurePosixPath, data: bytes) -> Page:
    text, note = _text(data)
    front_matter, content = split_front_matter(text)
    found, problem = read_properties(front_matter)
    tags = dict.fromkeys([*found.tags, *inline_tags(content)])
    return Page(
        path=str(path.with_suffix("")),
        title=(found.title or path.stem).strip()[:200] or "Untitled",
        content=content,
        file=str(path),
        front_matter=front_matter,
        aliases=found.aliases,
        tags=list(tags)[:100],
        properties=found.rest,
        summary=found.summary,
        created=found.created,
        updated=found.updated,
        note=" ".join(filter(None, (note, problem))),
    )


def _text(data: bytes) -> tuple[str, str]:
    """Decode a file; return its text and a remark when something had to be changed."""
    note = ""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text, note = data.decode("cp1252", "replace"), "Read as Windows-1252, not UTF-8."
    if "\x00" in text:
        text, note = text.replace("\x00", ""), f"{note} NUL characters were left out.".strip()
    return text.replace("\r\n", "\n"), note
