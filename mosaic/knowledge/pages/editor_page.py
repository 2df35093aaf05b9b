"""The page on which entries are written."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.editor_state import Editor
from mosaic.knowledge.pages.list_page import HERE
from mosaic.shell import words
from mosaic.shell.layout import page


def new_entry() -> rx.Component:
    """Return the form for a new page."""
    return page("New page", _form(back=HERE), crumbs=[("Knowledge", HERE)])


def edit_entry() -> rx.Component:
    """Return the form for a page that is there."""
    title, place = Editor.entry["title"], f"{HERE}/{Editor.slug}"
    crumbs = [("Knowledge", HERE), (title, place)]
    return page("Edit", _newer(), _form(back=place), crumbs=crumbs)


def _form(back: str) -> rx.Component:
    return rx.cond(
        Editor.stage == "waiting",
        ui.waiting_rows(),
        rx.el.form(
            ui.Draft.create(
                unsaved=Editor.message,
                back="What you typed before is here again.",
                discard="Let go of it",
            ),
            rx.el.input(type="hidden", name="version", default_value=Editor.version),
            _said("title", ui.text_field, "Title", auto_focus=True, max_length=200),
            _said(
                "content",
                ui.text_area,
                "Text",
                tall=True,
                spell_check=True,
                hint="Markdown. [[Double brackets]] link to a page, also to one that is not "
                "written yet.",
            ),
            rx.el.details(
                rx.el.summary("Tags, status and more"),
                _said("tags", ui.text_field, "Tags", hint="With commas between them."),
                _said("summary", ui.text_field, "Summary", hint="One sentence for lists."),
                _said("aliases", ui.text_field, "Other names", hint="Links find the page by them."),
                _choice("status", "Status", words.STATUS_OPTIONS, "PUBLISHED"),
                _choice("visibility", "Who can see it", words.VISIBILITY_OPTIONS, "WORKSPACE"),
                ui.text_field("What changed", "change_note", hint="A note for the history."),
                class_name="more-fields",
            ),
            rx.el.div(
                rx.el.div(
                    rx.cond(Editor.message != "", ui.note(Editor.message, tone="attention")),
                    role="alert",
                ),
                ui.submit("Save"),
                ui.link_button("Cancel", href=back, tone="quiet"),
                class_name="cluster save-bar",
            ),
            key=Editor.form_key,
            on_submit=Editor.save,
            class_name="stack editor",
        ),
    )


def _said(name: str, field: object, label: str, **props: object) -> rx.Component:
    return field(label, name, default_value=Editor.entry[name], **props)  # type: ignore[operator]


def _choice(name: str, label: str, options: list[tuple[str, str]], default: str) -> rx.Component:
    chosen = rx.cond(Editor.entry[name], Editor.entry[name], default)
    return ui.select(label, name, options, default_value=chosen)


def _newer() -> rx.Component:
    return rx.cond(
        Editor.newer > 0,
        ui.note(
            rx.el.p("Somebody saved this page while you were writing. Your text is still here."),
            rx.el.details(
                rx.el.summary("Their text"), rx.el.pre(Editor.theirs, class_name="theirs")
            ),
            ui.button("Keep mine with the next save", tone="quiet", on_click=Editor.keep_mine),
            tone="attention",
        ),
    )
