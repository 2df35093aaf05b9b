"""State of the lists that were kept."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import reflex as rx

from mosaic.shell.forms import saying
from mosaic.shell.session import acting, watch, workspace_of
from mosaic.tasks import views
from mosaic.tasks.around_shapes import ViewCreate
from mosaic.tasks.pages.place_state import read_place
from mosaic.tasks.pages.rows_state import put
from mosaic.tasks.pages.undo_state import undoable


@dataclass
class View:
    """A list that was kept, as a way to it."""

    id: str
    name: str
    href: str
    shown: bool
    shared: bool
    mine: bool


class TaskViews(rx.State):
    """The lists that one kept, and those that somebody keeps for all."""

    lines: list[View] = []
    keeping: bool = False
    said: dict[str, str] = {}

    @rx.event
    async def load(self) -> None:
        """Find the views and which of them the address is, and follow what others keep."""
        here, base = self._query(), f"/w/{workspace_of(self)}/tasks"
        async with acting(self) as work:
            watch(self, work.tenant, {"tasks:views"}, TaskViews.load)
            found = await views.list_views(work)
        lines = [
            View(str(v.id), v.name, f"{base}?{v.query}", v.query == here, v.shared, v.mine)
            for v in found
        ]
        put(self, lines=lines)

    @rx.event
    def show(self, shown: bool) -> None:
        """Open or close the dialog that keeps this list."""
        self.keeping, self.said = shown, {}

    @rx.event
    async def keep(self, form: dict[str, Any]) -> Any:
        """Keep the list as it is shown."""
        with saying(self):
            wanted = ViewCreate(
                name=str(form.get("name", "")),
                query=self._query(),
                shared=bool(form.get("shared")),
            )
            async with acting(self) as work:
                made = await views.keep_view(work, wanted)
            self.keeping = False
            return [TaskViews.load, rx.toast(f"“{made.name}” is kept.")]
        return None

    @rx.event
    async def remove(self, id: str) -> Any:
        """Take a view away."""
        async with acting(self) as work:
            was = await views.remove_view(work, UUID(id))
        kept = was.model_dump(include=set(ViewCreate.model_fields))
        said = undoable(f"“{was.name}” is kept no more.", TaskViews.put_back(kept))
        return [TaskViews.load, said]

    @rx.event
    async def put_back(self, was: dict[str, Any]) -> Any:
        """Keep a view again that was taken away."""
        async with acting(self) as work:
            await views.keep_view(work, ViewCreate.model_validate(was))
        return [TaskViews.load, rx.toast("Taken back.")]

    def _query(self) -> str:
        chosen = read_place(self.router.url.query_parameters)
        return urlencode({name: value for name, value in chosen.items() if value})
