"""The time line of a project."""

import reflex as rx

from mosaic.projects.pages.head_state import ProjectHead
from mosaic.projects.pages.parts_page import project_page
from mosaic.shell.state import Shell
from mosaic.ui.gantt import GanttView


def timeline_page() -> rx.Component:
    """Return the page."""
    return project_page(
        GanttView.create(
            workspace=Shell.workspace_slug,
            project=ProjectHead.id,
            stamp=ProjectHead.stamp,
            writes=Shell.may_write,
        )
    )
