"""State of the page on which pages are searched for."""

from dataclasses import dataclass
from urllib.parse import urlencode

import reflex as rx

from mosaic.core.errors import Problem
from mosaic.knowledge import tags
from mosaic.knowledge.search import service
from mosaic.knowledge.search.shapes import Hits, SearchQuery
from mosaic.shell import words
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 20
_TAGS = 10
_STATUSES = ("PUBLISHED", "DRAFT", "ARCHIVED")
_MODES = ("text", "semantic")


@dataclass
class HitLine:
    """A page that was found. `snippet` is safe HTML."""

    href: str
    title: str
    snippet: str
    why: str


class SearchPage(rx.State):
    """What is searched for, and what was found; all of it is in the address."""

    q: str = ""
    field: str = ""
    tag: str = ""
    status: str = ""
    mode: str = ""
    lines: list[HitLine] = []
    tag_names: list[str] = []
    standing: str = ""
    page: int = 1
    earlier: str = ""
    later: str = ""
    stage: str = "waiting"

    @rx.event
    async def load(self) -> None:
        """Search for what the address names, and follow what changes."""
        asked = self.router.url.query_parameters
        self.q = self.field = asked.get("q", "")[:1000]
        self.tag, self.status = asked.get("tag", "")[:200], asked.get("status", "")
        self.mode, page = asked.get("mode", ""), asked.get("page", "")
        self.page = min(int(page), 1000) if page.isdecimal() and int(page[:8]) else 1
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        query = SearchQuery(
            q=self.q,
            tag=self.tag or None,
            status=self.status if self.status in _STATUSES else None,
            mode=self.mode if self.mode in _MODES else "hybrid",
            page=self.page,
            limit=_LINES,
        )
        async with acting(self) as work:
            used = await tags.most_used(work, _TAGS)
            watch(self, work.tenant, {"knowledge"}, SearchPage.refresh)
            try:
                found = await service.search(work, query)
            except Problem as problem:
                self.stage, self.standing, self.lines = "away", problem.detail, []
                return
        names = [tag.slug for tag in used]
        self.tag_names = names if not self.tag or self.tag in names else [self.tag, *names]
        self._fill(found)

    def _fill(self, found: Hits) -> None:
        base = f"/w/{workspace_of(self)}/knowledge"
        self.lines = [
            HitLine(f"{base}/{hit.slug}", hit.title, hit.snippet, words.matched(hit.matched))
            for hit in found.data
        ]
        said = words.search_mode(found.meta.mode)
        self.standing = f"{words.count(found.meta.total, 'page')}, {said}" if self.q else said
        self.earlier = self._address(self.page - 1) if self.page > 1 else ""
        self.later = self._address(self.page + 1) if self.page < found.meta.total_pages else ""
        self.stage = "found" if self.lines else ("nothing" if self.q.strip() else "empty")

    @rx.event
    async def search(self, text: str) -> rx.event.EventSpec:
        """Find what is typed, and put it into the address without loading the page anew."""
        self.q, self.page = text[:1000], 1
        await self.refresh()
        return rx.call_script(f"history.replaceState(history.state, '', '{self._address(1)}')")

    @rx.event
    def choose_status(self, status: str) -> rx.event.EventSpec:
        """Look among pages of one status only, or of all."""
        self.status = status
        return rx.redirect(self._address(1))

    @rx.event
    def choose_tag(self, tag: str) -> rx.event.EventSpec:
        """Look among pages with a tag; the same tag again takes it off."""
        self.tag = "" if tag == self.tag else tag
        return rx.redirect(self._address(1))

    def _address(self, page: int) -> str:
        given = {"q": self.q, "tag": self.tag, "status": self.status, "mode": self.mode}
        kept = {name: value for name, value in given.items() if value}
        kept |= {"page": str(page)} if page > 1 else {}
        return f"/w/{workspace_of(self)}/search?{urlencode(kept)}"
