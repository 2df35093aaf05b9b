"""Days of work, counted by arithmetic: the days of a week on which there is some, and holidays."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date

_WEEK = 7


class WorkCalendar:
    """Numbers the days of work, from 0 on for the first one of the year 1."""

    def __init__(
        self, working_days: Iterable[int] = (1, 2, 3, 4, 5), holidays: Iterable[date] = ()
    ) -> None:
        """Take days of the week (1 is Monday, 7 Sunday) and dates without work.

        Raises ValueError where no day of the week is worked.
        """
        self._week = sorted({day - 1 for day in working_days if 1 <= day <= _WEEK})
        if not self._week:
            raise ValueError("A week has at least one day of work.")
        free = {one.toordinal() - 1 for one in holidays if one.weekday() in self._week}
        self._free = sorted(free)
        # How many days of work there are before each holiday.
        self._passed = [self._worked(ordinal) - n for n, ordinal in enumerate(self._free)]

    def before(self, day: date) -> int:
        """Return how many days of work there are before a day: its number, where it is one.

        Of a day without work it is the number of the next one with it.
        """
        ordinal = day.toordinal() - 1
        return self._worked(ordinal) - bisect_left(self._free, ordinal)

    def through(self, day: date) -> int:
        """Return how many days of work there are up to a day, that day included."""
        return self.before(day) + self.works(day)

    def works(self, day: date) -> bool:
        """Tell whether there is work on a day."""
        at, ordinal = bisect_left(self._free, day.toordinal() - 1), day.toordinal() - 1
        free = at < len(self._free) and self._free[at] == ordinal
        return day.weekday() in self._week and not free

    def day(self, number: int) -> date:
        """Return the day of work with a number; OverflowError where there is no such date."""
        weeks, at = divmod(number + bisect_right(self._passed, number), len(self._week))
        ordinal = weeks * _WEEK + self._week[at]
        if not 0 <= ordinal < date.max.toordinal():
            raise OverflowError("there is no such date")
        return date.fromordinal(ordinal + 1)

    def nearest(self, number: int) -> date:
        """Return the day of work with a number, or the first or last date that there is."""
        try:
            return self.day(number)
        except OverflowError:
            return date.min if number < 0 else date.max

    def _worked(self, ordinal: int) -> int:
        """Return how many days of work there would be before a day if there were no holidays."""
        weeks, weekday = divmod(ordinal, _WEEK)  # 1 January of the year 1 is a Monday
        return weeks * len(self._week) + bisect_left(self._week, weekday)
