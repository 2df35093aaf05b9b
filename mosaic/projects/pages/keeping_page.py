"""Putting a project away, bringing it back, and the question whether it should go for good."""

import reflex as rx

from mosaic import ui
from mosaic.projects.pages.head_state import ProjectHead
from mosaic.projects.pages.keeping_state import ProjectKeeping
from mosaic.projects.pages.settings_state import ProjectSettings


def end() -> rx.Component:
    """Return the part of the settings."""
    return rx.el.section(
        rx.el.h2(rx.cond(ProjectHead.archived, "Archived", "Archive")),
        rx.el.p(
            "An archived project is out of the list and of what tasks are put into. "
            "Its tasks stay as they are, and it can be brought back.",
            class_name="muted small",
        ),
        rx.el.div(
            rx.cond(
                ProjectHead.archived,
                ui.button("Bring it back", tone="quiet", on_click=ProjectKeeping.bring_back),
                ui.button("Archive the project", tone="quiet", on_click=ProjectKeeping.archive),
            ),
            rx.cond(
                ProjectSettings.removes,
                ui.button("Remove for good", tone="plum", on_click=ProjectKeeping.ask(True)),
            ),
            class_name="cluster",
        ),
        _question(),
        aria_label="Archive",
    )


def _question() -> rx.Component:
    return ui.dialog(
        f"Remove {ProjectHead.name}?",
        rx.el.p(ProjectSettings.staying),
        rx.el.p(
            "Its board with the columns, its baselines and its description go, for good. "
            "Archiving keeps them.",
            class_name="muted",
        ),
        ui.answers(ui.button("Remove for good", tone="plum", on_click=ProjectKeeping.remove)),
        open=ProjectKeeping.removing,
        on_open_change=ProjectKeeping.ask,
    )
