"""State of the page on which a page gets another name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import reflex as rx

from mosaic.core.errors import Conflict, Invalid, NotAllowed, NotFound
from mosaic.core.work import Role
from mosaic.knowledge import renaming, renaming_undo, service
from mosaic.knowledge.diffing import words as compare_words
from mosaic.knowledge.link_shapes import PageNamed
from mosaic.knowledge.pages.history_changes_state import difference, marked
from mosaic.knowledge.renaming_shapes import LinePair, PageChange, RenameRequest
from mosaic.knowledge.service import Moved
from mosaic.shell import words
from mosaic.shell.forms import saying
from mosaic.shell.session import acting, unwatch, workspace_of

_MOST_PAGES = 50
_MOST_LINES = 20


@dataclass
class PageLine:
    """A page; `lines` compares what changes on it, as safe HTML."""

    href: str
    title: str
    lines: str = ""


class Renaming(rx.State):
    """A new name, what it would change, and the way back.

    `place` is the page's address; `last` is its last rename: the `version` that it made, and the
    `title` that the page had until then.
    """

    stage: str = "waiting"
    title: str = ""
    place: str = ""
    said: dict[str, str] = {}
    standing: str = ""
    address: str = ""
    changes: list[PageLine] = []
    same: list[PageLine] = []
    left: list[PageLine] = []
    more: str = ""
    last: dict[str, str] = {}
    _wanted: dict[str, Any] = {}

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Begin with the name that the page has."""
        unwatch(self)  # else the page itself, seen before, follows its new name
        self.said = {}
        self._clear()
        try:
            async with acting(self) as work:
                work.require(Role.MEMBER)
                entry = await service.get_entry(work, str(self.slug))
                last = await renaming_undo.last_rename(work, entry)
        except Moved as moved:
            base = f"/w/{workspace_of(self)}/knowledge"
            return rx.redirect(f"{base}/{moved.slug}/rename", replace=True)
        except (NotFound, NotAllowed) as problem:
            self.stage, self.title, self.standing = "missing", "Page", problem.detail
            return None
        self.stage, self.title, self.place = "there", entry.title, entry.slug
        self.last = {"version": str(last[0]), "title": last[1]} if last else {}
        self._wanted = {"title": entry.title}
        self.standing = "What changes is shown here, before anything does."
        return None

    @rx.event
    async def retitle(self, value: str) -> None:
        """Show what another title changes."""
        await self._preview(title=value)

    @rx.event
    async def readdress(self, value: str) -> None:
        """Show what another address changes."""
        await self._preview(slug=value.strip() or None)

    @rx.event
    async def rewriting(self, on: bool) -> None:
        """Show what changes with the links, or without."""
        await self._preview(rewrite_links=on)

    async def _preview(self, **typed: Any) -> None:
        if self.stage != "there":
            return
        self._wanted = {**self._wanted, **typed}
        self._clear()
        with self._saying():
            wanted = RenameRequest(**self._wanted)
            async with acting(self) as work:
                plan = await renaming.preview_rename(work, self.place, wanted)
            self.address = plan.slug if plan.slug != self.place else ""
            self.same = self._pages(plan.same_title)
            if (plan.title, plan.slug) == (self.title, self.place):
                self.standing = "This is its name now; nothing changes."
                return
            self._show(plan.changes)
            self.left = self._pages(plan.left)
            if not wanted.rewrite_links:
                self.standing = "Links stay as they are written, and the old name leads here."

    @rx.event
    async def rename(self, place: str, title: str, form: dict[str, Any]) -> None:
        """Rename the page at `place`, which has this title so far."""
        with self._saying():
            self._wanted = {
                "title": str(form.get("title", "")),
                "slug": str(form.get("slug", "")).strip() or None,
                "rewrite_links": bool(form.get("rewriteLinks")),
            }
            wanted = RenameRequest(**self._wanted)
            if wanted.title == title and wanted.slug in {None, place}:
                self.said = {"title": "This is its title already. Another one can be written."}
                return
            async with acting(self) as work:
                done = await renaming.rename_entry(work, place, wanted)
            self._clear()
            anew = words.count(len(done.changes), "page was", "pages were")
            self.standing = f"Renamed to “{done.title}”. {anew} written anew."
            self.left = self._pages(done.left)
            self.last = {"version": str(done.version), "title": title}
            self.stage, self.place, self.title = "renamed", done.slug, done.title

    @rx.event
    async def take_back(self) -> None:
        """Give the page its old name back."""
        async with acting(self) as work:
            version = int(self.last["version"])
            done = await renaming_undo.undo_rename(work, self.place, version)
        self._clear()
        pages = words.count(len(done.undone), "other page reads", "other pages read")
        self.standing = f"It is called “{done.title}” again. {pages} as before."
        self.left = self._pages(done.left)
        self.stage, self.title, self.place = "undone", done.title, done.slug

    @contextmanager
    def _saying(self) -> Iterator[None]:
        with saying(self):
            try:
                yield
            except Conflict as taken:
                if not self._wanted.get("slug"):
                    raise
                raise Invalid(taken.detail, "slug") from taken

    def _clear(self) -> None:
        self.changes, self.same, self.left = [], [], []
        self.address, self.standing, self.more = "", "", ""

    def _show(self, changes: Sequence[PageChange]) -> None:
        self.changes = [
            PageLine(self._href(one.slug), one.title, "".join(_lines(one.lines)))
            for one in changes[:_MOST_PAGES]
        ]
        lines = words.count(sum(len(one.lines) for one in changes), "line")
        pages = words.count(len(changes), "page")
        self.standing = f"{lines} on {pages} written anew" if changes else "No links change."
        rest = len(changes) - _MOST_PAGES
        self.more = f"{words.count(rest, 'more page')} in the same way" if rest > 0 else ""

    def _pages(self, pages: Sequence[PageNamed]) -> list[PageLine]:
        return [PageLine(self._href(one.slug), one.title) for one in pages[:_MOST_PAGES]]

    def _href(self, slug: str) -> str:
        return f"/w/{workspace_of(self)}/knowledge/{slug}"


def _lines(pairs: Sequence[LinePair]) -> Iterator[str]:
    for pair in pairs[:_MOST_LINES]:
        parts = compare_words(pair.before, pair.after)
        was, now = marked(parts, "delete", "del"), marked(parts, "insert", "ins")
        yield difference("replace", pair.number, was, pair.number, now)
    if len(pairs) > _MOST_LINES:
        yield f'<p class="gap">{words.count(len(pairs) - _MOST_LINES, "more line")}</p>'
