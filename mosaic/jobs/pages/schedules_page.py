"""What starts by itself."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.parts_page import HERE
from mosaic.jobs.pages.schedules_state import ScheduleLine, Schedules
from mosaic.jobs.pages.start_page import run_form, type_choice
from mosaic.shell.forms import at
from mosaic.shell.layout import page
from mosaic.shell.state import Shell


def schedules_page() -> rx.Component:
    """Return the schedules, and a way to add one."""
    return page(
        "Schedules",
        rx.cond(
            Schedules.loaded,
            rx.cond(Schedules.lines.length() > 0, _lines(), _none_yet()),
            ui.waiting_rows(),
        ),
        crumbs=[("Jobs", HERE)],
        standing=[rx.el.span(Schedules.standing)],
        actions=[rx.cond(Shell.may_write, _adding())],
    )


def _lines() -> rx.Component:
    return ui.rows(rx.foreach(Schedules.lines, _line))


def _line(line: rx.Var[ScheduleLine]) -> rx.Component:
    return ui.still_row(
        rx.el.div(line.title, class_name="name"),
        rx.el.div(
            rx.el.span(line.kind),
            rx.el.span(line.times),
            rx.el.span(line.next, title=line.exact),
            class_name="more",
        ),
        side=[
            rx.cond(line.active, rx.fragment(), ui.badge("Rests", "attention")),
            rx.cond(Shell.may_write, _menu(line)),
        ],
    )


def _menu(line: rx.Var[ScheduleLine]) -> rx.Component:
    return ui.menu(
        ui.icon_button("ellipsis", f"What to do with {line.title}"),
        rx.cond(
            line.active,
            ui.menu_action("Let it rest", Schedules.switch(line.id, False), "pause"),
            ui.menu_action("Let it go on", Schedules.switch(line.id, True), "play"),
        ),
        ui.menu_action("Remove", Schedules.remove(line.id), "trash-2", plum=True),
    )


def _none_yet() -> rx.Component:
    return ui.empty_state(
        "calendar-clock",
        "Runs that start by themselves go here, such as one every night.",
        rx.cond(
            Shell.may_write, ui.button("Make the first schedule", on_click=Schedules.show(True))
        ),
    )


def _adding() -> rx.Component:
    when = (
        ui.text_field(
            "Title",
            "title",
            id="schedule-title",
            message=at(Schedules.said, "title"),
            max_length=200,
        ),
        ui.text_field(
            "When",
            "cron",
            id="schedule-cron",
            hint="Minute, hour, day, month, weekday: 0 6 * * 1-5 is six o'clock on workdays",
            default_value="0 6 * * *",
            message=at(Schedules.said, "cron"),
        ),
        ui.text_field(
            "Time zone",
            "timeZone",
            id="schedule-zone",
            default_value="UTC",
            hint="Such as Europe/Berlin",
            message=at(Schedules.said, "timeZone"),
        ),
    )
    return ui.dialog(
        "Add a schedule",
        type_choice(Schedules.type, Schedules.choose),
        run_form(Schedules, when, "Add", Schedules.add),
        trigger=ui.button("Add a schedule", icon_name="plus"),
        open=Schedules.adding,
        on_open_change=Schedules.show,
    )
