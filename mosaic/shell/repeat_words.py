"""Words for how a task repeats: what its rule after RFC 5545 says."""

import re
from datetime import datetime

from mosaic.shell.words import count

REPEATS = (
    ("", "Not repeated"),
    ("FREQ=DAILY", "Every day"),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every working day"),
    ("FREQ=WEEKLY", "Every week"),
    ("FREQ=WEEKLY;INTERVAL=2", "Every two weeks"),
    ("FREQ=MONTHLY", "Every month"),
    ("FREQ=YEARLY", "Every year"),
)
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_DAYS = {
    **{"MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday"},
    **{"SA": "Saturday", "SU": "Sunday", "MO,TU,WE,TH,FR": "working day", "SA,SU": "weekend"},
}
_PLACES = {"1": "first", "2": "second", "3": "third", "4": "fourth", "-1": "last"}
_ON_ITS_DAY = {"28,29": "29th", "28,29,30": "30th", "28,29,30,31": "31st"}


def repeats(rule: str) -> list[tuple[str, str]]:
    """Return how a task may repeat, with a rule of its own where it has one."""
    known = any(rule == value for value, _ in REPEATS)
    return [*REPEATS] if known else [*REPEATS, (rule, said(rule))]


def said(rule: str) -> str:
    """Return how often a rule is: "Every Monday and Friday", "Every 2 months on the last day".

    One for which there are no few words is shown as it is.
    """
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    end, often, every = _end(parts), parts.pop("FREQ"), int(parts.pop("INTERVAL", "1"))
    plain = dict(REPEATS).get(";".join(p for p in rule.split(";") if p.split("=")[0] not in _ENDS))
    if plain:
        return plain + end
    days = _days(often, {name: parts[name] for name in parts if name not in _ENDS})
    if days is None:
        return f"By a rule: {rule}"
    if often == "WEEKLY" and every == 1:
        return f"Every {days.removeprefix(' on ')}{end}"
    return f"Every {count(every, _UNITS[often]) if every > 1 else _UNITS[often]}{days}{end}"


_ENDS = frozenset({"COUNT", "UNTIL", "WKST"})


def _end(parts: dict[str, str]) -> str:
    if "COUNT" in parts:
        return f", {count(int(parts['COUNT']), 'time')}"
    if "UNTIL" in parts:
        last = datetime.strptime(parts["UNTIL"][:8], "%Y%m%d")
        return f", until {last.day} {last:%b} {last.year}"
    return ""


def _days(often: str, by: dict[str, str]) -> str | None:
    """Return the days that a rule names, "" for none, or None where there are no words for them."""
    match often, by:
        case _, {**rest} if not rest:
            return ""
        case "WEEKLY", {"BYDAY": days, **rest} if not rest:
            return _of_week(days)
        case "MONTHLY", {"BYDAY": day, **rest} if not rest:
            found = re.fullmatch(r"\+?(-1|[1-4])([A-Z]{2})", day)
            return f" on the {_PLACES[found[1]]} {_DAYS[found[2]]}" if found else None
        case "MONTHLY", {"BYMONTHDAY": day, **rest} if not rest:
            return _of_month(day)
        case "MONTHLY", {"BYMONTHDAY": days, "BYSETPOS": "-1", **rest} if not rest:
            return f" on the {_ON_ITS_DAY[days]} or the last day" if days in _ON_ITS_DAY else None
        case "YEARLY", {"BYMONTH": "2", "BYMONTHDAY": "28,29", "BYSETPOS": "-1", **rest} if (
            not rest
        ):
            return " on the last day of February"
    return None


def _of_week(days: str) -> str | None:
    if days in _DAYS:
        return f" on {_DAYS[days]}"
    names = [_DAYS.get(day) for day in days.split(",")]
    known = [name for name in names if name]
    return f" on {', '.join(known[:-1])} and {known[-1]}" if len(known) == len(names) else None


def _of_month(day: str) -> str | None:
    if day == "-1":
        return " on the last day"
    if not day.isdecimal():
        return None
    ending = {"1": "st", "2": "nd", "3": "rd"}.get(day[-1], "th")
    return f" on the {day}{'th' if day in ('11', '12', '13') else ending}"
