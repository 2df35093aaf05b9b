"""Tasks as pages show them: values in words."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import reflex as rx

from mosaic.core.errors import Invalid
from mosaic.core.work import Work
from mosaic.shell import repeat_words, task_words
from mosaic.shell.session import workspace_of
from mosaic.tasks.models import Task
from mosaic.tasks.shapes import OPEN, TaskCard

_TAGS = 3  # that a line shows


@dataclass
class TaskLine:
    """A task as a line of a list shows it."""

    id: str = ""
    number: str = ""
    title: str = ""
    href: str = ""
    done: bool = False
    status: str = ""
    label: str = ""
    tone: str = ""
    priority: str = ""
    project: str = ""
    color: str = ""
    tags: list[dict[str, str]] = field(default_factory=list)
    more_tags: str = ""
    due: str = ""
    due_tone: str = ""
    who: str = ""
    below: str = ""
    waits: str = ""
    repeats: str = ""


def task_line(state: rx.State, task: TaskCard, today: date, beside_list: bool = False) -> TaskLine:
    """Put a task into a line that opens it beside the page of `state`, or beside the list."""
    here = f"/w/{workspace_of(state)}/tasks?task={task.number}"
    said = task_words.TASK_STATUS[task.status]
    due, tone = planned(task, today)
    below = task.subtasks
    return TaskLine(
        id=str(task.id),
        number=str(task.number),
        title=task.title,
        href=here if beside_list else beside(state, task.number),
        done=task.status == "COMPLETED",
        status=task.status,
        label=said.label,
        tone=said.tone,
        priority="" if task.priority == "MEDIUM" else task_words.PRIORITY[task.priority].label,
        project=task.project.name if task.project else "",
        color=(task.project.color or "") if task.project else "",
        tags=[{"name": tag.name, "color": tag.color or ""} for tag in task.tags[:_TAGS]],
        more_tags=f"+{len(task.tags) - _TAGS}" if len(task.tags) > _TAGS else "",
        due=due,
        due_tone=tone,
        who=task.assignee_name or "",
        below=f"{below.completed} of {below.total}" if below.total else "",
        waits=task_words.waits(task.waits_for if task.status in OPEN else 0),
        repeats=repeat_words.said(task.repeat_rule) if task.repeat_rule else "",
    )


def planned(task: TaskCard, today: date) -> tuple[str, str]:
    """Return what is said about a task's target date, and its tone."""
    if task.due_date is None:
        return "", ""
    passed = task.status in OPEN and task.due_date < today
    near = task.status in OPEN and task.due_date == today
    tone = "attention" if passed else "going" if near else ""
    return task_words.target(task.due_date, today, passed, task.due_time), tone


def postponed(until: str, today: date) -> date | None:
    """Return the day "tomorrow" or "week" is, the next Monday; None for anything else."""
    days = {"tomorrow": 1, "week": 7 - today.weekday()}.get(until)
    return today + timedelta(days=days) if days else None


def beside(state: rx.State, number: int | str) -> str:
    """Return the address of the page that is shown, with a task beside it."""
    url = state.router.url
    kept = [(name, value) for name, value in parse_qsl(url.query) if name != "task"]
    return f"{url.path}?{urlencode([*kept, ('task', str(number))])}"


def put(state: rx.State, **values: Any) -> None:
    """Set variables of a state where they differ, so that only what changed is sent."""
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)


async def fill_again(state: Any, work: Work, task: Task) -> None:
    """Show a part of the open task anew, unless the panel shows another task by now, or none."""
    if state._of == str(task.id):
        await state.fill(work, task)


def as_number(text: str) -> int:
    """Return the number that an address names. Invalid for anything else."""
    if not text.isdecimal() or len(text) > 10:
        raise Invalid("Tasks are named by their number.")
    return int(text)
