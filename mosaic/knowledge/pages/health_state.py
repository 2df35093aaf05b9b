"""State of the page that tells how the links stand."""

from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import urlencode

import reflex as rx

from mosaic.core.pagination import PageQuery
from mosaic.knowledge import health
from mosaic.knowledge.health import Kind, LinkCounted
from mosaic.knowledge.pages.list_state import page_number
from mosaic.shell import words
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 30
_KINDS = get_args(Kind)


@dataclass
class HealthTab:
    """A kind of what deserves a look, and how many there are."""

    kind: str
    label: str
    count: str
    href: str


@dataclass
class PageLink:
    """A page."""

    title: str
    href: str


@dataclass
class HealthLine:
    """Something that deserves a look, with the pages where it stands."""

    name: str
    more: str
    write: str
    pages: list[PageLink] = field(default_factory=list)


class LinksPage(rx.State):
    """How the links of the workspace stand; which kind is shown is in the address."""

    kind: str = "wanted"
    tabs: list[HealthTab] = []
    lines: list[HealthLine] = []
    about: str = ""
    nothing: str = ""
    earlier: str = ""
    later: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show the kind that the address names, and follow what changes."""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        asked = self.router.url.query_parameters
        self.kind = asked.get("kind", "") if asked.get("kind") in _KINDS else "wanted"
        page = page_number(asked.get("page", ""))
        async with acting(self) as work:
            watch(self, work.tenant, {"knowledge"}, LinksPage.refresh)
            counts = (await health.read_health(work)).model_dump()
            query = PageQuery(page=page, limit=_LINES)
            found = await health.list_health(work, self.kind, query)  # type: ignore[arg-type]
        self.tabs = [
            HealthTab(kind, words.HEALTH[kind][0], f"{counts[kind]:,}", self._address(kind))
            for kind in _KINDS
        ]
        _, self.about, self.nothing = words.HEALTH[self.kind]
        self.lines = [self._line(one) for one in found.data]
        self.earlier = self._address(self.kind, page=page - 1) if page > 1 else ""
        more = page < found.meta.total_pages
        self.later = self._address(self.kind, page=page + 1) if more else ""
        self.loaded = True

    def _line(self, one: LinkCounted) -> HealthLine:
        base = f"/w/{workspace_of(self)}/knowledge"
        pages = [PageLink(page.title, f"{base}/{page.slug}") for page in one.pages]
        left = one.count - len(pages)
        write = f"{base}/new?{urlencode({'title': one.name})}" if self.kind == "wanted" else ""
        name = one.name if self.kind != "orphans" else ""  # its page says it
        return HealthLine(name, f"and {left:,} more" if left > 0 else "", write, pages)

    def _address(self, kind: str, **more: Any) -> str:
        return f"/w/{workspace_of(self)}/links?{urlencode({'kind': kind, **more})}"
