"""Signing in at the provider: the way there, the way back, and out."""

import hmac
import time
from dataclasses import asdict, dataclass
from secrets import token_urlsafe
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import select
from sqlmodel import col

from mosaic.accounts import service, tokens
from mosaic.accounts.models import Session, SignedIn
from mosaic.accounts.oidc.identities import account_of
from mosaic.accounts.oidc.provider import Provider, Ticket, provider
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.config import settings
from mosaic.core.errors import BadRequest, NotFound, Unavailable
from mosaic.core.work import work as begin
from mosaic.workspaces.groups import follow_groups

LASTS = 600  # seconds for which somebody may be away at the provider
CALLBACK = "/api/auth/oidc/callback"
_FROM_ELSEWHERE = "This sign-in was begun in another browser, or has taken long. Please begin anew."


@dataclass(frozen=True)
class Begun:
    """A sign-in that has begun: where it goes on, and what the browser keeps until it is back."""

    url: str
    cookie: str
    kept: str


def callback_url() -> str:
    """Return the address to which a provider sends people back: it has to be known there."""
    return settings().app_url + CALLBACK


async def begin_sign_in(after: str) -> Begun:
    """Begin a sign-in that leads to the path `after`. NotFound without a provider; Unavailable."""
    ticket = Ticket(token_urlsafe(24), token_urlsafe(24), token_urlsafe(48))
    url = await _provider().address(ticket, callback_url())
    claims = {**asdict(ticket), "after": inside(after), "exp": int(time.time()) + LASTS}
    kept = jwt.encode({"alg": "HS256", "typ": _KIND}, claims, _key())
    return Begun(url, cookie_of(ticket.state), kept)


async def finish_sign_in(
    state: str, code: str, kept: str, ip_address: str | None, user_agent: str
) -> tuple[SignedIn, str]:
    """Return a session for whoever came back with `code`, and the path that they wanted to.

    Raises BadRequest where anything does not fit, Unavailable while the provider is away,
    NotAllowed where nobody can be let in.
    """
    ticket, after = _unpacked(kept)
    if not hmac.compare_digest(ticket.state.encode(), state.encode(errors="replace")):
        raise BadRequest(_FROM_ELSEWHERE)
    found = await _provider().identify(code, ticket, callback_url())
    async with begin(DOORKEEPER) as work:
        user = await account_of(work, found)
        session = await service.enter(
            work, user, "SINGLE_SIGN_ON", ip_address, user_agent, id_token=found.id_token
        )
    await follow_groups(user, found.groups, ip_address)
    return session, after


async def sign_out_everywhere(actor: Actor) -> str:
    """End the actor's session; return where they sign out at the provider, or the sign-in page."""
    home = f"{settings().app_url}/login"
    here = select(col(Session.id_token)).where(col(Session.id) == actor.session_id)
    async with begin(actor) as work:
        id_token = await work.session.scalar(here)
        await service.sign_out(work)
    # The session has ended by now, however long the provider takes.
    found = provider()
    if not id_token or found is None:
        return home
    try:
        return await found.goodbye(id_token, home) or home
    except (BadRequest, Unavailable):
        return home


def inside(address: str) -> str:
    """Return `address` when it is a path of this application, else its front door."""
    own = address.startswith("/") and not address.startswith(("//", "/\\"))
    parts = urlsplit(address) if own and address.isprintable() else None
    return address if parts and not parts.netloc else "/"


def cookie_of(state: str) -> str:
    """Return the name of the cookie of one sign-in, so that several tabs can be on their way."""
    return f"mosaic_oidc_{tokens.digest(state)[:16]}"


def _unpacked(kept: str) -> tuple[Ticket, str]:
    try:
        token = jwt.decode(kept, _key(), algorithms=["HS256"])
        jwt.JWTClaimsRegistry(exp={"essential": True}).validate(token.claims)
        claims = token.claims
        if token.header.get("typ") != _KIND:
            raise ValueError
        return Ticket(claims["state"], claims["nonce"], claims["verifier"]), claims["after"]
    except (JoseError, ValueError, KeyError):
        raise BadRequest(_FROM_ELSEWHERE) from None


def _provider() -> Provider:
    found = provider()
    if found is None:
        raise NotFound("No sign-in service is set up here.")
    return found


_KIND = "oidc"


def _key() -> OctKey:
    return OctKey.import_key(settings().secret("jwt_secret"))
