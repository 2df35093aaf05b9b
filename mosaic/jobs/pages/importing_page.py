"""What the pages of imports share: choosing files, how far it is, parts of the report."""

from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.importing_state import Part


def file_choice(id: str, spoken: str, words: str, icon_name: str, **zone: Any) -> rx.Component:
    """Return a place for files, with the names of those that were chosen."""
    return ui.drop_zone(
        spoken,
        ui.icon(icon_name, 28),
        rx.el.span(words),
        rx.el.div(
            rx.foreach(rx.selected_files(id), lambda name: rx.el.span(name)),
            class_name="chosen",
        ),
        id=id,
        **zone,
    )


def remark(problem: rx.Var[str]) -> rx.Component:
    """Return what stands in the way of beginning."""
    return rx.el.div(rx.cond(problem != "", ui.note(problem, tone="attention")), role="alert")


def running(done: rx.Var[int], total: rx.Var[int], standing: rx.Var[str]) -> rx.Component:
    """Return how far an import is."""
    return rx.el.div(
        ui.progress(done, total, "Importing"),
        rx.el.p(standing, class_name="muted"),
        class_name="stack",
    )


def part_links(parts: rx.Var[list[Part]]) -> rx.Component:
    """Return the ways to the parts of the report."""
    return rx.el.nav(rx.foreach(parts, _part), class_name="tabs", aria_label="What is shown")


def _part(part: rx.Var[Part]) -> rx.Component:
    return rx.el.a(part.name, href=part.href, aria_current=rx.cond(part.shown, "page", "false"))
