"""State of the dialog that starts a run of Mosaic's own."""

from typing import Any

import reflex as rx

from mosaic.core.errors import Problem
from mosaic.jobs import service, types
from mosaic.jobs.shapes import JobCreate
from mosaic.jobs.types import Field, JobType
from mosaic.shell.forms import saying
from mosaic.shell.session import acting, workspace_of

Options = list[tuple[str, str]]


class StartRun(rx.State):
    """What is to be run, and what was said about it."""

    shown: bool = False
    type: str = ""
    options: dict[str, Options] = {}
    said: dict[str, str] = {}

    @rx.event
    def load(self) -> None:
        """Open with the page where its address asks for it."""
        self.shown = False
        if "start" in self.router.url.query_parameters:
            self._offer()

    @rx.event
    def show(self, shown: bool) -> None:
        """Open or close."""
        if shown:
            self._offer()
        self.shown = shown

    def _offer(self) -> None:
        offered = startable()
        self.said, self.shown = {}, True
        self.type = self.type or (offered[0].type if offered else "")
        self.options = choices(offered)

    @rx.event
    def choose(self, type: str) -> None:
        """Show the fields of another type."""
        self.type, self.said = type, {}

    @rx.event
    async def start(self, type: str, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Start a run of a type and show it."""
        with saying(self):
            title = str(form.get("title", "")).strip() or None
            wanted = JobCreate(type=type, title=title, input=filled_in(form))
            async with acting(self) as work:
                made = await service.create_job(work, wanted)
            self.shown = False
            return rx.redirect(f"/w/{workspace_of(self)}/jobs/{made.id}")
        return None


def startable() -> list[JobType]:
    """Return the types that people start by a form."""
    return [one for one in types.JOB_TYPES.values() if one.fields]


def choices(offered: list[JobType]) -> dict[str, Options]:
    """Return what may be chosen in fields, by type and name of the field: "COMMAND.command"."""
    return {
        f"{one.type}.{field.name}": _options(field)
        for one in offered
        for field in one.fields
        if field.options
    }


def _options(field: Field) -> Options:
    try:
        return field.options() if field.options else []
    except Problem:
        return []


def filled_in(form: dict[str, Any]) -> dict[str, Any]:
    """Return the input that the fields of a form make; empty ones are left out."""
    given = {name: str(value).strip() for name, value in form.items() if name != "title"}
    return {name: value for name, value in given.items() if value}
