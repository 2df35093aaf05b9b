"""State of the line that tells who else is on a page."""

from dataclasses import dataclass

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.knowledge import presence, service
from mosaic.knowledge.service import Moved
from mosaic.shell.session import acting, watch


@dataclass
class Face:
    """Somebody else on the page."""

    name: str
    said: str


class PresenceLine(rx.State):
    """Who else is on the page of this address."""

    faces: list[Face] = []

    @rx.event
    async def look(self, tab: str) -> None:
        """Say that this tab looks at the page."""
        await self._be_there(tab, writing=False)

    @rx.event
    async def write(self, tab: str) -> None:
        """Say that somebody writes the page in this tab."""
        await self._be_there(tab, writing=True)

    async def _be_there(self, tab: str, writing: bool) -> None:
        try:
            async with acting(self) as work:
                entry = await service.get_entry(work, str(self.slug))
                await presence.beat(work, entry.id, tab, writing)
                self._show(await presence.others(work, entry.id))
                watch(self, work.tenant, {f"presence:{entry.id}"}, PresenceLine.refresh)
        except (NotFound, Moved):
            self.faces = []

    @rx.event
    async def refresh(self) -> None:
        """Look again who is there."""
        try:
            async with acting(self) as work:
                entry = await service.get_entry(work, str(self.slug))
                self._show(await presence.others(work, entry.id))
        except (NotFound, Moved):
            self.faces = []

    def _show(self, found: list[presence.Present]) -> None:
        self.faces = [
            Face(one.name, f"{one.name} is {'writing' if one.writing else 'here'}") for one in found
        ]
