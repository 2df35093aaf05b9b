"""What the app itself is given: styles, the overlay, and what stands in when a page cannot."""

from collections.abc import Callable

import reflex as rx
from reflex_base.components.memo import memo
from reflex_components_core.base.error_boundary import ErrorBoundary
from reflex_components_core.core.banner import has_connection_errors

from mosaic import ui
from mosaic.shell import words
from mosaic.shell.layout import doorway

STYLESHEETS = [
    f"styles/{name}.css"
    for name in (
        "tokens",
        "base",
        "controls",
        "surfaces",
        "shell",
        "prose",
        "reading",
        "code",
        "pages",
        "links",
        "history",
        "editor",
        "settings",
        "jobs",
        "graph",
        "projects",
        "board",
        "gantt",
        "tasks",
        "print",
    )
]


def head() -> list[rx.Component]:
    """Return what every page's head holds besides its title."""
    return [rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml")]


def app_wraps() -> dict[tuple[int, str], Callable[[bool], rx.Component | None]]:
    """Return Reflex's layers around all pages, with ours in place of its own."""
    return {(55, "ErrorBoundary"): _boundary, (5, "Overlay"): _overlay}


def toaster() -> rx.Component:
    """Return where short messages appear."""
    return rx.toast.provider(rich_colors=False, expand=False, position="bottom-center", gap=8)


def first_paint() -> rx.Component:
    """Return what is there until the page's code has arrived."""
    bars = [ui.skeleton(width) for width in ("38%", "92%", "85%", "64%")]
    return rx.el.div(*bars, class_name="first-paint", aria_hidden="true")


def not_here() -> rx.Component:
    """Return the page of an address that leads nowhere."""
    return doorway(
        "Nothing here",
        rx.el.p(words.NOT_HERE, class_name="muted"),
        ui.link_button("Go to Mosaic", href="/"),
    )


def _overlay(stateful: bool) -> rx.Component | None:
    def connection() -> rx.Component:
        return ui.Connection.create(
            lost=has_connection_errors, away=words.CONNECTION_AWAY, back=words.CONNECTION_BACK
        )

    return rx.fragment(memo(connection)()) if stateful else None


def _boundary(stateful: bool) -> rx.Component:
    return ErrorBoundary.create(
        fallback_render=rx.Var.create(
            doorway(
                "This page stopped",
                rx.el.p(words.BROKEN_VIEW, class_name="muted"),
                rx.el.a("Load it again", href="", reload_document=True, class_name="button"),
            )
        )
    )
