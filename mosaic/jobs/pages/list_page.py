"""The list of runs."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.list_state import RunList, Tab
from mosaic.jobs.pages.parts_page import HERE, run_row
from mosaic.jobs.pages.start_page import start_dialog
from mosaic.shell.layout import page
from mosaic.shell.state import Shell


def run_list() -> rx.Component:
    """Return the runs of the workspace, what goes on first."""
    return page(
        "Jobs",
        _filters(),
        rx.cond(RunList.loaded, _lines(), ui.waiting_rows()),
        standing=[rx.el.span(RunList.standing)],
        actions=[
            ui.link_button("Statistics", href=f"{HERE}/statistics", tone="quiet"),
            ui.link_button("Schedules", href=f"{HERE}/schedules", tone="quiet"),
            rx.cond(Shell.may_write, start_dialog()),
        ],
        wide=True,
    )


def _filters() -> rx.Component:
    return rx.el.div(
        rx.el.nav(rx.foreach(RunList.tabs, _tab), class_name="tabs", aria_label="Status"),
        rx.el.div(
            _choice("Type", "type", RunList.types),
            _choice("Asked by", "who", RunList.people),
            _day("From", "from"),
            _day("To", "to"),
            class_name="run-filters",
            role="search",
        ),
        class_name="filters",
    )


def _tab(tab: rx.Var[Tab]) -> rx.Component:
    return rx.el.a(tab.name, href=tab.href, aria_current=rx.cond(tab.shown, "page", "false"))


def _choice(label: str, name: str, options: rx.Var) -> rx.Component:
    return ui.select(
        label,
        name,
        options,
        value=RunList.chosen[name],
        on_change=lambda value: RunList.choose(name, value),
        class_name="input slim",
    )


def _day(label: str, name: str) -> rx.Component:
    return ui.text_field(
        label,
        name,
        type="date",
        key=f"{name}-{RunList.chosen[name]}",
        default_value=RunList.chosen[name],
        on_change=lambda value: RunList.choose(name, value),
        class_name="input slim",
    )


def _lines() -> rx.Component:
    found = (RunList.lines.length() > 0) | (RunList.now.length() > 0)
    return rx.cond(
        found,
        rx.fragment(
            rx.cond(
                RunList.now.length() > 0,
                rx.el.section(
                    rx.el.h2("Now"),
                    ui.rows(rx.foreach(RunList.now, run_row)),
                    aria_label="Now",
                ),
            ),
            rx.cond(
                RunList.lines.length() > 0,
                rx.el.section(
                    rx.cond(RunList.now.length() > 0, rx.el.h2("Before")),
                    ui.rows(rx.foreach(RunList.lines, run_row)),
                    aria_label="Runs",
                ),
            ),
            ui.page_steps(
                "Pages of the list", ("Later", RunList.later), ("Earlier", RunList.earlier)
            ),
        ),
        rx.cond(RunList.types.length() > 1, _nothing_found(), _none_yet()),
    )


def _nothing_found() -> rx.Component:
    return ui.empty_state(
        "search",
        "No run fits these filters.",
        ui.link_button("Show all runs", href=HERE, tone="quiet"),
    )


def _none_yet() -> rx.Component:
    return ui.empty_state(
        "circle-play",
        "Runs go here: work that Mosaic or your own runners do, step by step.",
        rx.cond(
            Shell.may_write,
            ui.link_button("Start a run", href=f"{HERE}?start=1", icon_name="play"),
        ),
    )
