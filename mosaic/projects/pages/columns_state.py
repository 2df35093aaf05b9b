"""State of the dialog that changes the columns of a board."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic.core.work import Work
from mosaic.projects import columns, service
from mosaic.projects.shapes import ColumnCreate, ColumnUpdate
from mosaic.shell.forms import saying
from mosaic.shell.session import acting


@dataclass
class ColumnLine:
    """A column, as its form is filled in."""

    id: str
    name: str
    status: str
    limit: str
    first: bool
    last: bool


class Columns(rx.State):
    """The columns of the board that is shown; changed one at a time."""

    shown: bool = False
    lines: list[ColumnLine] = []
    said: dict[str, str] = {}

    @rx.event
    async def show(self, shown: bool) -> None:
        """Open or close the dialog."""
        self.shown, self.said = shown, {}
        if shown:
            async with acting(self) as work:
                await self._look(work)

    @rx.event
    async def add(self, form: dict[str, Any]) -> None:
        """Add a column at the end."""
        with saying(self):
            wanted = ColumnCreate.model_validate(_filled(form))
            async with acting(self) as work:
                project = await service.get_project(work, str(self.slug), lock=True)
                await columns.add_column(work, project, wanted)
                await self._look(work)

    @rx.event
    async def change(self, form: dict[str, Any]) -> None:
        """Give a column what its form says."""
        await self._change(form.pop("id"), _filled(form))

    @rx.event
    async def move(self, id: str, to: int) -> None:
        """Put a column at a place, from 0."""
        await self._change(id, {"position": to})

    @rx.event
    async def remove(self, id: str) -> None:
        """Take a column off the board; only an empty one goes."""
        with saying(self):
            async with acting(self) as work:
                project = await service.get_project(work, str(self.slug), lock=True)
                await columns.remove_column(work, project, UUID(id))
                await self._look(work)

    async def _change(self, id: str, given: dict[str, Any]) -> None:
        with saying(self):
            change = ColumnUpdate.model_validate(given)
            async with acting(self) as work:
                project = await service.get_project(work, str(self.slug), lock=True)
                await columns.change_column(work, project, UUID(id), change)
                await self._look(work)

    async def _look(self, work: Work) -> None:
        project = await service.get_project(work, str(self.slug))
        found = await columns.list_columns(work, project)
        self.lines = [
            ColumnLine(
                str(one.id),
                one.name,
                one.status,
                str(one.wip_limit or ""),
                one is found[0],
                one is found[-1],
            )
            for one in found
        ]


def _filled(form: dict[str, Any]) -> dict[str, Any]:
    limit = str(form.get("wipLimit", "")).strip()
    return {**form, "wipLimit": limit or None}
