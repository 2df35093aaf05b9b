"""Values of properties as people write them: text, a number, a date, a mark, or a list."""

import json
import re
from datetime import date
from typing import Any, Literal

from mosaic.core.errors import Invalid

Kind = Literal["text", "number", "date", "checkbox", "list"]
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:\.\d{1,15})?", re.ASCII)
_MOST_CHARACTERS = 10_000
_MOST_ITEMS = 1_000


def kind_of(value: Any) -> Kind | None:
    """Return how a value is written; None for what is nested, which no field can show."""
    if isinstance(value, bool):
        return "checkbox"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, list):
        flat = not any(isinstance(one, (list, dict)) or "\n" in str(one) for one in value)
        return "list" if flat else None
    if isinstance(value, dict):
        return None
    return "date" if _day(value) else "text"


def written(value: Any) -> str:
    """Return a value as it stands in its field; a list has a line for each of its items."""
    if isinstance(value, list):
        return "\n".join(map(written, value))
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def read(kind: str, said: str, before: Any = None) -> Any:
    """Return the value that somebody wrote. Raises Invalid.

    What reads as it did `before` is what it was, so that nothing changes by saving it again.
    """
    said = said.replace("\r\n", "\n").strip()
    if len(said) > _MOST_CHARACTERS:
        raise Invalid("This is more than a property can keep. The text has room for it.", "value")
    if kind == kind_of(before) and said == written(before).strip():
        return before
    if kind == "checkbox":
        return bool(said)
    if kind == "number":
        return _number(said)
    if kind == "date":
        if not _day(said):
            raise Invalid("A date is written like 2026-11-24.", "value")
        return said
    return _items(said, before) if kind == "list" else said or None


def same(one: Any, other: Any) -> bool:
    """Whether two values are written alike: 1 and true are not."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _items(said: str, before: Any) -> list[Any]:
    lines = [line.strip() for line in said.split("\n") if line.strip()]
    if len(lines) > _MOST_ITEMS:
        raise Invalid("This is more than a list can keep: a thousand items are possible.", "value")
    old = before if isinstance(before, list) else []
    kept = {written(one).strip(): one for one in old}
    numbers = bool(old) and all(kind_of(one) == "number" for one in old)
    new = _number if numbers else str
    return [kept[line] if line in kept else new(line) for line in lines]


def _number(said: str) -> int | float:
    if not _NUMBER.fullmatch(said):
        raise Invalid("A number is written like 12 or 3.5.", "value")
    return float(said) if "." in said else int(said)


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
