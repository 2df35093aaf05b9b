"""A project from a table (CSV), as many programs write them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from mosaic.projects.exchange import cells, rows, table
from mosaic.projects.exchange.headings import Fields, known
from mosaic.projects.exchange.item import Item, column
from mosaic.projects.exchange.records import Record, Refused, records
from mosaic.projects.exchange.shapes import BaselineFile, ProjectFile
from mosaic.projects.exchange.ties import Ties, Wait
from mosaic.projects.shapes import ColumnCreate

_DELIMITERS = ",;\t|"
_MOST_COLUMNS = 50
MOST_LINES = 100_000
_NO_TITLE = (
    "The first line of a table names its columns, and none is called Title, Name, Task or Summary. "
    "With that name above the column of titles it can be imported."
)


@dataclass
class _Seen:
    """What a first look through a table finds."""

    count: int = 0
    order: cells.DayOrder = field(default_factory=cells.DayOrder)
    columns: dict[str, ColumnCreate] = field(default_factory=dict)
    refers: dict[int, tuple[str, list[str]]] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    mentions: bool = False
    completes: bool = False


class TableFile:
    """The tasks of a table, one for each line. It is read again and again, never kept."""

    kind = "csv"
    exact = False
    baseline_count = 0

    def __init__(self, path: Path, encoding: str, name: str) -> None:
        """Look through the table. Raises Refused."""
        self._path, self._encoding = path, encoding
        self._delimiter, head = self._find_head()
        self._fields: Fields = known(head)
        self._own = set(table.COLUMNS) <= set(head)
        self._seen, self.ties = _Seen(), Ties()
        self._look()
        found = [*self._seen.columns.values()]
        if found and self._seen.completes and not any(c.status == "COMPLETED" for c in found):
            found.append(ColumnCreate(name="Done", status="COMPLETED"))
        self._columns = {name: place for place, name in enumerate(self._seen.columns)}
        self.head = ProjectFile(name=name, columns=found)
        self.count = self._seen.count

    def items(self) -> Iterator[Item]:
        """Yield the tasks from the first one on."""
        for row in self._rows():
            yield rows.item(row, self._seen.order, self._columns)

    def baselines(self) -> Iterator[BaselineFile | None]:
        """Yield nothing: a table holds none."""
        yield from ()

    def _find_head(self) -> tuple[str, list[str]]:
        """Return what separates cells, and the names of columns: that by which most are known."""
        found = []
        for delimiter in _DELIMITERS:
            head = next(self._records(delimiter), None)
            if head is None:
                raise Refused("There is nothing in this file.")
            found.append((len(known(head.cells)), len(head.cells), delimiter, head.cells))
        _, _, delimiter, names = max(found, key=lambda one: one[:2])
        if "title" not in known(names):
            raise Refused(_NO_TITLE)
        return delimiter, names

    def _records(self, delimiter: str) -> Iterator[Record]:
        with self._path.open(encoding=self._encoding, errors="replace", newline="") as lines:
            yield from records(iter(lines), delimiter)

    def _rows(self) -> Iterator[rows.Row]:
        """Yield the lines that stand for tasks."""
        section = ""
        for record in islice(self._records(self._delimiter), 1, None):
            row = rows.Row(record, self._fields, section)
            if row.is_section:
                section = row.cell("title")
                continue
            yield row

    def _look(self) -> None:
        seen, fields = self._seen, self._fields
        days = [name for name in ("start", "target", "shown", "completed") if name in fields]
        for row in self._rows():
            seen.count += 1
            if seen.count > MOST_LINES:
                raise Refused(f"There are more than {MOST_LINES:,} lines in this table.")
            for name in days:
                seen.order.look(row.cell(name))
            status = row.status()
            seen.completes |= status == "COMPLETED"
            self._note_column(row, status if self._own else None)
            if (parent := row.cell("parent")) or row.cell("waits"):
                seen.refers[row.record.line] = parent, row.cells("waits")
            if self._own and (number := row.cell("key")).isdecimal() and len(number) < 10:
                seen.numbers.setdefault(int(number), row.record.line)
                seen.mentions |= "task:" in row.cell("description").casefold()
        if seen.count == 0:
            raise Refused("There is a line that names columns, and none with a task.")
        if seen.mentions:
            self.ties.numbers = seen.numbers
        if seen.refers:
            self._tie()

    def _note_column(self, row: rows.Row, status: str | None) -> None:
        name = row.column()
        key = name.casefold()
        if name and key not in self._seen.columns and len(self._seen.columns) < _MOST_COLUMNS - 1:
            made = column(name)
            if status and status != "ARCHIVED":
                made = ColumnCreate.model_validate({"name": made.name, "status": status})
            self._seen.columns[key] = made

    def _tie(self) -> None:
        """Find what is named as standing above or before a task: by its number, key or title."""
        asked = {
            rows.folded(name)
            for parent, waits in self._seen.refers.values()
            for name in (parent, *waits, *_parts(waits))
        }
        keys, titles = self._places(asked)
        for place, (parent, waits) in self._seen.refers.items():
            above = _find(parent, keys, titles)
            if above == place:
                self.ties.remarks[place].append("It would stand below itself; that was left out.")
            elif above:
                self.ties.parents[place] = above
            elif parent:
                self.ties.remarks[place].append(f"No line is called “{parent[:60]}”.")
            for cell in waits:
                for name in [cell] if _find(cell, keys, titles) else table.split(cell):
                    self._wait(place, name, keys, titles)
        self.ties.settle()

    def _wait(self, place: int, name: str, keys: dict[str, int], titles: dict[str, int]) -> None:
        key, type, lag = cells.wait(name)
        other = _find(key, keys, titles) or _find(name, keys, titles)
        if other and other != place and abs(lag) <= rows.MOST_LAG:
            self.ties.waits.append(Wait(place, other, type, lag))
        else:
            self.ties.remarks[place].append(f"It waits for no line called “{name[:60]}”.")

    def _places(self, asked: set[str]) -> tuple[dict[str, int], dict[str, int]]:
        keys: dict[str, int] = {}
        titles: dict[str, int] = {}
        for row in self._rows():
            place = row.record.line
            if (title := rows.folded(row.cell("title"))) in asked:
                titles.setdefault(title, place)
            for key in map(rows.folded, row.cells("key")):
                if key in asked:
                    keys.setdefault(key, place)
        return keys, titles


def _parts(waits: list[str]) -> Iterator[str]:
    for part in (part for cell in waits for part in table.split(cell)):
        yield from (part, cells.wait(part)[0])


def _find(name: str, keys: dict[str, int], titles: dict[str, int]) -> int | None:
    return keys.get(rows.folded(name)) or titles.get(rows.folded(name)) if name else None
