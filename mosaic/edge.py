"""The REST edge: who calls, in which workspace; one transaction a request."""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Query, Request, Response, Security
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyCookie, HTTPBearer

from mosaic.accounts import service as accounts
from mosaic.accounts.models import SignedIn as FreshSession
from mosaic.core.actor import Actor
from mosaic.core.clock import ZONE, now_in
from mosaic.core.config import settings
from mosaic.core.errors import NotAllowed, NotSignedIn
from mosaic.core.pagination import PageQuery
from mosaic.core.work import Work
from mosaic.core.work import work as begin
from mosaic.jobs import idempotency
from mosaic.workspaces import service as workspaces

T = TypeVar("T")
COOKIE = "mosaic_session"
Paging = Annotated[PageQuery, Query()]
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def client_address(request: Request) -> str | None:
    """Return the network address of the caller."""
    return request.client.host if request.client else None


def public(request: Request) -> None:
    """Mark a route that anybody may call; every other one has an actor."""
    _same_origin(request)


Public = Depends(public)


async def maybe_caller(request: Request) -> Actor | None:
    """Return who calls, or None when no sign-in was sent or the browser's has ended.

    Raises NotSignedIn for a token that is worth nothing.
    """
    token = _bearer(request)
    if token:
        return await accounts.authenticate(token, client_address(request))
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    _same_origin(request)
    with suppress(NotSignedIn):
        return await accounts.authenticate(cookie, client_address(request))
    return None


_token = HTTPBearer(auto_error=False, description="A session token, or an API token (`mos_…`)")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The browser's session")


async def caller(
    request: Request,
    actor: Annotated[Actor | None, Depends(maybe_caller)],
    _by_token: Annotated[object, Security(_token)],
    _by_cookie: Annotated[object, Security(_cookie)],
) -> Actor:
    """Return who calls. Raises NotSignedIn, and NotAllowed for a reading token that writes."""
    if actor is None:
        raise NotSignedIn
    if request.method not in _READING and "write" not in actor.scopes:
        raise NotAllowed("This token can only read.")
    return actor


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _same_origin(request: Request) -> None:
    # A browser adds the cookie by itself, whoever asks; a bearer token is added by its owner.
    origin = request.headers.get("origin")
    if request.method in _READING or origin is None or COOKIE not in request.cookies:
        return
    own = {_origin(settings().app_url), _origin(str(request.base_url))}
    if not _bearer(request) and _origin(origin) not in own:
        raise NotAllowed("This change was asked for by another site, so it was left alone.")


def _origin(address: str) -> str:
    return "/".join(address.lower().split("/", 3)[:3])


def set_cookie(response: Response, session: FreshSession) -> None:
    """Hand the browser its session: HttpOnly, so that no script can read it."""
    response.set_cookie(
        COOKIE,
        session.token,
        expires=session.expires_at,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings().app_url.startswith("https:"),
    )


MaybeCaller = Annotated[Actor | None, Depends(maybe_caller)]
Caller = Annotated[Actor, Depends(caller)]


async def signed_in(actor: Caller) -> AsyncIterator[Work]:
    """Open the transaction of a request about the caller's own account."""
    async with begin(actor) as work:
        yield work


async def workspace_ref(
    actor: Caller,
    header: Annotated[str | None, Header(alias="X-Workspace-Id", max_length=100)] = None,
    query: Annotated[str | None, Query(alias="workspaceId", max_length=100)] = None,
) -> str:
    """Return the workspace that header or query names, or the caller's only one."""
    return await workspaces.resolve(actor, header or query)


WorkspaceRef = Annotated[str, Depends(workspace_ref)]


async def in_workspace(
    actor: Caller, workspace: WorkspaceRef, request: Request
) -> AsyncIterator[Work]:
    """Open the transaction of a request in the workspace that header or query names."""
    async with begin(actor, workspace) as work:
        work.today = now_in(request.cookies.get(ZONE, "")).date()
        yield work


async def in_workspace_of_path(actor: Caller, workspace: str) -> AsyncIterator[Work]:
    """Open the transaction of a request in the workspace that the path names."""
    async with begin(actor, workspace) as work:
        yield work


# `scope="function"`: the commit comes before the answer, so what was answered is kept.
SignedIn = Annotated[Work, Depends(signed_in, scope="function")]
InWorkspace = Annotated[Work, Depends(in_workspace, scope="function")]
InWorkspaceOfPath = Annotated[Work, Depends(in_workspace_of_path, scope="function")]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="The same key with the same request gives the same answer, for 24 hours",
    ),
]


class Repeated(Exception):
    """The request was answered before."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer


@dataclass
class Claim:
    """The right to do what a key stands for, in this transaction."""

    work: Work
    key: str | None

    async def keep(self, answer: T, status: int = 201) -> T:
        """Keep the answer for whoever asks again, and return it."""
        if self.key:
            kept = {"status": status, "body": jsonable_encoder(answer)}
            await idempotency.keep(self.work, self.key, kept)
        return answer


async def claim(work: Work, key: str | None, *parts: bytes) -> Claim:
    """Claim a key for the request that `parts` tell. Raises Repeated when it was answered."""
    if key and (answer := await idempotency.begin(work, key, idempotency.digest(*parts))):
        raise Repeated(answer)
    return Claim(work, key)


async def once(work: InWorkspace, request: Request, key: IdempotencyKey = None) -> Claim:
    """Claim the key of a request, if it has one."""
    path = request.url.path.removeprefix("/api")
    return await claim(work, key, path.encode(), await request.body())


Once = Annotated[Claim, Depends(once, scope="function")]


async def repeated(request: Request, exc: Exception) -> JSONResponse:
    """Answer as the first time, for a request with an Idempotency-Key that is sent again."""
    assert isinstance(exc, Repeated)
    headers = {"Idempotent-Replayed": "true"}
    return JSONResponse(exc.answer["body"], exc.answer["status"], headers)
