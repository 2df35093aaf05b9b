"""What an OpenID Connect provider says: of itself, of its keys, and of who somebody is.

OpenID Connect Core 1.0 and Discovery 1.0, with PKCE (RFC 7636). Nothing is asked before somebody
signs in, so a provider that is away keeps nothing from starting.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx2 as httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from mosaic.core import trust
from mosaic.core.config import settings
from mosaic.core.errors import BadRequest, Unavailable

log = logging.getLogger(__name__)

# Signed with a key that only the provider has: never `none`, and no secret that both know.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
    | {"ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
PATIENCE = 10.0  # seconds for all that is asked for one step of a sign-in
_KEPT = 3600.0  # seconds for which a provider need not be asked about itself again
_KEYS_KEPT = 10.0  # seconds within which its keys are not asked for twice
_CLOCKS = 60  # seconds by which its clock may differ from ours
_AWAY = "The sign-in service is away for a moment. Please try again shortly."
_ODD = "The sign-in service gave an answer that cannot be trusted, so nobody was signed in."


class Refused(Exception):
    """An answer of the provider that does not hold; its text is for the log."""


@dataclass(frozen=True)
class Identity:
    """Who the provider says somebody is. `email` is theirs for sure where it is `verified`."""

    issuer: str
    subject: str
    email: str
    verified: bool
    name: str
    groups: frozenset[str]
    id_token: str


@dataclass(frozen=True)
class Ticket:
    """What one sign-in is known by until the person comes back."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider; it is asked lazily, and what it says of itself is kept for an hour."""

    def __init__(self, issuer: str, client_id: str, client_secret: str | None, scopes: str) -> None:
        self.issuer, self.client_id = issuer, client_id
        self._secret, self._scopes = client_secret, scopes
        self._about: dict[str, Any] = {}
        self._about_at = self._keys_at = float("-inf")
        self._keys: KeySet | None = None

    async def address(self, ticket: Ticket, back: str) -> str:
        """Return where somebody signs in; from there they come to `back`.

        Raises Unavailable while the provider does not answer.
        """
        async with self._client(back) as client:
            about = await self._describe(client)
            url, _ = client.create_authorization_url(
                about["authorization_endpoint"],
                state=ticket.state,
                nonce=ticket.nonce,
                code_verifier=ticket.verifier,
            )
            return str(url)

    async def identify(self, code: str, ticket: Ticket, back: str) -> Identity:
        """Return who came back with `code`.

        Raises BadRequest where the provider refuses or what it says does not hold, Unavailable
        while it does not answer.
        """
        async with self._client(back) as client:
            about = await self._describe(client)
            answer = await client.fetch_token(
                about["token_endpoint"], code=code, code_verifier=ticket.verifier
            )
            id_token = answer.get("id_token")
            if not isinstance(id_token, str):
                raise Refused("no id_token in the answer")
            claims = await self._verified(client, about, answer, ticket.nonce)
            more = await self._user_info(client, about, claims)
            return _identity(about["issuer"], {**more, **claims}, id_token)

    async def goodbye(self, id_token: str, back: str) -> str | None:
        """Return where somebody signs out at the provider; None where it has no such place."""
        async with self._client(back) as client:
            end = (await self._describe(client)).get("end_session_endpoint")
        if not isinstance(end, str) or not end.startswith(("https://", "http://")):
            return None
        asked = {
            "id_token_hint": id_token,
            "client_id": self.client_id,
            "post_logout_redirect_uri": back,
        }
        return str(httpx.URL(end).copy_merge_params(asked))

    @asynccontextmanager
    async def _client(self, back: str) -> AsyncIterator[AsyncOAuth2Client]:
        """Speak with the provider; what goes wrong within becomes calm words."""
        client = AsyncOAuth2Client(
            self.client_id,
            self._secret,
            scope=self._scopes,
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=PATIENCE / 2,
            follow_redirects=False,
            verify=trust.certificates(),
        )
        try:
            async with asyncio.timeout(PATIENCE), client:
                yield client
        except (httpx.TransportError, httpx.InvalidURL, TimeoutError) as problem:
            log.warning("the sign-in service does not answer: %r", problem)
            raise Unavailable(_AWAY) from None
        except httpx.HTTPStatusError as problem:
            log.warning("the sign-in service: %s", problem)
            raise Unavailable(_AWAY) from None
        except (OAuthError, JoseError, Refused, ValueError, KeyError, TypeError) as problem:
            log.warning("a sign-in was refused: %r", problem)
            raise BadRequest(_ODD) from None

    async def _describe(self, client: AsyncOAuth2Client) -> dict[str, Any]:
        if time.monotonic() > self._about_at + _KEPT:
            place = f"{self.issuer}/.well-known/openid-configuration"
            about = await _document(client, place)
            if str(about.get("issuer", "")).rstrip("/") != self.issuer:
                raise Refused(f"it calls itself {about.get('issuer')!r}")
            self._about, self._about_at = about, time.monotonic()
        return self._about

    async def _verified(
        self,
        client: AsyncOAuth2Client,
        about: Mapping[str, Any],
        answer: Mapping[str, Any],
        nonce: str,
    ) -> dict[str, Any]:
        """Return what the id token claims, once its signature and all that must fit do."""
        keys = await self._read_keys(client, about, _KEPT)
        try:
            token = jwt.decode(answer["id_token"], keys, algorithms=ALGORITHMS)
        except (InvalidKeyIdError, BadSignatureError):
            # It may have taken another key meanwhile.
            keys = await self._read_keys(client, about, _KEYS_KEPT)
            token = jwt.decode(answer["id_token"], keys, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": about["issuer"]},
                "aud": {"essential": True, "value": self.client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
            },
            {
                "nonce": nonce,
                "client_id": self.client_id,
                "access_token": answer.get("access_token"),
            },
        )
        claims.validate(leeway=_CLOCKS)
        return dict(claims)

    async def _read_keys(
        self, client: AsyncOAuth2Client, about: Mapping[str, Any], oldest: float
    ) -> KeySet:
        """Return the provider's keys, as they were `oldest` seconds ago at the most."""
        if self._keys is None or time.monotonic() > self._keys_at + oldest:
            found: Any = await _document(client, about["jwks_uri"])
            self._keys, self._keys_at = KeySet.import_key_set(found), time.monotonic()
        return self._keys

    async def _user_info(
        self, client: AsyncOAuth2Client, about: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return what else the provider knows, where the token holds no e-mail address."""
        if "email" in claims or "userinfo_endpoint" not in about:
            return {}
        found = await _document(client, about["userinfo_endpoint"], withhold_token=False)
        if found.get("sub") != claims["sub"]:
            raise Refused("it spoke of somebody else")
        return found


async def _document(
    client: AsyncOAuth2Client, address: str, withhold_token: bool = True
) -> dict[str, Any]:
    answer = await client.request("GET", address, withhold_token=withhold_token)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise Refused(f"no JSON object at {address}")
    return found


def _identity(issuer: str, claims: Mapping[str, Any], id_token: str) -> Identity:
    subject, email = claims["sub"], claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255 or not subject.isprintable():
        raise Refused("no subject that can be kept")
    name = claims.get("name") or claims.get("preferred_username") or email
    groups = claims.get("groups")
    return Identity(
        issuer=issuer,
        subject=subject,
        email=email if isinstance(email, str) else "",
        verified=claims.get("email_verified") in (True, "true"),
        name=name if isinstance(name, str) else "",
        groups=frozenset(map(str, groups)) if isinstance(groups, list) else frozenset(),
        id_token=id_token,
    )


def provider() -> Provider | None:
    """Return the provider that the settings name, if they name one."""
    ours = settings()
    if not ours.oidc_issuer or not ours.oidc_client_id:
        return None
    return _known(ours.oidc_issuer, ours.oidc_client_id, ours.oidc_client_secret, ours.oidc_scopes)


_known = lru_cache(maxsize=1)(Provider)
