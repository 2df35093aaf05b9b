"""Filters in the words that are typed: `tag:plant in:garden/ is:draft updated:>2026-01-01 tulips`.

What looks like one but is none, such as `is:odd`, stays a word like any other.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_TYPED = re.compile(r'"[^"]*"|(?:^|(?<=\s))(tag|in|is|updated):("[^"]+"|[^\s"]+)')
_DAY = re.compile(r"(>=?|<=?|)(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?")
_QUOTES = str.maketrans("“”„‟«»", '"' * 6)  # as phones put them in
_STATUSES = ("DRAFT", "PUBLISHED", "ARCHIVED")
_VISIBILITIES = ("PRIVATE", "WORKSPACE", "PUBLIC")


@dataclass
class Filters:
    """Which pages are asked for. `tags`: a page has them all; `after` and `before` are UTC."""

    status: str | None = None
    visibility: str | None = None
    tags: list[str] = field(default_factory=list)
    folder: str | None = None
    after: datetime | None = None
    before: datetime | None = None

    def __bool__(self) -> bool:
        return self != Filters()


def taken_out(q: str, filters: Filters) -> str:
    """Return the words of `q` without the filters among them, which are put into `filters`."""

    def take(found: re.Match[str]) -> str:
        name, value = found[1], (found[2] or "").strip('"').strip()
        return " " if name and value and _TAKE[name](filters, value) else found[0]

    return _TYPED.sub(take, q.translate(_QUOTES)).strip()


def _tag(filters: Filters, value: str) -> bool:
    filters.tags.append(value)
    return True


def _folder(filters: Filters, value: str) -> bool:
    path = value.strip("/")
    filters.folder = f"{path}/" if path else filters.folder
    return bool(path)


def _kind(filters: Filters, value: str) -> bool:
    kind = value.upper()
    if kind in _STATUSES:
        filters.status = kind
    elif kind in _VISIBILITIES:
        filters.visibility = kind
    return kind in (*_STATUSES, *_VISIBILITIES)


def _updated(filters: Filters, value: str) -> bool:
    given = _DAY.fullmatch(value)
    span = _span(*given.group(2, 3, 4)) if given else None
    if given is None or span is None:
        return False
    first, end = span
    sign = given[1]
    # Both limits are left out themselves, and times are kept to the microsecond.
    if sign in (">", ">=", ""):
        _narrow(filters, after=(end if sign == ">" else first) - timedelta(microseconds=1))
    if sign in ("<", "<=", ""):
        _narrow(filters, before=first if sign == "<" else end)
    return True


def _narrow(
    filters: Filters, after: datetime | None = None, before: datetime | None = None
) -> None:
    filters.after = max(filter(None, (filters.after, after)), default=None)
    filters.before = min(filter(None, (filters.before, before)), default=None)


def _span(year: str, month: str | None, day: str | None) -> tuple[datetime, datetime] | None:
    """Return the first moment of a day, month or year, and that after it; None for no such day."""
    try:
        first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
        days = 1 if day else monthrange(first.year, first.month)[1]
        end = first + timedelta(days) if month else first.replace(year=first.year + 1)
        return first, end
    except (ValueError, OverflowError):
        return None


_TAKE: dict[str, Callable[[Filters, str], bool]] = {
    "tag": _tag,
    "in": _folder,
    "is": _kind,
    "updated": _updated,
}
