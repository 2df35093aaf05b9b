"""The line that tells who else is on a page."""

import reflex as rx

from mosaic import ui
from mosaic.knowledge.pages.presence_state import Face, PresenceLine


def who_else(writing: bool = False) -> rx.Component:
    """Return who else is on the page, and say that this tab is there."""
    return rx.fragment(
        ui.Presence.create(on_beat=PresenceLine.write if writing else PresenceLine.look),
        rx.foreach(PresenceLine.faces, _face),
    )


def _face(face: rx.Var[Face]) -> rx.Component:
    return rx.el.span(ui.avatar(face.name), face.said, class_name="face")
