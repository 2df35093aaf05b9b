"""State of the page on which projects are imported."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

import reflex as rx

from mosaic.core.errors import Problem
from mosaic.jobs.pages.importing_state import Part
from mosaic.projects.exchange import report, uploads
from mosaic.projects.exchange.report import ImportedLine, LineQuery, ProjectImport
from mosaic.shell import transfer_words, words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, actor_of, watch, workspace_of, zone_of
from mosaic.tasks.choices import options, read_choices

_SHOWN = 50


@dataclass
class LineOfFile:
    """What became of one line; `href` leads to the task that it is."""

    line: str
    title: str
    outcome: str
    reason: str
    href: str


class ProjectImporting(rx.State):
    """An import: chosen, running, done. Which one it is, and what is shown, is in the address."""

    stage: str = "choose"
    projects: list[tuple[str, str]] = []
    project: str = ""
    place: str = ""
    done: int = 0
    total: int = 0
    standing: str = ""
    problem: str = ""
    parts: list[Part] = []
    lines: list[LineOfFile] = []
    earlier: str = ""
    later: str = ""

    @rx.event
    async def load(self) -> None:
        """Show the import that the address names, or offer to begin one."""
        self.stage, self.problem = "choose", ""
        self.project = self.router.url.query_parameters.get("project", "")
        if "job" not in self.router.url.query_parameters:
            async with acting(self) as work:
                found = (await read_choices(work)).projects
            self.projects = options(found, transfer_words.NEW_PROJECT)
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look how far it is."""
        asked = self.router.url.query_parameters
        shown = asked.get("show", "all")
        query = LineQuery(
            page=page_number(asked),
            limit=_SHOWN,
            show=shown if shown in transfer_words.SHOWN else "all",
        )
        try:
            id = UUID(asked.get("job", ""))
        except ValueError:
            return
        async with acting(self) as work:
            found = await report.get_import(work, id)
            lines = await report.list_lines(work, id, query)
            watch(self, work.tenant, {f"jobs:{id}"}, ProjectImporting.refresh)
        self._fill(found, query)
        here = f"/w/{workspace_of(self)}/projects/{found.project.slug}" if found.project else ""
        self.place = here
        self.lines = [_line(here, line) for line in lines.data]
        at = partial(self._at, found.id, query.show)
        self.earlier, self.later = neighbours(at, query.page, lines.meta.total_pages)

    @rx.event
    def choose(self, project: str) -> None:
        """Say where tasks go."""
        self.project = project

    @rx.event
    async def take(self, files: list[rx.UploadFile]) -> rx.event.EventSpec | None:
        """Begin to import what was chosen."""
        try:
            actor, workspace = await actor_of(self), workspace_of(self)
            sent = files[0] if files else None
            id = await uploads.take(
                actor, workspace, sent, self.project or None, zone=zone_of(self)
            )
        except Problem as problem:
            self.problem = problem.detail
            return None
        return rx.redirect(f"/w/{workspace}/projects/import?job={id}")

    def _fill(self, found: ProjectImport, query: LineQuery) -> None:
        stages = {"RUNNING": "running", "COMPLETED": "done"}
        self.stage = stages.get(found.status, "stopped")
        self.problem = found.problem or ""
        self.done, self.total = found.done, found.total
        created, failed = found.counts["created"], found.counts["failed"]
        self.standing = transfer_words.standing(created, failed, found.kind)
        counts = {"all": found.done, **found.counts, "remark": found.remarks}
        self.parts = [
            Part(f"{said} {counts[show]:,}", self._at(found.id, show), show == query.show)
            for show, said in transfer_words.SHOWN.items()
            if counts[show] or show == "all"
        ]

    def _at(self, id: UUID, show: str, page: int = 1) -> str:
        base = f"/w/{workspace_of(self)}/projects/import"
        return address(base, page, job=str(id), show="" if show == "all" else show)


def _line(here: str, line: ImportedLine) -> LineOfFile:
    return LineOfFile(
        line=f"{line.line:,}",
        title=line.title,
        outcome=words.outcome(line.outcome),
        reason=line.reason,
        href=f"{here}?task={line.number}" if here and line.number else "",
    )
