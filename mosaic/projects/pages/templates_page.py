"""The page of templates, from which projects begin."""

import reflex as rx

from mosaic import ui
from mosaic.projects.pages.parts_page import HERE
from mosaic.projects.pages.templates_state import ProjectTemplates, TemplateLine
from mosaic.shell.forms import at, remark
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

State = ProjectTemplates


def project_templates() -> rx.Component:
    """Return the list of templates."""
    return page(
        "Templates of projects",
        rx.cond(State.loaded, _lines(), ui.waiting_rows(3)),
        _beginning(),
        crumbs=[("Projects", HERE)],
        standing=[rx.el.span(State.standing)],
    )


def _lines() -> rx.Component:
    return rx.cond(
        State.lines,
        ui.rows(rx.foreach(State.lines, _line)),
        ui.empty_state(
            "layout-template",
            "Templates go here: a project that is kept as one begins anew with its columns, tasks "
            "and what they wait for, on another day. “Keep as a template” stands in the menu of "
            "every project.",
            ui.link_button("All projects", href=HERE, tone="quiet"),
        ),
    )


def _line(line: rx.Var[TemplateLine]) -> rx.Component:
    return ui.still_row(
        rx.el.div(line.name, class_name="name", dir="auto"),
        rx.el.div(line.more, class_name="more"),
        side=[
            rx.cond(
                Shell.may_write,
                rx.fragment(
                    ui.button(
                        "Begin a project",
                        tone="quiet",
                        on_click=State.choose(line.id),
                        aria_label=f"Begin a project with {line.name}",
                    ),
                    ui.icon_button(
                        "trash-2", f"Remove {line.name}", on_click=State.remove(line.id)
                    ),
                ),
            )
        ],
    )


def _beginning() -> rx.Component:
    said = State.said
    return ui.dialog(
        "New project from a template",
        rx.el.form(
            ui.text_field(
                "Name",
                "name",
                id="template-name",
                default_value=State.name,
                message=at(said, "name"),
                auto_focus=True,
            ),
            ui.text_field(
                "First day",
                "startDate",
                id="template-start",
                type="date",
                default_value=State.today,
                hint="All dates move along, by days of work.",
                message=at(said, "startDate"),
            ),
            remark(said),
            ui.answers(ui.submit("Make it")),
            on_submit=State.begin(State.chosen),
            class_name="stack",
        ),
        open=State.chosen != "",
        on_open_change=State.close,
    )
