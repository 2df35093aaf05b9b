"""State of the page of all tags."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from mosaic.core.pagination import PageQuery, cut
from mosaic.knowledge import tags
from mosaic.knowledge.pages.list_state import page_number
from mosaic.shell import words
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
        page = page_number(self.router.url.query_parameters.get("page", ""))
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
        self.earlier = self._address(base, page - 1) if page > 1 else ""
        self.later = self._address(base, page + 1) if page < found.meta.total_pages else ""
        self.loaded = True

    @rx.event
    def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """Show the tags whose name holds what was typed."""
        asked = urlencode({"q": str(form.get("q", "")).strip()[:200]})
        return rx.redirect(f"/w/{workspace_of(self)}/tags?{asked}")

    def _address(self, base: str, page: int) -> str:
        given = {"q": self.q, "sort": self.sort, "page": str(page) if page > 1 else ""}
        kept = {name: value for name, value in given.items() if value}
        return f"{base}?{urlencode(kept)}" if kept else base
