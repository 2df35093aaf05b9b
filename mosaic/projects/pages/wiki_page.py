"""Which page of the wiki tells of a project: shown, chosen by typing, taken off."""

import reflex as rx

from mosaic import ui
from mosaic.projects.pages.wiki_state import PageOffer, ProjectWiki
from mosaic.shell.forms import at


def wiki() -> rx.Component:
    """Return the part of the settings."""
    return rx.el.section(
        rx.el.h2("Page of the wiki"),
        rx.el.p("It tells of the project, and stands on its overview.", class_name="muted small"),
        rx.cond(ProjectWiki.title != "", _chosen(), _choosing()),
        aria_label="Page of the wiki",
    )


def _chosen() -> rx.Component:
    return rx.el.div(
        ui.icon("book-open", 16, class_name="muted"),
        rx.el.a(ProjectWiki.title, href=ProjectWiki.href, dir="auto"),
        ui.icon_button("x", f"Take off {ProjectWiki.title}", on_click=ProjectWiki.take_off),
        class_name="chip linked-page",
    )


def _choosing() -> rx.Component:
    return rx.el.form(
        ui.text_field(
            "Find a page",
            "page",
            hint=ProjectWiki.hint,
            message=at(ProjectWiki.said, ""),
            placeholder="Part of its title",
            auto_complete="off",
            max_length=200,
            on_change=ProjectWiki.find.debounce(200),
            key=ProjectWiki.form_key,
        ),
        rx.cond(
            ProjectWiki.offers,
            rx.el.ul(
                rx.foreach(ProjectWiki.offers, _offer), class_name="offers", aria_label="Pages"
            ),
        ),
        on_submit=ProjectWiki.take_first,
        role="search",
        class_name="narrow",
    )


def _offer(page: rx.Var[PageOffer]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            ui.icon("book-open", 15),
            rx.el.span(page.title, dir="auto"),
            rx.el.span(page.more, class_name="muted"),
            type="button",
            on_click=ProjectWiki.choose(page.slug),
            class_name="menu-item",
        )
    )
