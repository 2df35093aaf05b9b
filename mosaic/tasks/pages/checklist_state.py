"""State of the checklist of the task that is open."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic.core.work import Work
from mosaic.shell import task_words
from mosaic.shell.forms import saying
from mosaic.shell.session import acting
from mosaic.tasks import checklists
from mosaic.tasks.around_shapes import ItemCreate, ItemPublic, ItemUpdate
from mosaic.tasks.models import Task
from mosaic.tasks.pages.rows_state import fill_again, put
from mosaic.tasks.pages.undo_state import undoable
from mosaic.tasks.service import get_task


@dataclass
class Item:
    """A line of the checklist."""

    id: str
    title: str
    checked: bool


class TaskChecklist(rx.State):
    """The small things that the open task consists of."""

    lines: list[Item] = []
    standing: str = ""
    kept: str = ""
    said: dict[str, str] = {}
    _of: str = ""
    _saves: int = 0

    @rx.event
    async def add(self, of: str, form: dict[str, Any]) -> None:
        """Add a line at the end of the checklist of the task `of`."""
        title = str(form.get("title", "")).strip()
        if not title:
            return
        with saying(self):
            wanted = ItemCreate(title=title)
            async with acting(self) as work:
                task = await get_task(work, UUID(of))
                await checklists.add_item(work, task, wanted)
                await fill_again(self, work, task)

    @rx.event
    async def check(self, of: str, id: str, checked: bool) -> None:
        """Check a line, or not."""
        await self._change(of, id, ItemUpdate(checked=checked))

    @rx.event
    async def save(
        self, of: str, id: str, name: str, title: str, base: str
    ) -> rx.event.EventSpec | None:
        """Give a line other words; without any it goes."""
        if not title:
            return await self._remove(of, id)
        with saying(self):
            await self._change(of, id, ItemUpdate(title=title))
            self._saves += 1
            self.kept = f"{name} {self._saves}"
        return None

    @rx.event
    async def remove(self, of: str, id: str) -> rx.event.EventSpec:
        """Take a line off."""
        return await self._remove(of, id)

    async def _remove(self, of: str, id: str) -> rx.event.EventSpec:
        async with acting(self) as work:
            task = await get_task(work, UUID(of))
            was = await checklists.remove_item(work, task, UUID(id))
            await fill_again(self, work, task)
        back = TaskChecklist.put_back(str(task.id), was.model_dump(mode="json"))
        return undoable(task_words.taken_off(was.title), back)

    @rx.event
    async def put_back(self, of: str, was: dict[str, Any]) -> rx.event.EventSpec:
        """Put a line back onto the checklist of the task `of`."""
        async with acting(self) as work:
            task = await get_task(work, UUID(of))
            await checklists.put_item_back(work, task, ItemPublic.model_validate(was))
            await fill_again(self, work, task)
        return rx.toast("Taken back.")

    async def _change(self, of: str, id: str, change: ItemUpdate) -> None:
        async with acting(self) as work:
            task = await get_task(work, UUID(of))
            await checklists.change_item(work, task, UUID(id), change)
            await fill_again(self, work, task)

    async def fill(self, work: Work, task: Task) -> None:
        """Show the checklist of a task."""
        found = await checklists.list_items(work, task)
        done = sum(one.checked for one in found)
        lines = [Item(str(one.id), one.title, one.checked) for one in found]
        put(self, lines=lines, standing=f"{done} of {len(found)}" if found else "")
        if self._of != str(task.id):
            self._of, self.said = str(task.id), {}
