"""State of the steps of a run: phases that open, and in each a part of its steps."""

from uuid import UUID

import reflex as rx

from mosaic.core.work import Work
from mosaic.jobs import overview, service
from mosaic.jobs.models import Job
from mosaic.jobs.overview import WINDOW, PhaseSum
from mosaic.jobs.pages.rows_state import PhaseLine, phase_line, phase_status, put, step_line
from mosaic.jobs.pages.run_place import Place
from mosaic.jobs.viewing import names_of
from mosaic.shell.session import acting, workspace_of

_SHORT = 30  # steps: a run that is looked through at once


class RunSteps(rx.State):
    """The phases of a run; which are opened is in the address."""

    phases: list[PhaseLine] = []

    @rx.event
    def toggle_phase(self, phase: str) -> rx.event.EventSpec:
        """Open or close a phase."""
        opened = tuple(one.phase for one in self.phases if one.opened)
        to = _place(self).with_phase(phase, phase not in opened, opened)
        return rx.redirect(to, replace=True)

    @rx.event
    def toggle_step(self, step: str) -> rx.event.EventSpec:
        """Open or close a step."""
        return rx.redirect(_place(self).with_step(step), replace=True)

    @rx.event
    async def retry_from(self, step: str) -> rx.event.EventSpec:
        """Try the run again, beginning with a step."""
        place = _place(self)
        async with acting(self) as work:
            job = UUID(place.base.rpartition("/")[2])
            await service.retry_job(work, job, from_step_id=UUID(step))
        return rx.redirect(Place(place.base).address())


async def fill_steps(page: rx.State, work: Work, job: Job, place: Place) -> None:
    """Fill the state of the steps with what the address opens."""
    attempt = place.attempt if 0 < place.attempt < job.attempt else job.attempt
    sums = await overview.phase_sums(work, job.id, attempt)
    opened = _opened(sums, place)
    lines = []
    for one in sums:
        line = phase_line(one, one.phase in opened)
        if line.opened:
            await _fill_phase(work, job.id, attempt, line, one, place)
        lines.append(line)
    put(await page.get_state(RunSteps), phases=lines)


async def _fill_phase(
    work: Work, job_id: UUID, attempt: int, line: PhaseLine, one: PhaseSum, place: Place
) -> None:
    most = -(-one.total // WINDOW)
    page = place.pages.get(line.phase) or await _page_of_interest(work, job_id, attempt, one)
    page = min(page, most)
    steps = await overview.window(work, job_id, attempt, one, page)
    names = await names_of(work, (step.approved_by for step in steps))
    line.steps = [
        step_line(step, str(step.id) in place.opened, names.get(step.approved_by, ""))
        for step in steps
    ]
    if most > 1:
        first = (page - 1) * WINDOW + 1
        line.part = f"{first:,}–{first + len(steps) - 1:,} of {one.total:,}"
        line.earlier = _part(place, line.phase, page - 1) if page > 1 else ""
        line.later = _part(place, line.phase, page + 1) if page < most else ""


async def _page_of_interest(work: Work, job_id: UUID, attempt: int, one: PhaseSum) -> int:
    if one.total <= WINDOW:
        return 1
    for status in ("RUNNING", "FAILED"):
        if one.counts.get(status):
            return await overview.page_where(work, job_id, attempt, one, status)
    # Nothing stands out: where it goes on next, if steps are taken in their order.
    ended = one.total - one.counts.get("PENDING", 0)
    return ended // WINDOW + 1 if ended < one.total else 1


def _part(place: Place, phase: str, page: int) -> str:
    return place.address(pages={**place.pages, phase: page})


def _opened(sums: list[PhaseSum], place: Place) -> tuple[str, ...]:
    """Return the phases that are opened: as chosen, else where something is worth a look."""
    if place.phases is not None:
        return place.phases
    if sum(one.total for one in sums) <= _SHORT:
        return tuple(one.phase for one in sums)
    for status in ("RUNNING", "FAILED"):
        found = tuple(one.phase for one in sums if phase_status(one.counts) == status)
        if found:
            return found
    return tuple(one.phase for one in sums if one.phase == "EXECUTION")


def _place(state: rx.State) -> Place:
    base = f"/w/{workspace_of(state)}/jobs/{state.job}"
    return Place.read(base, state.router.url.query_parameters)
