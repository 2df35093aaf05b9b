"""A line of a table as a task."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mosaic.projects.exchange import cells, table
from mosaic.projects.exchange.headings import Fields
from mosaic.projects.exchange.item import Item
from mosaic.projects.exchange.item import item as made
from mosaic.projects.exchange.records import Record
from mosaic.tasks.rules import read_rule
from mosaic.tasks.shapes import TaskStatus

MOST_LAG = 3_650
_ITEM = re.compile(r"\s*(?:[-*]\s*)?(?:\[([ xX])\]\s*)?(.+)")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?::[0-9]{2})?")
_MOST_ITEMS, _MOST_TAGS, _LONGEST = 500, 100, 200
_UNITS = {"minutes": 1.0, "hours": 60.0, "seconds": 1 / 60, "estimate": 1.0}


@dataclass(slots=True)
class Row:
    """A line, by what its columns say of a task. `section` is the last one that was named."""

    record: Record
    fields: Fields
    section: str = ""

    def cells(self, name: str) -> list[str]:
        """Return what the columns of this kind say, where they say something."""
        return [cell.strip() for cell in self.texts(name) if not cell.isspace()]

    def texts(self, name: str) -> list[str]:
        """Return the same with the spaces around them."""
        there = self.record.cells
        found = (there[at] for at in self.fields.get(name, ()) if at < len(there))
        return [table.unguarded(cell) for cell in found if cell]

    def cell(self, name: str) -> str:
        """Return the first of them."""
        return next(iter(self.cells(name)), "")

    @property
    def is_section(self) -> bool:
        """Whether it names a part of the list, as Todoist has them."""
        return self.cell("type").casefold() == "section"

    def column(self) -> str:
        """Return the name of the column it stands in."""
        return self.cell("column") or self.section

    def status(self) -> TaskStatus | None:
        """Return its status; None for one that is not known, or none."""
        status = cells.status(self.cell("status")) if self.cell("status") else None
        done = self.cell("completed")
        return "COMPLETED" if done and status != "ARCHIVED" and cells.is_yes(done) else status


def folded(name: str) -> str:
    """Return a name as it is compared."""
    return name.strip().removeprefix("#").casefold()


def item(row: Row, order: cells.DayOrder, columns: Mapping[str, int]) -> Item:
    """Return the task that a line is, or why it is none."""
    line = row.record.line
    if row.record.problem:
        return Item(line, said=[row.record.problem])
    said: list[str] = []
    values: dict[str, Any] = {
        "id": line,
        "title": row.cell("title"),
        "description": "\n\n".join(row.texts("description")),
        "status": _status(row, said),
        "priority": _priority(row, said),
        "column": columns.get(row.column().casefold()),
        "start_date": _day(row, "start", order, said),
        "due_date": _day(row, "target", order, said),
        "due_time": _clock(row, said),
        "shown_from": _day(row, "shown", order, said),
        "estimate_minutes": _estimate(row, said),
        "progress": _progress(row, said),
        "milestone": cells.is_yes(row.cell("milestone")) or _is(row, "milestone"),
        "repeat_rule": _rule(row, said),
        "assignee": _person(row),
        "tags": _tags(row, said),
        "checklist": _checklist(row, said),
        "completed_at": cells.moment(row.cell("completed"), order),
    }
    return made(line, values, said)


def _is(row: Row, type: str) -> bool:
    return row.cell("type").casefold() == type


def _status(row: Row, said: list[str]) -> TaskStatus:
    status = row.status()
    if status is None and (cell := row.cell("status")):
        said.append(f"“{cell[:40]}” is no status that is known here.")
    return status or "NOT_STARTED"


def _priority(row: Row, said: list[str]) -> str:
    cell = row.cell("priority")
    found = cells.priority(cell) if cell else "MEDIUM"
    if found is None:
        said.append(f"“{cell[:40]}” is no priority that is known here.")
    return found or "MEDIUM"


def _day(row: Row, name: str, order: cells.DayOrder, said: list[str]) -> date | None:
    cell = row.cell(name)
    if not cell:
        return None
    day, remark = order.read(cell)
    if remark:
        said.append(remark)
    return day


def _clock(row: Row, said: list[str]) -> str | None:
    cell = row.cell("clock")
    found = _CLOCK.fullmatch(cell)
    if cell and not found:
        said.append(f"“{cell[:40]}” is no time of a day that is known here.")
    return f"{int(found[1]):02}:{found[2]}" if found else None


def _estimate(row: Row, said: list[str]) -> int | None:
    name = next((name for name in _UNITS if row.cell(name)), "")
    if not name:
        return None
    try:
        found = cells.estimate(row.cell(name), _UNITS[name])
    except ValueError:
        found = -1
    if found is None or not 0 <= found <= 10_000_000:
        said.append(f"“{row.cell(name)[:40]}” is no estimate that is known here.")
        return None
    return found


def _progress(row: Row, said: list[str]) -> int:
    cell = row.cell("progress")
    try:
        return cells.percent(cell) if cell else 0
    except ValueError:
        said.append(f"“{cell[:40]}” is no progress from 0 to 100.")
        return 0


def _rule(row: Row, said: list[str]) -> str | None:
    cell = row.cell("repeats")
    try:
        return read_rule(cell) if cell else None
    except ValueError:
        said.append(f"“{cell[:40]}” is no rule for repeating that is known here.")
        return None


def _person(row: Row) -> dict[str, str] | None:
    name, email = row.cell("assignee"), row.cell("email")
    if not email and "@" in name:
        email = name
    return {"name": name[:300], "email": email[:300]} if name or email else None


def _tags(row: Row, said: list[str]) -> list[dict[str, str]]:
    names = [name for cell in row.cells("tags") for name in table.split(cell)]
    kept = [name for name in dict.fromkeys(names) if len(name) <= _LONGEST][:_MOST_TAGS]
    if len(kept) < len({*names}):
        said.append("Some of its tags were left out: 100 are kept, of 200 characters each.")
    return [{"name": name} for name in kept]


def _checklist(row: Row, said: list[str]) -> list[dict[str, Any]]:
    lines = [
        found for line in row.cell("checklist").splitlines() if (found := _ITEM.fullmatch(line))
    ]
    if len(lines) > _MOST_ITEMS:
        said.append(f"Of its checklist the first {_MOST_ITEMS} lines are here.")
    return [
        {"title": one[2].strip()[:_LONGEST] or "…", "checked": (one[1] or "").lower() == "x"}
        for one in lines[:_MOST_ITEMS]
    ]
