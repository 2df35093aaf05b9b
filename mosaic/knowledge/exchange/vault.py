"""Reads a vault, a folder or a .zip of Markdown, file by file and with care.

A hostile archive is refused whole, before anything is read; a single file that cannot be taken
is skipped with its reason. At most one file is in memory at a time.
"""

import os
import shutil
import stat
import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import IO, Literal
from unicodedata import category, normalize
from zipfile import BadZipFile, ZipFile

from pydantic import ValidationError

from mosaic.core.decoding import Unreadable, decode
from mosaic.knowledge.attachments import MOST_ATTACHMENT
from mosaic.knowledge.exchange.archive import BROKEN, MOST_FILES, Refused, Zipped, unzip
from mosaic.knowledge.exchange.file_names import is_ignored
from mosaic.knowledge.exchange.json_file import LISTED, PAGES, read_json_page, read_listed
from mosaic.knowledge.exchange.logseq import read_logseq_page
from mosaic.knowledge.exchange.page_file import Page, read_page
from mosaic.knowledge.media import media_type

Kind = Literal["markdown", "obsidian", "silverbullet", "logseq", "mosaic"]
__all__ = ["Attachment", "Page", "Refused", "Skipped", "Unreadable", "look", "read"]

MOST_PAGE = 2_000_000  # characters, each of up to four bytes
_MOST_FRONT = 100_000
_MOST_LIST = 50_000_000
_LONGEST_PATH = 500
_MARKDOWN = frozenset({".md", ".markdown"})
_CONFIGURATION = (".obsidian", ".silverbullet", ".logseq")


@dataclass
class Attachment:
    """Any other file; `data` is read when it is asked for, before the next file comes."""

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
    kind: Kind = "markdown"
    is_json_page: bool = False


def read(source: Path) -> Iterator[Page | Attachment | Skipped]:
    """Read the folder, .zip or .md file at `source`, in the order of its paths.

    Raises Refused, for an archive before it gives anything.
    """
    seen: set[tuple[type, str]] = set()
    for file in _files(source, _is_taken):
        item = _item(file)
        key = (type(item), item.path or item.file if isinstance(item, Page) else item.path)
        if key in seen and not isinstance(item, Skipped):
            path = item.file if isinstance(item, Page) else item.path
            item = Skipped(path, "Another file has the same name.")
        seen.add(key)
        yield item


@dataclass
class Looked:
    """How many files `read` will give, and which program they are from."""

    files: int = 0
    kind: Kind = "markdown"


def look(source: Path) -> Looked:
    """Look through a vault without reading its files. Raises Refused."""
    found = Looked()
    for file in _files(source, lambda *_: False):
        found = Looked(found.files + 1, file.kind)
    return found


def pack(source: Path, archive: ZipFile) -> list[tuple[str, str]]:
    """Put the folder or file at `source` into an archive; return what is left out, and why.

    Raises Refused.
    """
    left_out = []
    for file in _in_folder(source) if source.is_dir() else [_on_disk(source.parent, source)]:
        reason = file.problem
        if not reason and ("\\" in file.path or file.path[1:2] == ":"):
            reason = "The name of this file cannot stand in an archive."
        if not reason and file.size > _most(file.path):
            reason = _too_large(file.path)
        try:
            if not reason:
                with file.open() as opened, archive.open(file.path, "w", force_zip64=True) as kept:
                    shutil.copyfileobj(opened, kept)
        except OSError:
            reason = "This file cannot be read."
        if reason:
            left_out.append((file.path, reason))
    return left_out


def _files(source: Path, wanted: Callable[[str, int], bool]) -> Iterator[_File]:
    if source.is_dir():
        return _in_folder(source)
    if source.suffix.lower() in _MARKDOWN:
        return iter([_on_disk(source.parent, source)])
    return _zipped(source, wanted)


def kind_of(source: Path) -> Kind:
    """Return which program a folder is from; plain Markdown for what is no folder."""
    return _kind([path.relative_to(source).as_posix() for path in source.glob("*")])


def _kind(paths: Collection[str]) -> Kind:
    tops = {path.partition("/")[0] for path in paths}
    if "logseq" in tops and not tops.isdisjoint({"pages", "journals"}):
        return "logseq"
    if ".obsidian" in tops:
        return "obsidian"
    return "silverbullet" if tops & {".silverbullet", "CONFIG.md", "SETTINGS.md"} else "markdown"


def _in_folder(root: Path) -> Iterator[_File]:
    number, kind = 0, kind_of(root)
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not is_ignored(name))
        # A link to a folder is not followed, and is told like any other link.
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in sorted([*names, *links]):
            if is_ignored(name):
                continue
            number += 1
            if number > MOST_FILES:
                raise Refused(f"There are more than {MOST_FILES:,} files in this folder.")
            file = _on_disk(root, Path(folder) / name)
            if not _is_configuration(kind, file.path):
                yield replace(file, kind=kind)


def _is_configuration(kind: Kind, path: str) -> bool:
    return kind == "logseq" and path.startswith("logseq/")


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


def _zipped(source: Path, wanted: Callable[[str, int], bool]) -> Iterator[_File]:
    with unzip(source, wanted) as archive:
        paths = [path for path, _ in archive.files]
        if LISTED in paths and archive.is_own:
            yield from _from_json(archive)
            return
        top = "" if archive.is_own else _top_folder(source.stem, paths)
        kind = "mosaic" if archive.is_own else _kind([path.removeprefix(top) for path in paths])
        for path, size in archive.files:
            inside = path.removeprefix(top)
            ignored = any(map(is_ignored, inside.split("/")))
            if not ignored and not _is_configuration(kind, inside):
                yield _File(inside, size, partial(archive.open, path), kind=kind)


def _from_json(archive: Zipped) -> Iterator[_File]:
    try:
        with archive.open(LISTED) as opened:
            attachments = read_listed(opened.read(_MOST_LIST))
    except (*BROKEN, ValidationError) as problem:
        raise Refused(f"This archive is left alone: {LISTED!r} is damaged.") from problem
    for path, size in archive.files:
        if path in attachments:
            yield _File(attachments[path], size, partial(archive.open, path), kind="mosaic")
        elif path.startswith(PAGES):
            opens = partial(archive.open, path)
            yield _File(path, size, opens, kind="mosaic", is_json_page=True)


def _is_taken(path: str, size: int) -> bool:
    return size <= _most(path) and not any(map(is_ignored, path.split("/")))


def is_page(path: str) -> bool:
    """Whether the file at `path` becomes a page."""
    return PurePosixPath(path).suffix.lower() in _MARKDOWN


def _most(path: str) -> int:
    return 4 * MOST_PAGE + _MOST_FRONT if is_page(path) else MOST_ATTACHMENT


def _too_large(path: str) -> str:
    return f"This file is larger than {2 if is_page(path) else 25} MB."


def _top_folder(name: str, paths: list[str]) -> str:
    """Return the one folder that an archive of a folder wraps everything in, else nothing."""
    kept = [path for path in paths if not is_ignored(path.partition("/")[0])]
    tops = {path.partition("/")[0] for path in kept}
    if len(tops) != 1 or any("/" not in path for path in kept):
        return ""
    top = f"{tops.pop()}/"
    configured = tuple(f"{top}{folder}/" for folder in _CONFIGURATION)
    wraps = top == f"{name}/" or any(path.startswith(configured) for path in paths)
    return top if wraps else ""


def _item(file: _File) -> Page | Attachment | Skipped:
    path = PurePosixPath(normalize("NFC", file.path))
    most = _most(path.name)
    problem = file.problem
    if file.size > most:
        problem = _too_large(path.name)
    elif len(str(path)) > _LONGEST_PATH:
        problem = "The name of this file, with its folders, is very long."
    elif _shown(path) != str(path):
        problem = "The name of this file has characters that cannot be shown."
    if problem:
        return Skipped(_shown(path), problem)
    if not file.is_json_page and path.suffix.lower() not in _MARKDOWN:
        kind = media_type(path.name)
        return Attachment(str(path), path.name, kind, partial(_bytes, file, most))
    try:
        data = _bytes(file, most)
        if file.is_json_page:
            return read_json_page(str(path), data)
        return _page(path, data, file.kind)
    except Unreadable as problem_:
        return Skipped(str(path), str(problem_))


def _shown(path: PurePosixPath) -> str:
    """Return a path with something visible for every character that is not."""
    text = "".join("\ufffd" if category(letter) == "Cc" else letter for letter in str(path))
    return text[:_LONGEST_PATH]


def _bytes(file: _File, most: int) -> bytes:
    # Counted while reading: an archive can lie about sizes.
    try:
        with file.open() as opened:
            data = opened.read(most + 1)
    except (OSError, BadZipFile, EOFError, NotImplementedError, ValueError, zlib.error) as problem:
        raise Unreadable("This file cannot be read.") from problem
    if len(data) > most:
        raise Unreadable(_too_large(file.path))
    return data


def _page(path: PurePosixPath, data: bytes, kind: Kind) -> Page:
    text, note = decode(data)
    page = read_logseq_page(str(path), text) if kind == "logseq" else read_page(str(path), text)
    if len(page.content) > MOST_PAGE:
        raise Unreadable(_too_large(path.name))
    page.note = " ".join(filter(None, (note, page.note)))
    return page
