"""State of the line that makes tasks: what of it was understood, before it is taken."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx
from pydantic import ValidationError

from mosaic.core.errors import Problem
from mosaic.problems import value_words
from mosaic.shell import task_list_words, task_words
from mosaic.shell.session import acting, now_of, on_problem
from mosaic.tasks import quick_add, service
from mosaic.tasks.choices import Choices, names_any, read_named
from mosaic.tasks.pages.place_state import begun_with, read_place
from mosaic.tasks.pages.undo_state import told
from mosaic.tasks.shapes import TaskChanged, TaskCreate

LINE = "new-task"  # the id of the field


@dataclass
class Chip:
    """A part of the line that was understood: `text` as it is written, `said` what it means."""

    kind: str
    text: str
    said: str


class TaskQuick(rx.State):
    """What the line says. A part that is `put_back` stays in the title."""

    chips: list[Chip] = []
    text: str = ""
    _put_back: list[str] = []

    @rx.event
    async def read(self, text: str) -> None:
        """Show what of the line is understood."""
        self.text = text[:2_000]
        self._put_back = [one for one in self._put_back if one in text]
        await self._understand()

    @rx.event
    async def put_back(self, text: str) -> None:
        """Leave a part in the title."""
        self._put_back = [*self._put_back, text]
        await self._understand()

    @rx.event
    async def add(self, form: dict[str, Any]) -> list[rx.event.EventSpec]:
        """Make a task of the line, with what the list is filtered by.

        Where that does not work out, what was typed is put back into the line.
        """
        self.text = str(form.get("title", ""))
        if not self.text.strip():
            return []
        back = rx.set_value(LINE, self.text)
        try:
            found = await self._understand()
            if not found.title:
                return [rx.toast(task_list_words.NO_TITLE), back]
            made = await self._made(found)
        except ValidationError as problem:
            return [rx.toast(value_words(problem.errors()[0])), back]
        except Problem as problem:
            return [on_problem(problem), back]
        self.chips, self.text, self._put_back = [], "", []
        return [told(f"“{made.title}” is kept.", made.change_id)]

    async def _made(self, found: quick_add.QuickAdd) -> TaskChanged:
        chosen = read_place(self.router.url.query_parameters)
        async with acting(self) as work:
            given = {**begun_with(chosen, work.user_id), **_given(found)}
            return await service.create_task(work, TaskCreate.model_validate(given))

    async def _understand(self) -> quick_add.QuickAdd:
        """Read the line; the database is asked only where it may name somebody or something."""
        known, now = _NONE, now_of(self).replace(tzinfo=None)
        if names_any(self.text):
            async with acting(self) as work:
                known = await read_named(work, self.text)
        # In a thread: the first date of all takes the parser a second.
        found = await asyncio.to_thread(
            quick_add.read,
            *(self.text, now, known.people, known.projects, known.tags, self._put_back),
        )
        self.chips = [Chip(one.kind, one.text, _said(one, found, now)) for one in found.parts]
        return found


_NONE = Choices([], [], [])


def _said(part: quick_add.Part, found: quick_add.QuickAdd, now: datetime) -> str:
    """Return what a part means. Where none of them is a day, one tells which it is."""
    said = task_list_words.understood(part.kind, part.meaning, now.date())
    kinds = {one.kind for one in found.parts}
    if found.due_date is None or "date" in kinds:
        return said
    if part.kind == "time":
        return task_words.target(found.due_date, now.date(), at=found.due_time)
    if part.kind == "repeat" and "time" not in kinds:
        return f"{said}, from {task_words.day_within(found.due_date, now.date())}"
    return said


def _given(found: quick_add.QuickAdd) -> dict[str, Any]:
    given = {
        "title": found.title,
        "dueDate": found.due_date,
        "dueTime": found.due_time,
        "startDate": found.start_date,
        "repeatRule": found.repeat_rule,
        "priority": found.priority,
        "assigneeId": found.assignee_id,
        "projectId": found.project_id,
        "estimateMinutes": found.estimate_minutes,
        "tags": found.tags,
    }
    return {name: value for name, value in given.items() if value}
