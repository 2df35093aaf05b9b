"""State of what happened to somebody's account: the newest of it, or all in pages."""

from dataclasses import dataclass

import reflex as rx

from mosaic.accounts.events import service
from mosaic.accounts.events.models import AccountEventPublic
from mosaic.core.pagination import PageQuery
from mosaic.core.work import work as begin
from mosaic.shell import account_words, words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import actor_of

HERE = "/account/sign-ins"
_NEWEST, _LINES = 5, 50
_REFUSED = {"SIGN_IN_REFUSED", "CODE_NEEDED", "CODE_REFUSED"}


@dataclass
class EventLine:
    """What happened, with which program, from where and when."""

    did: str
    device: str
    address: str
    when: str
    day: str
    refused: bool


class AccountLog(rx.State):
    """What happened to somebody's account, newest first."""

    lines: list[EventLine] = []
    total: int = 0
    standing: str = ""
    earlier: str = ""
    later: str = ""
    loaded: bool = False

    @rx.event
    async def load_newest(self) -> None:
        """Look at the newest of it."""
        await self._fill(PageQuery(limit=_NEWEST))
        self.later = self.earlier = ""

    @rx.event
    async def load(self) -> None:
        """Look at the page of it that the address names."""
        page = page_number(self.router.url.query_parameters)
        await self._fill(PageQuery(page=page, limit=_LINES))

    async def _fill(self, query: PageQuery) -> None:
        async with begin(await actor_of(self)) as work:
            found = await service.list_events(work, query)
        self.lines = [_line(event) for event in found.data]
        self.total = found.meta.total
        self.standing = words.count(self.total, "line")
        pages = found.meta.total_pages
        self.later, self.earlier = neighbours(lambda n: address(HERE, n), query.page, pages)
        self.loaded = True


def _line(event: AccountEventPublic) -> EventLine:
    at = event.created_at
    # What has neither came from the machine itself.
    here = not event.user_agent and not event.ip_address
    return EventLine(
        did=account_words.account_event(event.action, event.details),
        device="The command line" if here else account_words.device(event.user_agent),
        address=event.ip_address or "",
        when=words.ago(at),
        day=f"{at:%A}, {at.day} {at:%B %Y}, {at:%H:%M} UTC",
        refused=event.action in _REFUSED,
    )
