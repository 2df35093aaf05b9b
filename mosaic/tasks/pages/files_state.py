"""State of the files of the task that is open."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from mosaic.core.errors import Problem
from mosaic.core.work import Work
from mosaic.knowledge.attachments import MOST_ATTACHMENT
from mosaic.shell import task_words
from mosaic.shell.run_words import size
from mosaic.shell.session import acting
from mosaic.tasks import files
from mosaic.tasks.models import Task
from mosaic.tasks.pages.rows_state import fill_again, put
from mosaic.tasks.pages.undo_state import undoable
from mosaic.tasks.service import get_task

CHOSEN = "task-files"  # the id of the place where files are dropped


@dataclass
class File:
    """A file, and where it is."""

    id: str
    name: str
    href: str
    size: str
    is_image: bool


class TaskFiles(rx.State):
    """The files of the open task."""

    lines: list[File] = []
    said: str = ""
    _of: str = ""

    @rx.event
    async def take(self, of: str, sent: list[rx.UploadFile]) -> None:
        """Keep files that were dropped on the task `of`, each by itself: what cannot be is said."""
        self.said = ""
        for file in sent:
            data = await file.read(MOST_ATTACHMENT + 1)
            try:
                async with acting(self) as work:
                    task = await get_task(work, UUID(of))
                    await files.add_file(work, task, file.filename or "file", data)
            except Problem as problem:
                self.said = f"{file.filename}: {problem.detail}"
        async with acting(self) as work:
            await fill_again(self, work, await get_task(work, UUID(of)))

    @rx.event
    async def remove(self, of: str, id: str, name: str) -> rx.event.EventSpec:
        """Take a file off the task `of`."""
        async with acting(self) as work:
            task = await get_task(work, UUID(of))
            await files.take_file_off(work, task, UUID(id))
            await fill_again(self, work, task)
        return undoable(task_words.taken_off(name), TaskFiles.put_back(str(task.id), id))

    @rx.event
    async def put_back(self, of: str, id: str) -> rx.event.EventSpec:
        """Hang a file on the task `of` again."""
        async with acting(self) as work:
            task = await get_task(work, UUID(of))
            await files.put_file(work, task, UUID(id))
            await fill_again(self, work, task)
        return rx.toast("Taken back.")

    async def fill(self, work: Work, task: Task) -> None:
        """Show the files of a task."""
        found = await files.list_files(work, task)
        lines = [
            File(
                str(one.id), one.name, one.url, size(one.size), one.media_type.startswith("image/")
            )
            for one in found
        ]
        put(self, lines=lines)
        if self._of != str(task.id):
            self._of, self.said = str(task.id), ""
