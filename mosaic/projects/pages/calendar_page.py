"""On which days there is work on a project, and which ones are free."""

import reflex as rx

from mosaic import ui
from mosaic.projects.pages.week_state import Holiday, ProjectWeek, WeekDay
from mosaic.shell.forms import at

State = ProjectWeek


def calendar() -> rx.Component:
    """Return the part of the settings."""
    return rx.el.section(
        rx.el.h2("Days of work"),
        rx.el.p(
            "The time line counts these days only. Tasks keep the dates that they have.",
            class_name="muted small",
        ),
        rx.el.div(
            rx.foreach(State.days, _day),
            class_name="week",
            role="group",
            aria_label="Days of the week",
        ),
        _said("week"),
        rx.el.h3("Days without work"),
        rx.cond(
            State.coming,
            rx.el.ul(rx.foreach(State.coming, _holiday), class_name="cluster"),
            rx.el.p("None to come.", class_name="muted small"),
        ),
        rx.el.form(
            ui.text_field(
                "Another day without work",
                "holiday",
                type="date",
                message=at(State.said, "holiday"),
                key=State.form_key,
            ),
            ui.submit("Add", tone="quiet"),
            on_submit=State.add,
            no_validate=True,
            class_name="add-day",
        ),
        rx.cond(
            State.passed,
            rx.el.details(
                rx.el.summary("Passed: ", State.passed.length()),
                rx.el.ul(rx.foreach(State.passed, _holiday), class_name="cluster"),
                class_name="in-figures",
            ),
        ),
        aria_label="Days of work",
    )


def _day(day: rx.Var[WeekDay]) -> rx.Component:
    return rx.el.button(
        day.short,
        type="button",
        aria_label=day.name,
        aria_pressed=rx.cond(day.works, "true", "false"),
        title=rx.cond(day.works, f"{day.name}: work", f"{day.name}: no work"),
        on_click=State.turn(day.number, ~day.works),
    )


def _holiday(one: rx.Var[Holiday]) -> rx.Component:
    return rx.el.li(
        rx.el.span(one.words),
        ui.icon_button("x", f"Take off {one.words}", on_click=State.remove(one.day)),
        class_name="chip",
    )


def _said(field: str) -> rx.Component:
    words = at(State.said, field)
    return rx.el.div(rx.cond(words != "", ui.note(words, tone="attention")), role="alert")
