"""State of the doors: set-up and sign-in. Their forms go to REST, which sets the cookie."""

import reflex as rx

from mosaic.accounts import setup
from mosaic.core.config import settings
from mosaic.core.errors import NotSignedIn
from mosaic.shell.session import actor_of


class SetUp(rx.State):
    """The first account."""

    wants_token: bool = False

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Lead to sign-in once Mosaic is set up."""
        if not await setup.needed():
            return rx.redirect("/login")
        self.wants_token = not settings().on_loopback
        return None


class SignIn(rx.State):
    """The way in."""

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Lead on whoever is signed in, and to set-up while there is no account."""
        if await setup.needed():
            return rx.redirect("/setup")
        try:
            await actor_of(self)
        except NotSignedIn:
            return None
        return rx.redirect(inside(self.router.url.query_parameters.get("next", "")))


def inside(address: str) -> str:
    """Return `address` when it is a path of this application, else its front door."""
    own = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if own else "/"
