"""The line that makes tasks, with what of it was understood."""

import reflex as rx

from mosaic import ui
from mosaic.tasks.pages.quick_state import LINE, Chip, TaskQuick

_ICONS = (
    ("date", "calendar"),
    ("start", "calendar-arrow-up"),
    ("time", "clock"),
    ("repeat", "repeat"),
    ("priority", "chevrons-up"),
    ("assignee", "user-round"),
    ("project", "folder-kanban"),
    ("estimate", "hourglass"),
)


def quick_add() -> rx.Component:
    """Return the line; what is understood stands below it until it is taken."""
    return rx.el.form(
        rx.el.div(
            ui.icon("plus", 18),
            rx.el.input(
                id=LINE,
                name="title",
                placeholder="Add a task",
                aria_label="Add a task",
                aria_describedby="understood",
                auto_complete="off",
                auto_focus=rx.State.router.url.query_parameters.contains("new"),
                max_length=2000,
                on_change=TaskQuick.read,
                dir="auto",
                class_name="input",
                custom_attrs={"data-makes": ""},
            ),
            ui.submit("Add", tone="quiet"),
            class_name="quick-line",
        ),
        rx.el.div(
            rx.cond(
                TaskQuick.chips.length() > 0,
                rx.fragment(
                    rx.el.span("Understood:", class_name="muted small"),
                    rx.foreach(TaskQuick.chips, _chip),
                ),
                rx.el.span(
                    "Such as: Call Ana tomorrow 9:00 #home !high @maria +garden ~30m",
                    class_name="muted small",
                ),
            ),
            id="understood",
            role="status",
            class_name="understood",
        ),
        on_submit=TaskQuick.add,
        reset_on_submit=True,
        class_name="quick-add",
    )


def _chip(chip: rx.Var[Chip]) -> rx.Component:
    return rx.el.span(
        rx.match(
            chip.kind,
            *[(kind, ui.icon(icon, 14)) for kind, icon in _ICONS],
            rx.fragment(),
        ),
        chip.said,
        rx.el.button(
            ui.icon("x", 12),
            type="button",
            aria_label=f"Leave “{chip.text}” in the title",
            title=f"Leave “{chip.text}” in the title",
            on_click=TaskQuick.put_back(chip.text),
        ),
        class_name="task-tag",
    )
