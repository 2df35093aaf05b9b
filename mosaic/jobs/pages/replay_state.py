"""State of the replay of a run."""

from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx

from mosaic.core.work import Work
from mosaic.jobs import replay, service
from mosaic.jobs.pages.rows_state import put, run_id
from mosaic.jobs.pages.run_place import number
from mosaic.jobs.replay import RunThen, StepThen
from mosaic.shell import run_words, words
from mosaic.shell.session import acting, unwatch

_AROUND = 6  # steps before and after the one that something happens to
_FINE = 10  # seconds below which tenths are said


@dataclass
class ThenLine:
    """A step or a phase as it stood then."""

    name: str
    status: str
    label: str
    tone: str
    here: bool = False
    done: int = 0
    total: int = 0


class Replay(rx.State):
    """A run at one of its moments."""

    title: str = ""
    count: int = 0
    place: int = 1
    status: str = ""
    label: str = ""
    tone: str = ""
    said: str = ""
    passed: str = ""
    phases: list[ThenLine] = []
    steps: list[ThenLine] = []
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Begin where the address says, or at the first moment."""
        self.loaded = False
        unwatch(self)
        async with acting(self) as work:
            job = await service.get_job(work, run_id(self))
            self.title = job.title
            self.count = await replay.count_moments(work, job.id)
            wanted = number(self.router.url.query_parameters.get("at", "")) or 1
            await self._show(work, wanted)
        self.loaded = True

    @rx.event
    async def move(self, place: int) -> None:
        """Go to a moment."""
        async with acting(self) as work:
            await self._show(work, place)

    async def _show(self, work: Work, place: int) -> None:
        self.place = max(1, min(place, self.count))
        event = await replay.moment_at(work, run_id(self), self.place)
        first = await replay.moment_at(work, run_id(self), 1)
        if event is None or first is None:
            return
        then = await replay.fold(work, event)
        said = run_words.job_status(then.status)
        put(self, status=then.status, label=said.label, tone=said.tone)
        passed = round((event.created_at - first.created_at).total_seconds() * 1000)
        put(self, said=_said(then), passed=run_words.duration(passed))
        put(self, phases=_phases(then), steps=_near(then.steps, then))


def _said(then: RunThen) -> str:
    event = then.event
    step = next((one.name for one in then.steps if one.id == event.step_id), "")
    who = event.actor.get("name") or "Mosaic"
    more = run_words.remark(event.payload, event.type)
    sentence = " ".join(filter(None, (who, run_words.event(event.type), step)))
    return f"{sentence} · {more}" if more else sentence


def _phases(then: RunThen) -> list[ThenLine]:
    lines = []
    for phase, counts in then.counts.items():
        done, total = counts.get("COMPLETED", 0), sum(counts.values())
        name = run_words.phase(phase)
        said = f"{done:,} of {words.count(total, 'step')} finished"
        lines.append(ThenLine(name, "", said, "", done=done, total=total))
    return lines


def _near(steps: Sequence[StepThen], then: RunThen) -> list[ThenLine]:
    at = next((n for n, one in enumerate(steps) if one.id == then.event.step_id), 0)
    first = max(0, min(at - _AROUND, len(steps) - 2 * _AROUND - 1))
    lines = []
    for one in steps[first : first + 2 * _AROUND + 1]:
        said = run_words.step_status(one.status, one.type)
        status = "ASKS" if said is run_words.ASKS else one.status
        here = one.id == then.event.step_id
        lines.append(ThenLine(one.name, status, said.label, said.tone, here))
    return lines
