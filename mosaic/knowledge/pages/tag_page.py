"""The page of one tag."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.list_page import HERE as KNOWLEDGE
from mosaic.knowledge.pages.list_page import entry_row
from mosaic.knowledge.pages.tag_change_page import tag_dialogs, tag_menu
from mosaic.knowledge.pages.tag_state import TagPage
from mosaic.knowledge.pages.tags_page import HERE as TAGS
from mosaic.knowledge.pages.tags_page import tag_pills
from mosaic.shell.layout import page
from mosaic.shell.state import Shell


def tag_page() -> rx.Component:
    """Return the pages of a tag."""
    return page(
        f"#{TagPage.shown.name}",
        rx.match(
            TagPage.stage,
            ("there", rx.fragment(_order(), _lines())),
            ("missing", _missing()),
            ui.waiting_rows(),
        ),
        tag_dialogs(),
        crumbs=[("Knowledge", KNOWLEDGE), ("Tags", TAGS)],
        standing=[ui.color_dot(TagPage.shown.color), rx.el.span(TagPage.standing)],
        actions=[
            rx.cond(
                (TagPage.stage == "there") & Shell.may_write,
                tag_menu(TagPage.shown.slug, TagPage.shown.name),
            )
        ],
        aside=[rx.cond(TagPage.related.length() > 0, _related())],
    )


def _order() -> rx.Component:
    here = f"{TAGS}/{TagPage.shown.slug}"
    return rx.el.nav(
        rx.el.a("Latest", href=here, aria_current=rx.cond(TagPage.sort == "", "page", "")),
        rx.el.a(
            "By title",
            href=f"{here}?sort=title",
            aria_current=rx.cond(TagPage.sort == "title", "page", ""),
        ),
        class_name="tabs",
        aria_label="Order",
    )


def _lines() -> rx.Component:
    return rx.cond(
        TagPage.lines.length() > 0,
        rx.fragment(
            ui.rows(rx.foreach(TagPage.lines, entry_row)),
            ui.page_steps(
                "Pages of the list", ("Earlier", TagPage.earlier), ("More", TagPage.later)
            ),
        ),
        ui.empty_state("tag", "No page has this tag yet. It can be written while editing a page."),
    )


def _missing() -> rx.Component:
    return ui.empty_state(
        "tag",
        "There is no such tag here.",
        ui.link_button("Show all tags", href=TAGS, tone="quiet"),
    )


def _related() -> rx.Component:
    return rx.el.section(rx.el.h2("Often beside it"), tag_pills(TagPage.related))
