"""State of the section that tells which pages name a page without a link."""

from dataclasses import dataclass

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.knowledge import mentions, service
from mosaic.knowledge.service import Moved
from mosaic.shell import words
from mosaic.shell.session import acting, watch, workspace_of


@dataclass
class Unlinked:
    """A page that names this one."""

    slug: str
    href: str
    title: str
    context: str


class UnlinkedMentions(rx.State):
    """Pages that name the page of this address and have no link to it."""

    lines: list[Unlinked] = []
    standing: str = ""

    @rx.event
    async def load(self) -> None:
        """Look which they are."""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        try:
            async with acting(self) as work:
                entry = await service.get_entry(work, str(self.slug))
                watch(self, work.tenant, {f"knowledge:{entry.id}"}, UnlinkedMentions.refresh)
                found = await mentions.list_mentions(work, entry)
        except (NotFound, Moved):
            found = []
        base = f"/w/{workspace_of(self)}/knowledge"
        self.lines = [
            Unlinked(one.slug, f"{base}/{one.slug}", one.title, one.context) for one in found
        ]
        self.standing = words.count(len(found), "page names it", "pages name it")

    @rx.event
    async def link(self, source: str) -> rx.event.EventSpec:
        """Make a link of the mention on a page."""
        async with acting(self) as work:
            page = await mentions.link_mention(work, str(self.slug), source)
        await self.refresh()
        return rx.toast(f"“{page.title}” links here now.")
