"""An OpenID Connect provider that a test can let go wrong in any way."""

import asyncio
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.listening import loopback
from tests.waiting import until

CLIENT, SECRET = "mosaic-client", "a secret of both"
Claims = dict[str, Any]


@dataclass
class Misbehaving:
    """What the provider answers; `twist` changes the claims, `sign` makes the token of them."""

    url: str
    key: RSAKey = field(default_factory=lambda: new_key("first"))
    shown: list[RSAKey] = field(default_factory=list)
    claims: Claims = field(default_factory=dict)
    twist: Callable[[Claims], None] = lambda _: None
    sign: Callable[["Misbehaving", Claims], str] | None = None
    about: Claims = field(default_factory=dict)
    user_info: Claims = field(default_factory=dict)
    nap: float = 0.0
    status: int = 200
    asked: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, dict[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def token(self, asked: dict[str, str]) -> str:
        """Return the id token of somebody who was sent here with `asked`."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"], **self.claims}
        self.twist(claims)
        if self.sign:
            return self.sign(self, claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def application(self) -> Starlette:
        """Return its pages."""
        routes = [
            Route("/.well-known/openid-configuration", self._describe),
            Route("/keys", self._keys),
            Route("/token", self._token, methods=["POST"]),
            Route("/me", self._user_info),
        ]
        return Starlette(routes=routes)

    async def _describe(self, _: Request) -> Response:
        about = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/end",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        return await self._answer("about", {**about, **self.about})

    async def _keys(self, _: Request) -> Response:
        shown = self.shown or [self.key]
        return await self._answer("keys", KeySet(shown).as_dict(private=False))

    async def _token(self, request: Request) -> Response:
        async with request.form() as form:
            verifier = str(form["code_verifier"])
            asked = self.waiting.get(str(form["code"]), self.asked)
            fits = form["redirect_uri"] == asked["redirect_uri"]
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
        if not fits or challenge != asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        answer = {
            "access_token": "for this test",
            "token_type": "Bearer",
            "id_token": self.token(asked),
        }
        return await self._answer("token", answer)

    async def _user_info(self, _: Request) -> Response:
        return await self._answer("user", self.user_info)

    async def _answer(self, what: str, body: Claims) -> Response:
        self.calls.append(what)
        await asyncio.sleep(self.nap)
        return JSONResponse(body, self.status)

    def sent(self, address: str) -> None:
        """Note with what somebody was sent here."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.waiting[self.asked["state"]] = self.asked


def new_key(kid: str) -> RSAKey:
    """Return a fresh key to sign with."""
    return RSAKey.generate_key(2048, {"kid": kid})


@asynccontextmanager
async def providing() -> AsyncIterator[Misbehaving]:
    """Within this context a provider answers on loopback."""
    with loopback() as listener:
        found = Misbehaving(f"http://127.0.0.1:{listener.getsockname()[1]}")
        config = uvicorn.Config(found.application(), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        yield found
        server.force_exit = server.should_exit = True
        await serving


async def go(http: httpx.AsyncClient, provider: Misbehaving, after: str = "/") -> httpx.Response:
    """Begin a sign-in and come back from it."""
    begun = await http.get("/api/auth/oidc/login", params={"next": after})
    assert begun.status_code == 302, begun.text
    provider.sent(begun.headers["location"])
    back = {"state": provider.asked["state"], "code": "one"}
    return await http.get("/api/auth/oidc/callback", params=back)
