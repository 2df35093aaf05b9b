"""What is said about the task that is open."""

from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.shell.forms import remark
from mosaic.shell.state import Shell
from mosaic.tasks.pages.panel_state import TaskPanel
from mosaic.tasks.pages.parts_page import part
from mosaic.tasks.pages.talk_state import SAY, Comment, TaskTalk


def talk() -> rx.Component:
    """Return the comments, the latest last, and a place to say something."""
    return part(
        "Comments",
        "",
        TaskTalk.lines.length() > 0,
        rx.fragment(
            rx.cond(
                TaskTalk.more > 0,
                ui.button(
                    f"Show earlier ones ({TaskTalk.more})",
                    tone="bare",
                    on_click=TaskTalk.show_more(TaskPanel.task.id),
                ),
            ),
            rx.el.ol(rx.foreach(TaskTalk.lines, _comment), class_name="talk"),
        ),
        rx.cond(Shell.may_write, _say()),
        remark(TaskTalk.said),
    )


def _say() -> rx.Component:
    return rx.el.form(
        _text("Say something", "", id=SAY),
        ui.submit("Send", tone="quiet"),
        on_submit=TaskTalk.add(TaskPanel.task.id),
        reset_on_submit=True,
        class_name="say",
    )


def _text(label: str, value: rx.Var[str] | str, **props: Any) -> rx.Component:
    return rx.el.textarea(
        name="content",
        default_value=value,
        placeholder=label,
        aria_label=label,
        rows=1,
        dir="auto",
        class_name="input",
        **props,
    )


def _comment(one: rx.Var[Comment]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            ui.avatar(one.who),
            rx.el.strong(one.who),
            rx.el.span(one.when, class_name="muted"),
            rx.cond(one.removable, _ways(one)),
            class_name="talk-head",
        ),
        rx.cond(
            TaskTalk.changing == one.id,
            rx.el.form(
                rx.el.input(type="hidden", name="id", value=one.id),
                _text("Say it in other words", one.text),
                rx.el.div(
                    ui.submit("Save", tone="quiet"),
                    ui.button("Cancel", tone="bare", on_click=TaskTalk.change("")),
                    class_name="cluster",
                ),
                on_submit=TaskTalk.keep(TaskPanel.task.id),
                class_name="stack",
            ),
            ui.prose(one.html),
        ),
        key=one.id,
    )


def _ways(one: rx.Var[Comment]) -> rx.Component:
    return ui.menu(
        ui.icon_button("ellipsis", "More to do with this comment"),
        rx.cond(
            one.mine,
            ui.menu_action("Say it in other words", TaskTalk.change(one.id), "pencil"),
        ),
        ui.menu_action(
            "Take it back", TaskTalk.remove(TaskPanel.task.id, one.id), "trash-2", plum=True
        ),
    )
