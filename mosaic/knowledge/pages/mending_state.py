"""State of what is mended on the page that tells how the links stand, and the way back."""

import reflex as rx

from mosaic.knowledge import mentions, settling, taking_back
from mosaic.knowledge.health import findings, looking
from mosaic.knowledge.health.shapes import PagesApart
from mosaic.knowledge.link_shapes import LinkToSettle, NameToSettle, PagesToTakeBack, PageWritten
from mosaic.knowledge.pages.health_state import LinksPage
from mosaic.shell import words
from mosaic.shell.session import acting


class Mending(rx.State):
    """What was mended last, in words, and the pages that it wrote anew."""

    said: str = ""
    can_go_back: bool = False
    _pages: list[PageWritten] = []
    _pair: tuple[str, str] = ("", "")

    @rx.event
    def load(self) -> None:
        """Begin with nothing mended."""
        self.said, self.can_go_back, self._pages, self._pair = "", False, [], ("", "")

    @rx.event
    async def settle(self, name: str, means: str, place: str, slug: str) -> rx.event.EventSpec:
        """Let the links on one page that say a name mean one page."""
        wanted = LinkToSettle(target=name, means=means)
        async with acting(self) as work:
            page = await settling.settle_link(work, slug, wanted)
        written = [PageWritten(id=page.id, version=page.version)]
        return self._done(f"“{name}” on “{page.title}” means {place} now.", written)

    @rx.event
    async def settle_all(self, name: str, means: str, place: str) -> rx.event.EventSpec:
        """Let the links on all pages that say a name mean one page."""
        async with acting(self) as work:
            done = await settling.settle_name(work, NameToSettle(target=name, means=means))
        pages = words.count(len(done.pages), "page")
        said = f"“{name}” means {place} on {pages} now."
        if done.left:
            left = words.count(len(done.left), "page is", "pages are")
            said = f"{said} {left} best written by hand."
        return self._done(said, done.pages)

    @rx.event
    async def link(self, slug: str, source: str) -> rx.event.EventSpec:
        """Make a link to a page of the words that name it on another one."""
        async with acting(self) as work:
            page = await mentions.link_mention(work, slug, source)
        written = [PageWritten(id=page.id, version=page.version)]
        return self._done(f"“{page.title}” links there now.", written)

    @rx.event
    async def keep_apart(self, one: str, other: str) -> rx.event.EventSpec:
        """Say that two pages are different."""
        self._pair = (one, other)
        return await self._set_apart(apart=True)

    async def _set_apart(self, apart: bool) -> rx.event.EventSpec:
        one, other = self._pair
        async with acting(self) as work:
            await findings.keep_apart(work, PagesApart(one=one, other=other, apart=apart))
        said = (
            "They are different, and stay out of this list." if apart else "They are alike again."
        )
        event = self._done(said, [])
        self.can_go_back, self._pair = apart, (one, other) if apart else ("", "")
        return event

    @rx.event
    async def look(self) -> rx.event.EventSpec:
        """Look through all pages anew, in the background."""
        async with acting(self) as work:
            await looking.look(work)
        return LinksPage.refresh()

    def _done(self, said: str, pages: list[PageWritten]) -> rx.event.EventSpec:
        self.said, self.can_go_back, self._pages = said, bool(pages), pages
        self._pair = ("", "")
        return LinksPage.refresh()

    @rx.event
    async def take_back(self) -> rx.event.EventSpec:
        """Let the pages that were written last read as before; or two pages be alike again."""
        if self._pair[0]:
            return await self._set_apart(apart=False)
        async with acting(self) as work:
            done = await taking_back.take_back(work, PagesToTakeBack(pages=self._pages))
        pages = words.count(len(done.undone), "page reads", "pages read")
        said = f"{pages} as before."
        if done.left:
            left = words.count(len(done.left), "page", "pages")
            said = f"{said} {left} changed meanwhile and stay."
        return self._done(said, [])
