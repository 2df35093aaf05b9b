"""What the list of tasks shows: its parts, filters, order, and views that were kept."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.shell import task_list_words
from mosaic.shell.forms import at, remark
from mosaic.shell.state import Shell
from mosaic.tasks.pages.bulk_state import TaskSelection
from mosaic.tasks.pages.list_state import TaskList, Way
from mosaic.tasks.pages.views_state import TaskViews, View


def filters() -> rx.Component:
    """Return the parts of the list, what it is filtered by, and how it is put together."""
    narrowed = TaskList.chosen.values().join("") != ""
    return rx.el.div(
        rx.el.div(
            rx.el.nav(rx.foreach(TaskList.tabs, _tab), class_name="tabs", aria_label="Status"),
            rx.el.details(
                rx.el.summary(
                    ui.icon("sliders-horizontal", 16), "Filter", class_name="button bare"
                ),
                _choices(),
                class_name="filter-box",
            ),
            class_name="filter-line",
        ),
        rx.cond(
            narrowed | (TaskViews.lines.length() > 0),
            rx.el.div(
                rx.foreach(TaskViews.lines, _view),
                rx.foreach(TaskList.filters, _filter),
                rx.cond(Shell.may_write & narrowed, _keeping()),
                class_name="cluster",
            ),
        ),
        class_name="filters",
    )


def _tab(tab: rx.Var[Way]) -> rx.Component:
    return rx.el.a(tab.name, href=tab.href, aria_current=rx.cond(tab.shown, "page", "false"))


def _filter(way: rx.Var[Way]) -> rx.Component:
    return rx.el.a(
        way.name,
        ui.icon("x", 13),
        href=way.href,
        aria_label=f"Without the filter {way.name}",
        class_name="tag filter",
    )


def _view(view: rx.Var[View]) -> rx.Component:
    return rx.el.span(
        rx.el.a(
            ui.icon("bookmark", 13),
            view.name,
            href=view.href,
            aria_current=rx.cond(view.shown, "true", "false"),
            title=rx.cond(view.shared, "Kept for all", "Kept for you"),
            class_name="tag",
        ),
        rx.cond(
            view.shown & view.mine & Shell.may_write,
            rx.el.button(
                ui.icon("x", 12),
                type="button",
                aria_label=f"Keep {view.name} no more",
                on_click=TaskViews.remove(view.id),
            ),
        ),
        class_name="task-tag view",
    )


def _keeping() -> rx.Component:
    return ui.dialog(
        "Keep this view",
        rx.el.form(
            ui.text_field(
                "Name",
                "name",
                id="view-name",
                message=at(TaskViews.said, "name"),
                auto_complete="off",
                auto_focus=True,
                max_length=200,
            ),
            ui.checkbox("For everybody in the workspace", "shared"),
            remark(TaskViews.said),
            ui.answers(ui.submit("Keep it")),
            on_submit=TaskViews.keep,
            class_name="stack",
        ),
        trigger=ui.button("Keep this view", tone="bare", icon_name="bookmark"),
        open=TaskViews.keeping,
        on_open_change=TaskViews.show,
    )


def _choices() -> rx.Component:
    tags = rx.foreach(TaskList.tags, lambda name: rx.el.option(f"#{name}", value=name))
    return rx.el.div(
        rx.el.form(
            ui.search_field("Words or a number", default_value=TaskList.chosen["q"]),
            key=TaskList.chosen["q"],
            on_submit=TaskList.search,
        ),
        _choice("Status", "status", task_list_words.STATUS_FILTER),
        _choice("Planned for", "due", task_list_words.DUE_FILTER),
        _choice("Assignee", "who", TaskList.people),
        _choice("Project", "project", TaskList.projects),
        _choice("Priority", "priority", task_list_words.PRIORITY_FILTER),
        _select("Tag", "tag", rx.el.option("Any", value=""), tags),
        _choice("Group by", "group", task_list_words.GROUPS),
        _choice("Order", "sort", task_list_words.SORTS),
        rx.cond(
            Shell.may_write,
            ui.button(
                "Select all shown",
                tone="quiet",
                icon_name="list-checks",
                on_click=TaskSelection.select_all,
                custom_attrs={"data-folds": ""},
            ),
        ),
        class_name="filter-choices",
        role="search",
    )


def _choice(label: str, name: str, options: Sequence[tuple[str, str]] | Any) -> rx.Component:
    return _select(label, name, rx.foreach(options, lambda one: rx.el.option(one[1], value=one[0])))


def _select(label: str, name: str, *options: Any) -> rx.Component:
    return rx.el.label(
        rx.el.span(label),
        rx.el.select(
            *options,
            name=name,
            value=TaskList.shown[name],
            on_change=lambda value: TaskList.choose(name, value),
            class_name="input slim",
        ),
    )
