"""State of what is said about the task that is open."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic.core.pagination import PageQuery
from mosaic.core.work import Role, Work
from mosaic.shell import task_words, words
from mosaic.shell.forms import saying
from mosaic.shell.session import acting
from mosaic.tasks import comments
from mosaic.tasks.around_shapes import CommentPublic, CommentWrite
from mosaic.tasks.models import Task
from mosaic.tasks.pages.rows_state import fill_again, put
from mosaic.tasks.pages.undo_state import undoable
from mosaic.tasks.service import get_task

SAY = "new-comment"  # the id of the field
_AT_FIRST, _MOST = 20, 100


@dataclass
class Comment:
    """What somebody said. `text` is there for whoever may change it."""

    id: str
    who: str
    when: str
    html: str
    text: str
    mine: bool
    removable: bool


class TaskTalk(rx.State):
    """The comments on the open task, the latest ones at first."""

    lines: list[Comment] = []
    more: int = 0
    changing: str = ""
    said: dict[str, str] = {}
    _shown: int = _AT_FIRST
    _of: str = ""
    _gone: tuple[str, dict[str, Any]] | None = None

    @rx.event
    async def add(self, of: str, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Say something about the task `of`; where that does not work out, it is put back."""
        text = str(form.get("content", "")).strip()
        if not text:
            return None
        with saying(self):
            wanted = CommentWrite(content=text)
            async with acting(self) as work:
                task = await get_task(work, UUID(of))
                await comments.add_comment(work, task, wanted)
                await fill_again(self, work, task)
        return rx.set_value(SAY, text) if self.said else None

    @rx.event
    def change(self, id: str) -> None:
        """Offer a comment for writing, or none for ""."""
        self.changing, self.said = id, {}

    @rx.event
    async def keep(self, of: str, form: dict[str, Any]) -> None:
        """Say a comment on the task `of` in other words."""
        with saying(self):
            change = CommentWrite(content=str(form.get("content", "")).strip())
            async with acting(self) as work:
                task = await get_task(work, UUID(of))
                await comments.change_comment(work, task, UUID(form["id"]), change)
                await fill_again(self, work, task)
            self.changing = ""

    @rx.event
    async def remove(self, of: str, id: str) -> rx.event.EventSpec:
        """Take a comment on the task `of` back."""
        async with acting(self) as work:
            task = await get_task(work, UUID(of))
            was = await comments.remove_comment(work, task, UUID(id))
            await fill_again(self, work, task)
        self._gone = of, was
        return undoable("The comment is gone.", TaskTalk.put_back)

    @rx.event
    async def put_back(self) -> rx.event.EventSpec | None:
        """Say again what was taken back last."""
        if self._gone is None:
            return None
        of, was = self._gone
        async with acting(self) as work:
            task = await get_task(work, UUID(of))
            await comments.put_comment_back(work, task, was)
            await fill_again(self, work, task)
        self._gone = None
        return rx.toast("Taken back.")

    @rx.event
    async def show_more(self, of: str) -> None:
        """Show earlier ones of the task `of`, too."""
        self._shown = _MOST
        async with acting(self) as work:
            await fill_again(self, work, await get_task(work, UUID(of)))

    async def fill(self, work: Work, task: Task) -> None:
        """Show what is said about a task."""
        if self._of != str(task.id):
            self._of, self._shown, self.changing, self.said = str(task.id), _AT_FIRST, "", {}
        asked = PageQuery(limit=self._shown, sort="-createdAt")
        found = await comments.list_comments(work, task, asked)
        put(self, lines=[_line(work, one) for one in reversed(found.data)])
        put(self, more=found.meta.total - len(found.data))


def _line(work: Work, one: CommentPublic) -> Comment:
    mine = one.created_by == work.user_id
    changed = one.updated_at > one.created_at
    return Comment(
        id=str(one.id),
        who=one.author or task_words.SOMEBODY,
        when=words.ago(one.created_at) + (", changed" if changed else ""),
        html=one.content_html,
        text=one.content if mine else "",
        mine=mine,
        removable=mine or work.role >= Role.ADMIN,
    )
