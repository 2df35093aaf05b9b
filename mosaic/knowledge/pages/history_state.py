"""State of the page that tells what a page was."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from mosaic.accounts.service import names_of
from mosaic.core.errors import NotFound
from mosaic.core.pagination import PageQuery
from mosaic.core.work import Work
from mosaic.knowledge import service, timeline, versions
from mosaic.knowledge.models import Entry
from mosaic.knowledge.pages.history_changes_state import changes
from mosaic.knowledge.pages.history_lines_state import (
    Known,
    Look,
    VersionLine,
    around,
    lines,
    look,
    number,
    wanted,
)
from mosaic.knowledge.service import Moved
from mosaic.knowledge.version_shapes import DiffPublic
from mosaic.shell import words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 30
_MOST_OPENED = 10


class History(rx.State):
    """The versions of a page and what lies between two of them; which two is in the address."""

    stage: str = "waiting"
    title: str = ""
    lines: list[VersionLine] = []
    old: int = 0
    new: int = 0
    latest: int = 0
    standing: str = ""
    changes: str = ""
    text: str = ""
    opened: list[int] = []
    ways: dict[str, str] = {}

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Show the two versions that the address names, else what was changed last."""
        place = f"/w/{workspace_of(self)}/knowledge/{self.slug}"
        if self.ways.get("page") != place:
            self.opened = []
        return await self._look(place, fresh=True)

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Look again."""
        return await self._look(self.ways["page"], fresh=False)

    @rx.event
    async def fold(self, first: int) -> rx.event.EventSpec | None:
        """Open the edits that begin with a version, or close them."""
        others = [one for one in self.opened if one != first]
        self.opened = others if first in self.opened else [*others, first][-_MOST_OPENED:]
        return await self.refresh()

    @rx.event
    async def pick(self, form: dict[str, Any]) -> rx.event.EventSpec:
        """Compare the two versions whose numbers were written."""
        old, new = (str(form.get(name, "")) for name in ("from", "to"))
        return rx.redirect(address(f"{self.ways['page']}/history", **{"from": old, "to": new}))

    async def _look(self, place: str, fresh: bool) -> rx.event.EventSpec | None:
        asked = self.router.url.query_parameters
        try:
            async with acting(self) as work:
                entry = await service.get_entry(work, str(self.slug))
                watch(self, work.tenant, {f"knowledge:{entry.id}"}, History.refresh)
                self.latest, self.title = entry.version, entry.title
                seen = await self._list(work, entry, place, asked, fresh)
                self._show(await versions.diff_versions(work, entry, seen.old, seen.new))
                known = (await versions.get_version(work, entry, seen.new)).fields is not None
                self.ways["stays"] = words.stays(known)
                as_text = asked.get("show") == "text" or seen.old == seen.new
                self.text = await versions.present(work, entry, seen.new) if as_text else ""
        except Moved as moved:
            base = f"/w/{workspace_of(self)}/knowledge"
            return rx.redirect(f"{base}/{moved.slug}/history", replace=True)
        except NotFound as gone:
            self.stage, self.title, self.standing = "missing", "History", gone.detail
            return None
        self.stage = "there"
        return None

    async def _list(
        self, work: Work, entry: Entry, place: str, asked: Mapping[str, str], fresh: bool
    ) -> Look:
        query = PageQuery(page=page_number(asked), limit=_LINES)
        version = None if {"page", "keep"} & {*asked} else number(asked, "to") or None
        found = await timeline.list_edits(work, entry, query, version)
        page = found.meta.page
        newest = found.data[0] if found.data and page == 1 else None
        seen = look(f"{place}/history", asked, entry.version, newest, page)
        if fresh:
            self.opened = list(dict.fromkeys([*self.opened, *around(found.data, seen)]))
        rows = await timeline.rows_of(work, entry, wanted(found.data, self.opened))
        names = await names_of(work, [row.created_by for row in rows.values()])
        known = Known(rows, names, entry.version)
        self.lines = list(lines(found.data, known, seen, self.opened))
        newer, older = neighbours(seen.at_page, page, found.meta.total_pages)
        self.old, self.new = seen.old, seen.new
        self.ways = {
            "page": place,
            "part": str(page),
            "newer": newer,
            "older": older,
            "compare": seen.at(seen.old, seen.new),
            "read": seen.at(seen.old, seen.new, show="text"),
            "kept": f"Version {seen.kept}" if seen.kept else "",
            "release": seen.keeping(0, entry.version),
        }
        return seen

    def _show(self, found: DiffPublic) -> None:
        self.changes = "".join(changes(found))
        much = [f"{words.count(found.added, 'line')} added" if found.added else ""]
        much += [f"{words.count(found.removed, 'line')} taken away" if found.removed else ""]
        fields = words.listed([words.field(name).lower() for name in found.fields or {}])
        much += [f"{fields} changed" if fields else ""]
        said = ", ".join(filter(None, much)) or "The text is the same"
        alone = f"Version {self.new}" + (", the first" if self.new == 1 else "")
        both = f"Version {self.old} to {self.new}: {said}"
        self.standing = alone if self.old == self.new else both
