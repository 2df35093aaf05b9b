"""Words of the list of tasks: its filters and groups, its quick line, changes of many at once."""

from collections.abc import Mapping
from datetime import date, time

from mosaic.shell import repeat_words
from mosaic.shell.task_words import (
    NO_PROJECT,
    NOBODY,
    PRIORITY,
    TASK_STATUS,
    clock,
    day_within,
    duration,
    target,
)
from mosaic.shell.words import count

TASK_TABS = (
    ("Open", ""),
    ("Put off", "LATER"),
    ("Completed", "COMPLETED"),
    ("Archived", "ARCHIVED"),
    ("All", "ALL"),
)
_TAB_NAMES = {value: name for name, value in TASK_TABS}
STATUS_FILTER = (
    ("", "Open"),
    ("NOT_STARTED", "Not started"),
    ("IN_PROGRESS", "In progress"),
    ("PAUSED", "Paused"),
    ("LATER", "Put off"),
    ("COMPLETED", "Completed"),
    ("ARCHIVED", "Archived"),
    ("ALL", "All"),
)
PRIORITY_FILTER = (("", "Any"), *((one, PRIORITY[one].label) for one in reversed(PRIORITY)))
DUE_FILTER = (
    ("", "Any day"),
    ("passed", "Target passed"),
    ("today", "Today"),
    ("week", "Within a week"),
    ("later", "Later"),
    ("none", "No day yet"),
)
WHO = (("", "Anybody"), ("me", "Me"), ("nobody", "Nobody"))
WHERE = (("", "Any project"), ("none", "No project"))
GROUPS = (
    ("due", "Target date"),
    ("status", "Status"),
    ("project", "Project"),
    ("who", "Assignee"),
    ("priority", "Priority"),
    ("flat", "Not grouped"),
)
SORTS = (
    ("dueDate", "Target date"),
    ("-priority", "Priority"),
    ("-updatedAt", "Changed last"),
    ("-createdAt", "Made last"),
    ("title", "Title"),
    ("-completedAt", "Completed last"),
)


def filters(
    chosen: Mapping[str, str], people: Mapping[str, str], projects: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the filters that are chosen, by name: [("priority", "High priority")]."""
    status = chosen["status"]
    said = {
        "status": "" if status in _TAB_NAMES else TASK_STATUS[status].label,
        "priority": f"{PRIORITY[chosen['priority']].label} priority" if chosen["priority"] else "",
        "project": projects.get(chosen["project"], "Another project"),
        "who": {"me": "Assigned to me", "nobody": "Assigned to nobody"}.get(
            chosen["who"], f"Assigned to {people.get(chosen['who'], 'somebody else')}"
        ),
        "tag": f"#{chosen['tag']}",
        "due": dict(DUE_FILTER)[chosen["due"]],
        "q": f"“{chosen['q']}”",
    }
    return [(name, words) for name, words in said.items() if chosen[name] and words]


def group(by: str, key: str, project: str, who: str) -> str:
    """Return the heading of a group of tasks."""
    match by:
        case "due":
            return "Completed" if key == "done" else dict(DUE_FILTER)[key]
        case "status":
            return TASK_STATUS[key].label
        case "priority":
            return f"{PRIORITY[key].label} priority"
        case "project":
            return project or NO_PROJECT
    return who or NOBODY


NO_TITLE = "A few words beside that make a task."


def understood(kind: str, meaning: str, today: date) -> str:
    """Return what a part of a line was understood as: "Tomorrow", "High priority", "1 h 30 min"."""
    match kind:
        case "date":
            return target(date.fromisoformat(meaning), today)
        case "start":
            return f"From {day_within(date.fromisoformat(meaning), today)}"
        case "time":
            return clock(time.fromisoformat(meaning))
        case "repeat":
            return repeat_words.said(meaning)
        case "priority":
            return f"{PRIORITY[meaning].label} priority"
        case "estimate":
            return duration(int(meaning))
        case "tag":
            return f"#{meaning}"
    return meaning


def changed_together(number: int) -> str:
    """Return what is said when several tasks were changed at once."""
    return f"{count(number, 'task')} changed."


BULK_DAYS = (
    ("today", "Today"),
    ("tomorrow", "Tomorrow"),
    ("week", "Next week"),
    ("none", "No day"),
)
BULK_LATER = (("tomorrow", "Tomorrow"), ("week", "Next week"), ("none", "Now"))
