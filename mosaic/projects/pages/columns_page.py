"""The dialog that changes the columns of a board."""

import reflex as rx

from mosaic import ui
from mosaic.projects.pages.columns_state import ColumnLine, Columns
from mosaic.shell.forms import at, remark
from mosaic.shell.task_words import COLUMN_STATUS_OPTIONS


def columns_dialog() -> rx.Component:
    """Return the button and the dialog behind it."""
    return ui.dialog(
        "Columns",
        rx.el.p(
            "Cards have the status of their column. A limit shows when there are more.",
            class_name="muted small",
        ),
        rx.el.ol(rx.foreach(Columns.lines, _column), class_name="column-forms"),
        rx.el.form(
            ui.text_field("New column", "name", id="new-column", message=at(Columns.said, "name")),
            ui.select("Status", "status", COLUMN_STATUS_OPTIONS, id="new-column-status"),
            ui.submit("Add"),
            on_submit=Columns.add,
            reset_on_submit=True,
            class_name="column-form",
        ),
        remark(Columns.said),
        trigger=ui.button("Columns", tone="quiet", icon_name="columns-3"),
        open=Columns.shown,
        on_open_change=Columns.show,
    )


def _column(column: rx.Var[ColumnLine], place: rx.Var[int]) -> rx.Component:
    return rx.el.li(
        rx.el.form(
            rx.el.input(type="hidden", name="id", value=column.id),
            _line("Name", "name", column.name, column),
            rx.el.select(
                *[rx.el.option(label, value=value) for value, label in COLUMN_STATUS_OPTIONS],
                name="status",
                aria_label=f"Status of {column.name}",
                default_value=column.status,
                class_name="input slim",
            ),
            _line("Limit", "wipLimit", column.limit, column, type="number", min=1),
            ui.icon_button("check", f"Keep {column.name}", type="submit"),
            on_submit=Columns.change,
            key=f"{column.id}-{column.name}-{column.status}-{column.limit}",
        ),
        rx.el.div(
            ui.icon_button(
                "arrow-left",
                f"Move {column.name} to the left",
                on_click=Columns.move(column.id, place - 1),
                disabled=column.first,
            ),
            ui.icon_button(
                "arrow-right",
                f"Move {column.name} to the right",
                on_click=Columns.move(column.id, place + 1),
                disabled=column.last,
            ),
            ui.icon_button("trash-2", f"Remove {column.name}", on_click=Columns.remove(column.id)),
            class_name="cluster",
        ),
    )


def _line(label: str, name: str, value: rx.Var, column: rx.Var, **props: object) -> rx.Component:
    return rx.el.input(
        name=name,
        default_value=value,
        placeholder=label,
        aria_label=f"{label} of {column.name}",
        class_name="input slim",
        **props,
    )
