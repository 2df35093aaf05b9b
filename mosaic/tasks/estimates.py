"""How long something takes, as people write it."""

import re

from mosaic.core.errors import Invalid

_DAY = 8 * 60  # minutes of work
_UNITS = {"": 1, "m": 1, "min": 1, "h": 60, "d": _DAY, "w": 5 * _DAY}
_PART = re.compile(r"([0-9]{1,7}(?:[.,][0-9]{1,3})?)\s*([a-z]*)")
_NAMES = {"minute": "m", "mins": "m", "hour": "h", "hr": "h", "day": "d", "week": "w"}


def minutes(text: str) -> int | None:
    """Return the minutes in "1 h 30 min", "90", "1.5h" or "2 days" (of eight hours).

    None for nothing written; Invalid for what says no time.
    """
    asked = text.strip().casefold()
    if not asked:
        return None
    parts = _PART.findall(asked)
    if not parts or _PART.sub("", asked).strip(" ,"):
        raise Invalid("This says no time. “90 min”, “1.5 h” or “2 d” do.", "estimateMinutes")
    return round(sum(float(number.replace(",", ".")) * _minutes(unit) for number, unit in parts))


def _minutes(unit: str) -> int:
    name = _NAMES.get(unit.rstrip("s") or unit, unit)
    if name not in _UNITS:
        raise Invalid("This says no time. “90 min”, “1.5 h” or “2 d” do.", "estimateMinutes")
    return _UNITS[name]
