"""The page that tells what a page was."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.history_state import History, VersionLine
from mosaic.knowledge.pages.list_page import HERE
from mosaic.shell.layout import page
from mosaic.shell.state import Shell


def history_page() -> rx.Component:
    """Return the time line of a page, and two versions beside each other."""
    place = f"{HERE}/{History.slug}"
    return page(
        "History",
        rx.match(
            History.stage,
            ("waiting", ui.waiting_rows()),
            ("there", rx.el.div(_shown(), _versions(), class_name="history")),
            ui.empty_state("history", History.standing),
        ),
        crumbs=[("Knowledge", HERE), (History.title, place)],
        standing=[rx.el.span(History.standing, aria_live="polite")],
        actions=[rx.cond(History.stage == "there", _actions())],
        wide=True,
    )


def _actions() -> rx.Component:
    here = f"{HERE}/{History.slug}/history?from={History.old}&to={History.new}"
    return rx.fragment(
        rx.cond(
            History.text == "",
            ui.link_button(
                "Read it", href=f"{here}&show=text", tone="quiet", icon_name="book-open"
            ),
            ui.link_button("What changed", href=here, tone="quiet", icon_name="diff"),
        ),
        rx.cond(
            Shell.may_write & (History.new < History.latest),
            ui.button(
                f"Bring back version {History.new}", on_click=History.restore, icon_name="undo-2"
            ),
        ),
    )


def _shown() -> rx.Component:
    return rx.el.section(
        rx.cond(
            History.text == "",
            rx.cond(
                History.changes == "",
                ui.empty_state("equal", "The text and the title are the same in both."),
                rx.html(History.changes, class_name="differences"),
            ),
            ui.prose(History.text),
        ),
        aria_label="What changed",
    )


def _versions() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Versions"),
        rx.el.ol(rx.foreach(History.lines, _line), class_name="versions"),
        ui.page_steps("Versions", ("Newer", History.newer), ("Older", History.older)),
        aria_label="Versions",
    )


def _line(line: rx.Var[VersionLine]) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.span(f"Version {line.number}", class_name="name"),
            rx.el.span(line.who, " · ", rx.el.span(line.when, title=line.exactly)),
            rx.cond(line.note != "", rx.el.span(line.note, class_name="said")),
            rx.cond(line.size != "", rx.el.span(line.size)),
            href=line.href,
            aria_current=line.shown,
        ),
        rx.cond(
            line.number < History.latest,
            rx.el.a("All since", href=line.since, class_name="since"),
        ),
    )
