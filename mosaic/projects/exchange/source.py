"""What was sent: which kind of file it is, and the tasks in it."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from mosaic.core.decoding import encoding_of, holds_text
from mosaic.projects.exchange.item import Item, storable_part
from mosaic.projects.exchange.json_stream import members
from mosaic.projects.exchange.own_file import OwnFile
from mosaic.projects.exchange.records import Refused
from mosaic.projects.exchange.shapes import BaselineFile, ProjectFile
from mosaic.projects.exchange.table_file import TableFile
from mosaic.projects.exchange.ties import Ties
from mosaic.projects.exchange.trello import TrelloFile

_SAMPLE = 64 * 1024
_CHUNK = 1024 * 1024
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_PACKED = "This is an archive. The file in it can be imported: a table, or JSON."
_NO_TEXT = "This file holds no text. A table (CSV) or JSON is taken here."
_OTHER = (
    "This is JSON, and neither a board of Trello nor a project of Mosaic, "
    "as their exports write them."
)


class Source(Protocol):
    """A file with tasks. `exact`: each of them stands in its column with its own status."""

    kind: str
    exact: bool
    head: ProjectFile
    count: int
    baseline_count: int
    ties: Ties

    def items(self) -> Iterator[Item]: ...

    def baselines(self) -> Iterator[BaselineFile | None]: ...


def open_source(path: Path, name: str, zone: str = "") -> Source:
    """Look through a file. Raises Refused for what nothing can be taken from.

    Moments in it become days and times of the time zone `zone`, or of where the server is.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if not sample.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Refused("There is nothing in this file.")
    if sample.startswith(_ARCHIVES):
        raise Refused(_PACKED)
    encoding = _encoding(path, sample)
    text = sample.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if not holds_text(text):
        raise Refused(_NO_TEXT)
    if text[:1] in ("{", "[") and not name.lower().endswith(".csv"):
        if text[0] == "[":
            raise Refused(_OTHER)
        return _json(path, encoding, zone)
    return TableFile(path, encoding, _project_name(name))


def _encoding(path: Path, sample: bytes) -> str:
    encoding = encoding_of(sample)
    if encoding != "utf-8":
        return encoding
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return encoding


def _json(path: Path, encoding: str, zone: str) -> Source:
    names: set[str] = set()
    for name, _ in members(path, encoding):
        names.add(name)
        if name == "format":
            return OwnFile(path, encoding)
        if {"lists", "cards"} <= names:
            return TrelloFile(path, encoding, zone)
    raise Refused(_OTHER)


def _project_name(name: str) -> str:
    stem = Path(name).stem.replace("_", " ").strip()
    return storable_part(stem)[:200].strip() or "Imported tasks"
