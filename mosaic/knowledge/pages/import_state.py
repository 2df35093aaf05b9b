"""State of the import page."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from mosaic.core.errors import Problem
from mosaic.knowledge.exchange import service as exchange
from mosaic.knowledge.exchange import uploads
from mosaic.knowledge.exchange.demo import import_demo
from mosaic.knowledge.shapes import ImportPublic, LinkCounts
from mosaic.shell import words
from mosaic.shell.session import acting, actor_of, watch, workspace_of

_SHOWN = 200


@dataclass
class ReportLine:
    """What became of one file."""

    path: str
    outcome: str
    reason: str


class Importing(rx.State):
    """An import: chosen, running, done. Which one it is stands in the address."""

    stage: str = "choose"
    source: str = ""
    done: int = 0
    total: int = 0
    standing: str = ""
    links: str = ""
    problem: str = ""
    lines: list[ReportLine] = []
    hidden_lines: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the import that the address names, or offer to begin one."""
        self.stage, self.problem = "choose", ""
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look how far it is."""
        try:
            id = UUID(self.router.url.query_parameters.get("job", ""))
        except ValueError:
            return
        async with acting(self) as work:
            found = await exchange.get_import(work, id)
            watch(self, work.tenant, {f"jobs:{id}"}, Importing.refresh)
        self._fill(found)

    @rx.event
    async def take(self, files: list[rx.UploadFile]) -> rx.event.EventSpec | None:
        """Begin to import what was chosen."""
        try:
            id = await uploads.take(await actor_of(self), workspace_of(self), files)
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
        self.source, self.problem = found.source, found.problem or ""
        self.done, self.total = found.done, found.total
        parts = [f"{n:,} {words.outcome(name)}" for name, n in found.counts.items() if n]
        self.standing = ", ".join(parts) or "Nothing so far"
        self.links = _links(found.links) if found.links else ""
        told = [line for line in found.report if line.reason or line.outcome == "failed"]
        self.lines = [
            ReportLine(line.path, words.outcome(line.outcome), line.reason)
            for line in told[:_SHOWN]
        ]
        more = len(told) - _SHOWN
        self.hidden_lines = f"and {words.count(more, 'more line')}" if more > 0 else ""


def _links(counts: LinkCounts) -> str:
    return (
        f"{words.count(counts.resolved, 'link leads', 'links lead')} to a page, "
        f"{counts.broken:,} to one that is not written yet, "
        f"{counts.ambiguous:,} could mean several pages."
    )
