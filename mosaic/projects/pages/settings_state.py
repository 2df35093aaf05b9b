"""State of a project's settings."""

import json
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic import ui
from mosaic.accounts.service import names_of
from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.projects import service
from mosaic.projects.fields import change_fields
from mosaic.projects.pages.week_state import ProjectWeek
from mosaic.projects.pages.wiki_state import ProjectWiki
from mosaic.projects.shapes import ProjectPublic, ProjectUpdate
from mosaic.shell import project_words, task_words
from mosaic.shell.forms import saying
from mosaic.shell.session import acting, unwatch, watch, workspace_of
from mosaic.tasks.fields import as_text
from mosaic.workspaces import offers

_FIELDS = ("name", "slug", "description", "status", "color", "startDate", "endDate")
_NOTHING = {"color", "startDate", "endDate"}  # what may be empty: "" is none there
_WRITTEN = {"description"}  # too long to be said in a line


class ProjectSettings(rx.State):
    """The fields of the project `of`: as its form `begun` with them, and as they are by now."""

    of: str = ""
    owner: str = ""
    begun: dict[str, str] = {}
    values: dict[str, str] = {}
    shown: dict[str, str] = {}
    who: str = ""
    kept: int = 0
    staying: str = ""
    removes: bool = False
    said: dict[str, str] = {}

    @rx.event
    async def load(self) -> None:
        """Fill the page, and follow what changes."""
        self.said = {}
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again; what is being typed stays in the form."""
        async with acting(self) as work:
            try:
                project = await service.read_project(work, str(self.slug))
            except NotFound:
                return
            topics = {f"projects:{project.id}", f"tasks:{project.id}"}
            watch(self, work.tenant, topics, ProjectSettings.refresh)
            await self._show(work, project)

    @rx.event
    async def save(self, of: str, form: dict[str, Any]) -> list[Any] | rx.event.EventSpec | None:
        """Keep what was typed of the project `of`; at another address the page goes on there."""
        typed, begun = _typed(form)
        if not typed:
            return rx.toast(project_words.NOTHING_NEW)
        with saying(self):
            change = ProjectUpdate.model_validate(typed)
            async with acting(self) as work:
                saved = await change_fields(work, UUID(of), change, begun)
                await self._show(work, saved)
            self.kept += 1
            return self._done(saved, "slug" in typed)
        await self.refresh()  # what somebody else has saved meanwhile then stands at its field
        return None

    def _done(self, saved: ProjectPublic, moved: bool) -> list[Any]:
        done = [rx.call_script(ui.DRAFT_IS_SAVED), rx.toast(project_words.SAVED)]
        if moved:
            unwatch(self)  # the page goes on at its new address by itself
            place = f"/w/{workspace_of(self)}/projects/{saved.slug}/settings"
            done.append(rx.redirect(place, replace=True))
        return done

    async def _show(self, work: Work, project: ProjectPublic) -> None:
        names = await names_of(work, {project.updated_by})
        self.owner = f"{work.actor.email}:{work.workspace_slug}"
        self.removes = offers.manages(work)
        self.staying = project_words.staying(project.tasks.total)
        sent = project.model_dump(by_alias=True)
        self.values = {name: as_text(sent[name]) for name in _FIELDS}
        self.who = names.get(project.updated_by, task_words.SOMEBODY)
        self.shown = _in_words(project, self.values)
        if self.of != str(project.id):
            self.of, self.begun = str(project.id), dict(self.values)
        (await self.get_state(ProjectWeek)).show_calendar(project.calendar)
        (await self.get_state(ProjectWiki)).show_page(project.entry)


def _typed(form: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what in a form is not as it began, and with what all of it did."""
    begun = _begun_with(str(form.get("base", "")))
    now = {name: as_text(form.get(name, "")) for name in _FIELDS if name in begun}
    typed = {name: value for name, value in now.items() if value != begun[name]}
    return {n: None if n in _NOTHING and not v else v for n, v in typed.items()}, begun


def _begun_with(base: str) -> dict[str, str]:
    try:
        said = json.loads(base)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in said.items()} if isinstance(said, dict) else {}


def _in_words(project: ProjectPublic, values: dict[str, str]) -> dict[str, str]:
    days = {"startDate": project.start_date, "endDate": project.end_date}
    shown = {name: value for name, value in values.items() if name not in _WRITTEN}
    return {
        **shown,
        "status": task_words.PROJECT_STATUS[project.status].label,
        "color": ui.color_name(project.color or ""),
        **{name: task_words.short_day(day) if day else "" for name, day in days.items()},
    }
