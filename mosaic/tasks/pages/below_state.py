"""State of the tasks below the one that is open, and of the one above it."""

from typing import Any
from uuid import UUID

import reflex as rx
from pydantic import ValidationError

from mosaic.core.work import Work
from mosaic.problems import value_words
from mosaic.shell import task_words
from mosaic.shell.session import acting, now_of
from mosaic.tasks import service
from mosaic.tasks.listing import TaskQuery, list_cards
from mosaic.tasks.models import Task
from mosaic.tasks.pages.rows_state import TaskLine, beside, fill_again, put, task_line
from mosaic.tasks.pages.undo_state import told
from mosaic.tasks.shapes import TaskCreate

_MOST = 100


class TaskBelow(rx.State):
    """The subtasks of the task that is open."""

    lines: list[TaskLine] = []
    standing: str = ""
    above: str = ""
    above_href: str = ""
    _of: str = ""

    @rx.event
    async def add(self, of: str, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Make a task below the task `of`, in the same project."""
        title = str(form.get("title", "")).strip()
        if not title:
            return None
        try:
            async with acting(self) as work:
                task = await service.get_task(work, UUID(of))
                wanted = TaskCreate(title=title, parent_id=task.id, project_id=task.project_id)
                await service.create_task(work, wanted)
                await fill_again(self, work, task)
        except ValidationError as problem:
            return rx.toast(value_words(problem.errors()[0]))
        return None

    @rx.event
    async def tick(self, of: str, id: str, done: bool) -> rx.event.EventSpec:
        """Complete a task below the task `of`, or let it go on."""
        verb = service.reopen_task if done else service.complete_task
        async with acting(self) as work:
            found = await verb(work, UUID(id))
            await fill_again(self, work, await service.get_task(work, UUID(of)))
        return told(task_words.ticked(found.title, done), found.change_id)

    async def fill(self, work: Work, task: Task) -> set[UUID]:
        """Show what is below and above a task; return the ids of those tasks."""
        today = now_of(self).date()
        asked = TaskQuery.model_validate({"parentId": task.id, "limit": _MOST, "sort": "number"})
        below = await list_cards(work, asked)
        above = await service.get_task(work, task.parent_id) if task.parent_id else None
        done = sum(one.status == "COMPLETED" for one in below.data)
        put(
            self,
            lines=[task_line(self, one, today) for one in below.data],
            standing=f"{done} of {below.meta.total}" if below.meta.total else "",
            above=above.title if above else "",
            above_href=beside(self, above.number) if above else "",
        )
        self._of = str(task.id)
        return {one.id for one in (*below.data, *([above] if above else []))}
