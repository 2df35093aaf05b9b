"""REST of accounts: set-up, sign-in, sign-out, API tokens."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from mosaic.accounts import api_tokens, profile, service, setup
from mosaic.accounts.models import (
    Me,
    PasswordChange,
    SessionPublic,
    Setup,
    SignedIn,
    SignedInto,
    SignIn,
    TokenCreate,
    TokenCreated,
    TokenPublic,
    UserPublic,
    UserUpdate,
)
from mosaic.core.pagination import Page, cut
from mosaic.edge import COOKIE, Caller, Paging, Public, client_address, set_cookie
from mosaic.edge import SignedIn as Own

router = APIRouter(tags=["Accounts"])


@router.get("/setup", dependencies=[Public])
async def read_setup() -> dict[str, bool]:
    """Whether the first account is still to be made."""
    return {"needed": await setup.needed()}


@router.post("/setup", status_code=201, dependencies=[Public], responses={403: {}})
async def set_up(wanted: Setup, request: Request, response: Response) -> SignedInto:
    """Make the first account and its workspace."""
    done = await setup.set_up(
        wanted, client_address(request), request.headers.get("host"), _agent(request)
    )
    set_cookie(response, done)
    return done


@router.post("/auth/login", dependencies=[Public], responses={401: {}, 429: {}})
async def sign_in(credentials: SignIn, request: Request, response: Response) -> SignedIn:
    """Sign in with e-mail address and password, and a code where there is a second factor."""
    done = await service.sign_in(
        credentials.email,
        credentials.password,
        credentials.code,
        client_address(request),
        _agent(request),
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


@router.patch("/auth/me")
@router.put("/auth/me", include_in_schema=False)
async def update_me(work: Own, change: UserUpdate) -> UserPublic:
    """Change the caller's own name."""
    return await profile.rename_user(work, change.name)


@router.put("/auth/password", status_code=204, responses={429: {}})
async def change_password(actor: Caller, change: PasswordChange) -> None:
    """Change the caller's password; every other session ends."""
    await profile.change_password(actor, change)


@router.get("/auth/sessions")
async def list_sessions(work: Own, query: Paging) -> Page[SessionPublic]:
    """Where the caller is signed in."""
    return cut(await profile.list_sessions(work), query)


@router.delete("/auth/sessions/{session_id}", status_code=204)
async def end_session(work: Own, session_id: UUID) -> None:
    """End one of the caller's sessions, everywhere and at once."""
    await profile.end_session(work, session_id)


@router.get("/auth/tokens")
async def list_tokens(work: Own, query: Paging) -> Page[TokenPublic]:
    """The caller's API tokens, without their secrets."""
    return cut(await api_tokens.list_tokens(work), query)


@router.post("/auth/tokens", status_code=201)
async def create_token(work: Own, wanted: TokenCreate) -> TokenCreated:
    """Make an API token; its secret is in this answer and never again."""
    return await api_tokens.create_token(work, wanted)


@router.delete("/auth/tokens/{token_id}", status_code=204)
async def revoke_token(work: Own, token_id: UUID) -> None:
    """End an API token."""
    await api_tokens.revoke_token(work, token_id)


def _agent(request: Request) -> str:
    return request.headers.get("user-agent", "")
