"""The frame of the workspace's settings: one heading, tabs between their pages."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from mosaic import ui
from mosaic.shell.layout import page
from mosaic.shell.state import Shell

HERE = f"/w/{Shell.workspace_slug}/settings"


def settings_page(
    *children: Any, standing: Sequence[Any] = (), actions: Sequence[Any] = ()
) -> rx.Component:
    """Return a page of the settings."""
    return page(
        "Settings",
        ui.tabs(
            "Settings",
            ("Members", f"{HERE}/members"),
            ("Teams", f"{HERE}/teams"),
            ("General", f"{HERE}/general"),
            ("Cache", f"{HERE}/cache"),
        ),
        *children,
        standing=[Shell.workspace_name, *standing],
        actions=actions,
    )
