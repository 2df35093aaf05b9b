"""State of the page that compares two runs."""

from dataclasses import dataclass

import reflex as rx

from mosaic.core.work import Work
from mosaic.jobs import relatives, service
from mosaic.jobs.compare import PART, Pair, Side, compare
from mosaic.jobs.models import Job
from mosaic.jobs.pages.rows_state import JobLine, as_id, job_line, put
from mosaic.jobs.shapes import JobRow
from mosaic.jobs.viewing import present_jobs
from mosaic.shell import run_words, words
from mosaic.shell.paging import address, neighbours, page_number
from mosaic.shell.session import acting, unwatch, workspace_of


@dataclass
class PairLine:
    """A step of two runs: how it went in each, and what differs."""

    name: str
    phase: str
    a: str
    a_status: str
    b: str
    b_status: str
    change: str
    tone: str


class Compare(rx.State):
    """Two runs side by side; which ones is in the address."""

    a: JobLine = JobLine()
    b: JobLine = JobLine()
    others: list[tuple[str, str]] = []
    lines: list[PairLine] = []
    standing: str = ""
    differing: bool = False
    earlier: str = ""
    later: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Compare what the address names; offer other runs of the type where it names one."""
        unwatch(self)
        asked = self.router.url.query_parameters
        self.differing = asked.get("only") == "differing"
        page = page_number(asked)
        async with acting(self) as work:
            a = await _named(work, asked.get("a", ""))
            b = await _named(work, asked.get("b", ""))
            await self._name(work, a, b)
            if a and b:
                await self._compare(work, a, b, page)
            else:
                put(self, lines=[], standing="", earlier="", later="")
        self.loaded = True

    async def _name(self, work: Work, a: Job | None, b: Job | None) -> None:
        here = workspace_of(self)
        rows = await present_jobs(work, [one for one in (a, b) if one], JobRow)
        shown = {row.id: job_line(here, row) for row in rows}
        self.a = shown[a.id] if a else JobLine()
        self.b = shown[b.id] if b else JobLine()
        near = await relatives.like_it(work, a) if a else []
        self.others = [("", "Choose a run"), *((str(one.id), _called(one)) for one in near)]
        if b and str(b.id) not in dict(self.others):
            self.others = [*self.others, (str(b.id), _called(b))]

    async def _compare(self, work: Work, a: Job, b: Job, page: int) -> None:
        pairs, total = await compare(work, a.id, b.id, page, self.differing)
        self.lines = [_pair_line(pair) for pair in pairs]
        many = words.count(total, "step")
        self.standing = f"{many} went differently" if self.differing else many
        self.earlier, self.later = neighbours(self._address, page, -(-total // PART))

    @rx.event
    def choose(self, other: str) -> rx.event.EventSpec:
        """Compare with another run."""
        return rx.redirect(self._address(b=other))

    @rx.event
    def only(self, differing: bool) -> rx.event.EventSpec:
        """Show all steps, or only those that went differently."""
        return rx.redirect(self._address(only="differing" if differing else ""))

    def _address(self, page: int = 1, **changes: str) -> str:
        given = {"a": self.a.id, "b": self.b.id, "only": "differing" if self.differing else ""}
        return address(f"/w/{workspace_of(self)}/jobs/compare", page, **{**given, **changes})


async def _named(work: Work, text: str) -> Job | None:
    found = as_id(text)
    return await service.get_job(work, found) if found else None


def _called(job: Job) -> str:
    said = run_words.job_status(job.status).label
    return f"{job.title} · {words.ago(job.created_at)} · {said}"


def _pair_line(pair: Pair) -> PairLine:
    change, tone = _change(pair.a, pair.b)
    return PairLine(
        name=pair.name,
        phase=run_words.phase(pair.phase),
        a=_side(pair.a),
        a_status=pair.a.status if pair.a else "",
        b=_side(pair.b),
        b_status=pair.b.status if pair.b else "",
        change=change,
        tone=tone,
    )


def _side(side: Side | None) -> str:
    if side is None:
        return "Not in this run"
    took = run_words.duration(side.ms)
    used = f"{run_words.tokens(side.tokens)} tokens" if side.tokens else ""
    said = run_words.step_status(side.status).label if side.status != "COMPLETED" else ""
    return " · ".join(filter(None, (said, took, used)))


def _change(a: Side | None, b: Side | None) -> tuple[str, str]:
    if a is None or b is None:
        return ("Only in the second" if a is None else "Only in the first"), ""
    if a.status != b.status:
        went = {("FAILED", "COMPLETED"): "Finishes now", ("COMPLETED", "FAILED"): "Finished before"}
        tone = "going" if b.status == "COMPLETED" else "stopped" if b.status == "FAILED" else ""
        return went.get((a.status, b.status), "Stands differently"), tone
    if a.ms is None or b.ms is None or abs(a.ms - b.ms) <= max(500, min(a.ms, b.ms) / 10):
        return "", ""
    by = run_words.duration(abs(b.ms - a.ms))
    return (f"{by} faster", "going") if b.ms < a.ms else (f"{by} slower", "attention")
