"""Lists of tasks."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field
from sqlalchemy import Select, case, func, or_, select
from sqlmodel import col

from mosaic.core.pagination import Page, PageQuery, page_of, paginate
from mosaic.core.work import Work
from mosaic.tasks.entries import page_at, tasks_linking
from mosaic.tasks.models import Task
from mosaic.tasks.presenting import present
from mosaic.tasks.shapes import Priority, TaskCard, TaskPublic, TaskStatus
from mosaic.tasks.tagging import tagged

_MOST_NUMBER = 2**31 - 1


class TaskQuery(PageQuery):
    """Filters of the list. Archived tasks are left out unless asked for.

    `entry` is the slug of a page that they link to. `dueBefore` and `dueAfter` leave out the day
    itself; `shownOn` leaves out what is put off until a later day than this one.
    """

    model_config = ConfigDict(populate_by_name=True)

    status: list[TaskStatus] = []
    priority: list[Priority] = []
    project_id: UUID | None = Field(None, alias="projectId")
    assignee_id: UUID | None = Field(None, alias="assigneeId")
    unassigned: bool = False
    parent_id: UUID | None = Field(None, alias="parentId")
    tag: str | None = Field(None, max_length=200)
    entry: str | None = Field(None, max_length=200)
    due_before: date | None = Field(None, alias="dueBefore")
    due_after: date | None = Field(None, alias="dueAfter")
    shown_on: date | None = Field(None, alias="shownOn")
    q: str | None = Field(None, max_length=200)


async def list_tasks(work: Work, query: TaskQuery) -> Page[TaskPublic]:
    """Return a page of tasks, the latest changes first; of those found, see `_order`. Three
    statements.
    """
    page = await paginate(work, await filtered(work, query), query, *_order(query))
    return page_of(await present(work, page.data, TaskPublic), page.meta.total, query)


async def list_cards(work: Work, query: TaskQuery) -> Page[TaskCard]:
    """Return the same page without descriptions."""
    page = await paginate(work, await filtered(work, query), query, *_order(query))
    return page_of(await present(work, page.data, TaskCard), page.meta.total, query)


_RANKS = {"LOW": 1, "MEDIUM": 2, "HIGH": 3}
SORTABLE: dict[str, Any] = {
    "updatedAt": col(Task.updated_at),
    "createdAt": col(Task.created_at),
    "completedAt": col(Task.completed_at),
    "dueDate": (col(Task.due_date), col(Task.due_time)),
    "startDate": col(Task.start_date),
    "priority": case(_RANKS, value=col(Task.priority)),
    "progress": col(Task.progress),
    "status": col(Task.status),
    "title": func.lower(col(Task.title)),
    "number": col(Task.number),
    "position": col(Task.position),
    "id": col(Task.id),
}


def _order(query: TaskQuery) -> tuple[dict[str, Any], str]:
    """Return what a list sorts by. Of what words find, their number or title counts first."""
    if not query.q:
        return SORTABLE, "-updatedAt"
    titled, *numbered = _places(query.q)
    rank = case(*((one, 2) for one in numbered), (titled, 1), else_=0)
    return {"match": (rank, col(Task.updated_at)), **SORTABLE}, "-match"


async def filtered(work: Work, by: TaskQuery) -> Select[Any]:
    status, due = col(Task.status), col(Task.due_date)
    query = select(Task).where(status.in_(by.status) if by.status else status != "ARCHIVED")
    wanted = {
        Task.project_id: by.project_id,
        Task.assignee_id: by.assignee_id,
        Task.parent_id: by.parent_id,
    }
    query = query.where(*[col(name) == value for name, value in wanted.items() if value])
    if by.priority:
        query = query.where(col(Task.priority).in_(by.priority))
    if by.unassigned:
        query = query.where(col(Task.assignee_id).is_(None))
    if by.tag:
        query = query.where(col(Task.id).in_(await tagged(work, by.tag)))
    if by.entry:
        page_id = await page_at(work, by.entry)
        query = query.where(col(Task.id).in_(await tasks_linking(work, page_id)))
    if by.due_before:
        query = query.where(due < by.due_before)
    if by.due_after:
        query = query.where(due > by.due_after)
    if by.shown_on:
        later = col(Task.shown_from)
        query = query.where(or_(later.is_(None), later <= by.shown_on))
    return query.where(_says(by.q)) if by.q else query


def _says(words: str) -> Any:
    return or_(*_places(words), col(Task.description).icontains(words, autoescape=True))


def _places(words: str) -> list[Any]:
    """Return the condition that a title has these words and, of a number, that it is the task's."""
    titled = col(Task.title).icontains(words, autoescape=True)
    number = words.strip().removeprefix("#")
    if number.isdecimal() and len(number) < 11 and int(number) <= _MOST_NUMBER:
        return [titled, col(Task.number) == int(number)]
    return [titled]
