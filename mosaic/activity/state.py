"""State of the activity page."""

import reflex as rx
from pydantic import ValidationError

from mosaic.accounts.events.models import SIGN_IN
from mosaic.activity import service
from mosaic.activity.lines import LogLine, log_line
from mosaic.activity.query import ActivityQuery
from mosaic.core.work import Role
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
    sees_sign_ins: bool = False
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
            topic = SIGN_IN if self.thing == SIGN_IN else "activity"
            watch(self, work.tenant, {topic}, ActivityLog.refresh)
            self.sees_sign_ins = work.role >= Role.ADMIN
        self.lines = [log_line(workspace_of(self), line) for line in found.data]
        self.standing = words.count(found.meta.total, "line")
        pages = found.meta.total_pages
        self.later, self.earlier = neighbours(self._address, query.page, pages)
        self.loaded = True

    def _address(self, page: int) -> str:
        return address(f"/w/{workspace_of(self)}/activity", page, entityType=self.thing)
