"""State of the overview of a project."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.projects import people, progress, service
from mosaic.projects.people import ProjectPerson
from mosaic.projects.progress import DayOfWork
from mosaic.shell import task_words, words
from mosaic.shell.session import acting, now_of, watch, workspace_of
from mosaic.tasks.listing import TaskQuery, list_cards
from mosaic.tasks.presenting import render
from mosaic.tasks.shapes import OPEN, TaskCard

_LINES = 6


@dataclass
class TaskLine:
    """A task, as a line of the overview shows it."""

    number: int
    title: str
    href: str
    status: str
    tone: str
    when: str
    passed: bool
    who: str


@dataclass
class PersonLine:
    """Somebody who has tasks here, with the way to them."""

    name: str
    nobody: bool
    href: str
    standing: str
    done: int
    total: int


class Overview(rx.State):
    """What comes next, what moved lately, and how far the project has come."""

    loaded: bool = False
    about: str = ""
    entry_title: str = ""
    entry_href: str = ""
    coming: list[TaskLine] = []
    lately: list[TaskLine] = []
    people: list[PersonLine] = []
    done: int = 0
    total: int = 0
    chart: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    figures: list[list[str]] = []

    @rx.event
    async def load(self) -> None:
        """Fill the page, and follow what changes."""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        today = now_of(self).date()
        async with acting(self) as work:
            try:
                project = await service.read_project(work, str(self.slug))
            except NotFound:
                return
            topics = {f"tasks:{project.id}", f"projects:{project.id}"}
            watch(self, work.tenant, topics, Overview.refresh)
            [self.about] = await render(work, [project.description])
            of = {"projectId": project.id, "limit": _LINES}
            coming = {**of, "status": list(OPEN), "sort": "dueDate", "shownOn": today}
            coming_cards = await list_cards(work, TaskQuery.model_validate(coming))
            lately = {**of, "sort": "-updatedAt"}
            lately_cards = await list_cards(work, TaskQuery.model_validate(lately))
            days = await progress.read_burn_up(work, project.id)
            everybody = await people.list_people(work, project.id)
        base = f"/w/{workspace_of(self)}"
        self.entry_title = project.entry.title if project.entry else ""
        self.entry_href = f"{base}/knowledge/{project.entry.slug}" if project.entry else ""
        here = f"{base}/projects/{project.slug}"
        self.coming = [_line(here, one, today) for one in coming_cards.data]
        self.lately = [_line(here, one, today, lately=True) for one in lately_cards.data]
        self.people = [_person(base, project.id, one) for one in everybody]
        self.done, self.total = project.tasks.completed, project.tasks.total
        self.chart, self.layout = _burn_up(days, today, project.end_date)
        self.figures = [
            [task_words.short_day(one.day), f"{one.total:,}", f"{one.completed:,}"] for one in days
        ]
        self.loaded = True


def _line(here: str, task: TaskCard, today: date, lately: bool = False) -> TaskLine:
    status = task_words.TASK_STATUS[task.status]
    passed = bool(task.due_date and task.due_date < today and not task.completed_at)
    day, at = task.due_date, task.due_time
    planned = task_words.target(day, today, passed, at) if day else ""
    return TaskLine(
        number=task.number,
        title=task.title,
        href=f"{here}/board?task={task.number}",
        status=status.label,
        tone=status.tone,
        when=words.ago(task.updated_at) if lately else planned,
        passed=passed and not lately,
        who=task.assignee_name or "",
    )


def _person(base: str, project_id: UUID, one: ProjectPerson) -> PersonLine:
    place = {"project": str(project_id), "who": str(one.id or "nobody"), "status": "ALL"}
    return PersonLine(
        name=one.name or task_words.NOBODY,
        nobody=one.id is None,
        href=f"{base}/tasks?{urlencode(place)}",
        standing=task_words.share(one.open, one.completed),
        done=one.completed,
        total=one.open + one.completed,
    )


def _burn_up(
    days: Sequence[DayOfWork], today: date, end: date | None
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return what there was to do, and what was completed, as two lines that rise until today."""
    if not days:
        return [], {}
    before = DayOfWork(day=_near(days[0].day, -1), total=0, completed=0)
    shown = [before, *days, days[-1].model_copy(update={"day": max(today, days[-1].day)})]
    at = [one.day.isoformat() for one in shown]

    def line(name: str, values: list[int], colour: str, fill: str) -> dict[str, Any]:
        return {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": at,
            "y": values,
            "line": {"color": colour, "width": 2, "shape": "hv"},
            "fill": fill,
        }

    last = max(shown[-1].day, end or today)
    axis = {"type": "date", "range": [at[0], _near(last, 1).isoformat()], "tickformat": "%-d %b"}
    return [
        line("All tasks", [one.total for one in shown], "--chart-grey", "none"),
        line("Completed", [one.completed for one in shown], "--accent", "tozeroy"),
    ], {"height": 240, "showlegend": True, "xaxis": axis, "yaxis": {"rangemode": "tozero"}}


def _near(day: date, days: int) -> date:
    """Return a day some days off, as far as there are any."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))
