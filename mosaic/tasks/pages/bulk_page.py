"""What is done to the selected tasks together."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.shell import task_list_words, task_words
from mosaic.tasks.pages.bulk_state import TaskSelection
from mosaic.tasks.pages.list_state import TaskList


def bulk_bar() -> rx.Component:
    """Return the bar with everything that can be changed of several tasks at once."""
    people = rx.foreach(TaskList.people[len(task_list_words.WHO) :], _option)
    projects = rx.foreach(TaskList.projects[1:], _option)
    return rx.el.div(
        rx.el.strong(TaskSelection.ids.length(), " selected", role="status"),
        _choice("Status", "status", *_options(task_words.TASK_STATUS_OPTIONS)),
        _choice("Priority", "priority", *_options(task_words.PRIORITY_OPTIONS)),
        _choice("Assignee", "assigneeId", rx.el.option(task_words.NOBODY, value="none"), people),
        _choice("Project", "projectId", projects),
        _choice("Planned for", "dueDate", *_options(task_list_words.BULK_DAYS)),
        _choice("Show from", "shownFrom", *_options(task_list_words.BULK_LATER)),
        rx.el.form(
            rx.el.input(
                name="tag",
                list="bulk-tags",
                placeholder="Tag, -tag",
                aria_label="Put a tag on them; with a minus before it, take it off",
                auto_complete="off",
                class_name="input slim",
            ),
            rx.el.datalist(
                rx.foreach(TaskList.tags, lambda name: rx.el.option(value=name)), id="bulk-tags"
            ),
            on_submit=TaskSelection.tag(TaskSelection.ids),
            reset_on_submit=True,
        ),
        ui.icon_button(
            "x",
            "Select nothing (Esc)",
            on_click=TaskSelection.clear,
            custom_attrs={"data-clears": ""},
        ),
        class_name="bulk-bar",
        role="toolbar",
        aria_label="The selected tasks",
    )


def _choice(label: str, name: str, *options: Any) -> rx.Component:
    return rx.el.select(
        rx.el.option(label, value=""),
        *options,
        value="",
        aria_label=label,
        on_change=lambda value: TaskSelection.change(TaskSelection.ids, name, value),
        class_name="input slim",
    )


def _options(options: Sequence[tuple[str, str]]) -> list[rx.Component]:
    return [rx.el.option(words, value=value) for value, words in options]


def _option(one: rx.Var[tuple[str, str]]) -> rx.Component:
    return rx.el.option(one[1], value=one[0])
