"""State of the tags of the task that is open."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import reflex as rx
from pydantic import ValidationError

from mosaic.core.work import Work
from mosaic.problems import value_words
from mosaic.shell import task_words
from mosaic.shell.session import acting
from mosaic.tasks import tagging_many
from mosaic.tasks.pages.panel_state import TaskPanel
from mosaic.tasks.pages.undo_state import told
from mosaic.tasks.shapes import TaskChanges, TasksChanged

Verb = Callable[[Work, Sequence[UUID], str], Awaitable[TasksChanged]]


def unfit(name: str) -> str:
    """Return why a tag cannot be called this; "" where it can."""
    try:
        TaskChanges(tags=[name])
    except ValidationError as problem:
        return value_words(problem.errors()[0])
    return ""


class TaskTags(rx.State):
    """Puts tags on the task that is open and takes them off, one by one."""

    @rx.event
    async def add(self, of: str, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Put one more tag on the task `of`."""
        name = str(form.get("tag", "")).strip().lstrip("#").strip()
        if not name:
            return None
        if said := unfit(name):
            return rx.toast(said)
        await self._tag(tagging_many.tag_tasks, of, name)
        return None

    @rx.event
    async def remove(self, of: str, name: str) -> rx.event.EventSpec:
        """Take a tag off the task `of`."""
        changed = await self._tag(tagging_many.untag_tasks, of, name)
        return told(task_words.taken_off(f"#{name}"), changed.change_id)

    async def _tag(self, verb: Verb, of: str, name: str) -> TasksChanged:
        async with acting(self) as work:
            changed = await verb(work, [UUID(of)], name)
        await (await self.get_state(TaskPanel)).refresh()
        return changed
