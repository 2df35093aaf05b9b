"""Invitations by link: made and revoked by admins, opened and accepted by whoever has the link."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from mosaic.accounts import service as accounts
from mosaic.accounts import tokens
from mosaic.accounts.models import SignedInto, User, WorkspaceRef
from mosaic.activity import service as activity
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.config import settings
from mosaic.core.errors import Conflict, Gone, Invalid, NotAllowed, NotFound, NotSignedIn
from mosaic.core.ids import new_id
from mosaic.core.work import Work, admit
from mosaic.core.work import work as begin
from mosaic.workspaces.members import may_grant
from mosaic.workspaces.models import (
    Acceptance,
    Invitation,
    InvitationCreate,
    InvitationCreated,
    InvitationOpened,
    InvitationPublic,
    Member,
    Workspace,
)

_LASTS = timedelta(days=7)
_waiting = (col(Invitation.accepted_at).is_(None), col(Invitation.revoked_at).is_(None))


async def invite(work: Work, wanted: InvitationCreate) -> InvitationCreated:
    """Make an invitation; the link in the answer is shown this once. ADMIN."""
    may_grant(work, wanted.role)
    secret = tokens.new_secret()
    row = Invitation(
        id=new_id(),
        workspace_id=work.tenant,
        email=wanted.email,
        role=wanted.role,
        secret_hash=tokens.digest(secret),
        invited_by=work.user_id,
        expires_at=datetime.now(UTC) + _LASTS,
    )
    work.session.add(row)
    await work.session.flush()
    activity.record(work, "INVITED", "invitation", row.id, row.email, {"role": row.role})
    work.changed("workspace")
    url = f"{settings().app_url}/invitations/{secret}"
    return InvitationCreated(**InvitationPublic.model_validate(row).model_dump(), url=url)


async def list_invitations(work: Work) -> list[InvitationPublic]:
    """Return the invitations that wait for an answer, newest first. ADMIN."""
    may_grant(work, "MEMBER")
    rows = await work.session.scalars(
        select(Invitation)
        .where(*_waiting, col(Invitation.expires_at) > func.now())
        .order_by(col(Invitation.id).desc())
    )
    return [InvitationPublic.model_validate(row) for row in rows]


async def revoke(work: Work, invitation_id: UUID) -> None:
    """End an invitation. ADMIN. NotFound when it does not wait here."""
    may_grant(work, "MEMBER")
    row = (
        await work.session.scalars(
            select(Invitation)
            .where(col(Invitation.id) == invitation_id, *_waiting)
            .with_for_update()
        )
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such invitation here.")
    row.revoked_at = datetime.now(UTC)
    activity.record(work, "REVOKED", "invitation", row.id, row.email)
    work.changed("workspace")


async def open_invitation(secret: str) -> InvitationOpened:
    """Return who invites where, as what. NotFound for no invitation, Gone for one that ended."""
    async with begin(DOORKEEPER) as work:
        row = await _get(work, secret)
        workspace = await work.session.get_one(Workspace, row.workspace_id)
        host = await accounts.get_user(work, row.invited_by)
        account = await accounts.get_user_by_email(work, row.email)
        return InvitationOpened(
            workspace=workspace.name,
            invited_by=host.name if host else "Somebody who has left",
            email=row.email,
            role=row.role,
            expires_at=row.expires_at,
            has_account=account is not None,
        )


async def accept(
    secret: str,
    actor: Actor | None,
    answer: Acceptance,
    ip_address: str | None = None,
    user_agent: str = "",
) -> SignedInto:
    """Join: as `actor` when somebody is signed in, else with a new account.

    An API token cannot, as the answer holds a session. Raises Gone when the invitation was used,
    revoked or has expired; two who accept at once get one membership.
    """
    if actor is not None and actor.kind == "token":
        raise NotAllowed("Invitations are accepted by somebody who is signed in.")
    async with begin(DOORKEEPER) as work:
        row = await _get(work, secret, for_update=True)
        user = await _whoever(work, actor, answer)
        if await work.session.get(Member, (row.workspace_id, user.id)):
            raise Conflict("You are a member of this workspace already.")
        work.session.add(Member(workspace_id=row.workspace_id, user_id=user.id, role=row.role))
        row.accepted_at = datetime.now(UTC)
        signed_in = await accounts.enter(work, user, "INVITATION", ip_address, user_agent)
        await work.session.flush()
        newcomer = actor or Actor(user.id, user.name, user.email, ip_address=ip_address)
        await admit(work, newcomer, row.workspace_id)
        activity.record(work, "JOINED", "member", user.id, user.name, {"role": row.role})
        work.changed("workspace")
        ref = WorkspaceRef(
            id=row.workspace_id,
            slug=work.workspace_slug,
            name=work.workspace_name,
            role=work.role.name,
        )
        return SignedInto(**signed_in.model_dump(), workspace=ref)


async def _whoever(work: Work, actor: Actor | None, answer: Acceptance) -> User:
    if actor is not None:
        user = await accounts.get_user(work, actor.user_id)
        if user is not None:
            return user
    if not settings().local_sign_in:
        raise NotSignedIn("Sign in first; the invitation is accepted afterwards.")
    if not (answer.name and answer.email and answer.password):
        field = "name" if not answer.name else "email" if not answer.email else "password"
        raise Invalid("Name, e-mail address and password make an account.", field)
    return await accounts.create_user(work, answer.name, answer.email, answer.password)


async def _get(work: Work, secret: str, for_update: bool = False) -> Invitation:
    query = select(Invitation).where(col(Invitation.secret_hash) == tokens.digest(secret))
    query = query.with_for_update() if for_update else query
    row = (await work.session.scalars(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such invitation. Ask for a new link.")
    if row.accepted_at or row.revoked_at or row.expires_at < datetime.now(UTC):
        raise Gone("This invitation has ended. Whoever sent it can make a new one.")
    return row
