"""What shows one thing beside a page, fields that save themselves, and keys of a list."""

import reflex as rx


class SidePanel(rx.Component):
    """Stands beside a page while its address has the parameter `of`; it closes by taking that out.

    `shown` is the value of the parameter for which it is filled.
    """

    library = "$/public/ui/side_panel.jsx"
    tag = "SidePanel"

    of: rx.Var[str]
    shown: rx.Var[str]
    label: rx.Var[str]
    close_words: rx.Var[str]


class LiveField(rx.Component):
    """A field that saves itself: `on_save` is told the thing `of`, the field's name, text and base.

    `kind` is "line" for one that wraps, else a type of input. `kept` is the name of the field that
    was saved last, a space, and something new each time. When `who` has changed meanwhile what is
    being typed here, `words` say so, and both are there to choose from.
    """

    library = "$/public/ui/live_field.jsx"
    tag = "LiveField"

    kind: rx.Var[str]
    of: rx.Var[str]
    name: rx.Var[str]
    label: rx.Var[str]
    value: rx.Var[str]
    kept: rx.Var[str]
    who: rx.Var[str]
    words: rx.Var[dict[str, str]]
    placeholder: rx.Var[str]
    read_only: rx.Var[bool]
    disabled: rx.Var[bool]
    min: rx.Var[str]
    max: rx.Var[str]
    step: rx.Var[str]

    on_save: rx.EventHandler[rx.event.passthrough_event_spec(str, str, str, str)]


class ListKeys(rx.Component):
    """Keys of a list whose rows are selected by `rows`: `j`, `k`, `x`, `e` and `Escape`.

    A row has a link, and marks with `data-selects` and `data-completes` what the keys press;
    `data-clears` marks what selects nothing. What `folds` selects closes by a click elsewhere, and
    by one on what is marked with `data-folds`.
    """

    library = "$/public/ui/list_keys.jsx"
    tag = "ListKeys"

    rows: rx.Var[str]
    folds: rx.Var[str]
