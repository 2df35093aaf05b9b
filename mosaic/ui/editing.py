"""Components for writing: the editor, the draft that a browser keeps, who else is there."""

from typing import Any

import reflex as rx


class Editor(rx.NoSSRComponent):
    """Markdown is written here, into the hidden field `name` of the form it stands in.

    `workspace` and `slug` are those of the page; `words` are what people read, by name;
    `shortcuts` are pairs of keys and what they do.
    """

    library = "$/public/ui/editor.jsx"
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
    shortcuts: rx.Var[list[tuple[str, str]]]


class Draft(rx.Component):
    """Stands in a form and keeps what is typed there in the browser, until it is saved.

    For `owner` only, whoever uses the browser next, and for the thing `of`, or else the address.
    `lost` says that the connection is away; `words` are what people read, by name. A save is told
    by running `DRAFT_IS_SAVED`.
    """

    library = "$/public/ui/draft.jsx"
    tag = "Draft"

    owner: rx.Var[str]
    of: rx.Var[str]
    lost: rx.Var[bool]
    words: rx.Var[dict[str, str]]


DRAFT_IS_SAVED = "window.dispatchEvent(new Event('draft-is-saved'))"


class TakeOver(rx.Component):
    """Says in a form that somebody else has saved its page, and takes their changes over.

    `newer` has their `name` and `text`, and `collides` when both changed the same lines. `on_take`
    gets the values of the form; `taken` is what came of them, with the `steps` for the text, and
    is filled in when nothing has been typed meanwhile.
    """

    library = "$/public/ui/take_over.jsx"
    tag = "TakeOver"

    newer: rx.Var[dict[str, str]]
    taken: rx.Var[dict[str, str]]
    words: rx.Var[dict[str, str]]

    on_take: rx.EventHandler[rx.event.passthrough_event_spec(dict[str, str])]


class KeepUp(rx.Component):
    """Keeps a form that is saved together up with `values`, which are saved by now, by field.

    `begun` are those that its fields were filled with. A field in which nothing was typed shows
    what somebody else saves; at others (in `{name}-hint`) stands what `who` changed, as it is
    `shown` in words, to choose from. The form sends as `base` what its fields began with. A new
    `kept` says that what it sent is saved.
    """

    library = "$/public/ui/keep_up.jsx"
    tag = "KeepUp"

    begun: rx.Var[dict[str, str]]
    values: rx.Var[dict[str, str]]
    shown: rx.Var[dict[str, str]]
    kept: rx.Var[int]
    who: rx.Var[str]
    words: rx.Var[dict[str, str]]


class Presence(rx.Component):
    """Says every few seconds, to `on_beat` with the tab's own name, that somebody is here."""

    library = "$/public/ui/presence.jsx"
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
