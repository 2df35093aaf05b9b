"""REST of accounts: set-up, sign-in, sign-out, API tokens."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from mosaic.accounts import api_tokens, service, setup
from mosaic.accounts.models import (
    Me,
    Setup,
    SignedIn,
    SignedInto,
    SignIn,
    TokenCreate,
    TokenCreated,
    TokenPublic,
)
from mosaic.core.config import settings
from mosaic.edge import COOKIE, Public, client_address
from mosaic.edge import SignedIn as Own

router = APIRouter(tags=["Accounts"])


@router.get("/setup", dependencies=[Public])
async def read_setup() -> dict[str, bool]:
    """Whether the first account is still to be made."""
    return {"needed": await setup.needed()}


@router.post("/setup", status_code=201, dependencies=[Public])
async def set_up(wanted: Setup, request: Request, response: Response) -> SignedInto:
    """Make the first account and its workspace."""
    done = await setup.set_up(wanted, client_address(request), _agent(request))
    set_cookie(response, done)
    return done


@router.post("/auth/login", dependencies=[Public])
async def sign_in(credentials: SignIn, request: Request, response: Response) -> SignedIn:
    """Sign in with e-mail address and password."""
    done = await service.sign_in(
        credentials.email, credentials.password, client_address(request), _agent(request)
    )
    set_cookie(response, done)
    return done


@router.post("/auth/logout", status_code=204)
async def sign_out(work: Own, response: Response) -> None:
    """End this session, everywhere and at once."""
    await service.sign_out(work)
    response.delete_cookie(COOKIE, path="/")


@router.get("/auth/me")
async def read_me(work: Own) -> Me:
    """Who is signed in, and where they belong."""
    return await service.get_me(work)


@router.get("/auth/tokens")
async def list_tokens(work: Own) -> list[TokenPublic]:
    """The caller's API tokens, without their secrets."""
    return await api_tokens.list_tokens(work)


@router.post("/auth/tokens", status_code=201)
async def create_token(work: Own, wanted: TokenCreate) -> TokenCreated:
    """Make an API token; its secret is in this answer and never again."""
    return await api_tokens.create_token(work, wanted)


@router.delete("/auth/tokens/{token_id}", status_code=204)
async def revoke_token(work: Own, token_id: UUID) -> None:
    """End an API token."""
    await api_tokens.revoke_token(work, token_id)


def set_cookie(response: Response, session: SignedIn) -> None:
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


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
