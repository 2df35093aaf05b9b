"""Runs and steps as pages show them: values in words."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import reflex as rx

from mosaic.core.config import settings
from mosaic.core.errors import NotFound
from mosaic.jobs import prices
from mosaic.jobs.models import JobStep
from mosaic.jobs.overview import PhaseSum
from mosaic.jobs.shapes import ENDED, JobRow
from mosaic.jobs.types import find
from mosaic.shell import run_words, words

_NOBODY = "Somebody who has left"


@dataclass
class JobLine:
    """A run in a list. `ms` is how long it took, or takes so far where it is `going`."""

    id: str = ""
    href: str = ""
    title: str = ""
    kind: str = ""
    status: str = ""
    label: str = ""
    tone: str = ""
    who: str = ""
    when: str = ""
    day: str = ""
    ms: int = 0
    going: bool = False
    ended: bool = False
    progress: int = 0
    tokens: str = ""
    cost: str = ""
    note: str = ""


def job_line(workspace: str, job: JobRow, asks: bool = False) -> JobLine:
    """Put a run into a line; `asks` says that it waits for a person's answer."""
    said = run_words.ASKS if asks else run_words.job_status(job.status)
    return JobLine(
        id=str(job.id),
        href=f"/w/{workspace}/jobs/{job.id}",
        title=job.title,
        kind=type_title(job.type),
        status="ASKS" if asks else job.status,
        label=said.label,
        tone=said.tone,
        who=job.requested_by_name or _NOBODY,
        when=words.ago(job.created_at),
        day=moment(job.created_at),
        ms=lasting(job.started_at, job.completed_at),
        going=job.status == "RUNNING",
        ended=job.status in ENDED,
        progress=job.progress,
        tokens=f"{run_words.tokens(job.tokens.total)} tokens" if job.tokens.total else "",
        cost=run_words.money(job.cost, settings().model_currency),
        note=(job.error or "")[:200],
    )


@dataclass
class StepLine:
    """A step of a run in a list, and what is seen of it when it is opened."""

    id: str
    number: int
    name: str
    kind: str
    type: str
    status: str
    label: str
    tone: str
    ms: int
    going: bool
    tokens: str
    note: str
    answer: str
    attempt: int
    output_size: int
    output_full: bool
    opened: bool


def step_line(step: JobStep, opened: bool = False, answered_by: str = "") -> StepLine:
    """Put a step into a line."""
    said = run_words.step_status(step.status, step.type)
    return StepLine(
        id=str(step.id),
        number=step.ordinal,
        name=step.name,
        kind=run_words.kind(step.type),
        type=step.type,
        status="ASKS" if said is run_words.ASKS else step.status,
        label=said.label,
        tone=said.tone,
        ms=lasting(step.started_at, step.completed_at),
        going=step.status == "RUNNING",
        tokens=step_tokens(step),
        note=(step.error or "")[:2_000],
        answer=_answer(step, answered_by),
        attempt=step.attempt,
        output_size=step.output_size if opened else 0,
        output_full=step.output_full,
        opened=opened,
    )


@dataclass
class PhaseLine:
    """A phase of a run: how it stands, and the steps of the part that is shown."""

    phase: str
    name: str
    standing: str
    status: str
    ms: int
    going: bool
    opened: bool
    steps: list[StepLine] = field(default_factory=list)
    earlier: str = ""
    later: str = ""
    part: str = ""


def phase_line(one: PhaseSum, opened: bool) -> PhaseLine:
    """Put the sums of a phase into a line, without its steps."""
    status = phase_status(one.counts)
    open_ended = status == "RUNNING"
    return PhaseLine(
        phase=one.phase,
        name=run_words.phase(one.phase),
        standing=_standing(one),
        status=status,
        ms=lasting(one.started_at, None if open_ended else one.completed_at),
        going=open_ended,
        opened=opened,
    )


def phase_status(counts: dict[str, int]) -> str:
    """Return the one status that says most about a phase."""
    for status in ("RUNNING", "FAILED"):
        if counts.get(status):
            return status
    if counts.get("PENDING"):
        return "RUNNING" if counts.get("COMPLETED") else "PENDING"
    return "COMPLETED" if counts.get("COMPLETED") else "SKIPPED"


def _standing(one: PhaseSum) -> str:
    done, total = one.counts.get("COMPLETED", 0), one.total
    told = [words.count(total, "step") if done == total else f"{done:,} of {total:,} finished"]
    for status, said in (("FAILED", "did not finish"), ("SKIPPED", "left out")):
        if count := one.counts.get(status):
            told.append(f"{count:,} {said}")
    return ", ".join(told)


def step_tokens(step: JobStep) -> str:
    """Say how many tokens a step used, and what they cost."""
    used = (step.tokens_input or 0) + (step.tokens_output or 0)
    if not used:
        return ""
    cost = prices.cost(step.model, step.tokens_input, step.tokens_output)
    said = run_words.money(cost, settings().model_currency)
    return " · ".join(filter(None, (f"{run_words.tokens(used)} tokens", said)))


def _answer(step: JobStep, who: str) -> str:
    if step.approved is None:
        return ""
    did = "approved" if step.approved else "declined"
    note = f": “{step.approval_note}”" if step.approval_note else ""
    return f"{who or _NOBODY} {did} this{note}"


def type_title(type: str) -> str:
    """Say what type of run it is."""
    known = find(type)
    return known.title if known else run_words.job_type(type)


def lasting(begun: datetime | None, ended: datetime | None) -> int:
    """Return milliseconds from beginning to end, or to now; 0 before it began."""
    if begun is None:
        return 0
    return max(0, round(((ended or datetime.now(UTC)) - begun).total_seconds() * 1000))


def moment(at: datetime | None) -> str:
    """Say a time exactly, by the clock of UTC."""
    return f"{at:%A}, {at.day} {at:%B %Y, %H:%M:%S} UTC" if at else ""


def put(state: rx.State, **values: Any) -> None:
    """Set variables of a state where they differ, so that only what changed is sent."""
    for name, value in values.items():
        if getattr(state, name) != value:
            setattr(state, name, value)


def as_id(text: str) -> UUID | None:
    """Return `text` as an id where it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def run_id(state: rx.State) -> UUID:
    """Return the id in the tab's address. Raises NotFound for what is none."""
    found = as_id(str(state.job))
    if found is None:
        raise NotFound("There is no such run here.")
    return found
