"""The page on which pages are searched for."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.search_state import HitLine, SearchPage
from mosaic.shell import words
from mosaic.shell.layout import page


def search_page() -> rx.Component:
    """Return the search: as one types, each page with the place that was found."""
    return page(
        "Search",
        _filters(),
        rx.match(
            SearchPage.stage,
            ("waiting", ui.waiting_rows()),
            ("found", _lines()),
            ("empty", _empty()),
            ("away", ui.note(SearchPage.standing)),
            _nothing(),
        ),
        standing=[rx.el.span(SearchPage.standing, aria_live="polite")],
    )


def _filters() -> rx.Component:
    return rx.el.div(
        rx.el.form(
            ui.search_field(
                "Search in titles and text",
                default_value=SearchPage.field,
                on_change=SearchPage.search.debounce(150),  # type: ignore[attr-defined]
                auto_focus=True,
                auto_complete="off",
                max_length=1000,
            ),
            key=SearchPage.field,
            on_submit=rx.prevent_default,
            role="search",
        ),
        rx.el.div(
            *[_status(value, said) for value, said in words.SEARCH_STATUSES],
            class_name="segments",
            role="group",
            aria_label="Status",
        ),
        rx.cond(
            SearchPage.tag_names.length() > 0,
            rx.el.div(rx.foreach(SearchPage.tag_names, _tag), class_name="cluster"),
        ),
        class_name="filters",
    )


def _status(value: str, said: str) -> rx.Component:
    return rx.el.button(
        said,
        type="button",
        on_click=SearchPage.choose_status(value),
        aria_pressed=rx.cond(SearchPage.status == value, "true", "false"),
    )


def _tag(name: rx.Var[str]) -> rx.Component:
    return rx.el.button(
        "#",
        name,
        type="button",
        on_click=SearchPage.choose_tag(name),
        class_name="tag",
        aria_pressed=rx.cond(SearchPage.tag == name, "true", "false"),
    )


def _lines() -> rx.Component:
    return rx.fragment(
        ui.rows(rx.foreach(SearchPage.lines, _line)),
        ui.page_steps(
            "Pages that were found", ("Earlier", SearchPage.earlier), ("More", SearchPage.later)
        ),
    )


def _line(line: rx.Var[HitLine]) -> rx.Component:
    return rx.el.li(
        rx.el.a(
            rx.el.div(
                rx.el.div(line.title, class_name="name"),
                rx.html(line.snippet, class_name="snippet"),
                rx.el.div(line.why, class_name="more"),
                class_name="what",
            ),
            href=line.href,
            class_name="row",
        )
    )


def _empty() -> rx.Component:
    return ui.empty_state(
        "search",
        "Type a word, a part of one, or “several words” in their order. A word with - before it "
        "stays out.",
    )


def _nothing() -> rx.Component:
    return ui.empty_state("search", "No page holds this. Another word may.")
