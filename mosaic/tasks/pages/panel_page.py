"""The task that is open beside a page, for any page: `?task=` and its number."""

import reflex as rx

from mosaic import ui
from mosaic.shell.state import Shell
from mosaic.tasks.pages.around_page import checklist, pages, waits
from mosaic.tasks.pages.below_page import above, subtasks
from mosaic.tasks.pages.fields_page import fields, tags, typed
from mosaic.tasks.pages.files_page import task_files
from mosaic.tasks.pages.panel_state import TaskPanel
from mosaic.tasks.pages.parts_page import tick_box
from mosaic.tasks.pages.talk_page import talk
from mosaic.tasks.pages.text_page import description
from mosaic.ui.beside import SidePanel


def task_panel() -> rx.Component:
    """Return the panel. The page that has it also loads `TaskPanel.load`."""
    return SidePanel.create(
        rx.match(
            TaskPanel.stage,
            ("there", _task()),
            ("missing", _missing()),
            ui.waiting_rows(4),
        ),
        of="task",
        shown=TaskPanel.shown,
        label=rx.cond(TaskPanel.stage == "there", f"Task {TaskPanel.task.number}", "Task"),
        close_words="Close (Esc)",
    )


def _missing() -> rx.Component:
    return ui.empty_state(
        "search",
        "There is no task with this number here. It may have been removed.",
    )


def _task() -> rx.Component:
    task = TaskPanel.task
    return rx.el.div(
        _head(),
        rx.cond(
            task.archived,
            ui.note(
                "This task is archived. ",
                rx.cond(
                    Shell.may_write,
                    ui.button("Bring it back", tone="quiet", on_click=TaskPanel.restore(task.id)),
                ),
                icon_name="archive",
            ),
        ),
        above(),
        rx.el.div(
            tick_box(task.done, "This task", TaskPanel.tick(task.id, task.done)),
            rx.el.h2(typed("title", "Title", "line", "title-field")),
            class_name="task-title",
        ),
        fields(),
        tags(),
        description(),
        checklist(),
        subtasks(),
        waits(),
        pages(),
        task_files(),
        talk(),
        rx.el.p(task.made, rx.cond(task.changed != "", f", {task.changed}", ""), class_name="made"),
        class_name="open-task",
        key=task.id,
    )


def _head() -> rx.Component:
    task = TaskPanel.task
    return rx.el.div(
        rx.el.span("#", task.number, class_name="figure"),
        rx.cond(task.project != "", rx.el.a(task.project, href=task.project_href)),
        rx.cond(task.milestone, ui.badge("Milestone")),
        rx.cond(task.due != "", ui.badge(task.due, task.due_tone)),
        rx.cond(task.later != "", ui.badge(task.later)),
        rx.cond(
            Shell.may_write,
            ui.menu(
                ui.icon_button("ellipsis", "More to do with this task"),
                rx.cond(
                    task.milestone,
                    ui.menu_action(
                        "Make a task of it", TaskPanel.mark(task.id, False), "list-todo"
                    ),
                    ui.menu_action("Make it a milestone", TaskPanel.mark(task.id, True), "diamond"),
                ),
                ui.menu_action("Archive this task", TaskPanel.archive(task.id), "archive"),
            ),
        ),
        class_name="task-head",
    )
