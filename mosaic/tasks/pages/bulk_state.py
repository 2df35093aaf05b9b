"""State of the tasks that are selected in the list, and of what is done to them together."""

from typing import Any
from uuid import UUID

import reflex as rx
from pydantic import ValidationError

from mosaic.problems import value_words
from mosaic.shell import task_list_words
from mosaic.shell.session import acting, now_of, workspace_of
from mosaic.tasks import bulk, tagging_many
from mosaic.tasks.fields import as_text
from mosaic.tasks.pages.list_state import TaskList
from mosaic.tasks.pages.rows_state import postponed
from mosaic.tasks.pages.tags_state import unfit
from mosaic.tasks.pages.undo_state import told
from mosaic.tasks.shapes import Bulk, TaskChanges, TasksChanged

_MOST = 500


class TaskSelection(rx.State):
    """Ids of the selected tasks, those on other pages of the list too."""

    ids: list[str] = []
    _of: str = ""

    @rx.event
    def load(self) -> None:
        """Keep what is selected, as long as the tab stays in its workspace."""
        here = workspace_of(self)
        if self._of != here:
            self.ids, self._of = [], here

    @rx.event
    def toggle(self, id: str) -> None:
        """Select a task, or no longer."""
        if id in self.ids:
            self.ids = [one for one in self.ids if one != id]
        elif len(self.ids) < _MOST:
            self.ids = [*self.ids, id]

    @rx.event
    async def select_all(self) -> None:
        """Select what the page of the list shows."""
        page = await self.get_state(TaskList)
        shown = [line.id for group in page.groups for line in group.lines]
        self.ids = list(dict.fromkeys([*self.ids, *shown]))[:_MOST]

    @rx.event
    def clear(self) -> None:
        """Select nothing."""
        self.ids = []

    @rx.event
    async def change(self, ids: list[str], name: str, value: str) -> rx.event.EventSpec | None:
        """Give all of them a value, as one change."""
        if name in ("dueDate", "shownFrom"):
            today = now_of(self).date()
            value = as_text(today if value == "today" else postponed(value, today))
        try:
            changes = TaskChanges.model_validate({name: None if value == "none" else value or None})
            wanted = Bulk(ids=[UUID(id) for id in ids], changes=changes)
        except ValidationError as problem:
            return rx.toast(value_words(problem.errors()[0]))
        async with acting(self) as work:
            return self._told(await bulk.change_tasks(work, wanted))

    @rx.event
    async def tag(self, ids: list[str], form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Put a tag on all of them, or take it off where a minus stands before it."""
        text = str(form.get("tag", "")).strip()
        name = text.lstrip("-").strip().lstrip("#").strip()
        if not name:
            return None
        if said := unfit(name):
            return rx.toast(said)
        verb = tagging_many.untag_tasks if text.startswith("-") else tagging_many.tag_tasks
        async with acting(self) as work:
            return self._told(await verb(work, [UUID(id) for id in ids], name))

    def _told(self, changed: TasksChanged) -> rx.event.EventSpec:
        self.ids = []
        return told(task_list_words.changed_together(len(changed.tasks)), changed.change_id)
