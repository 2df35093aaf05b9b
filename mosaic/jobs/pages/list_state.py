"""State of the list of runs."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import reflex as rx

from mosaic.core.work import Work
from mosaic.jobs import overview, relatives, service
from mosaic.jobs.pages.rows_state import JobLine, as_id, job_line, put, type_title
from mosaic.jobs.service import JobQuery
from mosaic.jobs.shapes import JobRow
from mosaic.shell import words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, watch, workspace_of

_LINES, _MOST_OPEN = 50, 50
_OPEN = ["RUNNING", "QUEUED", "PENDING"]
_ENDED = ["COMPLETED", "FAILED", "CANCELLED"]
_TABS = (
    ("All", ""),
    ("Going on", "OPEN"),
    ("Finished", "COMPLETED"),
    ("Did not finish", "FAILED"),
    ("Cancelled", "CANCELLED"),
)
_FILTERS = ("status", "type", "who", "from", "to")
Options = list[tuple[str, str]]


@dataclass
class Tab:
    """A status to look at, with what else is chosen."""

    name: str
    href: str
    shown: bool


class RunList(rx.State):
    """The runs of a workspace; what they are filtered by is in the address."""

    now: list[JobLine] = []
    lines: list[JobLine] = []
    standing: str = ""
    chosen: dict[str, str] = {}
    tabs: list[Tab] = []
    types: Options = []
    people: Options = []
    earlier: str = ""
    later: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Fill the list from the address, and follow what changes."""
        asked = self.router.url.query_parameters
        put(self, chosen={name: asked.get(name, "")[:100] for name in _FILTERS})
        async with acting(self) as work:
            types, people = await relatives.types_here(work), await relatives.askers(work)
            put(self, types=[("", "All types"), *((one, type_title(one)) for one in types)])
            put(self, people=[("", "Everybody"), *((str(id), name) for id, name in people)])
            await self._look(work)

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        async with acting(self) as work:
            await self._look(work)

    async def _look(self, work: Work) -> None:
        watch(self, work.tenant, {"jobs"}, RunList.refresh)
        page = page_number(self.router.url.query_parameters)
        status = _statuses(self.chosen["status"])
        on_top: list[JobRow] = []
        going = 0
        if not status:
            open_ones = await service.list_rows(work, _query(self.chosen, _OPEN, 1, _MOST_OPEN))
            on_top, going = (open_ones.data if page == 1 else []), open_ones.meta.total
        found = await service.list_rows(work, _query(self.chosen, status or _ENDED, page, _LINES))
        asks = await overview.asking(work, [one.id for one in (*on_top, *found.data)])
        here = workspace_of(self)
        put(self, now=[job_line(here, one, one.id in asks) for one in on_top])
        put(self, lines=[job_line(here, one, one.id in asks) for one in found.data])
        told = [f"{going:,} going on"] if going else []
        told.append(words.count(found.meta.total + going, "run"))
        put(self, standing=" · ".join(told), loaded=True)
        put(self, tabs=[self._tab(name, value) for name, value in _TABS])
        later, earlier = neighbours(self._address, page, found.meta.total_pages)
        put(self, later=later, earlier=earlier)

    @rx.event
    def choose(self, name: str, value: str) -> rx.event.EventSpec | None:
        """Put a filter into the address; the list follows."""
        if name in ("from", "to") and value and (_day(value) or datetime.min).year < 2000:
            return None  # still being typed
        self.chosen = {**self.chosen, name: value}
        return rx.redirect(self._address(1))

    def _tab(self, name: str, status: str) -> Tab:
        return Tab(name, self._address(1, status=status), self.chosen["status"] == status)

    def _address(self, page: int, **changes: str) -> str:
        return address(f"/w/{workspace_of(self)}/jobs", page, **{**self.chosen, **changes})


def _query(chosen: dict[str, str], status: list[str], page: int, limit: int) -> JobQuery:
    since, until = _day(chosen["from"]), _day(chosen["to"])
    return JobQuery.model_validate(
        {
            "page": page,
            "limit": limit,
            "status": status,
            "type": chosen["type"] or None,
            "requested_by": as_id(chosen["who"]),
            "since": since,
            "until": until and until + timedelta(days=1, microseconds=-1),
        }
    )


def _statuses(chosen: str) -> list[str]:
    """Return the statuses of a tab; none stands for all."""
    if chosen == "OPEN":
        return _OPEN
    return [chosen] if chosen in (*_OPEN, *_ENDED) else []


def _day(text: str) -> datetime | None:
    try:
        return datetime.combine(datetime.strptime(text, "%Y-%m-%d"), time(), UTC)
    except ValueError:
        return None
