"""The time line of a project: bars that are dragged, by mouse or by keys, drawn by Plotly."""

import reflex as rx

from mosaic.ui.watching import PLOTLY


class GanttView(rx.Component):
    """The time line of the project whose id is `project`; it asks for its tasks itself.

    In the address are `?zoom=` (days, weeks, months, quarters), `?group=` (parent, column, none),
    what is `?folded=`, the `?baseline=` behind the bars, and the number of the `?task=` that is
    opened. A new `stamp` says that something has changed. Without `writes` bars stay where they
    are.
    """

    library = "$/public/ui/gantt_view.jsx"
    tag = "GanttView"
    lib_dependencies: list[str] = [PLOTLY]

    workspace: rx.Var[str]
    project: rx.Var[str]
    stamp: rx.Var[int]
    writes: rx.Var[bool]
