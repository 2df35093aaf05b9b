"""Components for what goes on by itself: logs, durations, charts, a replay."""

from typing import Any

import reflex as rx

PLOTLY = "plotly.js-basic-dist-min@4.1.1"


class LogView(rx.Component):
    """A log that is fetched in pieces from the REST address `source` and drawn as it is scrolled.

    Whenever `size`, in bytes, grows, what is new is fetched. `full` says that the log is capped,
    `going` that more may come. The log and its place outlive the component within the tab.
    """

    library = "$/public/ui/log_view.jsx"
    tag = "LogView"
    lib_dependencies: list[str] = ["@tanstack/react-virtual@3.14.26", "ansi-sequence-parser@1.1.3"]

    source: rx.Var[str]
    size: rx.Var[int]
    full: rx.Var[bool]
    going: rx.Var[bool]
    workspace: rx.Var[str]
    label: rx.Var[str]


class Lasting(rx.Component):
    """A duration in words: `ms` so far, counted on in the browser while it is `going`."""

    library = "$/public/ui/lasting.jsx"
    tag = "Lasting"

    ms: rx.Var[int]
    going: rx.Var[bool]


class KeepPlace(rx.Component):
    """Scrolls a page back to its place when it is filled again, which `ready` says."""

    library = "$/public/ui/keep_place.jsx"
    tag = "KeepPlace"

    ready: rx.Var[bool]


class Player(rx.Component):
    """A slider over `count` moments that also plays; `place` is where it stands, from 1."""

    library = "$/public/ui/player.jsx"
    tag = "Player"

    count: rx.Var[int]
    place: rx.Var[int]
    label: rx.Var[str]
    said: rx.Var[str]

    on_move: rx.EventHandler[rx.event.passthrough_event_spec(int)]


class Chart(rx.Component):
    """A drawing by Plotly, from its `data` and `layout` as dicts.

    Colours are names of the styles' variables ("--accent"). `on_pick` is told the customdata of
    what was clicked. `label` says what it shows to those who listen: a table with the figures
    stands beside it.
    """

    library = "$/public/ui/chart.jsx"
    tag = "Chart"
    lib_dependencies: list[str] = [PLOTLY]

    data: rx.Var[list[dict[str, Any]]]
    layout: rx.Var[dict[str, Any]]
    label: rx.Var[str]

    on_pick: rx.EventHandler[rx.event.passthrough_event_spec(str)]
