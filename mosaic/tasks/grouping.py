"""Lists of tasks in groups: by day, status, project, person or priority."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import ConfigDict
from sqlalchemy import Select, case, func, literal_column, select
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.core.pagination import Page, ordering, page_of
from mosaic.core.work import Work
from mosaic.projects.models import Project
from mosaic.tasks.listing import SORTABLE, TaskQuery, filtered
from mosaic.tasks.models import Task
from mosaic.tasks.presenting import present
from mosaic.tasks.shapes import OPEN, TaskCard

GroupBy = Literal["due", "status", "project", "who", "priority", ""]
Due = Literal["passed", "today", "week", "later", "none", ""]
STATUS_ORDER = ("IN_PROGRESS", "NOT_STARTED", "PAUSED", "COMPLETED", "ARCHIVED")
PRIORITY_ORDER = ("HIGH", "MEDIUM", "LOW")
DUE_ORDER = ("passed", "today", "week", "later", "none", "done")
_WEEK = timedelta(days=7)


class GroupQuery(TaskQuery):
    """Filters, and what is put together. `today` is the day where whoever asks is.

    `due`: those whose target has passed, those of today, of the week from now on (today's too),
    later ones, those without a day.
    `put_off`: those that are put off until a later day than today, instead of the others.
    """

    model_config = ConfigDict(populate_by_name=True)

    today: date
    group: GroupBy = ""
    due: Due = ""
    put_off: bool = False
    no_project: bool = False


@dataclass(frozen=True)
class Group:
    """Tasks that have something in common: `key` is it, `count` how many there are in all."""

    key: str
    count: int


async def list_groups(work: Work, query: GroupQuery) -> tuple[Page[TaskCard], list[Group]]:
    """Return a page of tasks in the order of their groups, and all groups. Three statements."""
    wanted = await _filtered(work, query)
    key, order = _grouping(query)
    here = wanted.subquery()
    counted = await work.session.execute(
        select(key, func.count())
        .select_from(Task)
        .join(here, here.c.id == col(Task.id))
        .group_by(literal_column("1"))
    )
    counts = {_text(key): count for key, count in counted}
    rows = await work.session.scalars(
        _named(wanted, query)
        .order_by(*order, *ordering(query.sort or "dueDate", SORTABLE))
        .offset((query.page - 1) * query.limit)
        .limit(query.limit)
    )
    cards = await present(work, list(rows), TaskCard)
    page = page_of(cards, sum(counts.values()), query)
    return page, [Group(key, count) for key, count in counts.items()]


def group_of(task: TaskCard, query: GroupQuery) -> str:
    """Return the key of the group that a task is in."""
    match query.group:
        case "due":
            return "done" if task.status == "COMPLETED" else due_of(task.due_date, query.today)
        case "status":
            return task.status
        case "priority":
            return task.priority
        case "project":
            return _text(task.project_id)
        case "who":
            return _text(task.assignee_id)
    return ""


def due_of(day: date | None, today: date) -> str:
    """Return which of `DUE_ORDER` the target date of an open task is in."""
    if day is None:
        return "none"
    if day <= today:
        return "passed" if day < today else "today"
    return "week" if day <= week_from(today) else "later"


def week_from(today: date) -> date:
    """Return the day a week from today, or the last of all days."""
    return min(today, date.max - _WEEK) + _WEEK


async def _filtered(work: Work, by: GroupQuery) -> Select[Any]:
    query = await filtered(work, by)
    day, later, end = col(Task.due_date), col(Task.shown_from), week_from(by.today)
    if by.due == "passed":
        query = query.where(day < by.today, col(Task.status).in_(OPEN))
    elif by.due == "today":
        query = query.where(day == by.today)
    elif by.due == "week":
        query = query.where(day >= by.today, day <= end)
    elif by.due == "later":
        query = query.where(day > end)
    elif by.due == "none":
        query = query.where(day.is_(None))
    if by.no_project:
        query = query.where(col(Task.project_id).is_(None))
    return query.where(later > by.today) if by.put_off else query


def _grouping(by: GroupQuery) -> tuple[Any, list[Any]]:
    """Return what tasks of a group have in common, and the order of groups."""
    match by.group:
        case "due":
            day, end = col(Task.due_date), week_from(by.today)
            key = case(
                (col(Task.status) == "COMPLETED", "done"),
                (day < by.today, "passed"),
                (day == by.today, "today"),
                (day <= end, "week"),
                (day.is_not(None), "later"),
                else_="none",
            )
            return key, [_ranked(key, DUE_ORDER)]
        case "status":
            return col(Task.status), [_ranked(col(Task.status), STATUS_ORDER)]
        case "priority":
            return col(Task.priority), [_ranked(col(Task.priority), PRIORITY_ORDER)]
        case "project":
            name = func.lower(col(Project.name))
            return col(Task.project_id), [name.nulls_last(), col(Task.project_id)]
        case "who":
            name = func.lower(col(User.name))
            return col(Task.assignee_id), [name.nulls_last(), col(Task.assignee_id)]
    return literal_column("''"), []


def _ranked(key: Any, names: tuple[str, ...]) -> Any:
    return case({name: place for place, name in enumerate(names)}, value=key)


def _named(query: Select[Any], by: GroupQuery) -> Select[Any]:
    if by.group == "project":
        return query.outerjoin(Project, col(Project.id) == col(Task.project_id))
    if by.group == "who":
        return query.outerjoin(User, col(User.id) == col(Task.assignee_id))
    return query


def _text(key: Any) -> str:
    return "" if key is None else str(key)
