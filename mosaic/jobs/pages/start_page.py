"""The dialog that starts a run, made from the fields that its type declares."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.start_state import Field, JobType, StartRun, startable
from mosaic.shell.forms import at, remark


def start_dialog() -> rx.Component:
    """Return the button and the dialog behind it."""
    title = ui.text_field(
        "Title",
        "title",
        id="run-title",
        hint="Optional: what to call this run",
        message=at(StartRun.said, "title"),
        max_length=200,
    )
    return ui.dialog(
        "Start a run",
        type_choice(StartRun.type, StartRun.choose),
        run_form(StartRun, (title,), "Start", StartRun.start),
        trigger=ui.button("Start a run", icon_name="play"),
        open=StartRun.shown,
        on_open_change=StartRun.show,
    )


def type_choice(chosen: rx.Var[str], on_change: Any) -> rx.Component:
    """Return the choice of what Mosaic can run by itself."""
    types = [(one.type, one.title) for one in startable()]
    return ui.select("What to run", "type", types, id="run-type", value=chosen, on_change=on_change)


def run_form(state: Any, more: Sequence[rx.Component], words: str, on_submit: Any) -> rx.Component:
    """Return the fields of the type that `state` has chosen, and `more` below them."""

    def form(type: JobType) -> rx.Component:
        return rx.el.form(
            rx.el.p(type.about, class_name="muted small"),
            *[_field(state, type, field) for field in type.fields],
            *more,
            remark(state.said),
            ui.answers(ui.submit(words)),
            on_submit=on_submit(type.type),
            class_name="stack",
        )

    return rx.match(state.type, *[(one.type, form(one)) for one in startable()], rx.fragment())


def _field(state: Any, type: JobType, field: Field) -> rx.Component:
    said = at(state.said, field.name)
    given = {
        "id": f"{type.type}-{field.name}",
        "hint": field.hint or ("Optional" if field.optional else ""),
    }
    if field.kind == "choice":
        options = state.options.get(f"{type.type}.{field.name}", []).to(list[tuple[str, str]])
        return rx.fragment(
            ui.select(field.label, field.name, options, **given),
            rx.cond(said != "", ui.note(said, tone="attention")),
        )
    if field.kind in ("text", "pairs"):
        return ui.text_area(field.label, field.name, message=said, **given)
    kind = "number" if field.kind == "number" else "text"
    return ui.text_field(field.label, field.name, type=kind, message=said, **given)
