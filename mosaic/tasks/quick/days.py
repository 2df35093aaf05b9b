"""Which day is meant by words that look like a date.

The simplest English ones are told here; for the others `dateparser` is asked, one piece and one
language at a time. That takes about a millisecond, and once half a second for loading it.
"""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from itertools import permutations

from mosaic.tasks.quick.day_words import WEEKDAYS, DayWords

_WEEK, _SATURDAY = 7, 5
_AFTER_TOMORROW = {"pasado mañana", "depois de amanhã", "dopodomani"}  # unknown to dateparser


def tell(words: DayWords, today: date) -> date | None:
    """Return the day that is meant on `today`, or None where there is no such day.

    A day of the week is the one that comes, and today only with "this"; with "next" it is in the
    next week, which begins on Monday. A day of a month without a year is today or comes. Numbers
    with points are day first; those with slashes count where they can be read in one way only.
    """
    said = " ".join(words.words.casefold().split())
    try:
        if words.form == "numbers":
            return _numbers(said, today)
        if words.form == "next_week":
            return today + timedelta(_WEEK - today.weekday())
        if words.form == "of_month":
            return _of_month(int(said[:-2]), today)
        if said in _AFTER_TOMORROW:
            return today + timedelta(2)
        if words.form == "period":
            return _period(said, today)
        if words.language == "en" and words.form == "day":
            return today + timedelta({"tomorrow": 1}.get(said, 0 if said[:2] == "to" else 2))
        if words.language == "en" and words.form == "weekday":
            return _weekday(said, today)
        return _asked(words, said, today)
    except (ValueError, OverflowError):
        return None


def _weekday(said: str, today: date) -> date:
    name = said.split()[-1]
    [number] = [n for n, one in enumerate(WEEKDAYS) if one.startswith(name[:3])]
    if said.startswith("next "):
        return today + timedelta(_WEEK + number - today.weekday())
    ahead = (number - today.weekday()) % _WEEK
    return today + timedelta(ahead if said.startswith("this ") else ahead or _WEEK)


def _period(said: str, today: date) -> date:
    if said.endswith("weekend"):
        later = _WEEK if said.startswith("next") else 0
        saturday = today + timedelta(_SATURDAY - today.weekday() + later)
        return max(today, saturday)
    if said.endswith("year"):
        return date(today.year + 1, 1, 1)
    last = today.replace(day=monthrange(today.year, today.month)[1])
    return last if "end" in said else last + timedelta(1)


def _of_month(day: int, today: date) -> date:
    """Return the next day with this number, today at first; ValueError where none is near."""
    last = monthrange(today.year, today.month)[1]
    if today.day <= day <= last:
        return today.replace(day=day)
    return (today.replace(day=last) + timedelta(1)).replace(day=day)


def _numbers(said: str, today: date) -> date | None:
    if "-" in said:
        return date.fromisoformat(said)
    if said.endswith("."):
        day, month = map(int, said[:-1].split("."))
        this_year = date(today.year, month, day)
        return this_year if this_year >= today else date(today.year + 1, month, day)
    *two, year = map(int, re.split(r"[./]", said))
    orders = [two] if "." in said else permutations(two)
    days = {date(year, month, day) for day, month in orders if month <= 12}
    return days.pop() if len(days) == 1 else None


def _asked(words: DayWords, said: str, today: date) -> date | None:
    import dateparser  # type: ignore[import-untyped]  # here, as loading it takes a while

    found = dateparser.parse(
        said,
        languages=[words.language],
        settings={
            # What lies in the future of the day before can be today.
            "RELATIVE_BASE": datetime.combine(today - timedelta(words.form == "month"), time()),
            "PREFER_DATES_FROM": "future",
            "PARSERS": ["relative-time", "absolute-time"],
        },
    )
    if found is None:
        return None
    numbers = {int(number) for number in re.findall("[0-9]+", said)}
    if words.form == "month" and not numbers <= {found.day, found.year}:
        return None
    return date(found.year, found.month, found.day)
