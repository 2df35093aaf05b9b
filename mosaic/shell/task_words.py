"""Words for tasks and projects."""

from datetime import date, time

from mosaic.shell.words import Said, count

PROJECT_STATUS = {
    "PLANNING": Said("Planning"),
    "ACTIVE": Said("Active", "going"),
    "ON_HOLD": Said("On hold", "attention"),
    "COMPLETED": Said("Completed", "going"),
    "ARCHIVED": Said("Archived"),
}
TASK_STATUS = {
    "NOT_STARTED": Said("Not started"),
    "IN_PROGRESS": Said("In progress", "going"),
    "PAUSED": Said("Paused", "attention"),
    "COMPLETED": Said("Completed", "going"),
    "ARCHIVED": Said("Archived"),
}
PRIORITY = {"LOW": Said("Low"), "MEDIUM": Said("Medium"), "HIGH": Said("High", "attention")}
PROJECT_STATUS_OPTIONS = [(value, said.label) for value, said in PROJECT_STATUS.items()]
COLUMN_STATUS_OPTIONS = [
    (value, said.label) for value, said in TASK_STATUS.items() if value != "ARCHIVED"
]
TASK_STATUS_OPTIONS = [(value, said.label) for value, said in TASK_STATUS.items()]
PRIORITY_OPTIONS = [(value, said.label) for value, said in PRIORITY.items()]


def done_of(completed: int, total: int) -> str:
    """Return how far a project is: "3 of 8 tasks completed"."""
    if not total:
        return "No tasks yet"
    return f"{completed:,} of {count(total, 'task')} completed"


def share(open: int, completed: int) -> str:
    """Return how many tasks somebody has: "2 open, 3 completed"."""
    counts = {"open": open, "completed": completed}
    return ", ".join(f"{number:,} {kind}" for kind, number in counts.items() if number)


def span(start: date | None, end: date | None) -> str:
    """Return from when to when: "3 Mar 2026 to 9 Apr 2026", or what is known of it."""
    if start and end:
        return f"{short_day(start)} to {short_day(end)}"
    if start:
        return f"from {short_day(start)}"
    return f"planned for {short_day(end)}" if end else ""


def target(due: date, today: date, passed: bool = False, at: time | None = None) -> str:
    """Return when something is planned for: "Today", "Tomorrow 9:00", "Target passed 3 Mar"."""
    near = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get((due - today).days)
    words = near or (f"{due.day} {due:%b}" if due.year == today.year else short_day(due))
    words = f"{words} {clock(at)}" if at else words
    return f"Target passed {words[0].lower() + words[1:] if near else words}" if passed else words


def day_within(day: date, today: date) -> str:
    """Return a day as it stands within a sentence: "today", "tomorrow", "3 Mar"."""
    said = target(day, today)
    return said if said[0].isdecimal() else said.lower()


def clock(at: time) -> str:
    """Return a time of the day: "9:00"."""
    return f"{at.hour}:{at:%M}"


def short_day(at: date) -> str:
    """Return a day in a few words: "3 Mar 2026"."""
    return f"{at.day} {at:%b} {at.year}"


# What a field says when somebody else changed it while it was being typed in.
COLLIDES = {
    "changed": "changed this meanwhile to",
    "nothing": "nothing",
    "still": "What you typed is still here.",
    "keep": "Keep mine",
    "take": "Take theirs",
}


def duration(minutes: int | None) -> str:
    """Return how long something takes: "1 h 30 min", "2 d 4 h" of eight hours; "" for None."""
    if minutes is None:
        return ""
    days, rest = divmod(minutes, 8 * 60)
    hours, left = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (left, "min"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"


NOBODY, NO_PROJECT, SOMEBODY = "Nobody", "No project", "Somebody who has left"


def later(from_day: date, today: date) -> str:
    """Return until when a task is put off: "put off until tomorrow", "put off until 3 Mar"."""
    return f"put off until {day_within(from_day, today)}"


def changed_by(who: str) -> str:
    """Return what is said when somebody else was quicker; nothing of theirs was overwritten."""
    return f"{who} changed this just now, and it is as shown. Option to choose again."


COMPLETE, GO_ON = "Complete", "Let it go on"
# Ways to put a task off for a while.
POSTPONE = (("Tomorrow", "tomorrow"), ("Next week", "week"))


NO_SUCH_TASK = "No open or completed task says this."
_FOLLOWS = {
    "FS": "after it is finished",
    "SS": "after it has started",
    "FF": "is finished after it is",
    "SF": "is finished after it has started",
}
FOLLOWS_OPTIONS = list(_FOLLOWS.items())


def follows(type: str, lag: int) -> str:
    """Return how one task follows another: "after it is finished, 2 days later"."""
    days = f", {count(abs(lag), 'day')} {'later' if lag > 0 else 'before'}" if lag else ""
    return f"{_FOLLOWS[type]}{days}"


def ticked(title: str, was_done: bool) -> str:
    """Return what is said when a task was completed, or goes on."""
    return f"“{title}” {'goes on' if was_done else 'is completed'}."


def taken_off(title: str) -> str:
    """Return what is said when a line or a file was taken off a task."""
    return f"“{title}” is taken off."


def waits_no_more(title: str) -> str:
    """Return what is said when a task waits for another one no more."""
    return f"It waits for “{title}” no more."


def waits(number: int) -> str:
    """Return that a task waits for others; "" for none."""
    return f"Waits for {count(number, 'task')}" if number else ""
