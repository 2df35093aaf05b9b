"""States of the page of a run."""

from dataclasses import dataclass
from uuid import UUID

import reflex as rx

from mosaic.core.config import settings
from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.jobs import entries, files, gates, overview, relatives, service, types
from mosaic.jobs.models import Job
from mosaic.jobs.pages.rows_state import (
    JobLine,
    StepLine,
    job_line,
    moment,
    put,
    run_id,
    step_line,
    type_title,
)
from mosaic.jobs.pages.run_place import Place
from mosaic.jobs.pages.steps_state import fill_steps
from mosaic.jobs.pages.views_state import fill_data, fill_events, fill_times, fill_tokens
from mosaic.jobs.shapes import JobCreate, JobRow
from mosaic.jobs.viewing import present_jobs
from mosaic.shell import run_words, words
from mosaic.shell.session import acting, watch, workspace_of

_PAGES = 30
_FILL = {
    "steps": fill_steps,
    "times": fill_times,
    "tokens": fill_tokens,
    "events": fill_events,
    "data": fill_data,
}


@dataclass
class Link:
    """Something beside the run that can be opened."""

    title: str
    href: str
    more: str = ""


@dataclass
class Fact:
    """Something worth knowing about the run."""

    label: str
    value: str
    exact: str = ""


@dataclass
class Attempt:
    """One of the times that a run was tried."""

    label: str
    href: str
    shown: bool


class RunPage(rx.State):
    """One run: what it is, how it stands, and what belongs to it."""

    stage: str = "waiting"
    title: str = "Run"
    line: JobLine = JobLine()
    view: str = "steps"
    facts: list[Fact] = []
    attempts: list[Attempt] = []
    asks: list[StepLine] = []
    made: list[Link] = []
    touched: list[Link] = []
    family: list[JobLine] = []
    repeatable: bool = False
    _notes: dict[str, str] = {}

    @rx.event
    async def load(self) -> None:
        """Show the run at this address, and follow what happens."""
        shown = self.line.id == str(self.job)
        self.stage = self.stage if shown else "waiting"
        await self._look()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        await self._look()

    async def _look(self) -> None:
        place = place_of(self)
        async with acting(self) as work:
            try:
                job = await service.get_job(work, run_id(self))
            except NotFound:
                self.stage, self.title = "missing", "No such run"
                return
            watch(self, work.tenant, {f"jobs:{job.id}"}, RunPage.refresh)
            await self._fill(work, job, place)
            await _FILL[place.view](self, work, job, place)
        self.stage = "there"

    async def _fill(self, work: Work, job: Job, place: Place) -> None:
        asked = await overview.open_gates(work, job.id) if job.status == "RUNNING" else []
        [row] = await present_jobs(work, [job], JobRow)
        here = workspace_of(self)
        put(self, title=job.title, view=place.view, line=job_line(here, row, bool(asked)))
        put(self, asks=[step_line(step) for step in asked], facts=_facts(job, row))
        put(self, attempts=_attempts(job, place))
        given = await files.list_files(work, job.id)
        made = [Link(one.name, one.url, run_words.size(one.size)) for one in given]
        known = types.find(job.type)
        # What was sent along is not there a second time.
        asked_for = bool(known.fields) if known else not any(f.kind == "INPUT" for f in given)
        pages = await entries.entries_of(work, job.id, _PAGES)
        links = [Link(one.title, f"/w/{here}/knowledge/{one.slug}") for one in pages]
        if len(pages) == _PAGES and (more := await entries.count_of(work, job.id) - _PAGES):
            links[-1].more = f"and {words.count(more, 'page')} more"
        put(self, made=made, repeatable=asked_for, touched=links)
        near = await present_jobs(work, await relatives.family(work, job), JobRow)
        put(self, family=[job_line(here, one) for one in near])

    @rx.event
    async def cancel(self) -> rx.event.EventSpec:
        """Cancel the run."""
        async with acting(self) as work:
            await service.cancel_job(work, run_id(self))
        return rx.toast("The run is cancelled.")

    @rx.event
    async def retry(self) -> rx.event.EventSpec:
        """Try the run again from what did not finish."""
        async with acting(self) as work:
            await service.retry_job(work, run_id(self))
        return rx.redirect(Place(place_of(self).base).address())

    @rx.event
    async def again(self) -> rx.event.EventSpec:
        """Start a new run with the same input."""
        async with acting(self) as work:
            old = await service.get_job(work, run_id(self))
            wanted = JobCreate(
                type=old.type,
                title=old.title,
                priority=old.priority,
                input=old.input,
                time_limit=old.time_limit,
            )
            made = await service.create_job(work, wanted)
        return rx.redirect(f"/w/{workspace_of(self)}/jobs/{made.id}")

    @rx.event
    def keep_note(self, step: str, note: str) -> None:
        """Keep what was written beside a gate until it is answered."""
        self._notes = {step: note.strip()[:2_000]}

    @rx.event
    async def answer(self, step: str, approved: bool) -> None:
        """Answer a gate, with what was noted beside it."""
        async with acting(self) as work:
            note = self._notes.get(step) or None
            await gates.answer(work, run_id(self), UUID(step), approved, note)
        self._notes = {}


def place_of(state: rx.State) -> Place:
    """Return what the tab's address says about the run's page."""
    base = f"/w/{workspace_of(state)}/jobs/{state.job}"
    return Place.read(base, state.router.url.query_parameters)


def _facts(job: Job, row: JobRow) -> list[Fact]:
    used, currency = row.tokens, settings().model_currency
    told = {
        "Type": (type_title(job.type), job.type),
        "Asked by": (row.requested_by_name or "", ""),
        "Performed by": ("Mosaic" if job.engine else "Outside runner", ""),
        "Asked": (words.ago(job.created_at), moment(job.created_at)),
        "Began": (words.ago(job.started_at) if job.started_at else "", moment(job.started_at)),
        "Ended": (
            words.ago(job.completed_at) if job.completed_at else "",
            moment(job.completed_at),
        ),
        "Steps": (f"{row.step_counts.total:,}" if row.step_counts.total else "", ""),
        "Tokens in": (f"{used.input:,}" if used.total else "", ""),
        "Tokens out": (f"{used.output:,}" if used.total else "", ""),
        "Cost": (run_words.money(row.cost, currency), ""),
        "Time limit": (run_words.duration(job.time_limit and job.time_limit * 1000), ""),
    }
    return [Fact(label, value, exact) for label, (value, exact) in told.items() if value]


def _attempts(job: Job, place: Place) -> list[Attempt]:
    if job.attempt == 1:
        return []
    shown = place.attempt or job.attempt
    return [
        Attempt(
            label=f"Attempt {number}",
            href=place.address(attempt=number if number < job.attempt else 0, pages={}),
            shown=number == shown,
        )
        for number in range(max(1, job.attempt - 9), job.attempt + 1)
    ]
