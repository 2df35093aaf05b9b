"""What all pages of a project share."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.projects.pages.head_state import ProjectHead
from mosaic.projects.pages.keeping_state import ProjectKeeping
from mosaic.projects.pages.templates_state import ProjectTemplates
from mosaic.shell.layout import page
from mosaic.shell.state import Shell
from mosaic.tasks.pages.panel_page import task_panel

HERE = f"/w/{Shell.workspace_slug}/projects"
PROJECT = f"{HERE}/{ProjectHead.slug_here}"


def project_page(*children: Any, actions: Sequence[Any] = ()) -> rx.Component:
    """Return a page of the project in the address, between the ways to its other pages."""
    return page(
        ProjectHead.name,
        rx.match(
            ProjectHead.stage,
            ("there", rx.fragment(_ways(), _put_away(), *children)),
            ("missing", _missing()),
            ui.waiting_rows(),
        ),
        task_panel(),
        standing=[
            rx.cond(ProjectHead.status != "", ui.badge(ProjectHead.status, ProjectHead.tone)),
            rx.el.span(ProjectHead.standing),
            rx.el.span(ProjectHead.span),
        ],
        actions=[*actions, rx.cond(ProjectHead.stage == "there", _more())],
        crumbs=[("Projects", HERE)],
        wide=True,
    )


def _ways() -> rx.Component:
    return ui.tabs(
        "Parts of the project",
        ("Overview", PROJECT),
        ("Board", f"{PROJECT}/board"),
        ("Timeline", f"{PROJECT}/timeline"),
        ("Settings", f"{PROJECT}/settings"),
    )


def _put_away() -> rx.Component:
    return rx.cond(
        ProjectHead.archived,
        ui.note(
            "This project is archived. ",
            rx.cond(
                Shell.may_write,
                ui.button("Bring it back", tone="quiet", on_click=ProjectKeeping.bring_back),
            ),
            icon_name="archive",
        ),
    )


def _more() -> rx.Component:
    export = f"/api/projects/{ProjectHead.id}/export?workspaceId={Shell.workspace_slug}&format="
    as_file = {"download": True, "reload_document": True}
    return ui.menu(
        ui.icon_button("ellipsis", "More of this project", tone="quiet"),
        ui.menu_link("Export as a table (CSV)", f"{export}csv", "table", **as_file),
        ui.menu_link("Export as JSON, without files", f"{export}json", "braces", **as_file),
        rx.cond(
            Shell.may_write,
            rx.fragment(
                ui.menu_line(),
                ui.menu_link("Import tasks", f"{HERE}/import?project={ProjectHead.id}", "import"),
                ui.menu_action("Keep as a template", ProjectTemplates.keep, "layout-template"),
                rx.cond(
                    ProjectHead.archived,
                    ui.menu_action("Bring it back", ProjectKeeping.bring_back, "archive-restore"),
                    ui.menu_action("Archive", ProjectKeeping.archive, "archive"),
                ),
            ),
        ),
    )


def _missing() -> rx.Component:
    return ui.empty_state(
        "folder-search",
        "There is no such project here. It may have been renamed or removed.",
        ui.link_button("All projects", href=HERE, tone="quiet"),
    )
