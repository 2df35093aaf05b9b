"""The board of a project: columns of cards that are dragged, by mouse, by finger or by keys."""

import reflex as rx


class BoardView(rx.Component):
    """The board of the project whose id is `project`; it asks for the cards that are seen itself.

    In the address are `?lanes=assignee` or `priority`, and the number of the `?task=` that is
    opened. A new `stamp` says that something has changed. Without `writes` cards stay where they
    are.
    """

    library = "$/public/ui/board_view.jsx"
    tag = "BoardView"
    lib_dependencies: list[str] = [
        "@atlaskit/pragmatic-drag-and-drop@4.0.0",
        "@atlaskit/pragmatic-drag-and-drop-auto-scroll@3.2.1",
        "@tanstack/react-virtual@3.14.26",
    ]

    workspace: rx.Var[str]
    project: rx.Var[str]
    stamp: rx.Var[int]
    writes: rx.Var[bool]
