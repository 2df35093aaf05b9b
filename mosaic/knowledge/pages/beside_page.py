"""The page that shows two pages side by side."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.beside_state import SideBySide
from mosaic.knowledge.pages.health_state import PageLink
from mosaic.knowledge.pages.list_page import HERE
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

_LINKS = f"/w/{Shell.workspace_slug}/links?kind=alike"


def side_by_side() -> rx.Component:
    """Return two pages, and what only one of them says."""
    return page(
        "Two pages",
        rx.match(
            SideBySide.stage,
            ("waiting", ui.waiting_rows()),
            ("there", _both()),
            ui.empty_state("files", SideBySide.standing),
        ),
        crumbs=[("Knowledge", HERE), ("Links", _LINKS)],
        standing=[rx.el.span(SideBySide.standing)],
        actions=[rx.cond((SideBySide.stage == "there") & Shell.may_write, _actions())],
        wide=True,
    )


def _actions() -> rx.Component:
    return ui.button(
        "They are different", tone="quiet", icon_name="check", on_click=SideBySide.keep_apart
    )


def _both() -> rx.Component:
    return rx.el.div(
        rx.el.div(rx.foreach(SideBySide.pages, _one), class_name="sides"),
        rx.cond(
            SideBySide.differences == "",
            ui.empty_state("equal", "The text and the title are the same in both."),
            rx.html(SideBySide.differences, class_name="differences"),
        ),
        rx.el.p(
            "To make one page of the two, take over what is missing, give it the title of the "
            "other as another name, and archive the other. Links by that name then lead to the "
            "one that is left.",
            class_name="muted small",
        ),
        class_name="stack",
    )


def _one(one: rx.Var[PageLink]) -> rx.Component:
    return rx.el.div(
        rx.el.h2(rx.el.a(one.title, href=one.href)),
        rx.cond(one.folder != "", rx.el.span(one.folder, class_name="muted small")),
        rx.cond(
            Shell.may_write,
            ui.link_button(
                "Edit",
                href=f"{one.href}/edit",
                tone="quiet",
                icon_name="pencil",
                aria_label=f"Edit {one.title}",
            ),
        ),
    )
