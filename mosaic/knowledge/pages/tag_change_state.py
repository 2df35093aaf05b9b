"""State of what is done with one tag: named, coloured, merged, removed."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from mosaic.core.errors import Conflict
from mosaic.knowledge import tags
from mosaic.knowledge.shapes import TagCreate, TagMerge, TagPublic, TagUpdate
from mosaic.shell.forms import saying
from mosaic.shell.session import acting, workspace_of

_MOST_NAMES = 500


@dataclass
class TagPill:
    """A tag as it is shown."""

    name: str = ""
    slug: str = ""
    color: str = ""


def pill(tag: TagPublic) -> TagPill:
    """Put a tag into a pill."""
    return TagPill(tag.name, tag.slug, tag.color or "")


class TagChange(rx.State):
    """Which dialog is open, about which tag; `same` is the tag that has the name typed."""

    shown: str = ""
    chosen: TagPill = TagPill()
    names: list[str] = []
    said: dict[str, str] = {}
    same: str = ""

    @rx.event
    async def ask(self, dialog: str, slug: str) -> None:
        """Open a dialog (`new`, `edit`, `merge`, `remove`) about a tag."""
        self.chosen, self.said, self.same = TagPill(), {}, ""
        async with acting(self) as work:
            if slug:
                self.chosen = pill(await tags.read_tag(work, slug))
            if dialog == "merge":
                every = await tags.list_tags(work)
                self.names = [tag.name for tag in every if tag.slug != slug][:_MOST_NAMES]
        self.shown = dialog

    @rx.event
    def close(self, opened: bool) -> None:
        """Leave everything as it is."""
        self.shown = self.shown if opened else ""

    @rx.event
    async def save(self, slug: str, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Keep the name and the colour of a tag; without a slug, of a new one."""
        self.same = ""
        with saying(self):
            name, color = str(form.get("name", "")), str(form.get("color", "")) or None
            async with acting(self) as work:
                try:
                    saved = (
                        await tags.change_tag(work, slug, TagUpdate(name=name, color=color))
                        if slug
                        else await tags.create_tag(work, TagCreate(name=name, color=color))
                    )
                except Conflict:
                    self.same = name if slug else ""
                    raise
            return self._done(saved.slug)
        return None

    @rx.event
    async def merge(self, slug: str, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Put another tag in the place of this one."""
        with saying(self):
            wanted = TagMerge(into=str(form.get("into", "")))
            async with acting(self) as work:
                merged = await tags.merge_tags(work, slug, wanted.into)
            return self._done(merged.slug)
        return None

    @rx.event
    async def remove(self, slug: str, name: str) -> list[rx.event.EventSpec]:
        """Take a tag off every page."""
        async with acting(self) as work:
            await tags.remove_tag(work, slug)
        said = rx.toast(f"#{name} is taken off. The pages stay.")
        away = self._done("")
        return [away, said] if away else [said]

    def _done(self, slug: str) -> rx.event.EventSpec | None:
        """Close the dialog; the page of the tag goes on at its new address."""
        self.shown = ""
        base = f"/w/{workspace_of(self)}/tags"
        at_its_page = self.router.url.path != base
        place = f"{base}/{slug}" if slug else base
        return rx.redirect(place, replace=True) if at_its_page else None
