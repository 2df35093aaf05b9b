"""State of the activity page."""

from urllib.parse import urlencode

import reflex as rx
from pydantic import ValidationError

from mosaic.activity import service
from mosaic.activity.lines import LogLine, log_line
from mosaic.activity.service import ActivityQuery
from mosaic.shell import words
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
        self.later = self._address(query.page - 1) if query.page > 1 else ""
        self.earlier = self._address(query.page + 1) if query.page < found.meta.total_pages else ""
        self.loaded = True

    def _address(self, page: int) -> str:
        kept = {"entityType": self.thing, "page": str(page) if page > 1 else ""}
        given = urlencode({name: value for name, value in kept.items() if value})
        return f"/w/{workspace_of(self)}/activity" + (f"?{given}" if given else "")
