"""The properties of a page, above its text, and the dialog in which one is changed."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.facts_change_state import FactForm
from mosaic.knowledge.pages.facts_state import Fact, Facts, FactValue
from mosaic.shell import forms, words
from mosaic.shell.state import Shell


def properties() -> rx.Component:
    """Return what the front matter of a page says; who may write changes it there."""
    return rx.fragment(
        rx.cond(
            Facts.rows.length() > 0,
            rx.el.section(
                rx.el.dl(rx.foreach(Facts.rows, _fact), class_name="facts properties"),
                rx.cond(
                    Shell.may_write,
                    ui.button(
                        "Add a property", tone="bare", icon_name="plus", on_click=FactForm.ask("")
                    ),
                ),
                class_name="about-page",
                aria_label="Properties",
            ),
        ),
        _dialog(),
    )


def _fact(fact: rx.Var[Fact]) -> rx.Component:
    return rx.el.div(
        rx.el.dt(fact.name),
        rx.el.dd(
            rx.el.div(
                rx.foreach(fact.said.to(list[FactValue]), _value),
                rx.cond(fact.kept, rx.el.span("Kept as it was brought", class_name="muted")),
                class_name="cluster",
            ),
            rx.cond(
                Shell.may_write & ~fact.kept,
                ui.icon_button("pencil", f"Change {fact.name}", on_click=FactForm.ask(fact.name)),
            ),
        ),
    )


def _value(value: rx.Var[FactValue]) -> rx.Component:
    finds = rx.cond(value.finds, "finds", "")
    link = rx.el.a(value.text, href=value.href, class_name=finds)
    return rx.cond(value.href != "", link, rx.el.span(value.text))


def _dialog() -> rx.Component:
    return ui.dialog(
        rx.cond(FactForm.was != "", "Change a property", "Add a property"),
        rx.el.form(
            ui.text_field(
                "Name",
                "name",
                id="fact-name",
                message=forms.at(FactForm.said, "name"),
                default_value=FactForm.was,
                auto_complete="off",
                auto_focus=FactForm.was == "",
                max_length=200,
            ),
            ui.select(
                "Kind", "kind", words.FACT_KINDS, id="fact-kind", default_value=FactForm.kind
            ),
            *[_field(kind) for kind, _ in words.FACT_KINDS],
            forms.remark(FactForm.said),
            ui.answers(
                ui.submit("Save"),
                apart=rx.cond(
                    FactForm.was != "",
                    ui.button(
                        "Remove",
                        tone="plum",
                        icon_name="trash-2",
                        on_click=FactForm.remove(FactForm.was, FactForm.before),
                    ),
                ),
            ),
            key=FactForm.form_key,
            on_submit=FactForm.save(FactForm.was, FactForm.before),
            no_validate=True,
            class_name="stack fact-form",
        ),
        open=FactForm.shown,
        on_open_change=FactForm.close,
    )


def _field(kind: str) -> rx.Component:
    """Return the field for values of a kind; the styles show the one of the kind chosen."""
    own = {
        "id": f"fact-{kind}",
        "message": forms.at(FactForm.said, "value"),
        "default_value": FactForm.values[kind],
        "auto_focus": FactForm.was != "",
    }
    if kind == "checkbox":
        field: rx.Component = ui.checkbox(
            "Yes", kind, default_checked=FactForm.values[kind] != "", value="yes"
        )
    elif kind == "list":
        field = ui.text_area("Values", kind, hint="One on each line.", rows="5", **own)
    elif kind == "text":
        field = rx.cond(
            FactForm.values[kind].contains("\n"),
            ui.text_area("Value", kind, rows="5", **own),
            ui.text_field("Value", kind, auto_complete="off", **own),
        )
    elif kind == "date":
        field = ui.text_field("Value", kind, type="date", **own)
    else:
        field = ui.text_field("Value", kind, input_mode="decimal", auto_complete="off", **own)
    return rx.el.div(field, custom_attrs={"data-kind": kind})
