"""State of the list of tasks."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic.core.work import Work
from mosaic.shell import task_list_words, task_words, words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, now_of, watch, workspace_of
from mosaic.tasks import service
from mosaic.tasks.choices import options, read_choices
from mosaic.tasks.grouping import Group, group_of, list_groups
from mosaic.tasks.pages import place_state as place
from mosaic.tasks.pages.rows_state import TaskLine, put, task_line
from mosaic.tasks.pages.undo_state import told
from mosaic.tasks.shapes import TaskCard

Options = list[tuple[str, str]]


@dataclass
class Lines:
    """Tasks with something in common; `count` of all of them, wherever they are."""

    title: str
    count: str
    lines: list[TaskLine] = field(default_factory=list)


@dataclass
class Way:
    """A way to another part of the list, or out of a filter."""

    name: str
    href: str
    shown: bool = False


class TaskList(rx.State):
    """The tasks of a workspace; what is shown of them is in the address."""

    groups: list[Lines] = []
    standing: str = ""
    chosen: dict[str, str] = {}
    shown: dict[str, str] = {}
    tabs: list[Way] = []
    filters: list[Way] = []
    people: Options = []
    projects: Options = []
    tags: list[str] = []
    earlier: str = ""
    later: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Fill the list from the address, and follow what changes."""
        chosen = self._place()
        async with acting(self) as work:
            found = await read_choices(work)
            put(self, chosen=chosen, shown=place.filled_in(chosen), tags=found.tags)
            put(self, people=[*task_list_words.WHO, *options(found.people, "")[1:]])
            put(self, projects=[*task_list_words.WHERE, *options(found.projects, "")[1:]])
            put(self, tabs=[self._tab(name, value) for name, value in task_list_words.TASK_TABS])
            put(self, filters=self._filters())
            await self._look(work)

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        async with acting(self) as work:
            await self._look(work)

    async def _look(self, work: Work) -> None:
        watch(self, work.tenant, {"tasks"}, TaskList.refresh)
        page, today = page_number(self.router.url.query_parameters), now_of(self).date()
        query = place.query_of(self._place(), work.user_id, today, page)
        found, groups = await list_groups(work, query)
        if page > max(1, found.meta.total_pages):  # what was there has gone, or never was
            page = max(1, found.meta.total_pages)
            query = query.model_copy(update={"page": page})
            found, groups = await list_groups(work, query)
        of = [(group_of(card, query), card) for card in found.data]
        put(self, groups=self._grouped(of, groups, query.group, today))
        earlier, later = neighbours(self._address, page, found.meta.total_pages)
        put(self, earlier=earlier, later=later, loaded=True)
        put(self, standing=words.count(found.meta.total, "task"))

    def _grouped(
        self, cards: list[tuple[str, TaskCard]], groups: list[Group], by: str, today: date
    ) -> list[Lines]:
        counts = {one.key: one.count for one in groups}
        found: dict[str, Lines] = {}
        for key, card in cards:
            if key not in found:
                project = card.project.name if card.project else ""
                title = task_list_words.group(by, key, project, card.assignee_name or "")
                found[key] = Lines(title if by else "", f"{counts.get(key, 0):,}" if by else "")
            line = task_line(self, card, today)
            # What the heading says is not said again.
            if by == "due":
                line.due = _due_below(key, card, line.due, today)
            line.project = "" if by == "project" else line.project
            found[key].lines.append(line)
        return list(found.values())

    @rx.event
    def choose(self, name: str, value: str) -> rx.event.EventSpec:
        """Put a filter into the address; the list follows."""
        return rx.redirect(self._address(1, **{name: value}))

    @rx.event
    def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """Put words into the address."""
        return rx.redirect(self._address(1, q=str(form.get("q", "")).strip()[:200]))

    @rx.event
    async def tick(self, id: str, done: bool) -> rx.event.EventSpec:
        """Complete a task, or let it go on."""
        verb = service.reopen_task if done else service.complete_task
        async with acting(self) as work:
            found = await verb(work, UUID(id))
            await self._look(work)
        return told(task_words.ticked(found.title, done), found.change_id)

    def _tab(self, name: str, status: str) -> Way:
        # What stands in the address by itself: another status has another order.
        href = self._address(1, status=status, sort="", group="")
        return Way(name, href, self.chosen["status"] == status)

    def _filters(self) -> list[Way]:
        said = task_list_words.filters(self.chosen, dict(self.people), dict(self.projects))
        return [Way(words, self._address(1, **{name: ""})) for name, words in said]

    def _address(self, page: int, **changes: str) -> str:
        return address(f"/w/{workspace_of(self)}/tasks", page, **{**self._place(), **changes})

    def _place(self) -> dict[str, str]:
        return place.read_place(self.router.url.query_parameters)


def _due_below(key: str, task: TaskCard, said: str, today: date) -> str:
    if key == "today":
        return task_words.clock(task.due_time) if task.due_time else ""
    if key == "passed" and task.due_date:
        return task_words.target(task.due_date, today, at=task.due_time)
    return said
