"""Lists, tables, ways through them, and what stands there when they are empty."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from mosaic.ui.basics import Text, icon, link_button, skeleton

Link = tuple[Text, Text]


def rows(*children: Any) -> rx.Component:
    """Return a list of `row`s."""
    return rx.el.ul(*children, class_name="rows")


def row(
    name: Any,
    *,
    href: Text,
    icon_name: str = "",
    more: Sequence[Any] = (),
    side: Sequence[Any] = (),
) -> rx.Component:
    """Return one line of a list: what it is, `more` about it below, facts at its `side`."""
    return rx.el.li(
        rx.el.a(
            icon(icon_name, class_name="muted") if icon_name else rx.fragment(),
            rx.el.div(
                rx.el.div(name, class_name="name"),
                rx.el.div(*more, class_name="more") if more else rx.fragment(),
                class_name="what",
            ),
            rx.el.div(*side, class_name="side") if side else rx.fragment(),
            href=href,
            class_name="row",
        )
    )


def still_row(*children: Any, side: Sequence[Any] = ()) -> rx.Component:
    """Return a line of a list that leads nowhere, with what can be done at its `side`."""
    return rx.el.li(
        rx.el.div(*children, class_name="what"),
        rx.el.div(*side, class_name="side") if side else rx.fragment(),
        class_name="row",
    )


def waiting_rows(count: int = 6) -> rx.Component:
    """Return the shape of a list that is on its way."""
    widths = ("46%", "62%", "38%", "55%", "70%", "44%")
    return rx.el.div(
        *[
            rx.el.div(skeleton(widths[n % len(widths)]), class_name="row", aria_hidden="true")
            for n in range(count)
        ],
        class_name="rows",
        aria_busy="true",
    )


def table(headings: Sequence[str], *lines: Any, caption: str) -> rx.Component:
    """Return a table that scrolls in itself; `caption` says what it is to those who listen."""
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="for-screen-readers"),
            rx.el.thead(rx.el.tr(*[rx.el.th(words, scope="col") for words in headings])),
            rx.el.tbody(*lines),
        ),
        class_name="table",
        tab_index=0,
        role="region",
        aria_label=caption,
    )


def page_steps(label: str, *links: tuple[str, rx.Var[str]]) -> rx.Component:
    """Return the ways to the parts of a list before and after; an empty address leads nowhere."""
    return rx.el.nav(
        *[
            rx.cond(href != "", link_button(words, href=href, tone="quiet"))
            for words, href in links
        ],
        class_name="cluster steps",
        aria_label=label,
    )


def empty_state(icon_name: str, sentence: Text, *first_steps: Any) -> rx.Component:
    """Return what stands in an empty place: one sentence on what goes here, and a first step."""
    return rx.el.div(
        icon(icon_name, 32),
        rx.el.p(sentence, class_name="muted"),
        rx.el.div(*first_steps, class_name="cluster") if first_steps else rx.fragment(),
        class_name="empty",
    )


def breadcrumb(*links: Link) -> rx.Component:
    """Return the way from the top to this page, without the page itself."""
    steps = [rx.el.li(rx.el.a(words, href=href)) for words, href in links]
    return rx.el.nav(rx.el.ol(*steps), class_name="breadcrumb", aria_label="Where this is")


def tabs(label: str, *links: Link) -> rx.Component:
    """Return addresses side by side, of which one is the page itself."""
    here = rx.State.router.url.path
    return rx.el.nav(
        *[
            rx.el.a(words, href=href, aria_current=rx.cond(here == href, "page", "false"))
            for words, href in links
        ],
        class_name="tabs",
        aria_label=label,
    )
