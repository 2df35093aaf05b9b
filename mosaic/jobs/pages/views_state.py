"""States of the other views of a run: time line, tokens, what happened, what went in and out."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic.core.config import settings
from mosaic.core.work import Work
from mosaic.jobs import overview, prices
from mosaic.jobs.lookup import get_job, get_step
from mosaic.jobs.models import Job, JobEvent
from mosaic.jobs.pages import charts_state as charts
from mosaic.jobs.pages.rows_state import StepLine, moment, put, step_line
from mosaic.jobs.pages.run_place import Place
from mosaic.shell import run_words, words
from mosaic.shell.session import acting, workspace_of

_BARS, _COSTLY, _EVENTS = 200, 50, 50


class RunTimes(rx.State):
    """The time line of a run: bars of the steps that took longest."""

    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    said: str = ""

    @rx.event
    async def pick(self, step: str) -> rx.event.EventSpec:
        """Open the step of a bar."""
        here = f"/w/{workspace_of(self)}/jobs/{self.job}"
        place = Place.read(here, self.router.url.query_parameters)
        async with acting(self) as work:
            job = await get_job(work, UUID(str(self.job)))
            found = await get_step(work, job.id, UUID(step))
            attempt = place.attempt or job.attempt
            page = await overview.page_of(work, attempt, found)
        to = Place(here, attempt=place.attempt, phases=(found.phase,), opened=(step,))
        return rx.redirect(to.address(pages={found.phase: page}))


async def fill_times(page: rx.State, work: Work, job: Job, place: Place) -> None:
    """Draw the attempt that the address names."""
    state = await page.get_state(RunTimes)
    attempt = place.attempt or job.attempt
    steps = await overview.longest(work, job.id, attempt, _BARS)
    total = sum(one.total for one in await overview.phase_sums(work, job.id, attempt))
    begun = min((step.started_at for step in steps if step.started_at), default=job.created_at)
    data, layout = charts.time_line(steps, begun, datetime.now(UTC))
    shown = f"The {len(steps):,} longest of {words.count(total, 'step')}"
    said = shown if total > len(steps) >= _BARS else words.count(len(steps), "step")
    put(state, data=data, layout=layout, said=said if steps else "")


@dataclass
class ModelLine:
    """What a model was given and made in a run."""

    model: str
    steps: str
    given: str
    made: str
    cost: str


class RunTokens(rx.State):
    """Tokens and what they cost: by model, and by step."""

    models: list[ModelLine] = []
    steps: list[StepLine] = []
    total: ModelLine = ModelLine("", "", "", "", "")
    priced: bool = False


async def fill_tokens(page: rx.State, work: Work, job: Job, place: Place) -> None:
    """Add up what all attempts used."""
    state = await page.get_state(RunTokens)
    used, currency = await overview.by_model(work, job.id), settings().model_currency
    cost = prices.total((model, given, made) for model, _, given, made in used)
    models = [
        ModelLine(
            model or "No model said",
            f"{count:,}",
            f"{given:,}",
            f"{made:,}",
            run_words.money(prices.cost(model, given, made), currency),
        )
        for model, count, given, made in used
    ]
    total = ModelLine(
        "Together",
        f"{sum(count for _, count, _, _ in used):,}",
        f"{job.tokens_input:,}",
        f"{job.tokens_output:,}",
        run_words.money(cost, currency),
    )
    steps = [step_line(step) for step in await overview.costly(work, job.id, _COSTLY)]
    put(state, models=models, steps=steps, total=total, priced=prices.known())


@dataclass
class EventLine:
    """Something that happened."""

    who: str
    did: str
    step: str
    remark: str
    when: str
    exact: str


class RunEvents(rx.State):
    """What happened, newest first."""

    lines: list[EventLine] = []
    later: str = ""
    earlier: str = ""


async def fill_events(page: rx.State, work: Work, job: Job, place: Place) -> None:
    """Show the part that the address names."""
    state = await page.get_state(RunEvents)
    rows = await overview.happened(work, job.id, place.before, _EVENTS + 1)
    shown = rows[:_EVENTS]
    earlier = place.address(before=shown[-1][0].id) if len(rows) > _EVENTS else ""
    later = place.address(before=None) if place.before else ""
    lines = [_event_line(event, step or "") for event, step in shown]
    put(state, lines=lines, earlier=earlier, later=later)


def _event_line(event: JobEvent, step: str) -> EventLine:
    return EventLine(
        who=event.actor.get("name") or "Mosaic",
        did=run_words.event(event.type),
        step=step,
        remark=run_words.remark(event.payload, event.type),
        when=f"{event.created_at:%H:%M:%S}",
        exact=moment(event.created_at),
    )


class RunData(rx.State):
    """What went into a run and came out of it."""

    given: str = ""
    made: str = ""
    note: str = ""


async def fill_data(page: rx.State, work: Work, job: Job, place: Place) -> None:
    """Lay out both as JSON."""
    made = "" if job.result is None else _laid_out(job.result)
    given = _laid_out(job.input) if job.input else ""
    put(await page.get_state(RunData), given=given, made=made, note=job.error or "")


def _laid_out(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)[:200_000]
