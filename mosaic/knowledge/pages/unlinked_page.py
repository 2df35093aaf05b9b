"""The section that tells which pages name a page without a link."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.unlinked_state import Unlinked, UnlinkedMentions
from mosaic.shell.state import Shell


def unlinked_mentions() -> rx.Component:
    """Return the pages that name this one, each with a way to make a link of it."""
    return rx.cond(
        UnlinkedMentions.lines.length() > 0,
        rx.el.section(
            rx.el.h2("Named without a link"),
            rx.el.p(UnlinkedMentions.standing, class_name="muted small"),
            rx.el.ul(rx.foreach(UnlinkedMentions.lines, _line), class_name="mentions"),
            aria_label="Unlinked mentions",
        ),
    )


def _line(line: rx.Var[Unlinked]) -> rx.Component:
    return rx.el.li(
        rx.el.a(line.title, href=line.href),
        rx.el.p(line.context, class_name="muted small"),
        rx.cond(
            Shell.may_write,
            ui.button(
                "Link it",
                tone="quiet",
                on_click=UnlinkedMentions.link(line.slug),
                icon_name="link",
                aria_label=f"Link it on {line.title}",
            ),
        ),
    )
