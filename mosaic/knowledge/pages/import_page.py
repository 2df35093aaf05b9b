"""The page on which vaults are imported."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.import_state import Importing, ReportLine
from mosaic.knowledge.pages.list_page import HERE
from mosaic.shell.layout import page


def import_page() -> rx.Component:
    """Return the import page: choose, watch, read the report."""
    return page(
        "Import",
        rx.match(
            Importing.stage,
            ("choose", _choose()),
            ("running", _running()),
            _report(),
        ),
        crumbs=[("Knowledge", HERE)],
    )


def _choose() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "Bring a folder of Markdown as a .zip, or single files: links, tags, aliases and "
            "pictures come along. Importing again changes nothing twice."
        ),
        ui.drop_zone(
            "A .zip or Markdown files",
            ui.icon("folder-up", 28),
            rx.el.span("Drop a .zip or Markdown files here, or choose them"),
            rx.el.div(
                rx.foreach(rx.selected_files("vault"), lambda name: rx.el.span(name)),
                class_name="chosen",
            ),
            id="vault",
        ),
        rx.el.div(
            rx.cond(Importing.problem != "", ui.note(Importing.problem, tone="attention")),
            role="alert",
        ),
        rx.el.div(
            ui.button(
                "Import", on_click=Importing.take(rx.upload_files("vault")), icon_name="import"
            ),
            ui.button(
                "Look around a demo", tone="quiet", on_click=Importing.demo, icon_name="compass"
            ),
            class_name="cluster",
        ),
        class_name="stack",
    )


def _running() -> rx.Component:
    return rx.el.div(
        ui.progress(Importing.done, Importing.total, "Importing"),
        rx.el.p(Importing.standing, class_name="muted"),
        class_name="stack",
    )


def _report() -> rx.Component:
    return rx.el.div(
        rx.cond(
            Importing.problem != "",
            ui.note(Importing.problem, tone="attention"),
            ui.note(rx.el.strong(Importing.source), " is here now.", icon_name="check"),
        ),
        rx.el.p(rx.el.strong(Importing.standing), rx.el.br(), Importing.links),
        rx.cond(
            Importing.lines.length() > 0,
            ui.table(
                ["File", "What happened", "Why"],
                rx.foreach(Importing.lines, _line),
                caption="Files with a remark",
            ),
        ),
        rx.el.p(Importing.hidden_lines, class_name="muted small"),
        rx.el.div(
            ui.link_button("Open the pages", href=HERE),
            ui.link_button("Import more", href=f"{HERE}/import", tone="quiet"),
            class_name="cluster",
        ),
        class_name="stack",
    )


def _line(line: rx.Var[ReportLine]) -> rx.Component:
    return rx.el.tr(rx.el.td(line.path), rx.el.td(line.outcome), rx.el.td(line.reason))
