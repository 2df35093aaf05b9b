"""State of the page that tells what a page was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

import reflex as rx

from mosaic.accounts.service import names_of
from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.knowledge import service, versions
from mosaic.knowledge.diffing import Part
from mosaic.knowledge.diffing import words as compare_words
from mosaic.knowledge.models import Entry
from mosaic.knowledge.service import Moved
from mosaic.knowledge.shapes import DiffHunk, DiffLine, DiffPart, DiffPublic, VersionRow
from mosaic.shell import words
from mosaic.shell.session import acting, watch, workspace_of

_LINES = 30
_MOST_ROWS = 2_000


@dataclass
class VersionLine:
    """A version in the time line; `href` shows what it changed, `since` all from it to now."""

    number: int
    href: str
    since: str
    who: str
    when: str
    exactly: str
    note: str
    size: str
    shown: str


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
    newer: str = ""
    older: str = ""

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Show the two versions that the address names, else what was changed last."""
        return await self.refresh()

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Look again."""
        asked = self.router.url.query_parameters
        base = f"/w/{workspace_of(self)}/knowledge"
        try:
            async with acting(self) as work:
                entry = await service.get_entry(work, str(self.slug))
                watch(self, work.tenant, {f"knowledge:{entry.id}"}, History.refresh)
                self.latest, self.title = entry.version, entry.title
                self.new = _number(asked.get("to", ""), entry.version)
                self.old = _number(asked.get("from", ""), max(1, self.new - 1))
                await self._list(work, entry, _number(asked.get("page", ""), 1))
                self._show(await versions.diff_versions(work, entry, self.old, self.new))
                shown = await versions.present(work, entry, self.new)
        except Moved as moved:
            return rx.redirect(f"{base}/{moved.slug}/history", replace=True)
        except NotFound as gone:
            self.stage, self.title, self.standing = "missing", "History", gone.detail
            return None
        self.text = shown if asked.get("show") == "text" else ""
        self.stage = "there"
        return None

    async def _list(self, work: Work, entry: Entry, page: int) -> None:
        found = await versions.list_rows(work, entry, page, _LINES)
        who = await names_of(work, [row.created_by for row in found.data])
        self.lines = [
            self._line(row, before, who.get(row.created_by, "Somebody who has left"))
            for row, before in zip(found.data, [*found.data[1:], None], strict=True)
        ]
        self.newer = self._address(page=page - 1) if page > 1 else ""
        self.older = self._address(page=page + 1) if page < found.meta.total_pages else ""

    def _line(self, row: VersionRow, before: VersionRow | None, who: str) -> VersionLine:
        grown = row.size - before.size if before else 0
        first = row.version == 1
        return VersionLine(
            number=row.version,
            href=self._address(**{"from": max(1, row.version - 1), "to": row.version}),
            since=self._address(**{"from": row.version, "to": self.latest}),
            who=who,
            when=words.ago(row.created_at),
            exactly=f"{row.created_at:%Y-%m-%d %H:%M:%S} UTC",
            note=row.change_note or ("Written" if first else ""),
            size=f"{grown:+,} letters".replace("-", "−") if grown else "",
            shown="true" if row.version == self.new else "false",
        )

    def _show(self, found: DiffPublic) -> None:
        self.changes = "".join(_changes(found))
        much = [f"{words.count(found.added, 'line')} added" if found.added else ""]
        much += [f"{words.count(found.removed, 'line')} taken away" if found.removed else ""]
        said = ", ".join(filter(None, much)) or "The text is the same"
        self.standing = f"Version {self.old} to {self.new}: {said}"

    @rx.event
    async def restore(self) -> list[rx.event.EventSpec]:
        """Bring back the version that is shown, as a new one."""
        before = self.latest
        async with acting(self) as work:
            await versions.restore_version(work, str(self.slug), self.new)
        place = f"/w/{workspace_of(self)}/knowledge/{self.slug}"
        said = f"Version {self.new} is back. What was there is version {before}."
        return [rx.redirect(place), rx.toast(said)]

    def _address(self, **given: int) -> str:
        return f"/w/{workspace_of(self)}/knowledge/{self.slug}/history?{urlencode(given)}"


def _number(text: str, otherwise: int) -> int:
    return int(text[:8]) if text.isdecimal() and int(text[:8]) else otherwise


def _changes(found: DiffPublic) -> Iterator[str]:
    """Yield the comparison as safe HTML: everything that people wrote is escaped."""
    if found.title.old != found.title.new:
        yield '<p class="gap">Title</p>'
        parts = compare_words(found.title.old, found.title.new)
        yield difference(
            "replace", 0, marked(parts, "delete", "del"), 0, marked(parts, "insert", "ins")
        )
    left, at = _MOST_ROWS, 1
    for hunk in found.hunks:
        if hunk.old_start > at:
            lines = words.count(hunk.old_start - at, "line")
            yield f'<p class="gap">{lines} the same</p>'
        yield from _rows(hunk, left)
        left -= len(hunk.lines)
        at = hunk.old_start + sum(line.old is not None for line in hunk.lines)
        if left <= 0:
            yield '<p class="gap">There is more than can be shown here.</p>'
            return


def _rows(hunk: DiffHunk, most: int) -> Iterator[str]:
    old, new = hunk.old_start, hunk.new_start
    for line in hunk.lines[:most]:
        was, now = _sides(line)
        yield difference(line.op, old, was, new, now)
        old += line.old is not None
        new += line.new is not None


def _sides(line: DiffLine) -> tuple[str, str]:
    if line.op == "replace":
        return marked(line.words, "delete", "del"), marked(line.words, "insert", "ins")
    return escape(line.old or ""), escape(line.new or "")


def marked(parts: Iterable[DiffPart | Part], op: str, tag: str) -> str:
    """Return one side of a line as safe HTML, what only it has (`op`) in a `tag`."""
    kept = [part for part in parts if part.op in ("equal", op)]
    return "".join(
        f"<{tag}>{escape(part.text)}</{tag}>" if part.op == op else escape(part.text)
        for part in kept
    )


def difference(op: str, old: int, was: str, new: int, now: str) -> str:
    """Return a line as it was beside what it is, both safe HTML, with their numbers."""
    left = f'<i>{old or ""}</i><span class="old">{was}</span>'
    right = f'<i>{new or ""}</i><span class="new">{now}</span>'
    return f'<div class="difference {op}">{left}{right}</div>'
