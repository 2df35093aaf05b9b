"""State of the second factor on the account page. Secrets and codes never pass through it."""

import reflex as rx

from mosaic.accounts.second_factor import service
from mosaic.core.work import work as begin
from mosaic.shell import words
from mosaic.shell.session import actor_of

_FEW = 3


class Factor(rx.State):
    """How somebody's second factor stands, and what of it is being changed: `doing`."""

    loaded: bool = False
    on: bool = False
    since: str = ""
    left: str = ""
    few: bool = False
    doing: str = ""

    @rx.event
    async def load(self) -> None:
        """Look how it stands."""
        async with begin(await actor_of(self)) as work:
            found = await service.read(work)
        self.on = found.on
        self.since = f"On since {words.date(found.since)}" if found.since else ""
        self.left = f"{words.count(found.recovery_codes_left, 'recovery code')} left"
        self.few = found.on and found.recovery_codes_left <= _FEW
        self.loaded = True

    @rx.event
    def change(self, what: str) -> None:
        """Open the dialog that sets it up, renews its codes, or switches it off."""
        self.doing = what

    @rx.event
    def close(self, _open: bool = False) -> None:
        """Close whichever is open."""
        self.doing = ""

    @rx.event
    def switched_off(self) -> list[rx.event.EventSpec]:
        """Show that it is off."""
        self.doing = ""
        return [Factor.load, rx.toast("The second factor is off. Your password is enough now.")]
