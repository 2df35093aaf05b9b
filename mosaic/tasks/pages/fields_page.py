"""The fields of the task that is open; each saves itself."""

from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.shell import task_words
from mosaic.shell.state import Shell
from mosaic.tasks.pages.panel_state import TaskPanel
from mosaic.tasks.pages.tags_state import TaskTags
from mosaic.ui.beside import LiveField


def fields() -> rx.Component:
    """Return the fields, a line each."""
    return rx.el.dl(
        _line("Status", _chosen("status", "Status", task_words.TASK_STATUS_OPTIONS)),
        _line("Priority", _chosen("priority", "Priority", task_words.PRIORITY_OPTIONS)),
        _line("Assignee", _chosen("assigneeId", "Assignee", TaskPanel.people)),
        _line("Project", _chosen("projectId", "Project", TaskPanel.projects)),
        rx.cond(
            TaskPanel.columns.length() > 0,
            _line("Column", _chosen("columnId", "Column", TaskPanel.columns)),
        ),
        _line("Planned for", _planned()),
        _line("Start", typed("startDate", "Start", "date")),
        _line("Show from", _later()),
        _line("Repeats", _chosen("repeatRule", "Repeats", TaskPanel.task.repeats)),
        _line(
            "Estimate", typed("estimateMinutes", "Estimate", "text", placeholder="Such as 1 h 30")
        ),
        _line("Progress", typed("progress", "Progress", "range", min="0", max="100", step="5")),
        class_name="task-fields",
    )


def typed(
    name: str, label: str, kind: str, class_name: str = "input slim", **props: Any
) -> rx.Component:
    """Return a field in which something is typed."""
    return LiveField.create(
        kind=kind,
        of=TaskPanel.task.id,
        name=name,
        label=label,
        value=TaskPanel.values[name],
        kept=TaskPanel.kept,
        who=TaskPanel.task.who,
        words=task_words.COLLIDES,
        class_name=class_name,
        disabled=~Shell.may_write,
        on_save=TaskPanel.save,
        **props,
    )


def _line(label: str, *field: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.dt(label, aria_hidden="true"), rx.el.dd(*field))


def _chosen(name: str, label: str, options: Any) -> rx.Component:
    return rx.el.select(
        rx.foreach(options, lambda option: rx.el.option(option[1], value=option[0])),
        name=name,
        aria_label=label,
        value=TaskPanel.values[name],
        disabled=~Shell.may_write,
        on_change=lambda value: TaskPanel.choose(
            TaskPanel.task.id, name, value, TaskPanel.values[name]
        ),
        class_name="input slim",
    )


def _planned() -> rx.Component:
    return rx.fragment(
        typed("dueDate", "Planned for", "date"),
        rx.cond(TaskPanel.values["dueDate"] != "", typed("dueTime", "At what time", "time")),
    )


def _later() -> rx.Component:
    def way(words: str, until: str) -> rx.Component:
        postpone = TaskPanel.postpone(TaskPanel.task.id, until, TaskPanel.values["shownFrom"])
        return rx.el.button(words, type="button", on_click=postpone, class_name="button bare")

    ways = [way(words, until) for words, until in task_words.POSTPONE]
    now = way("Show now", "")
    return rx.fragment(
        typed("shownFrom", "Show from", "date"),
        rx.cond(
            Shell.may_write,
            rx.el.div(
                rx.cond(TaskPanel.task.later != "", now, rx.fragment(*ways)), class_name="ways"
            ),
        ),
    )


def tags() -> rx.Component:
    """Return the tags, each with a way to take it off, and a place to add one."""
    return rx.el.div(
        rx.foreach(TaskPanel.task.tags, _tag),
        rx.cond(
            Shell.may_write,
            rx.el.form(
                rx.el.input(
                    name="tag",
                    list="task-tags",
                    placeholder="Add a tag",
                    aria_label="Add a tag",
                    auto_complete="off",
                    max_length=200,
                    class_name="input slim",
                ),
                rx.el.datalist(
                    rx.foreach(TaskPanel.tag_names, lambda name: rx.el.option(value=name)),
                    id="task-tags",
                ),
                on_submit=TaskTags.add(TaskPanel.task.id),
                reset_on_submit=True,
            ),
        ),
        class_name="task-tags",
        role="group",
        aria_label="Tags",
    )


def _tag(tag: rx.Var[dict[str, str]]) -> rx.Component:
    return rx.el.span(
        ui.tag(tag["name"], f"/w/{Shell.workspace_slug}/tags/{tag['slug']}", tag["color"]),
        rx.cond(
            Shell.may_write,
            rx.el.button(
                ui.icon("x", 12),
                type="button",
                aria_label=f"Take off #{tag['name']}",
                on_click=TaskTags.remove(TaskPanel.task.id, tag["name"]),
            ),
        ),
        class_name="task-tag",
    )
