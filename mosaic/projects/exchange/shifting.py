"""The dates of a template, moved to another first day: as many days of work after it as before."""

from collections.abc import Sequence
from datetime import date

from mosaic.projects.exchange.shapes import TaskFile
from mosaic.projects.working_days import WorkCalendar


def first_day(tasks: Sequence[TaskFile], start: date | None) -> date | None:
    """Return the first day on which something is planned; None where nothing is."""
    days = [day for task in tasks for day in (task.start_date, task.due_date) if day]
    return min([*days, start] if start else days, default=None)


class Shift:
    """Moves days from around one first day to around another."""

    def __init__(self, calendar: WorkCalendar, first: date, to: date) -> None:
        """Let `first` become `to`, or the next day of work after it."""
        self._calendar, self._first = calendar, calendar.before(to)
        self._by = self._first - calendar.before(first)

    def start(self, day: date) -> date:
        """Return the day of work on which begins what began on `day`."""
        return self._calendar.nearest(self._calendar.before(day) + self._by)

    def end(self, day: date) -> date:
        """Return the day of work on which ends what ended on `day`."""
        return self._calendar.nearest(max(self._calendar.through(day) - 1 + self._by, self._first))

    def move(self, task: TaskFile) -> None:
        """Give a task its new dates."""
        if task.start_date:
            task.start_date = self.start(task.start_date)
        if task.due_date:
            task.due_date = max(self.end(task.due_date), task.start_date or date.min)
        if task.shown_from:
            task.shown_from = self.start(task.shown_from)
