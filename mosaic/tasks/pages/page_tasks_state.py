"""State of the tasks that belong to a page of the wiki: those that link to it or stand on it."""

from typing import Any
from uuid import UUID

import reflex as rx
from pydantic import ValidationError

from mosaic.core.work import Work
from mosaic.problems import value_words
from mosaic.shell import task_words
from mosaic.shell.session import acting, now_of
from mosaic.tasks import service
from mosaic.tasks.entries import LINKS, tasks_of
from mosaic.tasks.pages.rows_state import TaskLine, put, task_line
from mosaic.tasks.pages.undo_state import told
from mosaic.tasks.shapes import TaskCreate


class PageTasks(rx.State):
    """The tasks of the page that is read."""

    lines: list[TaskLine] = []
    link: str = ""
    _of: str = ""

    @rx.event
    async def add(self, link: str, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Make a task that links to the page."""
        title = str(form.get("title", "")).strip()
        if not title:
            return None
        try:
            wanted = TaskCreate(title=title, description=link)
        except ValidationError as problem:
            return rx.toast(value_words(problem.errors()[0]))
        async with acting(self) as work:
            made = await service.create_task(work, wanted)
            await self._look(work)
        return told(f"“{made.title}” is kept.", made.change_id)

    @rx.event
    async def tick(self, id: str, done: bool) -> rx.event.EventSpec:
        """Complete a task of the page, or let it go on."""
        verb = service.reopen_task if done else service.complete_task
        async with acting(self) as work:
            found = await verb(work, UUID(id))
            await self._look(work)
        return told(task_words.ticked(found.title, done), found.change_id)

    async def fill(self, work: Work, entry_id: UUID, slug: str, title: str) -> set[str]:
        """Show the tasks of a page; return the topics that tell of their changes."""
        self._of = str(entry_id)
        put(self, link=f"[[{slug}|{title.translate(_NOT_IN_LINKS)}]]")
        return await self._look(work)

    async def _look(self, work: Work) -> set[str]:
        if not self._of:  # the server was away; the page fills this in a moment
            return set()
        found = await tasks_of(work, UUID(self._of))
        today = now_of(self).date()
        put(self, lines=[task_line(self, one, today, beside_list=True) for one in found])
        return {f"tasks:{LINKS}", *(f"tasks:{one.id}" for one in found)}


_NOT_IN_LINKS = str.maketrans("[]|", "()/")
