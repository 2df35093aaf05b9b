"""The page on which pages are searched for."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.search_state import HitLine, SearchPage
from mosaic.knowledge.pages.tag_change_state import TagPill
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
            *[_choice(name, said, options) for name, said, options in words.SEARCH_FILTERS],
            class_name="cluster in-a-line",
        ),
        rx.cond(
            SearchPage.tags.length() > 0,
            rx.el.div(rx.foreach(SearchPage.tags, _tag), class_name="cluster in-a-line"),
        ),
        class_name="filters",
    )


def _choice(name: str, said: str, options: tuple[tuple[str, str], ...]) -> rx.Component:
    chosen = SearchPage.chosen[name]
    return rx.el.select(
        rx.el.option(said, value=""),
        *[rx.el.option(choice, value=value) for value, choice in options],
        value=chosen,
        on_change=lambda value: SearchPage.choose(name, value),
        aria_label=said,
        class_name=rx.cond(chosen != "", "choice chosen", "choice"),
    )


def _tag(tag: rx.Var[TagPill]) -> rx.Component:
    return rx.el.button(
        ui.color_dot(tag.color),
        "#",
        tag.name,
        type="button",
        on_click=SearchPage.choose_tag(tag.slug),
        class_name="tag",
        aria_pressed=rx.cond(SearchPage.tag == tag.slug, "true", "false"),
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
                rx.cond(line.why != "", rx.el.div(line.why, class_name="more")),
                class_name="what",
            ),
            href=line.href,
            class_name="row",
        )
    )


def _empty() -> rx.Component:
    rows = [
        rx.fragment(rx.el.dt(rx.el.code(typed)), rx.el.dd(said))
        for typed, said in words.SEARCH_OPERATORS
    ]
    return ui.empty_state(
        "search", "Type a word or a part of one.", rx.el.dl(*rows, class_name="operators")
    )


def _nothing() -> rx.Component:
    return ui.empty_state("search", "No page holds this. Another word may.")
