"""The list of projects."""

import reflex as rx

from mosaic import ui
from mosaic.projects.pages.list_state import ProjectLine, ProjectList
from mosaic.projects.pages.parts_page import HERE
from mosaic.shell.forms import at, remark
from mosaic.shell.layout import page
from mosaic.shell.state import Shell


def project_list() -> rx.Component:
    """Return the projects of the workspace, by name."""
    return page(
        "Projects",
        rx.cond(ProjectList.loaded, _lines(), ui.waiting_rows()),
        standing=[rx.el.span(ProjectList.standing)],
        actions=[
            rx.cond(
                ProjectList.archived,
                ui.link_button("Projects that go on", href=HERE, tone="quiet"),
                ui.link_button("Archived", href=f"{HERE}?status=ARCHIVED", tone="quiet"),
            ),
            rx.cond(
                Shell.may_write,
                rx.fragment(
                    ui.link_button("Import", href=f"{HERE}/import", tone="quiet"),
                    ui.link_button("From a template", href=f"{HERE}/templates", tone="quiet"),
                    _making(),
                ),
            ),
        ],
    )


def _lines() -> rx.Component:
    return rx.cond(
        ProjectList.lines,
        rx.fragment(
            ui.rows(rx.foreach(ProjectList.lines, _line)),
            ui.page_steps(
                "Pages of the list", ("Earlier", ProjectList.earlier), ("Later", ProjectList.later)
            ),
        ),
        rx.cond(
            ProjectList.archived,
            ui.empty_state("archive", "No project has been put away."),
            ui.empty_state(
                "folder-kanban",
                "A project gathers tasks that lead to one thing, on a board and along a time line.",
                rx.cond(
                    Shell.may_write,
                    ui.button("Make the first one", on_click=ProjectList.make(True)),
                ),
            ),
        ),
    )


def _line(line: rx.Var[ProjectLine]) -> rx.Component:
    return ui.row(
        rx.el.span(
            ui.color_dot(line.color), rx.el.span(line.name, dir="auto"), class_name="project-name"
        ),
        more=[
            rx.el.span(line.standing),
            rx.cond(line.span != "", rx.el.span(line.span)),
        ],
        side=[
            rx.cond(
                line.total > 0,
                rx.el.progress(
                    value=line.done,
                    max=line.total,
                    aria_label=f"Progress of {line.name}",
                ),
            ),
            ui.badge(line.status, line.tone),
        ],
        href=line.href,
    )


def _making() -> rx.Component:
    said = ProjectList.said
    return ui.dialog(
        "New project",
        rx.el.form(
            ui.text_field(
                "Name", "name", id="project-name", message=at(said, "name"), auto_focus=True
            ),
            ui.text_area(
                "What it is about",
                "description",
                id="project-about",
                hint="Optional",
                message=at(said, "description"),
            ),
            rx.el.div(
                ui.text_field(
                    "From",
                    "startDate",
                    id="project-from",
                    type="date",
                    hint="Optional",
                    message=at(said, "startDate"),
                ),
                ui.text_field(
                    "Planned for",
                    "endDate",
                    id="project-to",
                    type="date",
                    hint="Optional",
                    message=at(said, "endDate"),
                ),
                class_name="side-by-side",
            ),
            ui.swatches("color", rx.Var.create("")),
            remark(said),
            ui.answers(ui.submit("Make it")),
            on_submit=ProjectList.create,
            class_name="stack",
        ),
        trigger=ui.button("New project", icon_name="plus"),
        open=ProjectList.making,
        on_open_change=ProjectList.make,
    )
