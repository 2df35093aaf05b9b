"""The page of a day on which nothing is written, and the ways from day to day."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.daily_state import Daily
from mosaic.knowledge.pages.list_page import HERE as KNOWLEDGE
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

HERE = f"/w/{Shell.workspace_slug}/daily"


def daily_page() -> rx.Component:
    """Return what stands in the place of a day's page until it is written."""
    return page(
        rx.cond(Daily.here, Daily.title, "Daily note"),
        rx.cond(Daily.here, _nothing(), ui.waiting_rows()),
        crumbs=[("Knowledge", KNOWLEDGE)],
        standing=[rx.cond(Daily.here, day_steps(Daily.before, Daily.after))],
    )


def day_steps(before: rx.Var[str], after: rx.Var[str]) -> rx.Component:
    """Return the ways to the days before and after."""
    return rx.el.nav(
        rx.cond(before != "", rx.el.a("Day before", href=before)),
        rx.el.a("Today", href=HERE),
        rx.cond(after != "", rx.el.a("Day after", href=after)),
        class_name="cluster",
        aria_label="Days",
    )


def _nothing() -> rx.Component:
    return ui.empty_state(
        "calendar-days",
        "Nothing is written for this day.",
        rx.cond(Shell.may_write, ui.button("Write it", icon_name="pencil", on_click=Daily.write)),
    )
