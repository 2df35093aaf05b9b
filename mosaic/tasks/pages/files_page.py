"""The files of the task that is open."""

import reflex as rx

from mosaic import ui
from mosaic.shell.state import Shell
from mosaic.tasks.pages.files_state import CHOSEN, File, TaskFiles
from mosaic.tasks.pages.panel_state import TaskPanel
from mosaic.tasks.pages.parts_page import part


def task_files() -> rx.Component:
    """Return the files, with a place to drop more."""
    return part(
        "Files",
        "",
        TaskFiles.lines.length() > 0,
        rx.el.ul(rx.foreach(TaskFiles.lines, _file), class_name="small-tasks"),
        rx.cond(Shell.may_write, _drop()),
        rx.el.div(
            rx.cond(TaskFiles.said != "", ui.note(TaskFiles.said, tone="attention")), role="alert"
        ),
    )


def _file(file: rx.Var[File]) -> rx.Component:
    return rx.el.li(
        rx.cond(
            file.is_image,
            rx.el.img(src=file.href, alt="", loading="lazy", class_name="thumb"),
            ui.icon("file", 15, class_name="muted"),
        ),
        rx.el.a(file.name, href=file.href, target="_blank", rel="noopener", class_name="grow"),
        rx.el.span(file.size, class_name="muted"),
        rx.cond(
            Shell.may_write,
            ui.icon_button(
                "x",
                f"Take off {file.name}",
                on_click=TaskFiles.remove(TaskPanel.task.id, file.id, file.name),
            ),
        ),
        key=file.id,
    )


def _drop() -> rx.Component:
    return ui.drop_zone(
        "Add files to the task",
        ui.icon("paperclip", 15),
        rx.el.span("Add files"),
        id=CHOSEN,
        multiple=True,
        on_drop=TaskFiles.take(TaskPanel.task.id, rx.upload_files(CHOSEN)),
    )
