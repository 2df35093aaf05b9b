"""Two runs side by side."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.compare_state import Compare, PairLine
from mosaic.jobs.pages.parts_page import HERE, lasting, status_icon
from mosaic.jobs.pages.rows_state import JobLine
from mosaic.shell.layout import page


def compare_page() -> rx.Component:
    """Return the two runs, and their steps in pairs."""
    return page(
        "Compare runs",
        rx.cond(Compare.loaded, _compared(), ui.waiting_rows()),
        crumbs=[("Jobs", HERE)],
        standing=[rx.el.span(Compare.standing)],
        wide=True,
    )


def _compared() -> rx.Component:
    return rx.cond(
        Compare.a.id != "",
        rx.fragment(
            rx.el.div(
                _run("First", Compare.a),
                rx.el.div(
                    _run("Second", Compare.b),
                    ui.select(
                        "Compare with",
                        "b",
                        Compare.others,
                        value=Compare.b.id,
                        on_change=Compare.choose,
                    ),
                    class_name="stack",
                ),
                class_name="two-runs",
            ),
            rx.cond(Compare.b.id != "", _pairs()),
        ),
        ui.empty_state(
            "columns-2",
            "Open a run, then choose “Compare with another run” from its menu.",
            ui.link_button("All runs", href=HERE),
        ),
    )


def _run(name: str, line: rx.Var[JobLine]) -> rx.Component:
    return rx.cond(
        line.id != "",
        rx.el.div(
            rx.el.p(name, class_name="muted small"),
            rx.el.h2(rx.el.a(line.title, href=line.href)),
            rx.el.div(
                status_icon(line.status),
                rx.el.span(line.label),
                rx.el.span(line.when, title=line.day),
                lasting(line),
                rx.el.span(line.tokens),
                class_name="cluster muted small",
            ),
            class_name="card",
        ),
    )


def _pairs() -> rx.Component:
    return rx.fragment(
        ui.checkbox(
            "Only steps that went differently",
            "only",
            checked=Compare.differing,
            on_change=Compare.only,
        ),
        rx.cond(
            Compare.lines.length() > 0,
            ui.table(
                ["Step", "Phase", "First", "Second", "Difference"],
                rx.foreach(Compare.lines, _pair),
                caption="Steps of both runs",
            ),
            ui.empty_state("equal", "No step went differently."),
        ),
        ui.page_steps(
            "Parts of the comparison", ("Earlier", Compare.earlier), ("Later", Compare.later)
        ),
    )


def _pair(line: rx.Var[PairLine]) -> rx.Component:
    return rx.el.tr(
        rx.el.th(line.name, scope="row"),
        rx.el.td(line.phase, class_name="muted small"),
        rx.el.td(_side(line.a_status, line.a)),
        rx.el.td(_side(line.b_status, line.b)),
        rx.el.td(rx.cond(line.change != "", ui.badge(line.change, line.tone))),
    )


def _side(status: rx.Var[str], said: rx.Var[str]) -> rx.Component:
    return rx.el.span(
        rx.cond(status != "", status_icon(status, 16)),
        rx.el.span(said, class_name="small nowrap"),
        class_name="cluster nowrap",
    )
