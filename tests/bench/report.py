"""Where figures go: the terminal, and the page about them in the documentation."""

import re
from datetime import date

from rich.console import Console
from rich.table import Table

from mosaic.core.config import ROOT
from tests.bench.row import Row

PAGE = ROOT / "docs" / "3-architecture" / "performance.md"
_COLUMNS = ("what", "wished for", "floor", "p50 / p95 / p99", "times the floor", "how")


def show(part: str, rows: list[Row]) -> None:
    """Print the rows of a part as a table."""
    table = Table(*_COLUMNS, title=part)
    for row in rows:
        table.add_row(*_cells(row))
    Console(width=150).print(table)


def write(part: str, rows: list[Row]) -> None:
    """Put the rows of a part, with today's date, in the place of the table under its heading."""
    lines = [_COLUMNS, ["---"] * len(_COLUMNS), *map(_cells, rows)]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    told = f"Measured on {date.today():%-d %B %Y}.\n\n{table}"
    place = re.compile(rf"(?<=## {part.capitalize()}\n\n)Measured on .*?\n\n(\|.*?\n)+")
    page = PAGE.read_text()
    assert place.search(page), f"{PAGE} has no table under the heading of {part}"
    PAGE.write_text(place.sub(lambda _: told, page))


def _cells(row: Row) -> list[str]:
    return [row.what, row.goal, row.floor, row.ours, row.ratio, row.how]
