"""The page of all tags."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.list_page import HERE as KNOWLEDGE
from mosaic.knowledge.pages.tag_change_page import tag_dialogs, tag_menu
from mosaic.knowledge.pages.tag_change_state import TagChange, TagPill
from mosaic.knowledge.pages.tags_state import TagLine, TagList
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

HERE = f"/w/{Shell.workspace_slug}/tags"


def tags_page() -> rx.Component:
    """Return the list of tags."""
    return page(
        "Tags",
        _filters(),
        rx.cond(TagList.loaded, _lines(), ui.waiting_rows()),
        tag_dialogs(),
        crumbs=[("Knowledge", KNOWLEDGE)],
        standing=[rx.el.span(TagList.standing)],
        actions=[
            rx.cond(
                Shell.may_write,
                ui.button("New tag", icon_name="plus", on_click=TagChange.ask("new", "")),
            )
        ],
    )


def tag_pills(tags: rx.Var[list[TagPill]]) -> rx.Component:
    """Return tags side by side, each of which leads to its page."""
    return rx.el.div(
        rx.foreach(tags, lambda tag: ui.tag(tag.name, f"{HERE}/{tag.slug}", tag.color)),
        class_name="cluster",
    )


def _filters() -> rx.Component:
    return rx.el.div(
        rx.el.form(
            ui.search_field("Find a tag", default_value=TagList.q),
            key=TagList.q,
            on_submit=TagList.search,
            role="search",
        ),
        rx.el.nav(
            _order("By name", ""),
            _order("Most used", "used"),
            class_name="tabs",
            aria_label="Order",
        ),
        class_name="filters",
    )


def _order(name: str, sort: str) -> rx.Component:
    return rx.el.a(
        name,
        href=f"{HERE}?sort={sort}" if sort else HERE,
        aria_current=rx.cond(TagList.sort == sort, "page", ""),
    )


def _lines() -> rx.Component:
    return rx.cond(
        TagList.lines.length() > 0,
        rx.fragment(
            ui.rows(rx.foreach(TagList.lines, _line)),
            ui.page_steps(
                "Pages of the list", ("Earlier", TagList.earlier), ("More", TagList.later)
            ),
        ),
        rx.cond(
            TagList.q != "",
            ui.empty_state(
                "search",
                "No tag has this in its name.",
                ui.link_button("Show all tags", href=HERE, tone="quiet"),
            ),
            ui.empty_state("tag", "Tags go here: words that group pages, such as recipe or 2026."),
        ),
    )


def _line(tag: rx.Var[TagLine]) -> rx.Component:
    return ui.still_row(
        rx.el.a(ui.color_dot(tag.color), "#", tag.name, href=tag.href, class_name="tag-name"),
        side=[
            rx.el.span(tag.pages, class_name="muted small"),
            rx.cond(Shell.may_write, tag_menu(tag.slug, tag.name)),
        ],
    )
