"""State of the task that is open beside a page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import reflex as rx
from pydantic import ValidationError

from mosaic.accounts.service import names_of
from mosaic.core.errors import Conflict, Invalid, NotFound
from mosaic.core.work import Work
from mosaic.problems import value_words
from mosaic.projects.columns import columns_of
from mosaic.shell import repeat_words, task_words, words
from mosaic.shell.session import acting, now_of, watch, workspace_of
from mosaic.tasks import service
from mosaic.tasks.choices import options, read_choices
from mosaic.tasks.entries import entries_of
from mosaic.tasks.estimates import minutes
from mosaic.tasks.fields import as_text, change_fields, read_numbered
from mosaic.tasks.models import Task
from mosaic.tasks.pages.below_state import TaskBelow
from mosaic.tasks.pages.checklist_state import TaskChecklist
from mosaic.tasks.pages.files_state import TaskFiles
from mosaic.tasks.pages.rows_state import as_number, planned, postponed, put
from mosaic.tasks.pages.talk_state import TaskTalk
from mosaic.tasks.pages.undo_state import told
from mosaic.tasks.pages.waits_state import TaskWaits
from mosaic.tasks.shapes import TaskDetail, TaskUpdate

Options = list[tuple[str, str]]
_FIELDS = (
    *("title", "status", "priority", "assigneeId", "projectId", "columnId", "progress"),
    *("startDate", "dueDate", "dueTime", "shownFrom", "repeatRule"),
)


@dataclass
class OpenTask:
    """What is said about a task, beside the values of its fields."""

    id: str = ""
    number: str = ""
    done: bool = False
    archived: bool = False
    milestone: bool = False
    due: str = ""
    due_tone: str = ""
    later: str = ""
    repeats: Options = field(default_factory=list)
    project: str = ""
    project_href: str = ""
    tags: list[dict[str, str]] = field(default_factory=list)
    html: str = ""
    made: str = ""
    changed: str = ""
    who: str = ""


class TaskPanel(rx.State):
    """One task, by the number in the address; its fields are saved one at a time."""

    stage: str = "waiting"
    shown: str = ""
    task: OpenTask = OpenTask()
    values: dict[str, str] = {}
    kept: str = ""
    people: Options = []
    projects: Options = []
    columns: Options = []
    tag_names: list[str] = []
    pages: Options = []
    _saves: int = 0

    @rx.event
    async def load(self) -> None:
        """Show the task that the address names, and follow what changes."""
        asked = self.router.url.query_parameters.get("task")
        if asked is None:
            self.shown = ""
            return
        async with acting(self) as work:
            await self._look(work, asked)
            chosen = await read_choices(work)
        put(self, people=options(chosen.people, task_words.NOBODY), tag_names=chosen.tags)
        put(self, projects=options(chosen.projects, task_words.NO_PROJECT))

    @rx.event
    async def refresh(self) -> None:
        """Look again while a task is shown."""
        if self.shown:
            async with acting(self) as work:
                await self._look(work, self.shown)

    @rx.event
    async def save(self, of: str, name: str, value: str, base: str) -> rx.event.EventSpec | None:
        """Keep what was typed into a field of the task `of`, begun with the text `base`."""
        if name == "estimateMinutes":
            value, base = as_text(minutes(value)), as_text(minutes(base))
        return await self._keep(UUID(of), name, value, base, typed=True)

    @rx.event
    async def choose(self, of: str, name: str, value: str, base: str) -> rx.event.EventSpec | None:
        """Keep what was chosen for a field of the task `of`, where `base` was before."""
        return await self._keep(UUID(of), name, value, base)

    @rx.event
    async def postpone(self, of: str, until: str, base: str) -> rx.event.EventSpec | None:
        """Show the task `of` again tomorrow, next week, or "" for now."""
        value = as_text(postponed(until, now_of(self).date()))
        return await self._keep(UUID(of), "shownFrom", value, base)

    @rx.event
    async def tick(self, of: str, done: bool) -> rx.event.EventSpec:
        """Complete a task, or let one go on that was seen as `done`: twice is as once."""
        if done:
            return await self._do(of, service.reopen_task, "goes on")
        return await self._do(of, service.complete_task, "is completed")

    @rx.event
    async def archive(self, of: str) -> rx.event.EventSpec:
        """Put a task away."""
        return await self._do(of, service.archive_task, "is archived")

    @rx.event
    async def restore(self, of: str) -> rx.event.EventSpec | None:
        """Bring back a task that was put away."""
        return await self._keep(UUID(of), "status", "NOT_STARTED", "ARCHIVED")

    @rx.event
    async def mark(self, of: str, milestone: bool) -> rx.event.EventSpec:
        """Make a milestone of a task, or a task of a milestone."""
        change = TaskUpdate(milestone=milestone)
        said = "is a milestone now" if milestone else "is a task again"
        return await self._do(of, lambda work, id: service.change_task(work, id, change), said)

    async def _keep(
        self, id: UUID, name: str, value: str, base: str, typed: bool = False
    ) -> rx.event.EventSpec | None:
        return await self._change(id, name, value or None, {name: base}, typed)

    async def _change(
        self, id: UUID, name: str, value: Any, begun: dict[str, str], typed: bool = False
    ) -> rx.event.EventSpec | None:
        try:
            change = TaskUpdate.model_validate({name: value})
            async with acting(self) as work:
                await self._fill_again(work, await change_fields(work, id, change, begun))
        except ValidationError as problem:
            return rx.toast(value_words(problem.errors()[0]))
        except Conflict as problem:
            if "current" not in problem.extra:
                raise
            await self.refresh()
            # Where something is being typed, the field itself says so.
            return None if typed else rx.toast(task_words.changed_by(self.task.who))
        self._saves += 1
        self.kept = f"{name} {self._saves}"
        return None

    async def _do(
        self, of: str, verb: Callable[[Work, UUID], Awaitable[TaskDetail]], said: str
    ) -> rx.event.EventSpec:
        async with acting(self) as work:
            found = await verb(work, UUID(of))
            await self._fill_again(work, found)
        return told(f"“{found.title}” {said}.", found.change_id)

    async def _fill_again(self, work: Work, found: TaskDetail) -> None:
        if str(found.number) == self.shown:
            await self._fill(work, found)

    async def _look(self, work: Work, asked: str) -> None:
        try:
            found = await read_numbered(work, as_number(asked))
        except (NotFound, Invalid):
            self.stage, self.shown = "missing", asked
            return
        await self._fill(work, found)
        await self._fill_around(work, await service.get_task(work, found.id))
        self.stage, self.shown = "there", asked

    async def _fill_around(self, work: Work, task: Task) -> None:
        near = await (await self.get_state(TaskBelow)).fill(work, task)
        near |= await (await self.get_state(TaskWaits)).fill(work, task)
        await (await self.get_state(TaskChecklist)).fill(work, task)
        await (await self.get_state(TaskFiles)).fill(work, task)
        await (await self.get_state(TaskTalk)).fill(work, task)
        linked, here = await entries_of(work, task), workspace_of(self)
        put(self, pages=[(one.title, f"/w/{here}/knowledge/{one.slug}") for one in linked])
        topics = {f"tasks:{id}" for id in (task.id, *near)}
        pages = {"knowledge:names", f"knowledge:task:{task.number}"}
        watch(self, work.tenant, topics | pages, TaskPanel.refresh)

    async def _fill(self, work: Work, found: TaskDetail) -> None:
        id = found.project_id
        columns = (await columns_of(work, [id]))[id] if id else []
        names = await names_of(work, {found.created_by, found.updated_by})
        sent = found.model_dump(by_alias=True)
        values = {name: as_text(sent[name]) for name in _FIELDS}
        values["estimateMinutes"] = task_words.duration(found.estimate_minutes)
        put(self, values=values, columns=[(str(one.id), one.name) for one in columns])
        put(self, task=_opened(workspace_of(self), found, names, now_of(self)))


def _opened(here: str, task: TaskDetail, names: dict[UUID, str], now: datetime) -> OpenTask:
    due, due_tone = planned(task, now.date())
    project, later = task.project, task.shown_from
    nobody = task_words.SOMEBODY
    who = names.get(task.updated_by, nobody)
    return OpenTask(
        id=str(task.id),
        number=str(task.number),
        done=task.status == "COMPLETED",
        archived=task.status == "ARCHIVED",
        milestone=task.milestone,
        due=due,
        due_tone=due_tone,
        later=task_words.later(later, now.date()) if later and later > now.date() else "",
        repeats=repeat_words.repeats(task.repeat_rule or ""),
        project=project.name if project else "",
        project_href=f"/w/{here}/projects/{project.slug}/board" if project else "",
        tags=[{"name": t.name, "slug": t.slug, "color": t.color or ""} for t in task.tags],
        html=task.description_html,
        made=f"Made by {names.get(task.created_by, nobody)} {words.ago(task.created_at)}",
        changed=f"changed by {who} {words.ago(task.updated_at)}" if task.version > 1 else "",
        who=who,
    )
