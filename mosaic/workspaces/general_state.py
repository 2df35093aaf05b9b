"""State of the workspace's general settings: its name, its address, its end."""

from typing import Any

import reflex as rx

from mosaic.core.errors import NotFound
from mosaic.shell.forms import saying
from mosaic.shell.session import acting, unwatch, watch, workspace_of
from mosaic.shell.state import Shell
from mosaic.workspaces import offers, service
from mosaic.workspaces.models import WorkspaceUpdate


class General(rx.State):
    """What the workspace is called, and where it is."""

    name: str = ""
    address: str = ""
    offered: dict[str, str] = {}
    manages: bool = False
    owns: bool = False
    said: dict[str, str] = {}
    removing: bool = False
    loaded: bool = False

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Fill the page and its form, and follow what others change."""
        self.said, self.removing = {}, False
        led_on = await self.refresh()
        self.offered = {"name": self.name, "slug": self.address}
        return led_on

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Look again, but leave what is being typed; lead on whoever is no member any more."""
        try:
            async with acting(self) as work:
                watch(self, work.tenant, {"workspace"}, General.refresh)
                found = await service.get_workspace(work)
                self.manages, self.owns = offers.manages(work), offers.owns(work)
        except NotFound:
            return rx.redirect("/")
        self.name, self.address, self.loaded = found.name, found.slug, True
        return Shell.enter

    @rx.event
    async def save(self, offered: dict[str, str], form: dict[str, Any]) -> list[Any] | None:
        """Change what is not as it was `offered`; at another address the page goes on there."""
        with saying(self):
            typed = {name: form[name] for name, was in offered.items() if form[name] != was}
            change = WorkspaceUpdate(**typed)
            async with acting(self) as work:
                saved = await service.update_workspace(work, change)
                moved = saved.slug != workspace_of(self)
                if moved:
                    # Word of the change would reach this tab while it is still at the old address.
                    unwatch(self)
            there = rx.redirect(f"/w/{saved.slug}/settings/general") if moved else General.load
            return [there, rx.toast("The workspace was changed.")]
        return None

    @rx.event
    def show_question(self, shown: bool) -> None:
        """Open or close the question whether the workspace should go."""
        self.removing, self.said = shown, {}

    @rx.event
    async def remove(self, form: dict[str, Any]) -> list[Any] | None:
        """Remove the workspace once its name was typed."""
        async with acting(self) as work:
            name = (await service.get_workspace(work)).name
            if form["confirmation"].strip() != name:
                self.said = {"confirmation": "This is another name."}
                return None
            await service.delete_workspace(work)
        return [rx.redirect("/"), rx.toast(f"{name} was removed.")]
