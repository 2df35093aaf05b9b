"""State of the page of one tag."""

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.knowledge import service, tags
from mosaic.knowledge.pages.list_state import EntryLine, entry_line
from mosaic.knowledge.pages.tag_change_state import TagPill, pill
from mosaic.knowledge.service import EntryQuery
from mosaic.shell import words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 50
_RELATED = 20


class TagPage(rx.State):
    """One tag: its pages, and the tags that stand beside it."""

    stage: str = "waiting"
    shown: TagPill = TagPill()
    lines: list[EntryLine] = []
    related: list[TagPill] = []
    standing: str = ""
    sort: str = ""
    earlier: str = ""
    later: str = ""

    @rx.event
    async def load(self) -> None:
        """Fill the page from the address, and follow what changes."""
        asked = self.router.url.query_parameters.get("sort", "")
        self.sort = "title" if asked == "title" else ""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        page = page_number(self.router.url.query_parameters)
        slug = str(self.slug)
        async with acting(self) as work:
            watch(self, work.tenant, {"knowledge"}, TagPage.refresh)
            try:
                tag = await tags.read_tag(work, slug)
            except NotFound:
                self.stage, self.shown = "missing", TagPill(slug, slug)
                self.standing, self.related = "", []
                return
            query = EntryQuery(page=page, limit=_LINES, tag=slug, sort=self.sort or None)
            found = await service.list_rows(work, query)
            beside = await tags.related(work, slug, _RELATED)
        base = f"/w/{workspace_of(self)}"
        self.shown, self.related = pill(tag), [pill(one) for one in beside]
        self.lines = [entry_line(f"{base}/knowledge", row) for row in found.data]
        self.standing = words.count(found.meta.total, "page")
        self.earlier, self.later = neighbours(self._address, page, found.meta.total_pages)
        self.stage = "there"

    def _address(self, page: int) -> str:
        base = f"/w/{workspace_of(self)}/tags/{self.shown.slug}"
        return address(base, page, sort=self.sort)
