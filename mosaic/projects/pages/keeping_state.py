"""State of putting a project away, bringing it back, and removing it."""

from typing import Any

import reflex as rx

from mosaic.projects import service
from mosaic.projects.shapes import ProjectUpdate
from mosaic.shell import project_words
from mosaic.shell.session import acting, unwatch, workspace_of
from mosaic.tasks.pages.undo_state import undoable


class ProjectKeeping(rx.State):
    """What becomes of the project of the address; `removing` asks whether it should go."""

    removing: bool = False

    @rx.event
    async def archive(self) -> rx.event.EventSpec:
        """Put it away."""
        return await self._turn("ARCHIVED")

    @rx.event
    async def bring_back(self) -> rx.event.EventSpec:
        """Let it go on."""
        return await self._turn("ACTIVE")

    async def _turn(self, status: str) -> rx.event.EventSpec:
        change = ProjectUpdate.model_validate({"status": status})
        async with acting(self) as work:
            was = (await service.get_project(work, str(self.slug), lock=True)).status
            now = await service.change_project(work, str(self.slug), change)
        say = project_words.archived if status == "ARCHIVED" else project_words.back
        return undoable(say(now.name), ProjectKeeping.take_back(str(now.id), was, now.version))

    @rx.event
    async def take_back(self, id: str, status: str, version: int) -> rx.event.EventSpec:
        """Give it the status from before, unless it was changed since."""
        change = ProjectUpdate.model_validate({"status": status, "version": version})
        async with acting(self) as work:
            await service.change_project(work, id, change)
        return rx.toast(project_words.TAKEN_BACK)

    @rx.event
    def ask(self, shown: bool) -> None:
        """Open or close the question whether it should go for good."""
        self.removing = shown

    @rx.event
    async def remove(self) -> list[Any]:
        """Remove it for good, and go to the others."""
        async with acting(self) as work:
            project = await service.get_project(work, str(self.slug), lock=True)
            name = project.name
            await service.remove_project(work, project.id)
            unwatch(self)  # this tab knows
        self.removing = False
        there = rx.redirect(f"/w/{workspace_of(self)}/projects", replace=True)
        return [there, rx.toast(project_words.removed(name))]
