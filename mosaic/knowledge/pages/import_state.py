"""State of the import page."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

import reflex as rx

from mosaic.core.errors import Problem
from mosaic.jobs.pages.importing_state import Part
from mosaic.knowledge.exchange import report, uploads
from mosaic.knowledge.exchange.demo import import_demo
from mosaic.knowledge.exchange.shapes import ImportLinePublic, ImportPublic
from mosaic.knowledge.link_shapes import LinkCounts
from mosaic.shell import words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, actor_of, watch, workspace_of

_SHOWN = 50


@dataclass
class ReportLine:
    """What became of one file; `href` leads to the page that it is."""

    path: str
    outcome: str
    reason: str
    href: str


class Importing(rx.State):
    """An import: chosen, running, done. Which one it is, and what is shown, is in the address."""

    stage: str = "choose"
    conflicts: str = "replace"
    source: str = ""
    done: int = 0
    total: int = 0
    standing: str = ""
    links: str = ""
    problem: str = ""
    parts: list[Part] = []
    lines: list[ReportLine] = []
    earlier: str = ""
    later: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the import that the address names, or offer to begin one."""
        self.stage, self.problem = "choose", ""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look how far it is."""
        asked = self.router.url.query_parameters
        outcome = asked.get("outcome", "")
        page = page_number(asked)
        try:
            id = UUID(asked.get("job", ""))
        except ValueError:
            return
        async with acting(self) as work:
            found = await report.get_import(work, id, with_report=False)
            start = (page - 1) * _SHOWN
            lines = await report.read_report(work, id, outcome, start, _SHOWN + 1)
            watch(self, work.tenant, {f"jobs:{id}"}, Importing.refresh)
        self._fill(found)
        self._list(found, lines, outcome, page)

    @rx.event
    def choose(self, conflicts: str) -> None:
        """Say what becomes of files of which another version is here."""
        self.conflicts = conflicts

    @rx.event
    async def take(self, files: list[rx.UploadFile]) -> rx.event.EventSpec | None:
        """Begin to import what was chosen."""
        try:
            actor, workspace = await actor_of(self), workspace_of(self)
            id = await uploads.take(actor, workspace, files, self.conflicts)
        except Problem as problem:
            self.problem = problem.detail
            return None
        return rx.redirect(f"/w/{workspace_of(self)}/knowledge/import?job={id}")

    @rx.event
    async def demo(self) -> rx.event.EventSpec:
        """Begin to import Mosaic's own documentation."""
        id = await import_demo(await actor_of(self), workspace_of(self))
        return rx.redirect(f"/w/{workspace_of(self)}/knowledge/import?job={id}")

    def _fill(self, found: ImportPublic) -> None:
        stages = {"RUNNING": "running", "COMPLETED": "done"}
        self.stage = stages.get(found.status, "stopped")
        self.source = found.source
        self.problem = found.problem or ""
        self.done, self.total = found.done, found.total
        told = [f"{n:,} {words.outcome(name)}" for name, n in found.counts.items() if n]
        kind = words.vault(found.kind)
        self.standing = (", ".join(told) or "Nothing so far") + (f", from {kind}" if kind else "")
        self.links = _links(found.links) if found.links else ""

    def _list(
        self, found: ImportPublic, lines: list[ImportLinePublic], outcome: str, page: int
    ) -> None:
        here = f"/w/{workspace_of(self)}/knowledge"

        def part(outcome: str, page: int = 1) -> str:
            return address(f"{here}/import", page, job=str(found.id), outcome=outcome)

        counts = {"": found.done, **{name: n for name, n in found.counts.items() if n}}
        self.parts = [
            Part(f"{_named(name)} {n:,}", part(name), name == outcome) for name, n in counts.items()
        ]
        self.lines = [
            ReportLine(
                line.path,
                words.outcome(line.outcome),
                line.reason,
                f"{here}/{line.slug}" if line.slug else "",
            )
            for line in lines[:_SHOWN]
        ]
        pages = page + (len(lines) > _SHOWN)
        self.earlier, self.later = neighbours(partial(part, outcome), page, pages)


def _named(outcome: str) -> str:
    return words.outcome(outcome).capitalize() if outcome else "All"


def _links(counts: LinkCounts) -> str:
    return (
        f"{words.count(counts.resolved, 'link leads', 'links lead')} to a page, "
        f"{counts.broken:,} to one that is not written yet, "
        f"{counts.ambiguous:,} could mean several pages."
    )
