"""What several pages about runs are put together from."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.rows_state import JobLine
from mosaic.shell.state import Shell
from mosaic.ui.watching import Lasting

HERE = f"/w/{Shell.workspace_slug}/jobs"
_ICONS = (
    ("RUNNING", "circle-dot", "mark going"),
    ("ASKS", "circle-help", "mark asks"),
    ("COMPLETED", "circle-check", "mark done"),
    ("FAILED", "circle-minus", "mark stopped"),
    ("CANCELLED", "circle-slash", "mark"),
    ("SKIPPED", "circle-chevron-right", "mark"),
    ("QUEUED", "circle-ellipsis", "mark"),
)


def status_icon(status: rx.Var[str], size: int = 18) -> rx.Component:
    """Return the picture of a status; its words stand beside it."""
    pictures = [
        (value, ui.icon(name, size, class_name=class_name)) for value, name, class_name in _ICONS
    ]
    return rx.match(status, *pictures, ui.icon("circle-dashed", size, class_name="mark"))


def lasting(line: rx.Var) -> rx.Component:
    """Return how long a run, phase or step took, or takes so far."""
    return rx.cond(
        line.ms > 0,
        rx.el.span(Lasting.create(ms=line.ms, going=line.going), class_name="figure"),
        rx.el.span(class_name="figure"),
    )


def run_row(line: rx.Var[JobLine]) -> rx.Component:
    """Return one line of a list of runs."""
    return rx.el.li(
        rx.el.a(
            status_icon(line.status, 20),
            rx.el.div(
                rx.el.div(line.title, class_name="name"),
                rx.el.div(
                    rx.el.span(line.kind),
                    rx.el.span(line.who),
                    rx.el.span(line.when, title=line.day),
                    class_name="more",
                ),
                class_name="what",
            ),
            _standing(line),
            rx.el.span(line.tokens, class_name="figure tokens"),
            rx.el.span(line.cost, class_name="figure cost"),
            lasting(line),
            href=line.href,
            class_name="row run",
        )
    )


def _standing(line: rx.Var[JobLine]) -> rx.Component:
    return rx.el.div(
        ui.badge(line.label, line.tone),
        rx.cond(
            line.going,
            rx.el.progress(value=line.progress, max=100, aria_label=f"{line.progress} %"),
        ),
        class_name="standing-now",
    )


def run_note(line: rx.Var[JobLine]) -> rx.Component:
    """Return a run in a line for the margin of another page."""
    return rx.el.li(
        status_icon(line.status, 16),
        rx.el.div(
            rx.el.a(line.title, href=line.href),
            rx.el.p(line.label, " · ", line.when, class_name="muted small"),
        ),
        class_name="run-note",
    )
