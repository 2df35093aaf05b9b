"""What pages of tasks share."""

from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.shell import task_words
from mosaic.shell.state import Shell


def tick_box(done: rx.Var[bool], label: str | rx.Var[str], on_click: object) -> rx.Component:
    """Return the circle that completes a task, or lets it go on."""
    return rx.el.button(
        ui.icon("check", 14),
        type="button",
        role="checkbox",
        aria_checked=rx.cond(done, "true", "false"),
        aria_label=label,
        title=rx.cond(done, task_words.GO_ON, task_words.COMPLETE),
        disabled=~Shell.may_write,
        on_click=on_click,
        class_name="tick",
        custom_attrs={"data-completes": ""},
    )


def part(
    title: str, standing: Any, there: rx.Var[bool] | bool, lines: rx.Component, *more: Any
) -> rx.Component:
    """Return a part of the open task; its heading and `lines` only where there is something."""
    return rx.el.section(
        rx.cond(
            there,
            rx.fragment(
                rx.el.h3(title, " ", rx.el.span(standing, class_name="figure")),
                lines,
            ),
        ),
        *more,
        aria_label=title,
        class_name="task-part",
    )


def add_line(label: str, on_submit: Any) -> rx.Component:
    """Return a line that adds what is typed there, for whoever may write."""
    return rx.cond(
        Shell.may_write,
        rx.el.form(
            rx.el.input(
                name="title",
                placeholder=label,
                aria_label=label,
                auto_complete="off",
                max_length=200,
                class_name="input slim",
            ),
            on_submit=on_submit,
            reset_on_submit=True,
            class_name="add-line",
        ),
    )
