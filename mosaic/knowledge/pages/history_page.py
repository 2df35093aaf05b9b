"""The page that tells what a page was."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.history_lines_state import VersionLine
from mosaic.knowledge.pages.history_restore_state import Restored
from mosaic.knowledge.pages.history_state import History
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
            (
                "there",
                rx.fragment(_restored(), rx.el.div(_shown(), _versions(), class_name="history")),
            ),
            ui.empty_state("history", History.standing),
        ),
        crumbs=[("Knowledge", HERE), (History.title, place)],
        standing=[rx.el.span(History.standing, aria_live="polite")],
        actions=[rx.cond(History.stage == "there", _actions())],
        wide=True,
    )


def _actions() -> rx.Component:
    return rx.fragment(
        rx.cond(
            History.text == "",
            ui.link_button(
                "Read it", href=History.ways["read"], tone="quiet", icon_name="book-open"
            ),
            ui.link_button(
                "What changed", href=History.ways["compare"], tone="quiet", icon_name="diff"
            ),
        ),
        rx.cond(
            Shell.may_write & (History.new < History.latest),
            ui.button(
                f"Bring back version {History.new}",
                on_click=Restored.restore(History.new, History.latest),
                icon_name="undo-2",
            ),
        ),
    )


def _shown() -> rx.Component:
    return rx.el.section(
        rx.cond(
            History.text == "",
            rx.cond(
                History.changes == "",
                ui.empty_state("equal", "Both versions are the same."),
                rx.html(History.changes, class_name="differences"),
            ),
            ui.prose(History.text),
        ),
        rx.cond(
            Shell.may_write & (History.new < History.latest),
            rx.el.p(History.ways["stays"], class_name="muted small"),
        ),
        class_name="stack",
        aria_label="What changed",
    )


def _restored() -> rx.Component:
    is_last = (Restored.place == History.slug) & (Restored.version == History.latest)
    return rx.el.div(
        rx.cond(
            is_last & (History.latest > 0),
            ui.note(
                rx.el.div(
                    rx.el.span(Restored.standing),
                    rx.el.a("Read the page", href=f"{HERE}/{History.slug}"),
                    rx.cond(
                        Restored.before > 0,
                        ui.button("Undo", tone="quiet", on_click=Restored.undo),
                    ),
                    class_name="cluster",
                ),
                icon_name="undo-2",
            ),
        ),
        class_name="restored",
        role="status",
    )


def _versions() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Versions"),
        _pick(),
        rx.cond(
            History.ways["kept"] != "",
            rx.el.p(
                f"{History.ways['kept']} is kept: choose any other to compare the two. ",
                rx.el.a("Let go", href=History.ways["release"]),
                class_name="kept",
            ),
        ),
        rx.el.ol(rx.foreach(History.lines, _line), class_name="versions"),
        ui.page_steps(
            "Versions", ("Newer", History.ways["newer"]), ("Older", History.ways["older"])
        ),
        ui.Steps.create(of=".versions .version"),
        key=History.ways["part"],
        class_name="timeline",
        aria_label="Versions",
    )


def _pick() -> rx.Component:
    return rx.el.form(
        _number("from", "From version", History.old),
        "to",
        _number("to", "To version", History.new),
        ui.submit("Compare", tone="quiet"),
        on_submit=History.pick,
        key=f"{History.old} {History.new}",
        class_name="pick",
    )


def _number(name: str, label: str, value: rx.Var[int]) -> rx.Component:
    return rx.el.input(
        class_name="input",
        type="number",
        name=name,
        aria_label=label,
        default_value=value.to_string(),
        min=1,
        max=History.latest,
        required=True,
    )


def _line(line: rx.Var[VersionLine]) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.span(line.name, class_name="name"),
            rx.el.span(line.who, " · ", rx.el.span(line.when, title=line.exactly)),
            rx.cond(line.note != "", rx.el.span(line.note, class_name="said")),
            rx.cond(line.size != "", rx.el.span(line.size)),
            href=line.href,
            aria_current=line.shown,
            class_name="version",
        ),
        rx.cond(
            line.keep != "",
            rx.el.a(
                "Compare", href=line.keep, aria_label=f"Compare {line.name}", class_name="keep"
            ),
        ),
        rx.cond(line.kept, rx.el.span("Kept", class_name="keep")),
        rx.cond(
            line.edits != "",
            rx.el.button(
                ui.icon("chevron-right", 14),
                line.edits,
                on_click=History.fold(line.first),
                aria_expanded=line.open.to_string(),
                type="button",
                class_name="fold",
            ),
        ),
        class_name=rx.cond(line.part, "part", ""),
    )
