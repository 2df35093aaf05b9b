"""State of the list of projects, and of the dialog that makes one."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from mosaic.core.work import Work
from mosaic.projects import service
from mosaic.projects.service import ProjectQuery
from mosaic.projects.shapes import ProjectCreate, ProjectPublic
from mosaic.shell import task_words, words
from mosaic.shell.forms import saying
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 50


@dataclass
class ProjectLine:
    """A project, as its line shows it."""

    id: str
    name: str
    href: str
    color: str
    status: str
    tone: str
    standing: str
    span: str
    done: int
    total: int


class ProjectList(rx.State):
    """The projects of a workspace; archived ones by the address."""

    lines: list[ProjectLine] = []
    standing: str = ""
    archived: bool = False
    earlier: str = ""
    later: str = ""
    loaded: bool = False
    making: bool = False
    said: dict[str, str] = {}

    @rx.event
    async def load(self) -> None:
        """Fill the list from the address, and follow what changes."""
        self.archived = self.router.url.query_parameters.get("status") == "ARCHIVED"
        self.making = self.router.url.query_parameters.get("new") == "1"
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        async with acting(self) as work:
            await self._look(work)

    async def _look(self, work: Work) -> None:
        watch(self, work.tenant, {"projects", "tasks"}, ProjectList.refresh)
        page = page_number(self.router.url.query_parameters)
        status = ["ARCHIVED"] if self.archived else []
        asked = {"page": page, "limit": _LINES, "status": status}
        found = await service.list_projects(work, ProjectQuery.model_validate(asked))
        here = f"/w/{workspace_of(self)}/projects"
        self.lines = [_line(here, one) for one in found.data]
        self.standing = words.count(found.meta.total, "project")
        kept = {"status": "ARCHIVED"} if self.archived else {}
        self.earlier, self.later = neighbours(
            lambda page: address(here, page, **kept), page, found.meta.total_pages
        )
        self.loaded = True

    @rx.event
    def make(self, shown: bool) -> None:
        """Open or close the dialog."""
        self.making, self.said = shown, {}

    @rx.event
    async def create(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Make a project, and go there."""
        with saying(self):
            given = {name: value for name, value in form.items() if value not in ("", None)}
            wanted = ProjectCreate.model_validate({"name": "", **given})
            async with acting(self) as work:
                made = await service.create_project(work, wanted)
            self.making = False
            return rx.redirect(f"/w/{workspace_of(self)}/projects/{made.slug}/board")
        return None


def _line(here: str, project: ProjectPublic) -> ProjectLine:
    status = task_words.PROJECT_STATUS[project.status]
    return ProjectLine(
        id=str(project.id),
        name=project.name,
        href=f"{here}/{project.slug}",
        color=project.color or "",
        status=status.label,
        tone=status.tone,
        standing=task_words.done_of(project.tasks.completed, project.tasks.total),
        span=task_words.span(project.start_date, project.end_date),
        done=project.tasks.completed,
        total=project.tasks.total,
    )
