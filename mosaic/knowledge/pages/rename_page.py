"""The page on which a page gets another name."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.list_page import HERE
from mosaic.knowledge.pages.rename_state import PageLine, Renaming
from mosaic.shell import forms
from mosaic.shell.layout import page
from mosaic.ui.basics import Tone

_PLACE = f"{HERE}/{Renaming.place}"


def rename_page() -> rx.Component:
    """Return the form for a new name, with every line that it changes."""
    return page(
        "Rename",
        rx.match(
            Renaming.stage,
            ("waiting", ui.waiting_rows()),
            ("there", rx.el.div(_last(), _form(), _preview(), class_name="rename")),
            ("missing", ui.empty_state("text-cursor-input", Renaming.standing)),
            _done(),
        ),
        crumbs=[("Knowledge", HERE), (Renaming.title, _PLACE)],
    )


def _last() -> rx.Component:
    said = f"Until its last rename it was called “{Renaming.last['title']}”."
    return rx.cond(
        Renaming.last.length() > 0,
        rx.el.div(ui.note(rx.el.span(said), _take_back("bare")), class_name="mended"),
    )


def _take_back(tone: Tone) -> rx.Component:
    return ui.button("Take it back", tone=tone, on_click=Renaming.take_back, icon_name="undo-2")


def _form() -> rx.Component:
    return rx.el.form(
        ui.text_field(
            "New title",
            "title",
            message=forms.at(Renaming.said, "title"),
            default_value=Renaming.title,
            on_change=Renaming.retitle.debounce(300),  # type: ignore[attr-defined]
            auto_complete="off",
            auto_focus=True,
            max_length=200,
        ),
        ui.checkbox(
            "Write the links anew on other pages",
            "rewriteLinks",
            default_checked=True,
            on_change=Renaming.rewriting,
        ),
        rx.el.details(
            rx.el.summary("Address"),
            ui.text_field(
                "Address",
                "slug",
                hint="Left empty, it follows the title. The old address goes on leading here.",
                message=forms.at(Renaming.said, "slug"),
                on_change=Renaming.readdress.debounce(300),  # type: ignore[attr-defined]
                auto_complete="off",
                max_length=120,
            ),
        ),
        forms.remark(Renaming.said),
        rx.el.div(
            ui.submit("Rename"),
            ui.link_button("Cancel", href=_PLACE, tone="quiet"),
            class_name="cluster",
        ),
        on_submit=Renaming.rename(Renaming.place, Renaming.title),
        key=Renaming.place,
        no_validate=True,
        class_name="stack",
    )


def _preview() -> rx.Component:
    return rx.el.section(
        rx.el.h2("What changes"),
        rx.el.p(Renaming.standing, class_name="muted", aria_live="polite"),
        rx.cond(
            Renaming.address != "",
            rx.el.p("Its address becomes ", rx.el.code(Renaming.address), class_name="muted"),
        ),
        rx.cond(
            Renaming.same.length() > 0,
            ui.note(
                "Other pages have this title, too. A link by the title alone then leads to a "
                "list of them: ",
                _names(Renaming.same),
            ),
        ),
        rx.foreach(Renaming.changes, _change),
        rx.cond(Renaming.more != "", rx.el.p(Renaming.more, class_name="muted")),
        rx.cond(
            Renaming.left.length() > 0,
            ui.note(
                "Here links stay as they are written, and lead here by the old name: ",
                _names(Renaming.left),
            ),
        ),
        aria_label="What changes",
        class_name="stack",
    )


def _change(line: rx.Var[PageLine]) -> rx.Component:
    return rx.el.div(
        rx.el.h3(rx.el.a(line.title, href=line.href)),
        rx.html(line.lines, class_name="differences"),
    )


def _names(pages: rx.Var[list[PageLine]]) -> rx.Component:
    return rx.el.ul(rx.foreach(pages, lambda one: rx.el.li(rx.el.a(one.title, href=one.href))))


def _done() -> rx.Component:
    renamed = Renaming.stage == "renamed"
    return rx.el.div(
        rx.el.div(ui.note(Renaming.standing, icon_name="check"), role="status"),
        rx.cond(
            Renaming.left.length() > 0,
            ui.note(
                rx.cond(
                    renamed,
                    "Here links stayed as they were, and lead here by the old name: ",
                    "Somebody has changed these since, so they stay as they are: ",
                ),
                _names(Renaming.left),
            ),
        ),
        rx.el.div(
            ui.link_button("Open it", href=_PLACE, icon_name="file-text"),
            rx.cond(renamed, _take_back("quiet")),
            class_name="cluster",
        ),
        class_name="stack",
    )
