"""The settings page about the cache."""

from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.cache_state import CachePage, CountLine, Figure
from mosaic.ui.watching import Chart
from mosaic.workspaces.settings_page import settings_page


def cache_page() -> rx.Component:
    """Return how often the cache had the answer, with what can be done about it."""
    return settings_page(
        rx.cond(
            CachePage.loaded,
            rx.el.div(
                _now(),
                _by_time(),
                _by_kind(),
                rx.cond(CachePage.manages, _care()),
                class_name="sections",
            ),
            ui.waiting_rows(4),
        ),
    )


def _now() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Cache"),
            ui.button(
                "Look again", tone="quiet", icon_name="refresh-cw", on_click=CachePage.refresh
            ),
            class_name="section-head",
        ),
        rx.el.div(
            ui.badge(CachePage.badge, CachePage.tone),
            rx.el.span(CachePage.about, class_name="muted"),
            class_name="cluster",
        ),
        rx.el.dl(rx.foreach(CachePage.figures, _figure), class_name="figures"),
    )


def _figure(figure: rx.Var[Figure]) -> rx.Component:
    return rx.el.div(rx.el.dt(figure.name), rx.el.dd(figure.value))


def _by_time() -> rx.Component:
    return rx.el.section(
        rx.el.h2("The last six hours, in UTC"),
        rx.cond(
            CachePage.times.length() > 0,
            rx.fragment(
                Chart.create(
                    data=CachePage.data,
                    layout=CachePage.layout,
                    label="Answers found in the cache and not; the figures stand below",
                ),
                rx.el.details(
                    rx.el.summary("The same in figures"),
                    _counts("Time", CachePage.times, "Every five minutes"),
                    class_name="in-figures",
                ),
            ),
            rx.el.p("Nothing was asked for in this time.", class_name="muted"),
        ),
    )


def _by_kind() -> rx.Component:
    return rx.el.section(
        rx.el.h2("By kind of answer"), _counts("Kind", CachePage.kinds, "By kind of answer")
    )


def _counts(first: str, lines: rx.Var[list[CountLine]], caption: str) -> rx.Component:
    headings = [first, "Found", "Not found", "Rate"]
    return ui.table(headings, rx.foreach(lines, _line), caption=caption)


def _line(line: rx.Var[CountLine]) -> rx.Component:
    return rx.el.tr(
        rx.el.th(line.name, scope="row"),
        *[rx.el.td(value, class_name="number") for value in (line.hits, line.misses, line.rate)],
    )


def _care() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Care"),
        rx.el.p(
            "The cache is never out of date, so there is seldom a reason for either.",
            class_name="muted",
        ),
        rx.el.div(
            _asked(
                "Clear the cache",
                "Clear the cache?",
                "What is kept for this workspace is let go; nothing that was written changes. "
                "The next reading of each page takes a few milliseconds longer.",
                CachePage.clear,
            ),
            _asked(
                "Count anew",
                "Count anew?",
                "The figures on this page start again at nothing. What is kept stays.",
                CachePage.count_anew,
            ),
            class_name="cluster",
        ),
    )


def _asked(words: str, title: str, about: str, action: Any) -> rx.Component:
    return ui.dialog(
        title,
        rx.el.p(about, class_name="muted"),
        ui.answers(ui.closing(ui.button(words, on_click=action))),
        trigger=ui.button(words, tone="quiet"),
    )
