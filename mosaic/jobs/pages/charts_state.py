"""Drawings of runs, as Plotly takes them: dicts, with colours named by the styles' variables."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from mosaic.jobs.models import JobStep
from mosaic.jobs.shapes import StatsRow
from mosaic.shell import run_words

Drawing = tuple[list[dict[str, Any]], dict[str, Any]]
_BAR = 24  # pixels
_DAY = 86_400_000  # milliseconds
_GROUPS = (
    ("Command", "--accent"),
    ("AI", "--chart-blue"),
    ("Question", "--chart-amber"),
    ("Result", "--chart-grey"),
    ("Did not finish", "--stopped"),
)
_TICKS = (
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    15,
    30,
    60,
    120,
    300,
    600,
    900,
    1800,
    3600,
    7200,
    14_400,
    43_200,
    86_400,
)


def time_line(steps: Sequence[JobStep], begun: datetime, now: datetime) -> Drawing:
    """Return bars from beginning to end of each step, in seconds since the run began."""
    bars = [(step, *_span(step, begun, now)) for step in steps]
    end = max((start + length for _, start, length in bars), default=1.0)
    data = [
        _group(name, colour, [bar for bar in bars if _group_of(bar[0]) == name], end)
        for name, colour in _GROUPS
    ]
    layout = {
        "height": 80 + _BAR * len(bars),
        "barmode": "overlay",
        "showlegend": True,
        "margin": {"b": 40},
        "xaxis": {
            **_seconds(end),
            "range": [0, end * 1.03],
            "side": "top",
        },
        "yaxis": {
            "range": [len(bars) - 0.4, -0.6],
            "tickvals": list(range(len(bars))),
            "ticktext": [_short(step.name) for step, *_ in bars],
            "showgrid": False,
        },
    }
    rows = {step.id: at for at, (step, *_) in enumerate(bars)}
    for trace in data:
        trace["y"] = [rows[id] for id in trace.pop("ids")]
    return [trace for trace in data if trace["y"]], layout


def _group(
    name: str, colour: str, bars: list[tuple[JobStep, float, float]], end: float
) -> dict[str, Any]:
    least = end / 400  # or a short step could not be seen
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "ids": [step.id for step, *_ in bars],
        "base": [start for _, start, _ in bars],
        "x": [max(length, least) for *_, length in bars],
        "customdata": [str(step.id) for step, *_ in bars],
        "hovertext": [
            f"{_short(step.name, 80)}<br>{run_words.duration(round(length * 1000))}"
            for step, _, length in bars
        ],
        "hoverinfo": "text",
        "width": 0.62,
        "marker": {"color": colour, "cornerradius": 3},
    }


def _span(step: JobStep, begun: datetime, now: datetime) -> tuple[float, float]:
    start = step.started_at or now
    length = ((step.completed_at or now) - start).total_seconds()
    return max(0.0, (start - begun).total_seconds()), max(0.0, length)


def _group_of(step: JobStep) -> str:
    return "Did not finish" if step.status == "FAILED" else run_words.kind(step.type)


def _seconds(end: float) -> dict[str, Any]:
    """Return the marks of an axis of seconds, in words."""
    ticks = _ticks(end)
    said = [run_words.duration(round(tick * 1000)) if tick else "0" for tick in ticks]
    return {"tickvals": ticks, "ticktext": said}


def _ticks(end: float) -> list[float]:
    step = next((one for one in _TICKS if end / one <= 5), end / 5)
    return [round(at * step, 3) for at in range(int(end / step) + 1)]


def _short(name: str, most: int = 24) -> str:
    """Return a name as plain text, which Plotly reads as a little HTML."""
    cut = name if len(name) <= most else f"{name[: most - 1]}…"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def runs_a_day(rows: Sequence[StatsRow], first: date, last: date) -> Drawing:
    """Return stacked bars: how the runs of each day ended, from the first day to the last."""
    parts = (
        ("Finished", "--accent", [row.completed for row in rows]),
        ("Did not finish", "--stopped", [row.failed for row in rows]),
        ("Cancelled", "--chart-grey", [row.cancelled for row in rows]),
    )
    data = [
        {
            "type": "bar",
            "name": name,
            "x": [row.key for row in rows],
            "y": counts,
            "marker": {"color": colour},
            "width": 0.7 * _DAY,
        }
        for name, colour, counts in parts
    ]
    half = timedelta(hours=12)
    span = [f"{datetime.combine(day, time()) + by}" for day, by in ((first, -half), (last, half))]
    layout = {
        "barmode": "stack",
        "showlegend": True,
        "legend": {"traceorder": "normal"},
        "hovermode": "x unified",
        "xaxis": {"type": "date", "tickformat": "%-d %b", "showgrid": False, "range": span},
        "yaxis": {"rangemode": "tozero", "tickformat": ",d"},
    }
    return data, layout


def durations(rows: Sequence[StatsRow], titles: Sequence[str]) -> Drawing:
    """Return for each type how long half and nearly all of its runs took at most, in seconds."""
    parts = (
        ("Half of them", "--accent", [row.p50_ms for row in rows]),
        ("19 of 20", "--chart-amber", [row.p95_ms for row in rows]),
    )
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": [_short(title) for title in titles],
            "x": [(ms or 0) / 1000 for ms in figures],
            "hovertext": [run_words.duration(ms) for ms in figures],
            "hoverinfo": "text+name",
            "marker": {"color": colour},
        }
        for name, colour, figures in parts
    ]
    end = max((row.p95_ms or 0 for row in rows), default=0) / 1000
    layout = {
        "height": 110 + 52 * len(rows),
        "barmode": "group",
        "showlegend": True,
        "legend": {"traceorder": "normal"},
        "xaxis": {**_seconds(end), "rangemode": "tozero"},
        "yaxis": {"autorange": "reversed", "showgrid": False},
    }
    return data, layout


def tokens(rows: Sequence[StatsRow]) -> Drawing:
    """Return stacked bars: the tokens that went into each model and came out of it."""
    parts = (
        ("In", "--accent", [row.tokens_input for row in rows]),
        ("Out", "--chart-amber", [row.tokens_output for row in rows]),
    )
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": name,
            "y": [_short(row.key or "No model said") for row in rows],
            "x": counts,
            "marker": {"color": colour},
        }
        for name, colour, counts in parts
    ]
    layout = {
        "height": 110 + 40 * len(rows),
        "barmode": "stack",
        "showlegend": True,
        "legend": {"traceorder": "normal"},
        "xaxis": {"rangemode": "tozero", "tickformat": "~s"},
        "yaxis": {"autorange": "reversed", "showgrid": False},
    }
    return data, layout
