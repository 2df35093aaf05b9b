"""The list of tasks."""

import reflex as rx

from mosaic import ui
from mosaic.shell.layout import page
from mosaic.shell.state import Shell
from mosaic.tasks.pages.bulk_page import bulk_bar
from mosaic.tasks.pages.bulk_state import TaskSelection
from mosaic.tasks.pages.filters_page import filters
from mosaic.tasks.pages.list_state import Lines, TaskList
from mosaic.tasks.pages.panel_page import task_panel
from mosaic.tasks.pages.panel_state import TaskPanel
from mosaic.tasks.pages.parts_page import tick_box
from mosaic.tasks.pages.quick_page import quick_add
from mosaic.tasks.pages.rows_state import TaskLine
from mosaic.ui.beside import ListKeys

HERE = f"/w/{Shell.workspace_slug}/tasks"


def task_list() -> rx.Component:
    """Return the tasks of the workspace, and one of them beside it."""
    return page(
        "Tasks",
        rx.cond(Shell.may_write, quick_add()),
        filters(),
        rx.cond(TaskList.loaded, _groups(), ui.waiting_rows()),
        rx.cond(TaskSelection.ids.length() > 0, bulk_bar()),
        task_panel(),
        ListKeys.create(rows=".task-row", folds=".filter-box"),
        standing=[rx.el.span(TaskList.standing)],
        wide=True,
    )


def _groups() -> rx.Component:
    selecting = TaskSelection.ids.length() > 0
    return rx.cond(
        TaskList.groups.length() > 0,
        rx.el.div(
            rx.foreach(TaskList.groups, _group),
            ui.page_steps(
                "Pages of the list", ("Before", TaskList.earlier), ("More", TaskList.later)
            ),
            class_name=rx.cond(selecting, "task-groups selecting", "task-groups"),
        ),
        rx.cond(TaskList.filters.length() > 0, _nothing_found(), _none()),
    )


def _nothing_found() -> rx.Component:
    return ui.empty_state(
        "search",
        "No task fits these filters.",
        ui.link_button("Show all open tasks", href=HERE, tone="quiet"),
    )


def _none() -> rx.Component:
    return rx.match(
        TaskList.chosen["status"],
        ("LATER", ui.empty_state("moon", "Tasks that are put off rest here until their day.")),
        ("COMPLETED", ui.empty_state("circle-check-big", "What is completed gathers here.")),
        ("ARCHIVED", ui.empty_state("archive", "No task has been put away.")),
        ui.empty_state(
            "circle-check-big",
            "Tasks go here: what is to be done, by whom and when. One line above makes the first.",
        ),
    )


def _group(group: rx.Var[Lines]) -> rx.Component:
    return rx.el.section(
        rx.cond(
            group.title != "",
            rx.el.h2(group.title, " ", rx.el.span(group.count, class_name="figure")),
        ),
        rx.el.ul(rx.foreach(group.lines, _line), class_name="task-rows"),
        aria_label=rx.cond(group.title != "", group.title, "Tasks"),
    )


def _line(line: rx.Var[TaskLine]) -> rx.Component:
    selected = TaskSelection.ids.contains(line.id)
    return rx.el.li(
        rx.cond(
            Shell.may_write,
            rx.el.input(
                type="checkbox",
                checked=selected,
                aria_label=f"Select {line.title}",
                on_change=TaskSelection.toggle(line.id),
                class_name="pick",
                custom_attrs={"data-selects": ""},
            ),
        ),
        tick_box(line.done, f"Complete {line.title}", TaskList.tick(line.id, line.done)),
        rx.el.a(
            rx.el.span(line.title, class_name="name", dir="auto"),
            href=line.href,
            aria_current=rx.cond(TaskPanel.shown == line.number, "true", "false"),
        ),
        rx.el.div(
            rx.cond(line.waits != "", _fact("hourglass", line.waits)),
            rx.cond(
                line.repeats != "",
                rx.el.span(
                    ui.icon("repeat", 14),
                    rx.el.span(line.repeats, class_name="for-screen-readers"),
                    title=line.repeats,
                    class_name="of-task",
                ),
            ),
            rx.cond(line.below != "", _fact("list-tree", line.below)),
            rx.match(
                line.priority,
                ("High", _fact("chevrons-up", "High", "high")),
                ("Low", _fact("chevron-down", "Low")),
                rx.fragment(),
            ),
            rx.foreach(line.tags, _tag),
            rx.cond(
                line.more_tags != "",
                rx.el.span(line.more_tags, title="More tags", class_name="of-task"),
            ),
            rx.cond(
                line.project != "",
                rx.el.span(ui.color_dot(line.color), line.project, class_name="of-task"),
            ),
            rx.cond(line.due != "", ui.badge(line.due, line.due_tone)),
            rx.cond(line.who != "", rx.el.span(ui.avatar(line.who), title=line.who)),
            class_name="side",
        ),
        class_name=rx.cond(selected, "task-row picked", "task-row"),
        key=line.id,
    )


def _fact(icon: str, said: rx.Var[str] | str, tone: str = "") -> rx.Component:
    return rx.el.span(ui.icon(icon, 14), said, class_name=f"of-task {tone}")


def _tag(tag: rx.Var[dict[str, str]]) -> rx.Component:
    return rx.el.span(ui.color_dot(tag["color"]), "#", tag["name"], class_name="tag")
