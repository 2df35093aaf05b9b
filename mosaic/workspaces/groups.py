"""Memberships that follow the groups which a sign-in service knows somebody in."""

from collections.abc import Iterable
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.activity import service as activity
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.config import settings
from mosaic.core.errors import Conflict
from mosaic.core.work import Role, admit
from mosaic.core.work import work as begin
from mosaic.workspaces.members import remove_member, settle_role
from mosaic.workspaces.models import Member, Workspace


async def follow_groups(user: User, groups: Iterable[str], ip_address: str | None) -> None:
    """Let the memberships that come from groups be as `OIDC_GROUP_MAP` says; all others stay.

    Of several groups the highest role counts. The last owner of a workspace stays one.
    """
    mapped = settings().oidc_group_map
    if not mapped:
        return
    wanted: dict[str, Role] = {}
    for group in mapped.keys() & set(groups):
        slug, role = mapped[group].rsplit(":", 1)
        wanted[slug] = max(Role[role], wanted.get(slug, Role.GUEST))
    slugs = {place.rsplit(":", 1)[0] for place in mapped.values()}
    actor = Actor(user.id, user.name, user.email, ip_address=ip_address)
    async with begin(DOORKEEPER) as work:
        rows = await work.session.execute(
            select(col(Workspace.id), col(Workspace.slug), col(Member.role), col(Member.by_group))
            .outerjoin(
                Member,
                (col(Member.workspace_id) == col(Workspace.id)) & (col(Member.user_id) == user.id),
            )
            .where(col(Workspace.slug).in_(slugs))
        )
        places = rows.all()
    for id, slug, role, by_group in places:
        now = wanted.get(slug)
        if role is None and now is not None:
            await _join(actor, id, now)
        elif by_group and now is None:
            await _leave(actor, id)
        elif by_group and now is not None and now.name != role:
            await _become(actor, id, now)


async def _join(actor: Actor, workspace: UUID, role: Role) -> None:
    async with begin(DOORKEEPER) as work:
        member = {"workspace_id": workspace, "user_id": actor.user_id, "role": role.name}
        joining = upsert(Member).values(**member, by_group=True).on_conflict_do_nothing()
        done = await work.session.scalar(joining.returning(col(Member.role)))
        if done is None:  # by another sign-in of the same moment
            return
        await admit(work, actor, workspace)
        activity.record(work, "JOINED", "member", actor.user_id, actor.name, {"role": role.name})
        work.changed("workspace")


async def _leave(actor: Actor, workspace: UUID) -> None:
    with suppress(Conflict):  # for the last owner
        async with begin(actor, workspace) as work:
            await remove_member(work, work.user_id)


async def _become(actor: Actor, workspace: UUID, role: Role) -> None:
    with suppress(Conflict):
        async with begin(actor, workspace) as work:
            await settle_role(work, work.user_id, role.name)
