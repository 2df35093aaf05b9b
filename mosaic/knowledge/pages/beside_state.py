"""State of the page that shows two pages side by side."""

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.knowledge.health import findings
from mosaic.knowledge.health.shapes import PagesApart
from mosaic.knowledge.pages.health_state import PageLink, page_link, why_alike
from mosaic.knowledge.pages.history_changes_state import changes
from mosaic.knowledge.service import Moved
from mosaic.shell.session import acting, watch, workspace_of


class SideBySide(rx.State):
    """Two pages, which the address names, and what they have in common."""

    stage: str = "waiting"
    pages: list[PageLink] = []
    differences: str = ""
    standing: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the two pages, and follow what changes."""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        asked = self.router.url.query_parameters
        try:
            async with acting(self) as work:
                watch(self, work.tenant, {"knowledge"}, SideBySide.refresh)
                found = await findings.compare_pages(
                    work, asked.get("one", ""), asked.get("other", "")
                )
        except (NotFound, Moved):
            self.stage, self.standing = "missing", "One of the two pages is not here any more."
            return
        base = f"/w/{workspace_of(self)}/knowledge"
        self.pages = [page_link(page, base) for page in found.alike.pages]
        self.differences = "".join(changes(found.difference))
        self.standing = why_alike(found.alike) or "They have little in common."
        self.stage = "there"

    @rx.event
    async def keep_apart(self) -> list[rx.event.EventSpec]:
        """Say that the two are different."""
        one, other = (page.slug for page in self.pages)
        async with acting(self) as work:
            await findings.keep_apart(work, PagesApart(one=one, other=other))
        back = rx.redirect(f"/w/{workspace_of(self)}/links?kind=alike")
        return [back, rx.toast("They are different, and no longer in this list.")]
