"""What is said when something was done to tasks, with the way back."""

from uuid import UUID

import reflex as rx

from mosaic.shell.session import acting
from mosaic.tasks import undoing

_LONG_ENOUGH_TO_CHANGE_ONES_MIND = 8_000


class TaskUndo(rx.State):
    """Takes back what was done to tasks."""

    @rx.event
    async def undo(self, change_id: str) -> rx.event.EventSpec:
        """Take back a change, all of it."""
        async with acting(self) as work:
            await undoing.undo(work, UUID(change_id))
        return rx.toast("Taken back.")


def told(said: str, change_id: UUID | None) -> rx.event.EventSpec:
    """Return a toast that says what was done, and takes it back on a click."""
    if change_id is None:
        return rx.toast(said)
    return undoable(said, TaskUndo.undo(str(change_id)))


def undoable(said: str, undo: rx.event.EventSpec) -> rx.event.EventSpec:
    """Return a toast that says what was done, and does `undo` on a click."""
    back = {"label": "Undo", "on_click": undo}
    return rx.toast(said, action=back, duration=_LONG_ENOUGH_TO_CHANGE_ONES_MIND)
