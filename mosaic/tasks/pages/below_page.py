"""The tasks below the one that is open."""

import reflex as rx

from mosaic import ui
from mosaic.tasks.pages.below_state import TaskBelow
from mosaic.tasks.pages.panel_state import TaskPanel
from mosaic.tasks.pages.parts_page import add_line, part, tick_box
from mosaic.tasks.pages.rows_state import TaskLine


def subtasks() -> rx.Component:
    """Return the subtasks, with a place to add one."""
    return part(
        "Subtasks",
        TaskBelow.standing,
        TaskBelow.lines.length() > 0,
        rx.el.ul(rx.foreach(TaskBelow.lines, _line), class_name="small-tasks"),
        add_line("Add a subtask", TaskBelow.add(TaskPanel.task.id)),
    )


def above() -> rx.Component:
    """Return the way to the task that this one is below."""
    return rx.cond(
        TaskBelow.above != "",
        rx.el.a(
            ui.icon("corner-left-up", 14),
            TaskBelow.above,
            href=TaskBelow.above_href,
            class_name="above",
        ),
    )


def _line(line: rx.Var[TaskLine]) -> rx.Component:
    return rx.el.li(
        tick_box(line.done, line.title, TaskBelow.tick(TaskPanel.task.id, line.id, line.done)),
        rx.el.a(line.title, href=line.href, dir="auto", class_name=rx.cond(line.done, "done", "")),
        rx.cond(line.due != "", ui.badge(line.due, line.due_tone)),
        key=line.id,
    )
