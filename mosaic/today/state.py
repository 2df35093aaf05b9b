"""State of the first page of a workspace."""

from datetime import date
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic.activity.lines import LogLine, log_line
from mosaic.activity.query import ActivityQuery
from mosaic.activity.service import list_activity
from mosaic.jobs import service as jobs
from mosaic.jobs.overview import asking
from mosaic.jobs.pages.rows_state import JobLine, job_line, put
from mosaic.jobs.service import JobQuery
from mosaic.jobs.shapes import JobStatus
from mosaic.knowledge import service as knowledge
from mosaic.knowledge.pages.list_state import EntryLine, entry_line
from mosaic.knowledge.service import EntryQuery
from mosaic.knowledge.shapes import EntryCreate
from mosaic.shell import task_words, words
from mosaic.shell.session import acting, now_of, watch, workspace_of
from mosaic.tasks.listing import TaskQuery, list_cards
from mosaic.tasks.pages.rows_state import TaskLine, task_line
from mosaic.tasks.pages.undo_state import told
from mosaic.tasks.service import complete_task, reopen_task
from mosaic.tasks.shapes import OPEN

_GOING: list[JobStatus] = ["RUNNING", "QUEUED", "PENDING"]


class Today(rx.State):
    """What moved lately."""

    lines: list[EntryLine] = []
    log: list[LogLine] = []
    running: list[JobLine] = []
    tasks: list[TaskLine] = []
    standing: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Look, and follow what happens."""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        async with acting(self) as work:
            pages = await knowledge.list_rows(work, EntryQuery(limit=8))
            log = await list_activity(work, ActivityQuery(limit=8))
            runs = await jobs.list_rows(work, JobQuery(limit=5, status=_GOING))
            asks = await asking(work, [run.id for run in runs.data])
            mine = await list_cards(work, _next_of(work.user_id, now_of(self).date()))
            topics = {"knowledge", "activity", "jobs", "tasks"}
            watch(self, work.tenant, topics, Today.refresh)
        place = workspace_of(self)
        put(self, running=[job_line(place, run, run.id in asks) for run in runs.data])
        put(self, lines=[entry_line(f"/w/{place}/knowledge", row) for row in pages.data])
        today = now_of(self)
        lines = [task_line(self, one, today.date(), beside_list=True) for one in mine.data]
        put(self, tasks=lines)
        put(self, log=[log_line(place, line) for line in log.data])
        total = words.count(pages.meta.total, "page")
        put(self, standing=f"{today:%A}, {today.day} {today:%B} · {total}", loaded=True)

    @rx.event
    async def tick(self, id: str, done: bool) -> rx.event.EventSpec:
        """Complete a task, or let it go on."""
        verb = reopen_task if done else complete_task
        async with acting(self) as work:
            found = await verb(work, UUID(id))
        return told(task_words.ticked(found.title, done), found.change_id)

    @rx.event
    async def capture(self, form: dict[str, Any]) -> list[Any] | rx.event.EventSpec:
        """Keep a thought: the first line is the title, the rest the text."""
        title, _, rest = str(form.get("thought", "")).strip().partition("\n")
        if not title:
            return rx.toast("A few words make a page.")
        async with acting(self) as work:
            made = await knowledge.create_entry(
                work, EntryCreate(title=title[:200], content=title[200:] + rest.strip())
            )
        return rx.redirect(f"/w/{workspace_of(self)}/knowledge/{made.slug}")


def _next_of(user_id: UUID, today: date) -> TaskQuery:
    """Ask for what somebody has before them, by date; what is put off until later is left out."""
    asked = {"assigneeId": user_id, "status": list(OPEN), "shownOn": today, "sort": "dueDate"}
    return TaskQuery.model_validate({**asked, "limit": 8})
