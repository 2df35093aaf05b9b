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


def wants_token(ip_address: str | None, host: str | None) -> bool:
    """Whether somebody has to know the token that was printed at start: who may not be on this
    machine. Through a proxy others ask from here, for another host.
    """
    ours = settings()
    if ours.for_this_machine:
        return False
    return not (ours.on_loopback and ours.asked_here(ip_address, host))


async def set_up(
    wanted: Setup, ip_address: str | None, host: str | None, user_agent: str
) -> SignedInto:
    """Make the first account and its workspace, and sign in; Conflict ever after.

    Raises NotAllowed without the token where it is wanted.
    """
    if wants_token(ip_address, host) and not _token_fits(wanted.setup_token):
        raise NotAllowed("The set-up token is printed where the server was started.")
    async with begin(DOORKEEPER) as work:
        await service.claim_setup(work)
        user = await service.create_user(work, wanted.name, wanted.email, wanted.password)
        session = await service.enter(work, user, "SETUP", ip_address, user_agent)
        actor = Actor(user.id, user.name, user.email, ip_address=ip_address)
        workspace = await found(work, actor, user, WorkspaceCreate(name=wanted.workspace_name))
    return SignedInto(**session.model_dump(), workspace=workspace)


def setup_token() -> str:
    """Return the token that a server open to others prints at start."""
    return settings().secret("setup_token")


def _token_fits(token: str | None) -> bool:
    return hmac.compare_digest((token or "").encode(errors="replace"), setup_token().encode())
