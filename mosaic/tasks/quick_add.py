"""One line that says what is to be done, when, by whom and where it belongs.

"Call Ana tomorrow 9:00 #home !high @maria". What is not understood stays in the title, and so does
what is quoted, stands in a [[link]], or has a backslash before it. Every part that is understood
comes with its place, so that it can be shown before it is taken, and put back.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from mosaic.tasks.quick.line import Line, Part
from mosaic.tasks.quick.signs import Known, read_estimate, read_known, read_priority, read_tags
from mosaic.tasks.quick.when import Repeat, read_days, read_repeat, read_time

__all__ = ["Known", "Part", "QuickAdd", "read"]
_MOST_READ = 2_000


@dataclass(frozen=True)
class QuickAdd:
    """What a line says. `title` is empty where all of it was understood as something else.

    A time without a day is today, or tomorrow where it has passed. A repeat without a day begins
    on its first one from today on.
    """

    title: str
    due_date: date | None = None
    due_time: time | None = None
    start_date: date | None = None
    repeat_rule: str | None = None
    priority: Literal["LOW", "MEDIUM", "HIGH"] | None = None
    assignee_id: UUID | None = None
    project_id: UUID | None = None
    estimate_minutes: int | None = None
    tags: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)


def read(
    text: str,
    now: datetime,
    members: Sequence[Known] = (),
    projects: Sequence[Known] = (),
    tags: Iterable[str] = (),
    ignore: Collection[str] = (),
) -> QuickAdd:
    """Read a line as somebody means it at `now`, the time where they are.

    Of each kind the last part counts, of tags all. `ignore` holds kinds of parts, or the words of
    some as they are written, that go back into the title. Takes milliseconds, but about a second
    where `dateparser` is needed for the first time. A text of over 2,000 characters is all title.
    """
    plain = "".join(" " if unicodedata.category(one) == "Cc" else one for one in text)
    line = Line(plain, ignore)
    if len(plain) > _MOST_READ:
        return QuickAdd(line.title())
    today = now.date()
    found_tags = read_tags(line, tags)
    priority, estimate = read_priority(line), read_estimate(line)
    assignee = read_known(line, "assignee", members)
    project = read_known(line, "project", projects)
    repeat = read_repeat(line)
    start, day = read_days(line, today)
    at = read_time(line)
    return QuickAdd(
        title=line.title(),
        due_date=day or _first_day(repeat, start, at, now),
        due_time=at,
        start_date=start,
        repeat_rule=repeat.rule if repeat else None,
        priority=priority,
        assignee_id=assignee,
        project_id=project,
        estimate_minutes=estimate,
        tags=found_tags,
        parts=[_as_written(part, text) for part in sorted(line.parts, key=lambda one: one.start)],
    )


def _first_day(
    repeat: Repeat | None, start: date | None, at: time | None, now: datetime
) -> date | None:
    if not repeat and not at:
        return None
    try:
        day = start or now.date()
        if at and not start and at <= now.time():
            day += timedelta(1)
        return repeat.first(day) if repeat else day
    except OverflowError:
        return None


def _as_written(part: Part, text: str) -> Part:
    return replace(part, text=text[part.start : part.end])
