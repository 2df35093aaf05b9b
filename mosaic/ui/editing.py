"""Components for writing: the editor, the draft that a browser keeps, who else is there."""

from typing import Any

import reflex as rx

rx.asset("editor_keys.js", shared=True)
rx.asset("editor_rest.js", shared=True)
_EDITOR = rx.asset("editor.jsx", shared=True).importable_path
_DRAFT = rx.asset("draft.jsx", shared=True).importable_path
_PRESENCE = rx.asset("presence.jsx", shared=True).importable_path


class Editor(rx.NoSSRComponent):
    """Markdown is written here, into the hidden field `name` of the form it stands in.

    `workspace` and `slug` are those of the page; `words` are what people read, by name.
    """

    library = _EDITOR
    tag = "Editor"
    lib_dependencies: list[str] = [
        "@codemirror/autocomplete@6.20.4",
        "@codemirror/commands@6.11.1",
        "@codemirror/lang-markdown@6.5.2",
        "@codemirror/language@6.13.1",
        "@codemirror/state@6.7.6",
        "@codemirror/view@6.43.15",
        "@lezer/highlight@1.2.5",
    ]

    name: rx.Var[str]
    label: rx.Var[str]
    workspace: rx.Var[str]
    slug: rx.Var[str]
    words: rx.Var[dict[str, str]]


class Draft(rx.Component):
    """Stands in a form and keeps what is typed there in the browser, until it is sent and taken.

    For `owner` only, whoever uses the browser next. `unsaved` is not empty when what was sent
    came back; `back` says that a text was found again, `discard` is the button that lets go of it.
    """

    library = _DRAFT
    tag = "Draft"

    owner: rx.Var[str]
    unsaved: rx.Var[str]
    back: rx.Var[str]
    discard: rx.Var[str]


class Presence(rx.Component):
    """Says every few seconds, to `on_beat` with the tab's own name, that somebody is here."""

    library = _PRESENCE
    tag = "Presence"

    on_beat: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def editor(label: str, name: str, value: Any, **props: Any) -> rx.Component:
    """Return a place for Markdown, with the hidden field that the form sends."""
    return rx.el.div(
        rx.el.span(label, class_name="label", aria_hidden="true"),
        rx.el.textarea(name=name, default_value=value, hidden=True, tab_index=-1),
        Editor.create(name=name, label=label, **props),
        class_name="field",
    )
