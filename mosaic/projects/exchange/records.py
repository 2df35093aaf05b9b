"""The lines of a table, also of one in which some are broken.

A quotation mark that is opened and never closed would take in all that follows. So where a record
does not end as it should, its first line alone is broken, and the next one is read anew.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

csv.field_size_limit(30_000_000)  # characters; what is too long is said later, with its place
_MOST_AGAIN = 2_000_000  # lines that are read more than once
_QUOTES = "A quotation mark is opened here and not closed, or stands where none is expected."


class Refused(Exception):
    """A file of which nothing is taken; the message says why."""


@dataclass(slots=True)
class Record:
    """The cells of a line, or of several where a cell has breaks; `line` is where it begins."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass
class _Lines:
    """Gives out lines one by one, and takes them back."""

    source: Iterator[str]
    taken: list[str] = field(default_factory=list)
    back: deque[str] = field(default_factory=deque)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.back.popleft() if self.back else next(self.source)
        self.taken.append(line)
        return line

    def keep_first(self) -> int:
        """Take back all lines but the first one; return how many these are."""
        rest = self.taken[1:]
        self.back.extendleft(reversed(rest))
        del self.taken[1:]
        return len(rest)


def records(source: Iterator[str], delimiter: str) -> Iterator[Record]:
    """Yield the records of a table, the one that names the columns first; empty ones are left out.

    Raises Refused where too much would have to be read again and again.
    """
    lines, number, again, width = _Lines(source), 1, 0, 0
    while True:
        lines.taken.clear()
        problem = ""
        try:
            cells = next(csv.reader(lines, delimiter=delimiter, strict=True), None)
        except csv.Error:
            cells, problem = [], _QUOTES
        if cells is None:
            return
        problem = problem or _too_many(cells, width)
        if problem:
            again += lines.keep_first()
        if again > _MOST_AGAIN:
            raise Refused(f"From line {number} on, what belongs together cannot be told apart.")
        if problem or any(cell and not cell.isspace() for cell in cells):
            width = width or len(cells)
            yield Record(number, [] if problem else cells, problem)
        number += len(lines.taken)


def _too_many(cells: list[str], width: int) -> str:
    if width and any(cells[width:]):
        return f"There are {len(cells)} cells in this line, and {width} columns have a name."
    return ""
