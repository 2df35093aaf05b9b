"""The tasks beside a page of the wiki."""

import reflex as rx

from mosaic import ui
from mosaic.shell.state import Shell
from mosaic.tasks.pages.page_tasks_state import PageTasks
from mosaic.tasks.pages.parts_page import add_line, tick_box
from mosaic.tasks.pages.rows_state import TaskLine


def page_tasks() -> rx.Component:
    """Return the tasks that link to the page or stand on it, with a place to add one."""
    return rx.cond(
        (PageTasks.lines.length() > 0) | Shell.may_write,
        rx.el.section(
            rx.el.h2("Tasks"),
            rx.el.ul(rx.foreach(PageTasks.lines, _line), class_name="small-tasks"),
            add_line("Add a task about this page", PageTasks.add(PageTasks.link)),
            aria_label="Tasks of this page",
            class_name="task-part page-tasks",
        ),
    )


def _line(line: rx.Var[TaskLine]) -> rx.Component:
    return rx.el.li(
        tick_box(line.done, line.title, PageTasks.tick(line.id, line.done)),
        rx.el.a(
            line.title,
            href=line.href,
            dir="auto",
            class_name=rx.cond(line.done, "grow done", "grow"),
        ),
        rx.cond(line.due != "", ui.badge(line.due, line.due_tone)),
        key=line.id,
    )
