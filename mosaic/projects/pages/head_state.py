"""State of the top of every page of a project."""

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
    status: str = ""
    tone: str = ""
    standing: str = ""
    span: str = ""
    stamp: int = 0

    @rx.event
    async def load(self) -> None:
        """Find the project of the address, and follow what changes."""
        await self._look()

    @rx.event
    async def refresh(self) -> None:
        """Look again, and let what draws the tasks do so, too."""
        self.stamp += 1
        await self._look()

    async def _look(self) -> None:
        slug = str(self.slug)
        async with acting(self) as work:
            try:
                project = await service.read_project(work, slug)
            except NotFound:
                self.stage, self.name, self.id = "missing", "No such project", ""
                return
            topics = {f"tasks:{project.id}", f"projects:{project.id}"}
            watch(self, work.tenant, topics, ProjectHead.refresh)
        self._show(project)

    def _show(self, project: ProjectPublic) -> None:
        if self.id != str(project.id):
            self.stamp = 0
        self.id, self.slug_here, self.name = str(project.id), project.slug, project.name
        self.color = project.color or ""
        self.status, self.tone = task_words.PROJECT_STATUS[project.status]
        self.standing = task_words.done_of(project.tasks.completed, project.tasks.total)
        self.span = task_words.span(project.start_date, project.end_date)
        self.stage = "there"
