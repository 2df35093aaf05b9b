"""The page on which projects are imported."""

import reflex as rx

from mosaic import ui
from mosaic.jobs.pages.importing_page import file_choice, part_links, remark, running
from mosaic.projects.pages.import_state import LineOfFile, ProjectImporting
from mosaic.projects.pages.parts_page import HERE
from mosaic.shell.layout import page

State = ProjectImporting


def project_import() -> rx.Component:
    """Return the import page: choose, watch, read the report."""
    return page(
        "Import a project",
        rx.match(
            State.stage,
            ("choose", _choose()),
            ("running", running(State.done, State.total, State.standing)),
            _report(),
        ),
        crumbs=[("Projects", HERE)],
    )


def _choose() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "Bring tasks from another program: a table (CSV) as spreadsheets, Asana, Todoist and "
            "Jira write it, a board of Trello (its export as JSON), or a project that was exported "
            "from Mosaic. The first line of a table names its columns; Title, Status, Target date, "
            "Assignee, Tags and others are known by many names."
        ),
        file_choice(
            "tasks",
            "A table or a JSON file",
            "Drop a table (CSV) or a JSON file here, or choose it",
            "file-up",
            multiple=False,
        ),
        rx.el.div(
            ui.select(
                "Tasks go into",
                "project",
                State.projects,
                value=State.project,
                on_change=State.choose,
            ),
            class_name="narrow",
        ),
        remark(State.problem),
        rx.el.div(
            ui.button("Import", on_click=State.take(rx.upload_files("tasks")), icon_name="import"),
            class_name="cluster",
        ),
        class_name="stack",
    )


def _report() -> rx.Component:
    return rx.el.div(
        rx.cond(
            State.problem != "",
            ui.note(State.problem, tone="attention"),
            ui.note(rx.el.strong(State.standing), icon_name="check"),
        ),
        rx.el.div(
            rx.cond(
                State.place != "", ui.link_button("Open the board", href=f"{State.place}/board")
            ),
            ui.link_button("Import more", href=f"{HERE}/import", tone="quiet"),
            class_name="cluster",
        ),
        rx.cond(
            State.done > 0,
            rx.fragment(
                part_links(State.parts),
                ui.table(
                    ["Line", "Task", "What happened", "Remark"],
                    rx.foreach(State.lines, _line),
                    caption="What became of each line",
                ),
                ui.page_steps(
                    "Parts of the report", ("Before", State.earlier), ("More", State.later)
                ),
            ),
        ),
        class_name="stack",
    )


def _line(line: rx.Var[LineOfFile]) -> rx.Component:
    title = rx.cond(line.href != "", rx.el.a(line.title, href=line.href), line.title)
    return rx.el.tr(
        rx.el.td(line.line, class_name="number"),
        rx.el.td(title, dir="auto"),
        rx.el.td(line.outcome),
        rx.el.td(line.reason),
    )
