"""The board of a project."""

import reflex as rx

from mosaic.projects.pages.columns_page import columns_dialog
from mosaic.projects.pages.head_state import ProjectHead
from mosaic.projects.pages.parts_page import project_page
from mosaic.shell.state import Shell
from mosaic.ui.board import BoardView


def board_page() -> rx.Component:
    """Return the page."""
    return project_page(
        BoardView.create(
            workspace=Shell.workspace_slug,
            project=ProjectHead.id,
            stamp=ProjectHead.stamp,
            writes=Shell.may_write,
        ),
        actions=[rx.cond(Shell.may_write, columns_dialog())],
    )
