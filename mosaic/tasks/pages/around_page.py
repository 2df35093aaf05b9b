"""What stands around the task that is open: checklist, what it waits for, its pages."""

from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.shell import task_words
from mosaic.shell.forms import remark
from mosaic.shell.state import Shell
from mosaic.tasks.pages.checklist_state import Item, TaskChecklist
from mosaic.tasks.pages.panel_state import TaskPanel
from mosaic.tasks.pages.parts_page import add_line, part
from mosaic.tasks.pages.waits_state import FIND, Offer, TaskWaits, Wait
from mosaic.ui.beside import LiveField


def checklist() -> rx.Component:
    """Return the checklist, with a place to add a line."""
    return part(
        "Checklist",
        TaskChecklist.standing,
        TaskChecklist.lines.length() > 0,
        rx.el.ul(rx.foreach(TaskChecklist.lines, _item), class_name="small-tasks"),
        add_line("Add to the checklist", TaskChecklist.add(TaskPanel.task.id)),
        remark(TaskChecklist.said),
    )


def _item(item: rx.Var[Item]) -> rx.Component:
    return rx.el.li(
        rx.el.input(
            type="checkbox",
            checked=item.checked,
            aria_label=item.title,
            disabled=~Shell.may_write,
            on_change=lambda checked: TaskChecklist.check(TaskPanel.task.id, item.id, checked),
            class_name="box",
        ),
        rx.el.div(
            _typed(
                item.id,
                "line",
                f"Line: {item.title}",
                item.title,
                kept=TaskChecklist.kept,
                disabled=~Shell.may_write,
                on_save=TaskChecklist.save(TaskPanel.task.id),
            ),
            class_name="grow",
        ),
        rx.cond(
            Shell.may_write,
            ui.icon_button(
                "x",
                f"Take off {item.title}",
                on_click=TaskChecklist.remove(TaskPanel.task.id, item.id),
            ),
        ),
        key=item.id,
    )


def _typed(
    id: rx.Var[str], kind: str, label: rx.Var[str] | str, value: rx.Var[str], **props: Any
) -> rx.Component:
    """Return the field of a line, which saves itself."""
    return LiveField.create(
        kind=kind,
        of=id,
        name=id,
        label=label,
        value=value,
        who="Somebody",
        words=task_words.COLLIDES,
        class_name="input slim",
        **props,
    )


def waits() -> rx.Component:
    """Return what the task waits for and what waits for it."""
    return rx.fragment(
        part(
            "Waits for",
            "",
            TaskWaits.lines.length() > 0,
            rx.el.ul(rx.foreach(TaskWaits.lines, _wait), class_name="small-tasks"),
            rx.cond(
                Shell.may_write,
                rx.el.div(
                    rx.el.input(
                        placeholder="Let it wait for another task",
                        aria_label="Let it wait for another task",
                        auto_complete="off",
                        max_length=200,
                        on_change=TaskWaits.find.debounce(200),
                        id=FIND,
                        class_name="input slim",
                    ),
                    rx.el.ul(rx.foreach(TaskWaits.offers, _offer), class_name="offers"),
                    rx.cond(TaskWaits.said != "", rx.el.p(TaskWaits.said, class_name="hint")),
                    role="search",
                    class_name="add-line",
                ),
            ),
        ),
        rx.cond(
            TaskWaits.after.length() > 0,
            part(
                "Waited for by",
                "",
                True,
                rx.el.ul(
                    rx.foreach(TaskWaits.after, lambda one: rx.el.li(_link(one))),
                    class_name="small-tasks",
                ),
            ),
        ),
    )


def _wait(one: rx.Var[Wait]) -> rx.Component:
    return rx.el.li(
        _link(one),
        rx.cond(
            Shell.may_write,
            rx.fragment(
                ui.icon_button(
                    "x",
                    f"Wait for {one.title} no more",
                    on_click=TaskWaits.remove(TaskPanel.task.id, one.id),
                ),
                _how(one),
            ),
            rx.el.span(one.said, class_name="muted"),
        ),
        class_name="wait",
        key=one.id,
    )


def _how(one: rx.Var[Wait]) -> rx.Component:
    return rx.el.div(
        rx.el.select(
            *[rx.el.option(said, value=type) for type, said in task_words.FOLLOWS_OPTIONS],
            value=one.type,
            aria_label=f"How it follows {one.title}",
            on_change=lambda type: TaskWaits.change(TaskPanel.task.id, one.id, type),
            class_name="input slim",
        ),
        _typed(
            one.id,
            "number",
            f"Days of work between {one.title} and this task",
            one.lag,
            kept=TaskWaits.kept,
            min="-3650",
            max="3650",
            on_save=TaskWaits.put_off(TaskPanel.task.id),
        ),
        rx.el.span("days later", aria_hidden="true"),
        class_name="how",
    )


def _link(one: rx.Var[Wait]) -> rx.Component:
    return rx.el.a(
        rx.el.span("#", one.number, " ", class_name="figure"),
        one.title,
        href=one.href,
        class_name=rx.cond(one.done, "done", ""),
        dir="auto",
    )


def _offer(one: rx.Var[Offer]) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.span("#", one.number, class_name="figure"),
            one.title,
            type="button",
            on_click=TaskWaits.add(TaskPanel.task.id, one.id),
            class_name="menu-item",
        )
    )


def pages() -> rx.Component:
    """Return the pages of the wiki that the description links to, and those that mention it."""
    return rx.cond(
        TaskPanel.pages.length() > 0,
        part(
            "Pages",
            "",
            True,
            rx.el.ul(
                rx.foreach(
                    TaskPanel.pages,
                    lambda page: rx.el.li(
                        ui.icon("book-open", 15, class_name="muted"),
                        rx.el.a(page[0], href=page[1], dir="auto"),
                    ),
                ),
                class_name="small-tasks",
            ),
        ),
    )
