"""State of the page on which pages are searched for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import reflex as rx

from mosaic.core.errors import Problem
from mosaic.knowledge import tags
from mosaic.knowledge.pages.tag_change_state import TagPill, pill
from mosaic.knowledge.search import service
from mosaic.knowledge.search.shapes import Hit, Hits, SearchQuery
from mosaic.shell import words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 20
_TAGS = 10
NOTHING = {name: "" for name, _, _ in words.SEARCH_FILTERS}
"""What is chosen of each filter at first."""
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
    chosen: dict[str, str] = NOTHING
    mode: str = ""
    lines: list[HitLine] = []
    tags: list[TagPill] = []
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
        self.tag = asked.get("tag", "")[:200]
        self.chosen = {name: _known(name, asked.get(name, "")) for name in NOTHING}
        self.mode = asked["mode"] if asked.get("mode") in _MODES else ""
        self.page = min(page_number(asked), 1000)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        since = today - timedelta(int(days)) if (days := self.chosen["changed"]) else None
        given = {**self.chosen, "tag": self.tag, "mode": self.mode}
        query = SearchQuery.model_validate(
            {name: value for name, value in given.items() if value}
            | {"q": self.q, "page": self.page, "limit": _LINES, "updated_after": since}
        )
        async with acting(self) as work:
            used = await tags.most_used(work, _TAGS)
            watch(self, work.tenant, {"knowledge"}, SearchPage.refresh)
            try:
                found = await service.search(work, query)
            except Problem as problem:
                self.stage, self.standing, self.lines = "away", problem.detail, []
                return
        pills = [pill(tag) for tag in used]
        also = [] if not self.tag or self.tag in {one.slug for one in pills} else [self.tag]
        self.tags = [*(TagPill(name, name) for name in also), *pills]
        self._fill(found)

    def _fill(self, found: Hits) -> None:
        base = f"/w/{workspace_of(self)}/knowledge"
        self.lines = [
            HitLine(f"{base}/{hit.slug}", hit.title, hit.snippet, _why(hit)) for hit in found.data
        ]
        said = words.search_mode(found.meta.mode)
        self.standing = (
            f"{words.count(found.meta.total, 'page')}, {said}"
            if self.q or self.lines
            else said.capitalize()
        )
        pages = found.meta.total_pages
        self.earlier, self.later = neighbours(self._address, self.page, pages)
        self.stage = "found" if self.lines else ("nothing" if self._narrowed() else "empty")

    @rx.event
    async def search(self, text: str) -> rx.event.EventSpec:
        """Find what is typed, and put it into the address without loading the page anew."""
        self.q, self.page = text[:1000], 1
        await self.refresh()
        return rx.call_script(f"history.replaceState(history.state, '', '{self._address(1)}')")

    @rx.event
    def choose(self, name: str, value: str) -> rx.event.EventSpec:
        """Look only among pages that a filter leaves."""
        if name in NOTHING:
            self.chosen = {**self.chosen, name: _known(name, value)}
        return rx.redirect(self._address(1))

    @rx.event
    def choose_tag(self, tag: str) -> rx.event.EventSpec:
        """Look among pages with a tag; the same tag again takes it off."""
        self.tag = "" if tag == self.tag else tag
        return rx.redirect(self._address(1))

    def _narrowed(self) -> bool:
        return bool(self.q.strip() or self.tag or any(self.chosen.values()))

    def _address(self, page: int) -> str:
        given = {"q": self.q, "tag": self.tag, **self.chosen, "mode": self.mode}
        return address(f"/w/{workspace_of(self)}/search", page, **given)


def _why(hit: Hit) -> str:
    """Return the folder of a page and why it was found."""
    folder = hit.path.rpartition("/")[0] if hit.path else ""
    return " · ".join(said for said in (folder, words.matched(hit.matched)) if said)


def _known(name: str, value: str) -> str:
    """Return a choice of a filter, or nothing where it is none."""
    choices = next(options for own, _, options in words.SEARCH_FILTERS if own == name)
    return value if value in dict(choices) else ""
