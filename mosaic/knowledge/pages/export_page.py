"""The page from which one takes one's notes along."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.export_state import Exporting
from mosaic.knowledge.pages.list_page import HERE
from mosaic.shell.layout import page


def export_page() -> rx.Component:
    """Return the export page: what is in it, and one way for each format."""
    return page(
        "Take your notes along",
        rx.el.p(
            "Everything that you can see in this wiki, as a .zip. It is yours: read it with "
            "other programs, keep it as a copy, or ",
            rx.el.a("import it", href=f"{HERE}/import"),
            " into another workspace.",
        ),
        rx.el.p(Exporting.hidden, class_name="muted"),
        rx.el.div(
            _format(
                "Markdown",
                "markdown",
                "file-text",
                "A file for each page in its folders, with pictures and other files beside. "
                "What you imported and left alone comes out as it went in.",
            ),
            _format(
                "JSON",
                "json",
                "braces",
                "A file for each page with all its versions, links, tags and their colours. The "
                "whole copy, for programs and for another Mosaic.",
            ),
            class_name="choices",
        ),
        crumbs=[("Knowledge", HERE)],
        standing=[rx.el.span(Exporting.standing)],
    )


def _format(name: str, value: str, icon_name: str, about: str) -> rx.Component:
    return ui.card(
        rx.el.h2(ui.icon(icon_name, 20), name),
        rx.el.p(about),
        rx.el.a(
            ui.icon("download", 16),
            f"Download as {name}",
            href=Exporting.address + value,
            download=True,
            reload_document=True,
            class_name="button",
        ),
    )
