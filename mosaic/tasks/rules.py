"""When tasks repeat: rules after RFC 5545 (RRULE), by days, read by dateutil."""

import re
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from dateutil.rrule import rrulestr

_PART = re.compile(r"[A-Z]+=[-+0-9A-Z,]+")
_ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
# What each can be narrowed by. Days and weeks only so that there is always another one: dateutil
# would look through all days of eight thousand years for one that never comes.
_SOME = {"BYDAY", "BYMONTH"}
_MORE = _SOME | {"BYMONTHDAY", "BYSETPOS"}
_PARTS = {
    "DAILY": _SOME,
    "WEEKLY": _SOME,
    "MONTHLY": _MORE,
    "YEARLY": _MORE | {"BYYEARDAY", "BYWEEKNO"},
}
_UNKNOWN = "This rule for repeating is not known. One for each Monday is FREQ=WEEKLY;BYDAY=MO."
_MOST, _AHEAD = 1_000, 50


class Next(NamedTuple):
    """The day on which it comes again, and the rule from there on."""

    day: date
    rule: str


def read_rule(rule: str) -> str:
    """Return a rule as it is kept; ValueError with words for people for one that is not known.

    A rule goes by days, so that it names no hours.
    """
    parts = _parts(rule.strip().upper().removeprefix("RRULE:"))
    try:
        # What cannot be read shows itself when it is asked for a day, too.
        _find(parts, date(2026, 1, 1), date(2026, 1, 1))
    except (ValueError, OverflowError, TypeError, IndexError, KeyError):
        raise ValueError(_UNKNOWN) from None
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _parts(rule: str) -> dict[str, str]:
    pieces = rule.strip(";").split(";")
    if not all(_PART.fullmatch(piece) for piece in pieces):
        raise ValueError(_UNKNOWN)
    parts = dict(piece.split("=") for piece in pieces)
    known = _PARTS.get(parts.get("FREQ", ""), set()) | _ALWAYS
    months = parts.get("BYMONTH", "1").split(",")
    if len(parts) < len(pieces) or "FREQ" not in parts or not known >= parts.keys():
        raise ValueError(_UNKNOWN)
    if known == _ALWAYS or not all(m.isdecimal() and 1 <= int(m) <= 12 for m in months):
        raise ValueError(_UNKNOWN)
    for name in ("INTERVAL", "COUNT"):
        number = parts.get(name, "1")
        if not number.isdecimal() or not 1 <= int(number) <= _MOST:
            raise ValueError(f"{name} of a rule for repeating is a number from 1 to {_MOST}.")
    if "UNTIL" in parts:
        _until(parts)
    return parts


def _until(parts: dict[str, str]) -> date:
    try:
        return datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date()
    except ValueError:
        raise ValueError("UNTIL of a rule for repeating is a day such as 20270131.") from None


def next_day(rule: str, day: date, after: date) -> Next | None:
    """Return when something that was planned for `day` comes again, at first after `after`.

    What comes each month on a day that some months do not have is on their last one then. None
    when the rule has ended, or names no day for many years.
    """
    parts = _on_its_day(_parts(rule), day)
    count = int(parts["COUNT"]) if "COUNT" in parts else None
    if count == 1:
        return None
    found = _find(parts, _nearer(parts, day, after), after)
    if found is None:
        return None
    if count:
        parts["COUNT"] = str(count - 1)
    return Next(found, ";".join(f"{name}={value}" for name, value in parts.items()))


def _on_its_day(parts: dict[str, str], day: date) -> dict[str, str]:
    """Return the rule with the day of the month in it, where some months do not have that day.

    These take their last one (SKIP=BACKWARD of RFC 7529), and the day is known again afterwards.
    """
    plain = not parts.keys() - _ALWAYS
    days = ",".join(str(one) for one in range(_IN_EACH_MONTH, day.day + 1))
    by = {"BYMONTHDAY": days, "BYSETPOS": "-1"}
    if plain and parts["FREQ"] == "MONTHLY" and day.day > _IN_EACH_MONTH:
        return {**parts, **by}
    if plain and parts["FREQ"] == "YEARLY" and (day.month, day.day) == (2, 29):
        return {**parts, "BYMONTH": "2", **by}
    return parts


_IN_EACH_MONTH = 28  # days that each month has


def _nearer(parts: dict[str, str], day: date, after: date) -> date:
    """Return a later day in step with the first one, so that not each between is looked at."""
    step = _STEPS.get(parts["FREQ"], 0) * int(parts.get("INTERVAL", "1"))
    passed = max(0, (after - day).days)
    return day + timedelta(days=passed // step * step) if step else day


_STEPS = {"DAILY": 1, "WEEKLY": 7}


def _find(parts: dict[str, str], day: date, after: date) -> date | None:
    # The calendar is the same every 400 years, and dateutil looks ahead to the end of time: that
    # is brought near, but for half a century at least.
    later = max(0, (date.max.year - _AHEAD - max(day, after).year) // 400 * 400)
    kept = ";".join(f"{k}={v}" for k, v in parts.items() if k not in {"UNTIL", "COUNT"})
    days = rrulestr(kept, dtstart=_moment(day, later))
    found = days.after(_moment(max(day, after), later))
    if found is None:
        return None
    next = found.date().replace(year=found.year - later)
    return None if "UNTIL" in parts and next > _until(parts) else next


def _moment(day: date, later: int) -> datetime:
    return datetime.combine(day.replace(year=day.year + later), time())
