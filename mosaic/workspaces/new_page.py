"""The page that makes a workspace."""

import reflex as rx

from mosaic import ui
from mosaic.shell import forms
from mosaic.shell.layout import doorway
from mosaic.shell.state import Shell
from mosaic.workspaces.new_state import NewWorkspace


def new_workspace() -> rx.Component:
    """Return the form, for somebody with or without other workspaces."""
    return doorway(
        "New workspace",
        rx.el.p("A home for pages and the people who share them.", class_name="muted"),
        rx.el.form(
            ui.text_field(
                "Name",
                "name",
                hint="Its address is made from it. Both can change later.",
                message=forms.at(NewWorkspace.said, "name"),
                auto_complete="off",
                auto_focus=True,
            ),
            forms.remark(NewWorkspace.said),
            ui.submit("Make the workspace"),
            on_submit=NewWorkspace.create,
            no_validate=True,
            class_name="stack",
        ),
        rx.cond(
            Shell.workspace_slug != "",
            ui.link_button(
                f"Back to {Shell.workspace_name}",
                href=f"/w/{Shell.workspace_slug}",
                tone="bare",
            ),
        ),
    )
