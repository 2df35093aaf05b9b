"""State of the page of all tags."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from mosaic.core.pagination import PageQuery, cut
from mosaic.knowledge import tags
from mosaic.shell import words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 100


@dataclass
class TagLine:
    """A tag, and on how many pages it is."""

    name: str
    slug: str
    color: str
    href: str
    pages: str


class TagList(rx.State):
    """All tags; search and order are in the address."""

    lines: list[TagLine] = []
    standing: str = ""
    q: str = ""
    sort: str = ""
    earlier: str = ""
    later: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Fill the list from the address, and follow what changes."""
        asked = self.router.url.query_parameters
        self.q = asked.get("q", "")[:200]
        self.sort = "used" if asked.get("sort") == "used" else ""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        page = page_number(self.router.url.query_parameters)
        sort = "-entries" if self.sort else None
        async with acting(self) as work:
            watch(self, work.tenant, {"knowledge"}, TagList.refresh)
            every = await tags.list_tags(work, self.q)
        found = cut(every, PageQuery(page=page, limit=_LINES, sort=sort))
        base = f"/w/{workspace_of(self)}/tags"
        self.lines = [
            TagLine(
                tag.name,
                tag.slug,
                tag.color or "",
                f"{base}/{tag.slug}",
                words.count(tag.entries, "page") if tag.entries else "on no page yet",
            )
            for tag in found.data
        ]
        self.standing = words.count(found.meta.total, "tag")
        self.earlier, self.later = neighbours(self._address, page, found.meta.total_pages)
        self.loaded = True

    @rx.event
    def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """Show the tags whose name holds what was typed."""
        asked = urlencode({"q": str(form.get("q", "")).strip()[:200]})
        return rx.redirect(f"/w/{workspace_of(self)}/tags?{asked}")

    def _address(self, page: int) -> str:
        return address(f"/w/{workspace_of(self)}/tags", page, q=self.q, sort=self.sort)
