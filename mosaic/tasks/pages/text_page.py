"""A task's description: as it is read, and as it is written."""

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from mosaic import ui
from mosaic.shell import editor_words
from mosaic.shell.state import Shell
from mosaic.tasks.pages.panel_state import TaskPanel
from mosaic.tasks.pages.text_state import TaskText


def description() -> rx.Component:
    """Return the description of the task that is open."""
    writes = (TaskText.of != "") & (TaskText.of == TaskPanel.task.id)
    return rx.el.section(
        rx.cond(writes, _writing(), _reading()),
        aria_label="Description",
        class_name="task-text",
    )


def _reading() -> rx.Component:
    write = TaskText.write(TaskPanel.task.id)
    return rx.cond(
        TaskPanel.task.html != "",
        rx.fragment(
            ui.prose(TaskPanel.task.html),
            rx.cond(Shell.may_write, ui.icon_button("pencil", "Edit", on_click=write)),
        ),
        rx.cond(
            Shell.may_write,
            ui.button("Add a description", tone="bare", icon_name="text", on_click=write),
        ),
    )


def _writing() -> rx.Component:
    return rx.el.form(
        ui.Draft.create(
            owner=TaskText.owner,
            of=f"task {TaskText.of}",
            lost=has_connection_errors,
            words=editor_words.DRAFT,
        ),
        rx.el.input(name="base", default_value=TaskText.text, hidden=True, auto_complete="off"),
        ui.editor(
            "Description",
            "content",
            TaskText.text,
            workspace=Shell.workspace_slug,
            slug="",
            words=editor_words.EDITOR,
            shortcuts=list(editor_words.EDITOR_KEYS),
        ),
        rx.el.div(
            rx.cond(TaskText.message != "", ui.note(TaskText.message, tone="attention")),
            rx.cond(
                TaskText.theirs != "",
                rx.el.details(
                    rx.el.summary("Their text"), rx.el.pre(TaskText.theirs), class_name="in-figures"
                ),
            ),
            role="alert",
        ),
        rx.el.div(
            ui.submit(rx.cond(TaskText.theirs != "", "Save mine over it", "Save")),
            ui.button("Cancel", tone="quiet", on_click=TaskText.leave),
            class_name="cluster",
        ),
        key=TaskText.of,
        on_submit=TaskText.save(TaskText.of),
        class_name="stack",
    )
