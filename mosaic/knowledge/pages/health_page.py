"""The page that tells how the links stand."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.health_state import HealthLine, HealthTab, LinksPage, Meaning, PageLink
from mosaic.knowledge.pages.list_page import HERE
from mosaic.knowledge.pages.mending_state import Mending
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
                    rx.foreach(LinksPage.tabs, _tab),
                    class_name="tabs many",
                    aria_label="What is shown",
                ),
                rx.el.div(
                    rx.el.p(LinksPage.about, class_name="muted small"),
                    rx.cond(LinksPage.looked != "", _looked()),
                    _mended(),
                ),
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


def _looked() -> rx.Component:
    again = ui.button("Look again", tone="bare", on_click=Mending.look)
    return rx.el.div(
        rx.el.span(LinksPage.looked, class_name="muted small", role="status"),
        rx.cond(Shell.may_write, again),
        class_name="cluster",
    )


def _mended() -> rx.Component:
    back = ui.button("Take it back", tone="bare", icon_name="undo-2", on_click=Mending.take_back)
    return rx.el.div(
        rx.cond(
            Mending.said != "",
            ui.note(Mending.said, rx.cond(Mending.can_go_back, back), icon_name="check"),
        ),
        class_name="mended",
        aria_live="polite",
    )


def _lines() -> rx.Component:
    return rx.cond(
        LinksPage.lines.length() > 0,
        rx.fragment(
            rx.match(
                LinksPage.kind,
                ("ambiguous", _findings(_several)),
                ("mentions", _findings(_named)),
                ("alike", _findings(_alike)),
                ui.rows(rx.foreach(LinksPage.lines, _line)),
            ),
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


def _findings(shown: Callable[[rx.Var[HealthLine]], rx.Component]) -> rx.Component:
    return rx.el.ul(rx.foreach(LinksPage.lines, shown), class_name="findings")


def _several(line: rx.Var[HealthLine]) -> rx.Component:
    """Return a name that several pages have, with the links that say it."""

    def for_all(one: rx.Var[Meaning]) -> rx.Component:
        return _meaning(one, "everywhere", Mending.settle_all(line.name, one.slug, one.place))

    return rx.el.li(
        rx.el.header(
            rx.el.h2(line.name),
            rx.el.span(line.count, class_name="muted small"),
        ),
        rx.cond(
            Shell.may_write & (line.pages.length() > 1),
            _choices("All of them mean", rx.foreach(line.meanings, for_all)),
        ),
        rx.el.ul(rx.foreach(line.pages, lambda one: _place(line, one)), class_name="mentions"),
        rx.cond(line.more != "", rx.el.p(line.more, class_name="muted small")),
    )


def _place(line: rx.Var[HealthLine], one: rx.Var[PageLink]) -> rx.Component:
    def here(to: rx.Var[Meaning]) -> rx.Component:
        chosen = Mending.settle(line.name, to.slug, to.place, one.slug)
        return _meaning(to, f"on {one.title}", chosen)

    return rx.el.li(
        rx.el.a(one.title, href=one.href),
        rx.el.p(one.context, class_name="muted small"),
        rx.cond(Shell.may_write, _choices("means", rx.foreach(line.meanings, here))),
    )


def _choices(words: str, choices: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.span(words, class_name="muted small"), choices, class_name="meanings")


def _meaning(to: rx.Var[Meaning], where: Any, on_click: Any) -> rx.Component:
    return rx.el.button(
        to.place,
        type="button",
        title=to.title,
        aria_label=f"{to.place}, {where}",
        class_name="choice",
        on_click=on_click,
    )


def _named(line: rx.Var[HealthLine]) -> rx.Component:
    """Return a page that others name, with the sentences in which they do."""

    def place(one: rx.Var[PageLink]) -> rx.Component:
        link = ui.button(
            "Link it",
            tone="quiet",
            icon_name="link",
            aria_label=f"Link it on {one.title}",
            on_click=Mending.link(line.slug, one.slug),
        )
        return rx.el.li(
            rx.el.div(
                rx.el.a(one.title, href=one.href),
                rx.el.p(one.context, class_name="muted small"),
            ),
            rx.cond(Shell.may_write, link),
            class_name="said",
        )

    return rx.el.li(
        rx.el.header(
            rx.el.h2(rx.el.a(line.name, href=line.href)),
            rx.el.span(line.count, class_name="muted small"),
        ),
        rx.el.ul(rx.foreach(line.pages, place), class_name="mentions"),
        rx.cond(line.more != "", rx.el.p(line.more, class_name="muted small")),
    )


def _alike(line: rx.Var[HealthLine]) -> rx.Component:
    """Return two pages that are nearly the same, and what they have in common."""
    one, other = line.pages[0], line.pages[1]
    return rx.el.li(
        rx.el.div(
            rx.foreach(
                line.pages,
                lambda page: rx.el.div(
                    rx.el.a(page.title, href=page.href),
                    rx.cond(page.folder != "", rx.el.span(page.folder, class_name="muted small")),
                    class_name="one",
                ),
            ),
            rx.el.p(line.why, class_name="muted small"),
        ),
        rx.el.div(
            ui.link_button("Compare", href=line.compare, tone="quiet", icon_name="columns-2"),
            rx.cond(
                Shell.may_write,
                ui.button(
                    "They are different",
                    tone="bare",
                    aria_label=f"They are different: {one.title}, {other.title}",
                    on_click=Mending.keep_apart(one.slug, other.slug),
                ),
            ),
            class_name="cluster",
        ),
        class_name="pair",
    )
