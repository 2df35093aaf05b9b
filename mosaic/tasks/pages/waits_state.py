"""State of what the task that is open waits for, and of what waits for it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx
from pydantic import ValidationError

from mosaic.core.errors import Problem
from mosaic.core.work import Work
from mosaic.problems import value_words
from mosaic.shell import task_words
from mosaic.shell.session import acting
from mosaic.tasks import dependencies
from mosaic.tasks.around_shapes import DependencyCreate, DependencyPublic, DependencyUpdate
from mosaic.tasks.listing import TaskQuery, list_cards
from mosaic.tasks.models import Task
from mosaic.tasks.pages.rows_state import beside, fill_again, put
from mosaic.tasks.pages.undo_state import undoable
from mosaic.tasks.service import get_task

FIND = "find-wait"  # the id of the field
_OFFERED = 6
_KEPT = {"depends_on_id", "type", "lag_days"}


@dataclass
class Wait:
    """A dependency: the other task, and how the two follow each other."""

    id: str
    number: str
    title: str
    href: str
    done: bool
    type: str
    lag: str
    said: str


@dataclass
class Offer:
    """A task that could be waited for."""

    id: str
    number: str
    title: str


class TaskWaits(rx.State):
    """What the open task waits for."""

    lines: list[Wait] = []
    after: list[Wait] = []
    offers: list[Offer] = []
    said: str = ""
    kept: str = ""
    _of: str = ""
    _saves: int = 0

    @rx.event
    async def find(self, text: str) -> None:
        """Offer the tasks that words or a number name."""
        self.said, self.offers = "", []
        if not text.strip():
            return
        most = min(100, _OFFERED + 1 + len(self.lines))
        asked = {"q": text.strip()[:200], "limit": most}
        async with acting(self) as work:
            found = await list_cards(work, TaskQuery.model_validate(asked))
        mine = {self._of, *(one.number for one in self.lines)}
        offers = [Offer(str(one.id), str(one.number), one.title) for one in found.data]
        self.offers = [one for one in offers if not {one.id, one.number} & mine][:_OFFERED]
        self.said = "" if self.offers else task_words.NO_SUCH_TASK

    @rx.event
    async def add(self, of: str, id: str) -> rx.event.EventSpec | None:
        """Let the task `of` wait until another one is finished."""
        try:
            async with acting(self) as work:
                task = await get_task(work, UUID(of))
                wanted = DependencyCreate(depends_on_id=UUID(id))
                await dependencies.add_dependency(work, task, wanted)
                await fill_again(self, work, task)
        except Problem as problem:
            self.said = problem.detail
            return None
        self.offers, self.said = [], ""
        return rx.set_value(FIND, "")

    @rx.event
    async def change(self, of: str, id: str, type: str) -> None:
        """Let the task `of` follow the other one in another way."""
        await self._change(of, id, DependencyUpdate.model_validate({"type": type}))

    @rx.event
    async def put_off(
        self, of: str, id: str, name: str, days: str, base: str
    ) -> rx.event.EventSpec | None:
        """Let so many days of work be between the two; none where nothing is typed."""
        try:
            change = DependencyUpdate.model_validate({"lagDays": days or "0"})
        except ValidationError as problem:
            return rx.toast(value_words(problem.errors()[0]))
        await self._change(of, id, change)
        self._saves += 1
        self.kept = f"{name} {self._saves}"
        return None

    @rx.event
    async def remove(self, of: str, id: str) -> rx.event.EventSpec:
        """Let the task `of` wait for that one no more."""
        async with acting(self) as work:
            task = await get_task(work, UUID(of))
            gone = await dependencies.remove_dependency(work, task, UUID(id))
            await fill_again(self, work, task)
        kept = DependencyCreate.model_validate(gone.model_dump(include=_KEPT))
        back = TaskWaits.put_back(str(task.id), kept.model_dump(mode="json"))
        return undoable(task_words.waits_no_more(gone.task.title), back)

    @rx.event
    async def put_back(self, of: str, kept: dict[str, Any]) -> rx.event.EventSpec:
        """Let the task `of` wait again as it did."""
        async with acting(self) as work:
            task = await get_task(work, UUID(of))
            await dependencies.add_dependency(work, task, DependencyCreate.model_validate(kept))
            await fill_again(self, work, task)
        return rx.toast("Taken back.")

    async def _change(self, of: str, id: str, change: DependencyUpdate) -> None:
        async with acting(self) as work:
            task = await get_task(work, UUID(of))
            await dependencies.change_dependency(work, task, UUID(id), change)
            await fill_again(self, work, task)

    async def fill(self, work: Work, task: Task) -> set[UUID]:
        """Show what a task waits for; return the ids of those tasks."""
        before = await dependencies.list_dependencies(work, task)
        after = await dependencies.list_dependencies(work, task, dependents=True)
        put(self, lines=[self._line(one) for one in before])
        put(self, after=[self._line(one) for one in after])
        if self._of != str(task.id):
            self._of, self.offers, self.said = str(task.id), [], ""
        return {one.task.id for one in (*before, *after)}

    def _line(self, one: DependencyPublic) -> Wait:
        return Wait(
            id=str(one.id),
            number=str(one.task.number),
            title=one.task.title,
            href=beside(self, one.task.number),
            done=one.task.status == "COMPLETED",
            type=one.type,
            lag=str(one.lag_days),
            said=task_words.follows(one.type, one.lag_days),
        )
