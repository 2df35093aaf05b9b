"""The file of a backup: a zip that other programs can open, too.

    tables/NAME      the rows of a table, one a line, as PostgreSQL's COPY writes and reads them
    settings/NAME    what was set, for people
    manifest.json    which moment, which migration, and of each table columns, rows and their sum

It is sealed: the zip's comment, its last 64 bytes, is the SHA-256 of all before them.
"""

import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

from pydantic import BaseModel, Field

from mosaic.core.errors import Invalid, NotFound

FORMAT = 1
_MANIFEST = "manifest.json"
_SEAL = 64  # bytes
_QUICKLY = 1  # zlib's level; higher ones take three times as long for little
_CHUNK = 1 << 20


class Sum:
    """Counts rows and adds up their SHA-256, so that their order does not matter."""

    def __init__(self) -> None:
        self.rows = 0
        self._total = 0

    def add(self, row: bytes) -> None:
        """Count one row more."""
        self.rows += 1
        self._total += int.from_bytes(sha256(row).digest())

    def __str__(self) -> str:
        return f"{self._total % (1 << 256):064x}"


class Table(BaseModel):
    """What is known of a table: its columns in the order of the file, how many rows, their sum."""

    columns: list[str] = Field(min_length=1)
    rows: int
    sum: str

    def holds(self, counted: Sum) -> bool:
        """Whether these are the rows that were written."""
        return (counted.rows, str(counted)) == (self.rows, self.sum)


class Manifest(BaseModel):
    """What a backup holds. `sequences` are last values, and whether each was given out."""

    format: int = FORMAT
    mosaic: str
    revision: str
    taken_at: datetime
    tables: dict[str, Table]
    sequences: dict[str, tuple[int, bool]]
    settings: list[str]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables.values())


class Writer:
    """Writes a backup from its beginning to its end; `out` need not be a file on a disk."""

    def __init__(self, out: BinaryIO) -> None:
        self._sealing = _Sealing(out)
        self._zip = ZipFile(self._sealing, "w", ZIP_DEFLATED, compresslevel=_QUICKLY)
        self._zip.comment = bytes(_SEAL)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def table(self, name: str, columns: list[str], rows: Iterable[bytes]) -> Table:
        """Write the rows of a table, each with the end of its line."""
        counted = Sum()
        with (
            self._zip.open(f"tables/{name}", "w", force_zip64=True) as member,
            io.BufferedWriter(member, _CHUNK) as buffered,
        ):
            for row in rows:
                counted.add(row)
                buffered.write(row)
        return Table(columns=columns, rows=counted.rows, sum=str(counted))

    def setting(self, name: str, content: bytes) -> None:
        """Write a file of settings."""
        self._zip.writestr(f"settings/{name}", content)

    def end(self, manifest: Manifest) -> None:
        """Write what all of it is, and seal it, with which the backup is whole."""
        self._zip.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
        self._zip.close()
        self._sealing.seal()


class _Sealing:
    """What a zip is written to, from the beginning to the end; its last bytes are the seal."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._sum, self._last = out, sha256(), b""

    def write(self, data: bytes) -> int:
        so_far = self._last + data
        before, self._last = so_far[:-_SEAL], so_far[-_SEAL:]
        self._sum.update(before)
        self._out.write(before)
        return len(data)

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        self._out.close()

    def seal(self) -> None:
        self._out.write(self._sum.hexdigest().encode())


class Reader:
    """Reads a backup. Raises NotFound, or Invalid with a sentence for what is not a whole one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = ZipFile(path)
            self.manifest = _manifest(self._zip.read(_MANIFEST))
        except FileNotFoundError:
            raise NotFound(f"There is nothing at {path}.") from None
        except PermissionError as problem:
            raise Invalid(f"{path} cannot be read: {problem.strerror}.") from None
        except _Newer as problem:
            raise Invalid(
                f"{path} was made by a newer Mosaic, {problem}. That one reads it."
            ) from None
        except Exception as problem:  # a zip can be broken in many ways, a stranger's in any
            raise Invalid(f"{path} is not a backup of Mosaic, or only a part of one.") from problem

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def check(self) -> None:
        """Read all of the file. Raises Invalid when anything is not as it was written."""
        left, counted = self.path.stat().st_size - _SEAL, sha256()
        with self.path.open("rb") as file:
            while left > 0 and (chunk := file.read(min(left, _CHUNK))):
                counted.update(chunk)
                left -= len(chunk)
            if file.read() != counted.hexdigest().encode():
                raise Invalid(f"{self.path} is not as it was when it was made.")

    def chunks(self, table: str) -> Iterator[bytes]:
        """Read the rows of a table, some at a time and cut anywhere."""
        with self._rows(table) as lines:
            while chunk := lines.read(_CHUNK):
                yield chunk

    def setting(self, name: str) -> bytes:
        """Read a file of settings."""
        return self._zip.read(f"settings/{name}")

    def _rows(self, table: str) -> io.BufferedReader:
        member = self._zip.open(f"tables/{table}")
        return io.BufferedReader(member, _CHUNK)  # type: ignore[arg-type]  # it is read like one


class _Newer(Exception):
    pass


def _manifest(text: bytes) -> Manifest:
    read = json.loads(text)
    if read["format"] > FORMAT:
        raise _Newer(read["mosaic"])
    return Manifest.model_validate(read)
