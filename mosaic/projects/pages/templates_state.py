"""State of the page of templates, and of keeping a project as one."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic.core.work import Work
from mosaic.projects import service
from mosaic.projects.exchange import templates
from mosaic.projects.exchange.templates import TemplateCreate, TemplatePublic
from mosaic.projects.shapes import ProjectCreate
from mosaic.shell import transfer_words, words
from mosaic.shell.forms import saying
from mosaic.shell.session import acting, now_of, watch, workspace_of


@dataclass
class TemplateLine:
    """A template, as its line shows it."""

    id: str
    name: str
    more: str


class ProjectTemplates(rx.State):
    """The templates of a workspace; one of them may be about to become a project."""

    lines: list[TemplateLine] = []
    standing: str = ""
    loaded: bool = False
    chosen: str = ""
    name: str = ""
    today: str = ""
    said: dict[str, str] = {}

    @rx.event
    async def load(self) -> None:
        """Fill the list, and follow what changes."""
        self.chosen = ""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        async with acting(self) as work:
            await self._look(work)

    async def _look(self, work: Work) -> None:
        watch(self, work.tenant, {"projects"}, ProjectTemplates.refresh)
        found = await templates.list_templates(work)
        self.lines = [_line(one) for one in found]
        self.standing = words.count(len(found), "template")
        self.loaded = True

    @rx.event
    def choose(self, id: str) -> None:
        """Ask what a project from this template is called, and when it starts."""
        self.chosen, self.said = id, {}
        self.name = next((line.name for line in self.lines if line.id == id), "")
        self.today = now_of(self).date().isoformat()

    @rx.event
    def close(self, shown: bool) -> None:
        """Leave it."""
        self.chosen = self.chosen if shown else ""

    @rx.event
    async def begin(self, template: str, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Make a project from a template, and go there."""
        with saying(self):
            given = {name: value for name, value in form.items() if value not in ("", None)}
            wanted = ProjectCreate.model_validate({"name": "", **given, "templateId": template})
            async with acting(self) as work:
                made = await templates.begin_project(work, wanted)
            self.chosen = ""
            return rx.redirect(f"/w/{workspace_of(self)}/projects/{made.slug}/board")
        return None

    @rx.event
    async def remove(self, id: str) -> rx.event.EventSpec:
        """Remove a template."""
        async with acting(self) as work:
            await templates.remove_template(work, UUID(id))
        return rx.toast(transfer_words.REMOVED)

    @rx.event
    async def keep(self) -> rx.event.EventSpec:
        """Keep the project of the address as a template."""
        async with acting(self) as work:
            project = await service.get_project(work, str(self.slug))
            made = await templates.keep_template(work, TemplateCreate(project_id=project.id))
        return rx.toast(transfer_words.kept(made.name))


def _line(one: TemplatePublic) -> TemplateLine:
    more = f"{words.count(one.tasks, 'task')} · kept {words.ago(one.created_at)}"
    return TemplateLine(str(one.id), one.name, more)
