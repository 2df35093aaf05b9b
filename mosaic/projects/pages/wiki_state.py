"""State of the page of the wiki that tells of a project."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from mosaic.knowledge.search.completion import pages
from mosaic.projects.fields import change_fields
from mosaic.projects.shapes import EntryOf, ProjectUpdate
from mosaic.shell import project_words
from mosaic.shell.forms import saying
from mosaic.shell.session import acting, workspace_of
from mosaic.tasks.entries import page_at

_OFFERED = 6


@dataclass
class PageOffer:
    """A page that could tell of the project; `more` says what it was found by, or where it is."""

    slug: str
    title: str
    more: str


class ProjectWiki(rx.State):
    """Which page tells of the project of the address, and which ones could."""

    title: str = ""
    href: str = ""
    offers: list[PageOffer] = []
    hint: str = ""
    said: dict[str, str] = {}
    form_key: int = 0
    _chosen: str = ""

    @rx.event
    async def find(self, text: str) -> None:
        """Offer the pages that are called like this."""
        self.said, self.offers, self.hint = {}, [], ""
        if not text.strip():
            return
        async with acting(self) as work:
            found = await pages(work, text.strip()[:200], _OFFERED)
        self.offers = [
            PageOffer(one.slug or "", one.title or "", one.alias or one.path or "") for one in found
        ]
        self.hint = "" if self.offers else project_words.NO_SUCH_PAGE

    @rx.event
    async def take_first(self, form: dict[str, Any]) -> None:
        """Take the first page that is offered for what was typed."""
        await self.find(str(form.get("page", "")))
        if self.offers:
            await self.choose(self.offers[0].slug)

    @rx.event
    async def choose(self, slug: str) -> None:
        """Let this page tell of the project."""
        with saying(self):
            async with acting(self) as work:
                page_id = await page_at(work, slug)
                change = ProjectUpdate(entry_id=page_id)
                saved = await change_fields(work, str(self.slug), change, self._begun())
            self.show_page(saved.entry)
            self.offers = []
            self.form_key += 1

    @rx.event
    async def take_off(self) -> None:
        """Let no page tell of the project."""
        async with acting(self) as work:
            change = ProjectUpdate(entry_id=None)
            saved = await change_fields(work, str(self.slug), change, self._begun())
        self.show_page(saved.entry)

    def _begun(self) -> dict[str, str]:
        # None is shown, too, where there is one that only others see.
        return {"entryId": self._chosen} if self._chosen else {}

    def show_page(self, entry: EntryOf | None) -> None:
        """Show which page it is."""
        self._chosen = str(entry.id) if entry else ""
        self.title = entry.title if entry else ""
        self.href = f"/w/{workspace_of(self)}/knowledge/{entry.slug}" if entry else ""
