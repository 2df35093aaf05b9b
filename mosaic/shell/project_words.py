"""Words of a project's settings."""

from collections.abc import Sequence
from datetime import date

from mosaic.shell.task_words import COLLIDES, short_day
from mosaic.shell.words import count, listed

SAVED = "Saved."
NOTHING_NEW = "Everything is saved already."
TAKEN_BACK = "Taken back."
NO_SUCH_PAGE = "No page says this in its title. Other words may find one."
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# What is said at a field that somebody else has saved while it was being typed in.
APART = {
    **COLLIDES,
    "rewrote": "changed this meanwhile.",
    "lines": "What you typed is still here; saving puts both together, line by line.",
    "text": "Their text",
}


def archived(name: str) -> str:
    """Return what is said when a project was put away."""
    return f"“{name}” is archived."


def back(name: str) -> str:
    """Return what is said when a project was brought back."""
    return f"“{name}” is back."


def removed(name: str) -> str:
    """Return what is said when a project was removed for good."""
    return f"“{name}” is gone. Its tasks are without a project now."


def staying(tasks: int) -> str:
    """Return what becomes of the tasks of a project that is removed for good."""
    if not tasks:
        return "It has no tasks on its board."
    if tasks == 1:
        return "Its one task stays, without a project."
    return f"Its {count(tasks, 'task')} stay, without a project."


def working_days(days: Sequence[int]) -> str:
    """Return on which days of the week there is work: "Monday, Tuesday and Friday"."""
    return listed([WEEK[day - 1] for day in days])


def holiday(day: date) -> str:
    """Return a day without work: "Fri 25 Dec 2026"."""
    return f"{day:%a} {short_day(day)}"
