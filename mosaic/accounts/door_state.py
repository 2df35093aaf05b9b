"""State of the doors: set-up and sign-in. Their forms go to REST, which sets the cookie."""

import reflex as rx

from mosaic.accounts import setup
from mosaic.accounts.oidc.provider import provider
from mosaic.accounts.oidc.signing_in import inside
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
        client, host = self.router.session.client_ip, self.router.headers.host
        self.wants_token = setup.wants_token(client, host)
        return None


class SignIn(rx.State):
    """The ways in: by password where that is `local`, and at a sign-in `service`."""

    local: bool = True
    service: str = ""

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Lead on whoever is signed in, and to set-up while there is no account."""
        if await setup.needed():
            return rx.redirect("/setup")
        self.local = settings().local_sign_in
        self.service = settings().oidc_name if provider() else ""
        try:
            await actor_of(self)
        except NotSignedIn:
            return None
        return rx.redirect(inside(self.router.url.query_parameters.get("next", "")))
