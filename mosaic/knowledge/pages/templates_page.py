"""The page of templates, and the choice of one for a new page."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.list_page import HERE as KNOWLEDGE
from mosaic.knowledge.pages.templates_state import TemplateLine, Templates
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

HERE = f"/w/{Shell.workspace_slug}/templates"
_FEW = 8


def templates_page() -> rx.Component:
    """Return the list of templates."""
    return page(
        "Templates",
        rx.cond(Templates.loaded, _lines(), ui.waiting_rows(3)),
        crumbs=[("Knowledge", KNOWLEDGE)],
        standing=[rx.el.span(Templates.standing)],
        actions=[rx.cond(Shell.may_write, _make("New template", "plus"))],
    )


def choice_of_template() -> rx.Component:
    """Return the templates that a new page can begin with, folded where there are many."""
    count = Templates.lines.length()
    return rx.cond(
        count > 0,
        rx.el.details(
            rx.el.summary("Begin with a template: ", count),
            rx.el.nav(
                rx.foreach(
                    Templates.lines,
                    lambda line: rx.el.a(line.title, href=line.begin, class_name="tag"),
                ),
                class_name="cluster",
                aria_label="Templates",
            ),
            open=count <= _FEW,
            class_name="in-figures",
        ),
    )


def _make(said: str, icon: str) -> rx.Component:
    return ui.link_button(said, href=f"{KNOWLEDGE}/new?tags=template", icon_name=icon)


def _lines() -> rx.Component:
    return rx.cond(
        Templates.lines.length() > 0,
        ui.rows(rx.foreach(Templates.lines, _line)),
        ui.empty_state(
            "layout-template",
            "Templates go here: pages with the tag template, or in the folder Templates, that new "
            "pages begin with. {{date}}, {{time}} and {{title}} are filled in.",
            rx.cond(Shell.may_write, _make("Make the first template", "plus")),
        ),
    )


def _line(line: rx.Var[TemplateLine]) -> rx.Component:
    return ui.still_row(
        rx.el.a(line.title, href=line.href, class_name="name"),
        rx.cond(line.more != "", rx.el.div(line.more, class_name="more")),
        side=[
            rx.el.span(line.when, class_name="muted small"),
            rx.cond(
                Shell.may_write,
                ui.link_button(
                    "Begin a page",
                    href=line.begin,
                    tone="quiet",
                    aria_label=f"Begin a page with {line.title}",
                ),
            ),
        ],
    )
