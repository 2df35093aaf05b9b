"""State of the top of every page of a project."""

import time
from urllib.parse import quote

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.projects import service
from mosaic.projects.shapes import ProjectPublic
from mosaic.shell import task_words
from mosaic.shell.session import acting, watch


class ProjectHead(rx.State):
    """Which project this is, and how it stands. A new `stamp` says that its tasks changed."""

    stage: str = "waiting"
    id: str = ""
    slug_here: str = ""
    name: str = ""
    color: str = ""
    archived: bool = False
    status: str = ""
    tone: str = ""
    standing: str = ""
    span: str = ""
    stamp: int = 0

    @rx.event
    async def load(self) -> None:
        """Find the project of the address, and follow what changes."""
        # Another one also than a server has given that knew more of this tab.
        self.stamp = time.time_ns() // 1_000_000
        await self._look(str(self.slug))

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Look again, and let what draws the tasks do so, too; follow it to another address."""
        self.stamp += 1
        before = self.slug_here
        await self._look(self.id or str(self.slug))
        place = self._moved(before)
        return rx.redirect(place, replace=True) if place else None

    async def _look(self, ref: str) -> None:
        async with acting(self) as work:
            try:
                project = await service.read_project(work, ref)
            except NotFound:
                self.stage, self.name, self.id = "missing", "No such project", ""
                return
            topics = {f"tasks:{project.id}", f"projects:{project.id}"}
            watch(self, work.tenant, topics, ProjectHead.refresh)
        self._show(project)

    def _moved(self, before: str) -> str:
        """Return where this page is by now, when it is at the slug from `before`."""
        url = self.router.url
        parts = url.path.split("/")  # "", "w", the workspace, "projects", the slug, the page
        if self.slug_here == before or parts[3:5] != ["projects", quote(before)]:
            return ""
        parts[4] = quote(self.slug_here)
        return "/".join(parts) + (f"?{url.query}" if url.query else "")

    def _show(self, project: ProjectPublic) -> None:
        self.id, self.slug_here, self.name = str(project.id), project.slug, project.name
        self.color, self.archived = project.color or "", project.status == "ARCHIVED"
        self.status, self.tone = task_words.PROJECT_STATUS[project.status]
        self.standing = task_words.done_of(project.tasks.completed, project.tasks.total)
        self.span = task_words.span(project.start_date, project.end_date)
        self.stage = "there"
