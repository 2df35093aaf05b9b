"""State of the page that lists entries."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from mosaic.knowledge import service, tags
from mosaic.knowledge.pages.tag_change_state import TagPill, pill
from mosaic.knowledge.service import EntryQuery, EntryRow
from mosaic.shell import words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 50
_TAGS = 10


@dataclass
class EntryLine:
    """A line of the list."""

    href: str
    title: str
    more: str
    badge: str
    tone: str
    when: str


class EntryList(rx.State):
    """The list of pages; its filters are in the address."""

    lines: list[EntryLine] = []
    standing: str = ""
    q: str = ""
    tag: str = ""
    shown: str = ""
    property: str = ""
    tag_pills: list[TagPill] = []
    earlier: str = ""
    later: str = ""
    loaded: bool = False
    has_any: bool = True

    @rx.event
    async def load(self) -> None:
        """Fill the list from the address, and follow what changes."""
        asked = self.router.url.query_parameters
        self.q, self.tag = asked.get("q", "")[:200], asked.get("tag", "")[:200]
        self.shown = asked.get("status", "")
        self.property = asked.get("property", "")[:500]
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        status = self.shown if self.shown in ("DRAFT", "ARCHIVED") else None
        page = page_number(self.router.url.query_parameters)
        query = EntryQuery(
            page=page,
            limit=_LINES,
            status=status,
            tag=self.tag or None,
            q=self.q or None,
            property=self.property or None,
        )
        async with acting(self) as work:
            found = await service.list_rows(work, query)
            used = await tags.most_used(work, _TAGS)
            self.has_any = bool(found.data) or bool(await service.count_entries(work))
            watch(self, work.tenant, {"knowledge"}, EntryList.refresh)
        base = f"/w/{workspace_of(self)}/knowledge"
        self.lines = [entry_line(base, row) for row in found.data]
        pills = [pill(tag) for tag in used]
        also = [] if not self.tag or self.tag in {one.slug for one in pills} else [self.tag]
        self.tag_pills = [*(TagPill(name, name) for name in also), *pills]
        self.standing = words.count(found.meta.total, "page")
        self.earlier, self.later = neighbours(self._address, page, found.meta.total_pages)
        self.loaded = True

    @rx.event
    def search(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """Open the search for what was typed."""
        asked = urlencode({"q": str(form.get("q", "")).strip()[:200]})
        return rx.redirect(f"/w/{workspace_of(self)}/search?{asked}")

    def _address(self, page: int) -> str:
        return address(
            f"/w/{workspace_of(self)}/knowledge",
            page,
            q=self.q,
            tag=self.tag,
            status=self.shown,
            property=self.property,
        )


def entry_line(base: str, row: EntryRow) -> EntryLine:
    """Put a page into a line of a list; `base` is the address of the list."""
    said = words.status(row.status)
    if row.status == "PUBLISHED":
        said = words.visibility(row.visibility) if row.visibility != "WORKSPACE" else words.Said("")
    folder = row.path.rpartition("/")[0] if row.path else ""
    return EntryLine(
        href=f"{base}/{row.slug}",
        title=row.title,
        more=row.summary or folder,
        badge=said.label,
        tone=said.tone,
        when=words.ago(row.updated_at),
    )
