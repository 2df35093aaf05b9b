"""Drawings of what links to what, by sigma.js."""

import reflex as rx

_DRAWING = ["sigma@3.0.3", "graphology@0.26.0", "graphology-types@0.24.8"]


class GraphView(rx.Component):
    """The graph of a workspace, which it asks for itself; what is shown is in the address.

    `tags` are slug, name and colour (or nothing) of each tag, `first` is the day of the first page,
    `many` says that there are too many pages to draw at once. A new `stamp` says that something
    has changed.
    """

    library = "$/public/ui/graph_view.jsx"
    tag = "GraphView"
    lib_dependencies: list[str] = _DRAWING

    workspace: rx.Var[str]
    stamp: rx.Var[int]
    tags: rx.Var[list[list[str]]]
    first: rx.Var[str]
    many: rx.Var[bool]


class LocalGraph(rx.Component):
    """What is around the page `slug`, small; asked for and drawn when it comes into view."""

    library = "$/public/ui/graph_local.jsx"
    tag = "LocalGraph"
    lib_dependencies: list[str] = _DRAWING

    workspace: rx.Var[str]
    slug: rx.Var[str]
    stamp: rx.Var[int]
