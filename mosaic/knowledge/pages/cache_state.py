"""State of the page about the cache."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import reflex as rx

from mosaic.core import cache
from mosaic.core.cache_stores import STEP
from mosaic.core.errors import NotFound
from mosaic.knowledge import caching
from mosaic.knowledge.caching import Report
from mosaic.shell import words
from mosaic.shell.session import acting, watch
from mosaic.workspaces import offers

_KINDS = {"entry": "Pages", "search": "Search", "graph": "Graph"}
_STATES = {
    ("ok", "process"): ("On", "going", "Answers are kept in the memory of this server."),
    ("ok", "valkey"): ("On", "going", "Answers are kept in Valkey, shared by all servers."),
    ("away", "valkey"): (
        "Valkey is away",
        "attention",
        "Reading goes on from the database, and Mosaic keeps trying.",
    ),
    ("off", "process"): ("Off", "", "KNOWLEDGE_CACHE_ENABLED is false: nothing is kept."),
    ("off", "valkey"): ("Off", "", "KNOWLEDGE_CACHE_ENABLED is false: nothing is kept."),
}


@dataclass
class Figure:
    """A figure and what it counts."""

    name: str
    value: str


@dataclass
class CountLine:
    """How often the cache had an answer, of one kind or at one time."""

    name: str
    hits: str
    misses: str
    rate: str


class CachePage(rx.State):
    """How often the cache had the answer, now and in the last hours."""

    badge: str = ""
    tone: str = ""
    about: str = ""
    figures: list[Figure] = []
    kinds: list[CountLine] = []
    times: list[CountLine] = []
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    manages: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Fill the page; lead on whoever is no member any more."""
        return await self.refresh()

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Look again."""
        try:
            async with acting(self) as work:
                watch(self, work.tenant, {"cache", "knowledge"}, CachePage.refresh)
                found = await caching.report(work)
                self.manages = offers.manages(work)
        except NotFound:
            return rx.redirect("/")
        self._fill(found)
        return None

    def _fill(self, found: Report) -> None:
        self.badge, self.tone, self.about = _STATES[found.state, found.place]
        self.figures = _figures(found)
        self.kinds = [_line(_KINDS[kind], found.tally.kinds[kind]) for kind in caching.KINDS]
        asked = [step for step in reversed(found.times) if found.tally.steps.get(step)]
        self.times = [_line(_clock(step), found.tally.steps[step]) for step in asked]
        self.data, self.layout = _drawing(found)
        self.loaded = True

    @rx.event
    async def clear(self) -> list[Any]:
        """Let go of what is kept."""
        async with acting(self) as work:
            cleared = await caching.clear(work)
        said = f"{words.count(cleared, 'answer')} let go. They are kept anew as people read."
        return [CachePage.refresh, rx.toast(said)]

    @rx.event
    async def count_anew(self) -> list[Any]:
        """Start counting anew."""
        async with acting(self) as work:
            await caching.reset_stats(work)
        return [CachePage.refresh, rx.toast("Counting starts anew.")]


def _figures(found: Report) -> list[Figure]:
    line = _line("", found.total)
    figures = [
        Figure("From the cache", line.rate),
        Figure("Found", line.hits),
        Figure("Not found", line.misses),
    ]
    if found.held is not None:
        count, size = found.held
        figures.append(Figure("Kept now", f"{count:,} · {_bytes(size)}"))
    return figures


def _line(name: str, counts: Counter[str]) -> CountLine:
    asked = counts["hits"] + counts["misses"]
    rate = f"{cache.hit_rate(counts):.0%}" if asked else "–"
    return CountLine(name, f"{counts['hits']:,}", f"{counts['misses']:,}", rate)


def _clock(step: int) -> str:
    return f"{datetime.fromtimestamp(step, UTC):%H:%M} UTC"


def _bytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"


def _drawing(found: Report) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return stacked bars of what was found and not, from the earliest time to now."""
    at = [f"{datetime.fromtimestamp(step, UTC):%Y-%m-%d %H:%M}" for step in found.times]
    data = [
        {
            "type": "bar",
            "name": name,
            "x": at,
            "y": [found.tally.steps.get(step, Counter())[what] for step in found.times],
            "marker": {"color": colour},
            "width": 0.8 * STEP * 1000,
        }
        for name, what, colour in (
            ("Found", "hits", "--accent"),
            ("Not found", "misses", "--chart-grey"),
        )
    ]
    layout = {
        "barmode": "stack",
        "showlegend": True,
        "legend": {"traceorder": "normal"},
        "hovermode": "x unified",
        "xaxis": {"type": "date", "tickformat": "%H:%M", "showgrid": False, "nticks": 7},
        "yaxis": {"rangemode": "tozero", "tickformat": ",d", "nticks": 5},
    }
    return data, layout
