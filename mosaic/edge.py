"""The REST edge: who calls, in which workspace; one transaction a request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from mosaic.accounts import service as accounts
from mosaic.core.actor import Actor
from mosaic.core.config import settings
from mosaic.core.errors import NotAllowed, NotSignedIn
from mosaic.core.work import Work
from mosaic.core.work import work as begin
from mosaic.workspaces import service as workspaces

COOKIE = "mosaic_session"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def client_address(request: Request) -> str | None:
    """Return the network address of the caller."""
    return request.client.host if request.client else None


def public() -> None:
    """Mark a route that anybody may call; every other one has an actor."""


Public = Depends(public)


async def maybe_caller(request: Request) -> Actor | None:
    """Return who calls, or None when no sign-in was sent."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(COOKIE)
    if scheme.lower() == "bearer" and token.strip():
        return await accounts.authenticate(token.strip(), client_address(request))
    if not cookie:
        return None
    _same_origin(request)
    return await accounts.authenticate(cookie, client_address(request))


async def caller(request: Request, actor: Annotated[Actor | None, Depends(maybe_caller)]) -> Actor:
    """Return who calls. Raises NotSignedIn, and NotAllowed for a reading token that writes."""
    if actor is None:
        raise NotSignedIn
    if request.method not in _READING and "write" not in actor.scopes:
        raise NotAllowed("This token can only read.")
    return actor


def _same_origin(request: Request) -> None:
    origin = request.headers.get("origin")
    if request.method in _READING or origin is None:
        return
    own = {settings().app_url, f"{request.url.scheme}://{request.headers.get('host', '')}"}
    if origin.rstrip("/") not in own:
        raise NotAllowed("This change was asked for by another site, so it was left alone.")


MaybeCaller = Annotated[Actor | None, Depends(maybe_caller)]
Caller = Annotated[Actor, Depends(caller)]


async def signed_in(actor: Caller) -> AsyncIterator[Work]:
    """Open the transaction of a request about the caller's own account."""
    async with begin(actor) as work:
        yield work


async def in_workspace(
    actor: Caller,
    header: Annotated[str | None, Header(alias="X-Workspace-Id", max_length=100)] = None,
    query: Annotated[str | None, Query(alias="workspaceId", max_length=100)] = None,
) -> AsyncIterator[Work]:
    """Open the transaction of a request in the workspace that header or query names."""
    async with begin(actor, await workspaces.resolve(actor, header or query)) as work:
        yield work


async def in_workspace_of_path(actor: Caller, workspace: str) -> AsyncIterator[Work]:
    """Open the transaction of a request in the workspace that the path names."""
    async with begin(actor, workspace) as work:
        yield work


# `scope="function"`: the commit comes before the answer, so what was answered is kept.
SignedIn = Annotated[Work, Depends(signed_in, scope="function")]
InWorkspace = Annotated[Work, Depends(in_workspace, scope="function")]
InWorkspaceOfPath = Annotated[Work, Depends(in_workspace_of_path, scope="function")]
