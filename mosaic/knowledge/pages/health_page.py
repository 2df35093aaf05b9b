"""The page that tells how the links stand."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.health_state import HealthLine, HealthTab, LinksPage, PageLink
from mosaic.knowledge.pages.list_page import HERE
from mosaic.shell.layout import page
from mosaic.shell.state import Shell


def links_page() -> rx.Component:
    """Return what deserves a look about links, by kind."""
    return page(
        "Links",
        rx.cond(
            LinksPage.loaded,
            rx.fragment(
                rx.el.nav(
                    rx.foreach(LinksPage.tabs, _tab), class_name="tabs", aria_label="What is shown"
                ),
                rx.el.p(LinksPage.about, class_name="muted small"),
                _lines(),
            ),
            ui.waiting_rows(),
        ),
        crumbs=[("Knowledge", HERE)],
    )


def _tab(tab: rx.Var[HealthTab]) -> rx.Component:
    return rx.el.a(
        tab.label,
        " ",
        rx.el.span(tab.count, class_name="muted"),
        href=tab.href,
        aria_current=rx.cond(LinksPage.kind == tab.kind, "page", ""),
    )


def _lines() -> rx.Component:
    return rx.cond(
        LinksPage.lines.length() > 0,
        rx.fragment(
            ui.rows(rx.foreach(LinksPage.lines, _line)),
            ui.page_steps("Links", ("Earlier", LinksPage.earlier), ("More", LinksPage.later)),
        ),
        ui.empty_state("link", LinksPage.nothing),
    )


def _line(line: rx.Var[HealthLine]) -> rx.Component:
    return ui.still_row(
        rx.el.div(line.name, class_name="name"),
        rx.el.div(
            rx.foreach(line.pages, _page),
            rx.el.span(line.more),
            class_name="more",
        ),
        side=[
            rx.cond(
                (line.write != "") & Shell.may_write,
                ui.link_button("Write it", href=line.write, tone="quiet"),
            )
        ],
    )


def _page(one: rx.Var[PageLink]) -> rx.Component:
    return rx.el.a(one.title, href=one.href)
