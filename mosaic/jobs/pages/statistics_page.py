"""Statistics of runs: drawings, and below each the same in figures."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.parts_page import HERE
from mosaic.jobs.pages.statistics_state import SPANS, FigureLine, Statistics
from mosaic.shell.layout import page
from mosaic.ui.watching import Chart

_SPANS = {7: "A week", 30: "30 days", 90: "90 days", 365: "A year"}
Columns = list[tuple[str, str]]


def statistics_page() -> rx.Component:
    """Return runs a day, durations by type, tokens by model."""
    return page(
        "Statistics",
        rx.el.nav(*[_span(days) for days in SPANS], class_name="tabs", aria_label="Time"),
        rx.cond(
            Statistics.loaded,
            rx.cond(
                Statistics.by_day.length() > 0,
                _figures(),
                ui.empty_state("chart-column", "Figures appear here after the first run."),
            ),
            ui.waiting_rows(),
        ),
        crumbs=[("Jobs", HERE)],
        standing=[rx.el.span(Statistics.standing)],
    )


def _span(days: int) -> rx.Component:
    return rx.el.a(
        _SPANS[days],
        href=f"{HERE}/statistics?days={days}",
        aria_current=rx.cond(Statistics.span == days, "page", "false"),
    )


def _figures() -> rx.Component:
    return rx.fragment(
        _drawing(
            "Runs a day",
            "days",
            Statistics.days,
            Statistics.by_day,
            [
                ("Day", "name"),
                ("Runs", "runs"),
                ("Finished", "finished"),
                ("Did not finish", "stopped"),
                ("Cancelled", "cancelled"),
                ("Cost", "cost"),
            ],
        ),
        _drawing(
            "How long runs take",
            "types",
            Statistics.types,
            Statistics.by_type,
            [
                ("Type", "name"),
                ("Runs", "runs"),
                ("Half take at most", "half"),
                ("19 of 20 take at most", "most"),
                ("Did not finish", "stopped"),
            ],
        ),
        rx.cond(
            Statistics.by_model.length() > 0,
            _drawing(
                "Tokens by model",
                "models",
                Statistics.models,
                Statistics.by_model,
                [
                    ("Model", "name"),
                    ("Runs", "runs"),
                    ("Tokens in", "given"),
                    ("Tokens out", "made"),
                    ("Cost", "cost"),
                ],
            ),
        ),
    )


def _drawing(
    title: str,
    name: str,
    data: rx.Var[list[dict]],
    lines: rx.Var[list[FigureLine]],
    columns: Columns,
) -> rx.Component:
    return rx.el.section(
        rx.el.h2(title),
        Chart.create(
            data=data, layout=Statistics.layouts[name], label=f"{title}; the figures stand below"
        ),
        rx.el.details(
            rx.el.summary("The same in figures"),
            ui.table(
                [heading for heading, _ in columns],
                rx.foreach(lines, lambda line: _line(line, columns)),
                caption=title,
            ),
            class_name="in-figures",
        ),
    )


def _line(line: rx.Var[FigureLine], columns: Columns) -> rx.Component:
    first, *rest = [getattr(line, field) for _, field in columns]
    return rx.el.tr(
        rx.el.th(first, scope="row"), *[rx.el.td(value, class_name="number") for value in rest]
    )
