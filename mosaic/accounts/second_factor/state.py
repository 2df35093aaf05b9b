"""State of the second factor on the account page. Secrets and codes never pass through it."""

import reflex as rx

from mosaic.accounts.second_factor import service
from mosaic.core.work import work as begin
from mosaic.shell import words
from mosaic.shell.session import actor_of

_FEW = 3
_SHOWN_ONCE = "The codes are shown this once. They stay until you have kept them."


class Factor(rx.State):
    """How somebody's second factor stands, and what of it is being changed in an `open` dialog.

    The dialog `stays` while it shows codes that are gone with it.
    """

    loaded: bool = False
    on: bool = False
    since: str = ""
    left: str = ""
    few: bool = False
    doing: str = ""
    open: bool = False
    stays: bool = False

    @rx.event
    async def load(self) -> None:
        """Look how it stands."""
        self.open = self.stays = False
        await self._look()

    async def _look(self) -> None:
        async with begin(await actor_of(self)) as work:
            found = await service.read(work)
        self.on = found.on
        self.since = f"On since {words.date(found.since)}" if found.since else ""
        self.left = f"{words.count(found.recovery_codes_left, 'recovery code')} left"
        self.few = found.on and found.recovery_codes_left <= _FEW
        self.loaded = True

    @rx.event
    def change(self, what: str) -> None:
        """Open the dialog to set it up, to renew its codes, or to switch it off."""
        self.doing, self.open = what, True

    @rx.event
    def close(self, _open: bool = False) -> rx.event.EventSpec | None:
        """Close the dialog, unless it shows codes that nobody has said to have kept."""
        self.open = self.stays
        return rx.toast(_SHOWN_ONCE, id="codes") if self.stays else None

    @rx.event
    async def codes_are_shown(self) -> None:
        """Let the dialog stay until they are kept."""
        self.stays = True
        await self._look()

    @rx.event
    def codes_are_kept(self) -> None:
        """Close the dialog that showed them."""
        self.open = self.stays = False

    @rx.event
    async def switched_off(self) -> rx.event.EventSpec:
        """Show that it is off."""
        self.open = False
        await self._look()
        return rx.toast("The second factor is off. Your password is enough now.")
