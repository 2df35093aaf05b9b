"""Parts that say when: days, from one day to another, a time, and how often."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from mosaic.tasks.quick.day_words import (
    AFTER,
    BEFORE,
    EDGE,
    SHORT_WEEKDAYS,
    WEEKDAYS,
    DayWords,
    find,
)
from mosaic.tasks.quick.days import tell
from mosaic.tasks.quick.line import Line, Match

_MOST_TRIED = 20
_DAY = rf"(?:(?:{'|'.join(WEEKDAYS)}|{SHORT_WEEKDAYS})s?)"
_EVERY = re.compile(
    rf"{BEFORE}every\s(?:(?P<other>other|second)\s|(?P<count>[0-9]{{1,3}})\s)?(?:"
    r"(?P<unit>day|week|month|year)s?|(?P<set>weekdays?|workdays?|weekends?)"
    rf"|(?P<days>{_DAY}(?:(?:,\s?(?:and\s)?|\sand\s|\s?&\s?){_DAY})*)){AFTER}",
    re.IGNORECASE,
)
_ADVERB = re.compile(
    rf"(?<!^){BEFORE}(?<!\bthe\s)(?<!\ba\s)(?<!\bmy\s)(?<!\bour\s)"
    r"(?P<is>daily|weekly|monthly|yearly)"
    r"(?=\s*(?:$|\.\s*$|[#!@+~\\]|(?:at|by|from|starting|until)\s|noon\b|[0-9]{1,2}(?:[:.h]|\s?[ap]m)))",
    re.IGNORECASE,
)
_ADVERBS = {"d": "DAILY", "w": "WEEKLY", "m": "MONTHLY", "y": "YEARLY"}
_FREQ = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_CODES = [day[:2].upper() for day in WEEKDAYS]
_TIME = re.compile(
    rf"{BEFORE}(?:(?P<lead>at|by|um|à|às)\s)?(?:(?P<noon>noon|midday)|(?P<hour>[0-9]{{1,2}})"
    r"(?:(?P<sign>[:.h])(?P<minute>[0-5][0-9]))?(?:(?P<half>\s?[ap]m)|(?P<unit>h|\suhr))?(?!:[0-9]))"
    rf"(?P<edge>{EDGE})?{AFTER}",
    re.IGNORECASE,
)


class Repeat(NamedTuple):
    """How often, and on which days of the week where that matters; 0 is Monday."""

    rule: str
    days: tuple[int, ...] = ()

    def first(self, day: date) -> date:
        """Return the first day of it that is `day` or comes after it."""
        ahead = [(one - day.weekday()) % 7 for one in self.days]
        return day + timedelta(min(ahead, default=0))


def read_repeat(line: Line) -> Repeat | None:
    """Take how often it comes again."""

    def read(one: Match) -> tuple[Repeat, str] | None:
        found = _every(one)
        return (found, found.rule) if found else None

    def adverb(one: Match) -> tuple[Repeat, str]:
        rule = f"FREQ={_ADVERBS[one['is'][0].casefold()]}"
        return Repeat(rule), rule

    return line.take_last("repeat", _EVERY, read) or line.take_last("repeat", _ADVERB, adverb)


def _every(one: Match) -> Repeat | None:
    count = 2 if one["other"] else int(one["count"] or 1)
    interval = f";INTERVAL={count}" if count > 1 else ""
    if count == 0 or (one["set"] and count > 1):
        return None
    if one["unit"]:
        return Repeat(f"FREQ={_FREQ[one['unit'].casefold()]}{interval}")
    days: tuple[int, ...]
    if one["set"]:
        days = (5, 6) if "end" in one["set"].casefold() else (0, 1, 2, 3, 4)
    else:
        names = re.split(r"[\s,&]+", one["days"].casefold())
        days = tuple(n for n, day in enumerate(WEEKDAYS) if any(day[:3] == s[:3] for s in names))
    codes = ",".join(_CODES[n] for n in days)
    return Repeat(f"FREQ=WEEKLY{interval};BYDAY={codes}", days)


def read_days(line: Line, today: date) -> tuple[date | None, date | None]:
    """Take the day it begins and the day it is planned for: the last ones that are said."""
    found = [one for one in find(line.left()) if line.is_free(one.start, one.end)][-_MOST_TRIED:]
    for one, other in pairwise(found):
        joined = not line.text[one.end : other.start].strip()
        if one.lead == "from" and other.lead in ("to", "until", "till") and joined:
            span = _from_to(line, one, other, today)
            if span:
                return span
    start = _last(line, [one for one in found if one.lead == "starting"], "start", today)
    apart = ("starting", "from", "to")
    return start, _last(line, [one for one in found if one.lead not in apart], "date", today)


def _from_to(
    line: Line, one: DayWords, other: DayWords, today: date
) -> tuple[date | None, date | None] | None:
    start = tell(one, today)
    later = other.form in ("weekday", "month")
    end = tell(other, start if start and later else today)
    if not start or not end or start > end:
        return None
    begins = line.take("start", one.start, one.end, start.isoformat())
    ends = line.take("date", other.start, other.end, end.isoformat())
    return start if begins else None, end if ends else None


def _last(
    line: Line, found: Sequence[DayWords], kind: Literal["start", "date"], today: date
) -> date | None:
    for one in reversed(found):
        day = tell(one, today)
        if day and line.take(kind, one.start, one.end, day.isoformat()):
            return day
    return None


def read_time(line: Line) -> time | None:
    """Take a time of the day. Read after the days, as "9:00" alone counts beside one."""

    def read(one: Match) -> tuple[time, str] | None:
        found = _time(line, one)
        return (found, f"{found:%H:%M}") if found else None

    return line.take_last("time", _TIME, read)


def _time(line: Line, one: Match) -> time | None:
    if one["noon"]:
        return time(12) if _is_noon(line, one) else None
    hour, minute, half = int(one["hour"]), int(one["minute"] or 0), (one["half"] or "").casefold()
    if hour > 23 or (half and not 1 <= hour <= 12):
        return None
    is_time = _is_half(line, one, half) if half else _is_time(line, one, hour, minute)
    if half:
        hour = hour % 12 + (12 if "p" in half else 0)
    return time(hour, minute) if is_time else None


def _is_noon(line: Line, one: Match) -> bool:
    """Tell the hour from the film, and from what is before or after it."""
    words = line.text[: one.start()].split()
    alone = line.is_at_an_end(*one.span()) and (words or [""])[-1].casefold() not in _NOT_AT_NOON
    return bool(one["lead"]) or line.is_beside_a_day(*one.span()) or alone


_NOT_AT_NOON = {"high", "the", "this", "before", "after", "past", "since", "until", "till", "to"}


def _is_half(line: Line, one: Match, half: str) -> bool:
    """Tell "9 am" from "Zimmer 9 am Markt"."""
    at_edge, beside = one["edge"] is not None, line.is_beside_a_day(*one.span())
    return bool(one["lead"] or one["minute"] or half != " am" or at_edge or beside)


def _is_time(line: Line, one: Match, hour: int, minute: int) -> bool:
    """Tell a time from another number: "Look at 9 houses", "John 3:16", "Pay 9.30", "Rest 3h"."""
    sign, unit, lead = (one["sign"] or "").casefold(), (one["unit"] or "").casefold(), one["lead"]
    if unit.strip() == "uhr" or ((sign or unit) and (lead or line.is_beside_a_day(*one.span()))):
        return True
    alone = line.is_at_an_end(*one.span())
    if sign:
        # In fives, as verses and scores are rarely; with a point it may be a price or a version.
        return alone and sign != "." and minute % 5 == 0
    if unit:
        return alone and hour > _MOST_HOURS
    return bool(lead) and lead.casefold() != "by" and one["edge"] is not None


_MOST_HOURS = 12  # "3h" alone is how long something takes
