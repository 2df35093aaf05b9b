"""The page on which entries are written."""

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from mosaic import ui
from mosaic.knowledge.pages.editor_state import Choice, Editor
from mosaic.knowledge.pages.list_page import HERE
from mosaic.knowledge.pages.presence_page import who_else
from mosaic.knowledge.pages.templates_page import choice_of_template
from mosaic.shell import editor_words, forms, words
from mosaic.shell.layout import page

_OTHER_NAMES = (
    "Links find the page by them. With commas between; a name with a comma of its own in quotes."
)


def new_entry() -> rx.Component:
    """Return the form for a new page."""
    return page(
        "New page",
        choice_of_template(),
        _form(back=HERE),
        crumbs=[("Knowledge", HERE)],
        wide=True,
    )


def edit_entry() -> rx.Component:
    """Return the form for a page that is there."""
    title, place = Editor.entry["title"], f"{HERE}/{Editor.slug}"
    return page(
        "Edit",
        _collisions(),
        _form(back=place),
        crumbs=[("Knowledge", HERE), (title, place)],
        standing=[who_else(writing=True)],
        wide=True,
    )


def _form(back: str) -> rx.Component:
    return rx.cond(
        Editor.stage == "waiting",
        ui.waiting_rows(),
        rx.el.form(
            ui.Draft.create(
                owner=f"{Editor.owner}:{Editor.workspace_slug}",
                lost=has_connection_errors,
                words=editor_words.DRAFT,
            ),
            ui.TakeOver.create(
                newer=Editor.newer,
                taken=Editor.taken,
                words=editor_words.TAKE_OVER,
                on_take=Editor.take,
            ),
            _begun("version", Editor.version),
            _begun("base", Editor.base),
            _said(
                "title",
                ui.text_field,
                "Title",
                message=forms.at(Editor.said, "title"),
                auto_focus=True,
                dir="auto",
            ),
            ui.editor(
                "Text",
                "content",
                Editor.entry["content"],
                workspace=Editor.workspace_slug,
                slug=Editor.entry["slug"],
                words=editor_words.EDITOR,
                shortcuts=list(editor_words.EDITOR_KEYS),
            ),
            rx.cond(
                Editor.entry["properties"],
                rx.el.p(
                    "The template's properties come along: ",
                    Editor.entry["properties"],
                    class_name="muted small",
                ),
            ),
            rx.el.details(
                rx.el.summary("Tags, status and more"),
                _said("tags", ui.text_field, "Tags", hint="With commas between them."),
                _said("summary", ui.text_field, "Summary", hint="One sentence for lists."),
                _said("aliases", ui.text_field, "Other names", hint=_OTHER_NAMES),
                _choice("status", "Status", words.STATUS_OPTIONS, "PUBLISHED"),
                _choice("visibility", "Who can see it", words.VISIBILITY_OPTIONS, "WORKSPACE"),
                ui.text_field("What changed", "change_note", hint="A note for the history."),
                class_name="more-fields",
            ),
            rx.el.div(
                forms.remark(Editor.said),
                ui.submit("Save"),
                ui.link_button("Cancel", href=back, tone="quiet"),
                class_name="cluster save-bar",
            ),
            key=Editor.form_key,
            on_submit=Editor.save,
            class_name=rx.cond(
                Editor.collisions.length() > 0, "stack editor resting", "stack editor"
            ),
        ),
    )


def _begun(name: str, value: rx.Var[Any]) -> rx.Component:
    # Not of type hidden: React would put its value back whenever the form is drawn again, also
    # after a draft or what others saved has been filled in.
    return rx.el.input(name=name, default_value=value, hidden=True, auto_complete="off")


def _said(name: str, field: object, label: str, **props: object) -> rx.Component:
    return field(label, name, default_value=Editor.entry[name], **props)  # type: ignore[operator]


def _choice(name: str, label: str, options: list[tuple[str, str]], default: str) -> rx.Component:
    chosen = rx.cond(Editor.entry[name], Editor.entry[name], default)
    return ui.select(label, name, options, default_value=chosen)


def _collisions() -> rx.Component:
    return rx.cond(
        Editor.collisions.length() > 0,
        rx.el.form(
            rx.el.h2("The same lines, changed twice"),
            rx.el.p("Everything else is put together. Choose for these lines, then save."),
            rx.foreach(Editor.collisions, _collision),
            rx.el.div(
                ui.submit("Save both together"),
                ui.button("Back to the text", on_click=Editor.go_on, tone="quiet"),
                class_name="cluster",
            ),
            on_submit=Editor.settle,
            class_name="card stack collisions",
        ),
    )


def _collision(one: rx.Var[Choice]) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("These lines", class_name="for-screen-readers"),
        rx.el.div(
            _side("Yours", "mine", one.name, one.mine),
            _side("Theirs", "theirs", one.name, one.theirs),
            class_name="sides",
        ),
        rx.el.label(
            rx.el.input(type="radio", name=one.name, value="both", default_checked=True),
            "Both, one after the other",
            class_name="check",
        ),
    )


def _side(said: str, value: str, name: rx.Var[str], html: rx.Var[str]) -> rx.Component:
    return rx.el.label(
        rx.el.span(rx.el.input(type="radio", name=name, value=value), said, class_name="check"),
        rx.html(html, class_name="theirs"),
    )
