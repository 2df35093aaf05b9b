"""Components with a little JavaScript of our own, which lies in `assets/ui`."""

from typing import Any

import reflex as rx


class Prose(rx.Component):
    """Safe HTML from the server; its links within Mosaic open without loading the page anew.

    With `words`, headings get a link and code a button to copy it. `of` is the last part of the
    address that the text belongs to: there the place is kept at which it is read.
    """

    library = "$/public/ui/prose.jsx"
    tag = "Prose"

    html: rx.Var[str]
    of: rx.Var[str]
    words: rx.Var[dict[str, str]]


class Contents(rx.Component):
    """The headings of the text `html` on this page, with the one that is being read lit.

    Nothing for a few headings. `folded` stands above the text where there is no room beside it.
    """

    library = "$/public/ui/contents.jsx"
    tag = "Contents"

    html: rx.Var[str]
    label: rx.Var[str]
    folded: rx.Var[bool]


class Palette(rx.Component):
    """Search and commands on `Ctrl/⌘ K`, and the keyboard's ways: `g` and a letter, `n`.

    Rows are dicts: `id, title, hint, href, group`, in `actions` also `keys` ("g k", "n").
    `actions` are filtered in the browser, `found` is what `on_search` brought, with a `snippet` of
    safe HTML where there is one.
    Whatever carries `data-opens="palette"` opens it. A field with `data-makes` takes the key `n`.
    """

    library = "$/public/ui/palette.jsx"
    tag = "Palette"
    lib_dependencies: list[str] = ["cmdk@1.1.1", "@radix-ui/react-dialog@1.3.1"]

    actions: rx.Var[list[dict[str, str]]]
    found: rx.Var[list[dict[str, str]]]
    placeholder: rx.Var[str]
    nothing: rx.Var[str]

    on_search: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class Initials(rx.Component):
    """The first letters of the first and the last word of a `name`."""

    library = "$/public/ui/initials.jsx"
    tag = "Initials"

    name: rx.Var[str]


class Steps(rx.Component):
    """The keys `j` and `k`: they follow the next and the previous of the links selected by `of`."""

    library = "$/public/ui/steps.jsx"
    tag = "Steps"

    of: rx.Var[str]


class RestForm(rx.Component):
    """A form that sends its fields as JSON to a REST `action`, then opens `then` anew.

    For what changes the session's cookie, which no state may touch. `then` may name values of
    the answer, as in `/w/{workspace.slug}`; the address's `?next=` goes before it. What does not
    fit is said at its field; `silence` is said when no answer comes.
    """

    library = "$/public/ui/rest_form.jsx"
    tag = "RestForm"

    action: rx.Var[str]
    method: rx.Var[str]
    then: rx.Var[str]
    silence: rx.Var[str]


class AskedFirst(rx.Component):
    """What a form asks for first; out of sight, but still sent, when it asks for more."""

    library = "$/public/ui/rest_form.jsx"
    tag = "AskedFirst"


class Asked(rx.Component):
    """What a form asks for once the answer of its action had this `code`, ending in `_needed`."""

    library = "$/public/ui/rest_form.jsx"
    tag = "Asked"

    code: rx.Var[str]


class AskFor(rx.Component):
    """A button that lets its form ask for what `code` stands for, or without one for what it asked
    first.
    """

    library = "$/public/ui/rest_form.jsx"
    tag = "AskFor"

    code: rx.Var[str]


class LinkOnward(rx.Component):
    """A link to `href` that takes the address's `?next=` along."""

    library = "$/public/ui/rest_form.jsx"
    tag = "LinkOnward"

    href: rx.Var[str]


class Copied(rx.Component):
    """A line that is there to be copied, with a button that does."""

    library = "$/public/ui/rest_form.jsx"
    tag = "Copied"

    value: rx.Var[str]
    label: rx.Var[str]
    copy_words: rx.Var[str]
    copied_words: rx.Var[str]


class SecretForm(rx.Component):
    """A form that sends its fields to a REST `action`, and shows what the answer holds as `shows`.

    The secret stays in this tab: no state ever has it. A field whose name ends in `[]` is sent as
    a list.
    """

    library = "$/public/ui/rest_form.jsx"
    tag = "SecretForm"

    action: rx.Var[str]
    silence: rx.Var[str]
    shows: rx.Var[str]
    label: rx.Var[str]
    note: rx.Var[str]
    copy_words: rx.Var[str]
    copied_words: rx.Var[str]

    on_made: rx.EventHandler[rx.event.no_args_event_spec]


class Stages(rx.Component):
    """Forms and words one after the other: the answer to a `Stage` brings the next child.

    What was answered stays in this tab, for `Given` to show it; no state ever has it.
    """

    library = "$/public/ui/stages.jsx"
    tag = "Stages"

    on_done: rx.EventHandler[rx.event.no_args_event_spec]


class Stage(rx.Component):
    """A form that sends its fields to a REST `action`; the `last` one lets `on_done` follow."""

    library = "$/public/ui/stages.jsx"
    tag = "Stage"

    action: rx.Var[str]
    silence: rx.Var[str]
    last: rx.Var[bool]


class Given(rx.Component):
    """What an answer in these `Stages` holds as `name`: a picture, a line, or a list of lines.

    A picture has `label` for those who cannot see it, a line or list buttons to take it along,
    and a list also a file called `file`.
    """

    library = "$/public/ui/stages.jsx"
    tag = "Given"

    name: rx.Var[str]
    label: rx.Var[str]
    file: rx.Var[str]
    words: rx.Var[dict[str, str]]


class RestItem(rx.Component):
    """A line of a menu that posts to a REST `action`, then opens `then` anew."""

    library = "$/public/ui/rest_form.jsx"
    tag = "RestItem"
    lib_dependencies: list[str] = ["@radix-ui/react-dropdown-menu@2.2.1"]

    action: rx.Var[str]
    then: rx.Var[str]


class Sidebar(rx.Component):
    """The sidebar: part of the page on a desk, a drawer on a phone."""

    library = "$/public/ui/frame.jsx"
    tag = "Sidebar"


class Connection(rx.Component):
    """Says that the connection is `lost`, in `away` words, and in `back` words that it is back."""

    library = "$/public/ui/frame.jsx"
    tag = "Connection"

    lost: rx.Var[bool]
    away: rx.Var[str]
    back: rx.Var[str]


def prose(html: Any, **props: Any) -> rx.Component:
    """Return text that people wrote, as safe HTML made by the server."""
    return Prose.create(html=html, **props)
