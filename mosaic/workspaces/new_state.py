"""State of the page that makes a workspace."""

from typing import Any

import reflex as rx

from mosaic.shell.forms import saying
from mosaic.shell.session import actor_of
from mosaic.workspaces import service
from mosaic.workspaces.models import WorkspaceCreate


class NewWorkspace(rx.State):
    """A workspace that is being made."""

    said: dict[str, str] = {}

    @rx.event
    def load(self) -> None:
        """Begin with nothing said."""
        self.said = {}

    @rx.event
    async def create(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Make the workspace and go there."""
        with saying(self):
            made = await service.create_workspace(await actor_of(self), WorkspaceCreate(**form))
            return rx.redirect(f"/w/{made.slug}")
        return None
