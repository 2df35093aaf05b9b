"""What the cells of a table mean: statuses, priorities, days, times."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast

from mosaic.core.errors import Invalid
from mosaic.projects.exchange.headings import plain
from mosaic.tasks.around_shapes import DependencyType
from mosaic.tasks.estimates import minutes
from mosaic.tasks.shapes import Priority, TaskStatus

_STATUS: dict[TaskStatus, str] = {
    "NOT_STARTED": "notstarted todo open new backlog planned ready pending incomplete no false "
    "inbox ideas later next selectedfordevelopment unstarted reopened",
    "IN_PROGRESS": "inprogress doing started active wip underway working inreview review testing "
    "ongoing current today",
    "PAUSED": "paused onhold blocked waiting waitingfor stuck deferred hold",
    "COMPLETED": "completed complete done closed resolved finished fixed released yes true x "
    "accepted shipped",
    "ARCHIVED": "archived cancelled canceled wontdo wontfix duplicate rejected",
}
_PRIORITY: dict[Priority, str] = {
    "HIGH": "high highest urgent critical blocker major "  # not read by people: words in files
    "important veryhigh h 1 p0 p1",  # not read by people: words in files
    "MEDIUM": "medium normal med moderate default m 2 p2 none",
    "LOW": "low lowest minor trivial verylow l 3 4 p3 p4",
}
_STATUSES = {word: value for value, words in _STATUS.items() for word in words.split()}
_PRIORITIES = {word: value for value, words in _PRIORITY.items() for word in words.split()}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?:,? .*)?")
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[-/. ]+([a-z]{3,9})\.?[-/, ]+(\d{4}|\d\d)(?: .*)?"
)
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?: .*)?")
_WAIT = re.compile(
    r"#?(?P<key>.+?)\s*(?P<type>FS|SS|FF|SF)?\s*(?P<lag>[+-]\s*\d{1,4})?\s*(?:d|days?)?"
)


def status(cell: str) -> TaskStatus | None:
    """Return the status that is meant; None for one that is not known."""
    return _STATUSES.get(plain(cell))


def priority(cell: str) -> Priority | None:
    """Return the priority that is meant; None for one that is not known. 1 is high."""
    return _PRIORITIES.get(plain(cell))


def is_yes(cell: str) -> bool:
    """Whether a cell says yes, or when it was."""
    return plain(cell) not in ("", "no", "false", "0", "n")


@dataclass
class DayOrder:
    """Whether numbers such as 3/4/2026 begin with the day, by all that a file has of them."""

    day_first: bool = False
    month_first: bool = False

    def look(self, cell: str) -> None:
        """Take notice of numbers that can be read in one way only."""
        found = _NUMBERS.fullmatch(cell.strip())
        if found and found[2] != ".":
            first, second = int(found[1]), int(found[3])
            self.day_first |= first > 12 >= second
            self.month_first |= second > 12 >= first

    def read(self, cell: str) -> tuple[date | None, str]:
        """Return the day that a cell names, and what is to be said about it."""
        text = cell.strip()
        try:
            return self._read(text)
        except ValueError:
            return None, f"“{text[:40]}” is no day that is known here."

    def _read(self, text: str) -> tuple[date, str]:
        if found := _ISO.fullmatch(text) or _PACKED.fullmatch(text):
            return date(*map(int, found.groups())), ""
        if found := _NUMBERS.fullmatch(text):
            return self._numbers(text, found)
        small = text.casefold()
        if found := _DAY_FIRST.fullmatch(small):
            return date(_year(found[3]), _month(found[2]), int(found[1])), ""
        if found := _MONTH_FIRST.fullmatch(small):
            return date(_year(found[3]), _month(found[1]), int(found[2])), ""
        raise ValueError("no day")

    def _numbers(self, text: str, found: re.Match[str]) -> tuple[date, str]:
        first, second, year = int(found[1]), int(found[3]), _year(found[4])
        if found[2] == "." or first > 12:
            return date(year, second, first), ""
        if second > 12 or (self.month_first and not self.day_first):
            return date(year, first, second), ""
        day = date(year, second, first)
        if first == second or (self.day_first and not self.month_first):
            return day, ""
        return day, f"{text} could mean two days; it is read as {day.isoformat()}."


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1


def moment(cell: str, order: DayOrder) -> datetime | None:
    """Return the moment that a cell names, or the beginning of its day; None for no such."""
    text = cell.strip()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        day, _ = order.read(text)
        if day is None:
            return None
        at = datetime.combine(day, datetime.min.time())
    try:
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        return None


def estimate(cell: str, unit: float = 1) -> int | None:
    """Return minutes; a plain number counts `unit` of them. ValueError for no such time."""
    try:
        return round(float(cell.replace(",", ".")) * unit)
    except (ValueError, OverflowError):
        pass
    try:
        return minutes(cell)
    except Invalid as problem:
        raise ValueError(problem.detail) from None


def percent(cell: str) -> int:
    """Return a percentage; ValueError for none."""
    number = float(cell.strip().removesuffix("%").replace(",", "."))
    if not 0 <= number <= 100:
        raise ValueError("no percentage")
    return round(number)


def wait(cell: str) -> tuple[str, DependencyType, int]:
    """Return what is waited for, how, and how many days later: "12SS+2"."""
    found = _WAIT.fullmatch(cell.strip())
    if not found or not (found["type"] or found["lag"]) or not found["key"].strip("# ").isalnum():
        return cell.strip().removeprefix("#"), "FS", 0
    type = cast(DependencyType, found["type"] or "FS")
    return found["key"].strip("# "), type, int((found["lag"] or "0").replace(" ", ""))
