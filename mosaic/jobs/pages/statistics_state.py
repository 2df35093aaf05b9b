"""State of the statistics of runs."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import reflex as rx

from mosaic.core.config import settings
from mosaic.jobs import stats
from mosaic.jobs.pages import charts_state as charts
from mosaic.jobs.pages.rows_state import put, type_title
from mosaic.jobs.pages.run_place import number
from mosaic.jobs.shapes import StatsRow
from mosaic.shell import run_words, words
from mosaic.shell.session import acting, watch

SPANS = (7, 30, 90, 365)
Drawn = list[dict[str, Any]]


@dataclass
class FigureLine:
    """A day, type or model in figures."""

    name: str
    runs: str
    finished: str
    stopped: str
    cancelled: str
    half: str
    most: str
    given: str
    made: str
    cost: str


class Statistics(rx.State):
    """Drawings of the runs of some time, and the same in figures."""

    span: int = 30
    standing: str = ""
    days: Drawn = []
    types: Drawn = []
    models: Drawn = []
    layouts: dict[str, dict[str, Any]] = {}
    by_day: list[FigureLine] = []
    by_type: list[FigureLine] = []
    by_model: list[FigureLine] = []
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Look at the time that the address names."""
        asked = number(self.router.url.query_parameters.get("days", ""))
        self.span = asked if asked in SPANS else 30
        await self.refresh()

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        since = datetime.now(UTC) - timedelta(days=self.span)
        async with acting(self) as work:
            days = await stats.read_stats(work, "day", since)
            types = await stats.read_stats(work, "type", since)
            models = await stats.read_stats(work, "model", since)
            watch(self, work.tenant, {"activity"}, Statistics.refresh)
        types = sorted(types, key=lambda row: -row.jobs)[:20]
        ended = [row for row in types if row.p50_ms is not None]
        drawn = {
            "days": charts.runs_a_day(days, since.date(), datetime.now(UTC).date()),
            "types": charts.durations(ended, [type_title(row.key) for row in ended]),
            "models": charts.tokens(models),
        }
        put(self, **{name: data for name, (data, _) in drawn.items()})
        put(self, layouts={name: layout for name, (_, layout) in drawn.items()})
        put(self, by_day=[_line(row, row.key) for row in reversed(days)])
        put(self, by_type=[_line(row, type_title(row.key)) for row in types])
        put(self, by_model=[_line(row, row.key or "No model said") for row in models])
        put(self, standing=words.count(sum(row.jobs for row in days), "run"), loaded=True)


def _line(row: StatsRow, name: str) -> FigureLine:
    return FigureLine(
        name=name,
        runs=f"{row.jobs:,}",
        finished=f"{row.completed:,}",
        stopped=f"{row.failed:,}",
        cancelled=f"{row.cancelled:,}",
        half=run_words.duration(row.p50_ms),
        most=run_words.duration(row.p95_ms),
        given=f"{row.tokens_input:,}",
        made=f"{row.tokens_output:,}",
        cost=run_words.money(row.cost, settings().model_currency),
    )
