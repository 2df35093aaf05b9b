"""State of the activity page."""

import reflex as rx
from pydantic import ValidationError

from mosaic.activity import service
from mosaic.activity.lines import LogLine, log_line
from mosaic.activity.service import ActivityQuery
from mosaic.shell import words
from mosaic.shell.paging import address, neighbours
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 50


class ActivityLog(rx.State):
    """The log, newest first; its filters are in the address."""

    lines: list[LogLine] = []
    standing: str = ""
    thing: str = ""
    earlier: str = ""
    later: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Fill the log from the address, and follow what happens."""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        asked = self.router.url.query_parameters
        self.thing = asked.get("entityType", "")[:50]
        try:
            query = ActivityQuery(
                page=asked.get("page", "1"), limit=_LINES, entityType=self.thing or None
            )
        except ValidationError:
            query = ActivityQuery(limit=_LINES)
        async with acting(self) as work:
            found = await service.list_activity(work, query)
            watch(self, work.tenant, {"activity"}, ActivityLog.refresh)
        self.lines = [log_line(workspace_of(self), line) for line in found.data]
        self.standing = words.count(found.meta.total, "line")
        pages = found.meta.total_pages
        self.later, self.earlier = neighbours(self._address, query.page, pages)
        self.loaded = True

    def _address(self, page: int) -> str:
        return address(f"/w/{workspace_of(self)}/activity", page, entityType=self.thing)
