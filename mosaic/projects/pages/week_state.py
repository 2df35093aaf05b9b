"""State of the days on which there is work on a project, and those without."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import reflex as rx

from mosaic.core.work import Work
from mosaic.projects import fields
from mosaic.projects.shapes import Calendar, ProjectPublic
from mosaic.shell import project_words
from mosaic.shell.forms import saying
from mosaic.shell.session import acting, now_of


@dataclass
class WeekDay:
    """A day of the week, from 1 for Monday, and whether there is work on it."""

    number: int
    name: str
    short: str
    works: bool


@dataclass
class Holiday:
    """A date without work, on the wire and in words."""

    day: str
    words: str


class ProjectWeek(rx.State):
    """The calendar of the project of the address; each change of it is kept at once."""

    days: list[WeekDay] = []
    coming: list[Holiday] = []
    passed: list[Holiday] = []
    working: str = ""
    said: dict[str, str] = {}
    form_key: int = 0

    @rx.event
    async def turn(self, number: int, works: bool) -> None:
        """Let there be work on a day of the week, or not."""
        await self._change(
            "week", lambda work: fields.set_working_day(work, str(self.slug), number, works)
        )

    @rx.event
    async def add(self, form: dict[str, Any]) -> None:
        """Let a date be without work."""
        day = str(form.get("holiday", "")).strip()
        await self._change("holiday", lambda work: fields.add_holiday(work, str(self.slug), day))
        if not self.said:
            self.form_key += 1

    @rx.event
    async def remove(self, day: str) -> None:
        """Let a date be as any other one of its week again."""
        free = date.fromisoformat(day)
        await self._change(
            "holiday", lambda work: fields.remove_holiday(work, str(self.slug), free)
        )

    async def _change(self, at: str, verb: Callable[[Work], Awaitable[ProjectPublic]]) -> None:
        with saying(self):
            async with acting(self) as work:
                saved = await verb(work)
            self.show_calendar(saved.calendar)
        if self.said:
            [words, *_] = self.said.values()
            self.said = {at: words}

    def show_calendar(self, calendar: Calendar) -> None:
        """Show when there is work."""
        self.days = [
            WeekDay(number, name, name[:3], number in calendar.working_days)
            for number, name in enumerate(project_words.WEEK, 1)
        ]
        self.working = project_words.working_days(calendar.working_days)
        today = now_of(self).date()
        self.coming = [_holiday(day) for day in calendar.holidays if day >= today]
        self.passed = [_holiday(day) for day in calendar.holidays if day < today]


def _holiday(day: date) -> Holiday:
    return Holiday(day.isoformat(), project_words.holiday(day))
