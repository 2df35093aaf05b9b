"""The first account and its workspace."""

import hmac

from mosaic.accounts import service
from mosaic.accounts.models import Setup, SignedInto
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.config import settings
from mosaic.core.errors import NotAllowed
from mosaic.core.work import work as begin
from mosaic.workspaces.models import WorkspaceCreate
from mosaic.workspaces.service import found


async def needed() -> bool:
    """Whether nobody has an account yet."""
    async with begin(DOORKEEPER) as work:
        return await service.setup_needed(work)


async def set_up(wanted: Setup, ip_address: str | None, user_agent: str) -> SignedInto:
    """Make the first account and its workspace, and sign in; Conflict ever after.

    A server that more than this machine can reach wants the token it printed at start.
    """
    if not settings().on_loopback and not _token_fits(wanted.setup_token):
        raise NotAllowed("The set-up token is printed where the server was started.")
    async with begin(DOORKEEPER) as work:
        await service.claim_setup(work)
        user = await service.create_user(work, wanted.name, wanted.email, wanted.password)
        session = await service.open_session(work, user, ip_address, user_agent)
        actor = Actor(user.id, user.name, user.email, ip_address=ip_address)
        workspace = await found(work, actor, user, WorkspaceCreate(name=wanted.workspace_name))
    return SignedInto(**session.model_dump(), workspace=workspace)


def setup_token() -> str:
    """Return the token that a server open to others prints at start."""
    return settings().secret("setup_token")


def _token_fits(token: str | None) -> bool:
    return hmac.compare_digest((token or "").encode(errors="replace"), setup_token().encode())
