"""State of the page of templates."""

from dataclasses import dataclass
from urllib.parse import urlencode

import reflex as rx

from mosaic.knowledge import templates
from mosaic.knowledge.service import EntryRow
from mosaic.shell import words
from mosaic.shell.session import acting, watch, workspace_of


@dataclass
class TemplateLine:
    """A template, and where a page is begun with it."""

    title: str
    more: str
    href: str
    begin: str
    when: str


class Templates(rx.State):
    """The templates of the workspace."""

    lines: list[TemplateLine] = []
    standing: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Fill the list, and follow what changes."""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        async with acting(self) as work:
            watch(self, work.tenant, {"knowledge"}, Templates.refresh)
            found = await templates.list_templates(work)
        self.lines = [_line(workspace_of(self), row) for row in found]
        self.standing = words.count(len(found), "template")
        self.loaded = True

    @rx.event
    async def offer(self) -> None:
        """Fill the list for the page on which a new page is begun."""
        self.lines = []
        if self.router.url.query_parameters.get("template"):
            return
        async with acting(self) as work:
            found = await templates.list_templates(work)
        title = self.router.url.query_parameters.get("title", "")[:200]
        self.lines = [_line(workspace_of(self), row, title) for row in found]


def _line(workspace: str, row: EntryRow, title: str = "") -> TemplateLine:
    base = f"/w/{workspace}/knowledge"
    asked = {"template": row.slug, **({"title": title} if title else {})}
    return TemplateLine(
        title=row.title,
        more=row.summary or "",
        href=f"{base}/{row.slug}",
        begin=f"{base}/new?{urlencode(asked)}",
        when=words.ago(row.updated_at),
    )
