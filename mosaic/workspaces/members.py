"""Who belongs to a workspace, and as what. A workspace always keeps an owner."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.accounts.service import get_user_by_email
from mosaic.activity import service as activity
from mosaic.core.errors import Conflict, NotAllowed, NotFound
from mosaic.core.work import Role, Work, at_the_door
from mosaic.workspaces.models import Invitation, Member, MemberCreate, MemberPublic, Workspace


async def list_members(work: Work) -> list[MemberPublic]:
    """Return everybody in the workspace, by name."""
    rows = await work.session.execute(
        select(Member, User)
        .join(User, col(User.id) == col(Member.user_id))
        .where(col(Member.workspace_id) == work.tenant)
        .order_by(func.lower(col(User.name)), col(User.id))
    )
    return [_public(member, user) for member, user in rows]


async def add_member(work: Work, wanted: MemberCreate) -> MemberPublic:
    """Add somebody who has an account. ADMIN. NotFound when nobody has it, Conflict when inside."""
    may_grant(work, wanted.role)
    async with at_the_door(work) as door:
        user = await get_user_by_email(door, wanted.email)
    if user is None:
        raise NotFound("Nobody here has this account. An invitation lets them join.")
    return await join(work, user, wanted.role, by_admin=True)


async def join(work: Work, user: User, role: str, by_admin: bool = False) -> MemberPublic:
    """Make `user` a member; the caller has checked that this may be.

    `by_admin`: anybody can do so to anybody, in a workspace of their own. So its administrators
    do not see the sign-ins of somebody who did not ask for it.
    """
    name = user.name
    member = Member(workspace_id=work.tenant, user_id=user.id, role=role, by_admin=by_admin)
    work.session.add(member)
    try:
        await work.session.flush()
    except IntegrityError:
        raise Conflict(f"{name} is a member already.") from None
    activity.record(work, "JOINED", "member", user.id, user.name, {"role": role})
    work.changed("workspace")
    return _public(member, user)


async def change_role(work: Work, user_id: UUID, role: str) -> MemberPublic:
    """Give a member another role. ADMIN; only an OWNER makes or unmakes owners."""
    may_grant(work, role)
    member, _ = await _get(work, user_id)
    may_grant(work, member.role)
    return await settle_role(work, user_id, role)


async def settle_role(work: Work, user_id: UUID, role: str) -> MemberPublic:
    """Give a member another role; the caller has checked that this may be.

    NotFound when there is no such member, Conflict for the last owner.
    """
    member, user = await _get(work, user_id)
    if member.role == Role.OWNER.name != role:
        await _keep_an_owner(work, member)
    member.role = role
    await _end_invitations(work, user_id, Role[role])
    activity.record(work, "UPDATED", "member", user.id, user.name, {"role": role})
    work.changed("workspace")
    return _public(member, user)


async def remove_member(work: Work, user_id: UUID) -> None:
    """Take a member out: oneself always, others as ADMIN. Conflict for the last owner."""
    member, user = await _get(work, user_id)
    if user_id == work.user_id:
        work.require(Role.GUEST)
    else:
        may_grant(work, member.role)
    if member.role == Role.OWNER.name:
        await _keep_an_owner(work, member)
    await _end_invitations(work, user_id, None)
    activity.record(work, "REMOVED", "member", user.id, user.name)
    work.changed("workspace")
    await work.session.flush()
    await work.session.delete(member)


def may_grant(work: Work, role: str) -> None:
    """Raise NotAllowed unless the actor may give or take `role`: ADMIN, and OWNER for OWNER."""
    work.require(Role.ADMIN)
    if role == Role.OWNER.name and work.role is not Role.OWNER:
        raise NotAllowed("Only an owner can make somebody an owner, or change one.")


async def _end_invitations(work: Work, host: UUID, role: Role | None) -> None:
    """End what somebody has offered that they may offer no more; else they could let themselves in.

    `role` is what they are from now on, if anything.
    """
    beyond = [one.name for one in Role if role is None or role < max(Role.ADMIN, one)]
    waiting = await work.session.scalars(
        select(Invitation)
        .where(
            col(Invitation.invited_by) == host,
            col(Invitation.role).in_(beyond),
            col(Invitation.accepted_at).is_(None),
            col(Invitation.revoked_at).is_(None),
        )
        .with_for_update()
    )
    for row in waiting:
        row.revoked_at = datetime.now(UTC)
        activity.record(work, "REVOKED", "invitation", row.id, row.email)


async def _keep_an_owner(work: Work, leaving: Member) -> None:
    # The lock makes two owners who leave at once take turns; the second finds itself the last.
    await work.session.execute(
        select(col(Workspace.id)).where(col(Workspace.id) == work.tenant).with_for_update()
    )
    others = await work.session.scalar(
        select(func.count())
        .select_from(Member)
        .where(
            col(Member.workspace_id) == work.tenant,
            col(Member.role) == Role.OWNER.name,
            col(Member.user_id) != leaving.user_id,
        )
    )
    if not others:
        raise Conflict("A workspace keeps at least one owner. Make somebody else an owner first.")


async def _get(work: Work, user_id: UUID) -> tuple[Member, User]:
    found = await work.session.execute(
        select(Member, User)
        .join(User, col(User.id) == col(Member.user_id))
        .where(col(Member.workspace_id) == work.tenant, col(Member.user_id) == user_id)
        .with_for_update(of=Member)
    )
    row = found.one_or_none()
    if row is None:
        raise NotFound("There is no such member here.")
    return row[0], row[1]


def _public(member: Member, user: User) -> MemberPublic:
    return MemberPublic(
        user_id=user.id,
        name=user.name,
        email=user.email,
        role=member.role,
        joined_at=member.joined_at,
    )
