"""What the address of the list of tasks asks for."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from mosaic.tasks.grouping import GroupQuery
from mosaic.tasks.shapes import OPEN

LINES = 50
NAMES = ("status", "priority", "project", "who", "tag", "due", "q", "group", "sort")
_STATUSES: dict[str, list[str]] = {
    "": [*OPEN],
    "LATER": [*OPEN],
    "ALL": [*OPEN, "COMPLETED"],
    **{name: [name] for name in (*OPEN, "COMPLETED", "ARCHIVED")},
}
_PRIORITIES = ("HIGH", "MEDIUM", "LOW")
_DUE = ("passed", "today", "week", "later", "none")
_GROUPS = ("due", "status", "project", "who", "priority", "flat")
SORTS = ("dueDate", "-priority", "-updatedAt", "-createdAt", "title", "-completedAt")


def read_place(asked: Mapping[str, str]) -> dict[str, str]:
    """Return what an address asks for, by name; "" for what it does not say, or nobody knows."""
    chosen = {name: asked.get(name, "")[:200].replace("\x00", "") for name in NAMES}
    known = {
        "status": _STATUSES,
        "priority": _PRIORITIES,
        "due": _DUE,
        "group": _GROUPS,
        "sort": SORTS,
    }
    for name, values in known.items():
        if chosen[name] not in values:
            chosen[name] = ""
    for name, words in {"project": ("none",), "who": ("me", "nobody")}.items():
        if chosen[name] not in words and not _id(chosen[name]):
            chosen[name] = ""
    return chosen


def query_of(chosen: Mapping[str, str], me: UUID, today: date, page: int) -> GroupQuery:
    """Return the query for a page of what an address asks for."""
    status, group = chosen["status"], chosen["group"] or group_of(chosen)
    asked: dict[str, Any] = {
        "page": page,
        "limit": LINES,
        "today": today,
        "status": _STATUSES[status],
        "put_off": status == "LATER",
        "shown_on": today if status == "" else None,
        "priority": [chosen["priority"]] if chosen["priority"] else [],
        "tag": chosen["tag"] or None,
        "due": chosen["due"],
        "q": chosen["q"] or None,
        "group": "" if group == "flat" else group,
        "sort": chosen["sort"] or sort_of(chosen),
        "no_project": chosen["project"] == "none",
        "project_id": _id(chosen["project"]),
        "unassigned": chosen["who"] == "nobody",
        "assignee_id": me if chosen["who"] == "me" else _id(chosen["who"]),
    }
    return GroupQuery.model_validate(asked)


def group_of(chosen: Mapping[str, str]) -> str:
    """Return how tasks are grouped when the address does not say."""
    return "flat" if chosen["status"] in ("COMPLETED", "ARCHIVED") else "due"


def sort_of(chosen: Mapping[str, str]) -> str:
    """Return how tasks are sorted when the address does not say."""
    of = {"COMPLETED": "-completedAt", "ARCHIVED": "-updatedAt"}
    return of.get(chosen["status"], "dueDate")


def filled_in(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return what is chosen, with what holds where the address does not say."""
    group, sort = chosen["group"] or group_of(chosen), chosen["sort"] or sort_of(chosen)
    return {**chosen, "group": group, "sort": sort}


def begun_with(chosen: Mapping[str, str], me: UUID) -> dict[str, Any]:
    """Return what a task that is made here has from the filters, so that it stays in the list."""
    who = me if chosen["who"] == "me" else _id(chosen["who"])
    given = {
        "projectId": _id(chosen["project"]),
        "assigneeId": who,
        "priority": chosen["priority"],
        "tags": [chosen["tag"]] if chosen["tag"] else [],
    }
    return {name: value for name, value in given.items() if value}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
