"""State of the schedules of runs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import reflex as rx

from mosaic.core.pagination import PageQuery
from mosaic.jobs import schedules
from mosaic.jobs.pages.rows_state import moment, put, type_title
from mosaic.jobs.pages.start_state import Options, choices, filled_in, startable
from mosaic.jobs.schedule_shapes import ScheduleCreate, SchedulePublic, ScheduleUpdate
from mosaic.shell import words
from mosaic.shell.forms import saying
from mosaic.shell.session import acting, watch

_MOST = 100


@dataclass
class ScheduleLine:
    """A schedule in a list."""

    id: str
    title: str
    kind: str
    times: str
    next: str
    exact: str
    active: bool


class Schedules(rx.State):
    """What starts by itself, and a form for more."""

    lines: list[ScheduleLine] = []
    standing: str = ""
    type: str = ""
    options: dict[str, Options] = {}
    said: dict[str, str] = {}
    adding: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Fill the list, and follow what changes."""
        self.adding = False
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        async with acting(self) as work:
            found = await schedules.list_schedules(work, PageQuery(limit=_MOST))
            watch(self, work.tenant, {"jobs"}, Schedules.refresh)
        put(self, lines=[_line(one) for one in found.data], loaded=True)
        put(self, standing=words.count(found.meta.total, "schedule"))

    @rx.event
    def show(self, adding: bool) -> None:
        """Open or close the form."""
        offered = startable()
        self.adding, self.said, self.options = adding, {}, choices(offered)
        self.type = self.type or (offered[0].type if offered else "")

    @rx.event
    def choose(self, type: str) -> None:
        """Show the fields of another type."""
        self.type, self.said = type, {}

    @rx.event
    async def add(self, type: str, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Make a schedule of a type."""
        own = {name: str(form.pop(name, "")) for name in ("title", "cron", "timeZone")}
        with saying(self):
            wanted = ScheduleCreate.model_validate({**own, "type": type, "input": filled_in(form)})
            async with acting(self) as work:
                made = await schedules.create_schedule(work, wanted)
            self.adding = False
            return rx.toast(f"“{made.title}” starts by itself from now on.")
        return None

    @rx.event
    async def switch(self, schedule: str, active: bool) -> None:
        """Let a schedule rest, or go on."""
        async with acting(self) as work:
            await schedules.update_schedule(work, UUID(schedule), ScheduleUpdate(active=active))

    @rx.event
    async def remove(self, schedule: str) -> rx.event.EventSpec:
        """Remove a schedule; what it started stays."""
        async with acting(self) as work:
            await schedules.delete_schedule(work, UUID(schedule))
        return rx.toast("The schedule is removed. Its runs are still here.")


def _line(one: SchedulePublic) -> ScheduleLine:
    coming = one.next_at
    return ScheduleLine(
        id=str(one.id),
        title=one.title,
        kind=type_title(one.type),
        times=f"{one.cron} · {one.time_zone}",
        next=words.ahead(coming.astimezone(ZoneInfo(one.time_zone))) if coming else "",
        exact=moment(coming),
        active=one.active,
    )
