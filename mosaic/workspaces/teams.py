"""Teams: named groups of a workspace's members. ADMIN makes them, everybody sees them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict, NotFound
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work
from mosaic.workspaces.models import Member, Team, TeamMember, TeamPublic, TeamWrite


async def list_teams(work: Work) -> list[TeamPublic]:
    """Return the teams by name, each with the ids of its members."""
    member_ids = func.array_agg(col(TeamMember.user_id))
    rows = await work.session.execute(
        select(Team, member_ids.filter(col(TeamMember.user_id).is_not(None)))
        .outerjoin(TeamMember, col(TeamMember.team_id) == col(Team.id))
        .group_by(col(Team.id))
        .order_by(func.lower(col(Team.name)))
    )
    return [_public(team, ids or []) for team, ids in rows]


async def create_team(work: Work, wanted: TeamWrite) -> TeamPublic:
    """Make a team. Conflict when the name is taken."""
    work.require(Role.ADMIN)
    team = Team(id=new_id(), workspace_id=work.tenant, name=wanted.name)
    work.session.add(team)
    await _flush_name(work)
    _noted(work, "CREATED", team)
    return _public(team, [])


async def rename_team(work: Work, team_id: UUID, change: TeamWrite) -> TeamPublic:
    """Give a team another name. Conflict when it is taken."""
    work.require(Role.ADMIN)
    team = await _get(work, team_id)
    team.name = change.name
    await _flush_name(work)
    _noted(work, "UPDATED", team)
    return await _with_members(work, team)


async def delete_team(work: Work, team_id: UUID) -> None:
    """Remove a team; its members stay in the workspace."""
    work.require(Role.ADMIN)
    team = await _get(work, team_id)
    _noted(work, "DELETED", team)
    await work.session.delete(team)


async def add_to_team(work: Work, team_id: UUID, user_id: UUID) -> TeamPublic:
    """Put a member into a team; twice is the same as once."""
    work.require(Role.ADMIN)
    team = await _get(work, team_id)
    if await work.session.get(Member, (work.tenant, user_id)) is None:
        raise NotFound("There is no such member here.")
    row = {"workspace_id": work.tenant, "team_id": team_id, "user_id": user_id}
    await work.session.execute(insert(TeamMember).values(row).on_conflict_do_nothing())
    _noted(work, "UPDATED", team)
    return await _with_members(work, team)


async def take_from_team(work: Work, team_id: UUID, user_id: UUID) -> None:
    """Take a member out of a team. NotFound when they are not in it."""
    work.require(Role.ADMIN)
    team = await _get(work, team_id)
    gone = await work.session.execute(
        delete(TeamMember)
        .where(col(TeamMember.team_id) == team_id, col(TeamMember.user_id) == user_id)
        .returning(col(TeamMember.user_id))
    )
    if gone.one_or_none() is None:
        raise NotFound("There is no such member in this team.")
    _noted(work, "UPDATED", team)


async def _get(work: Work, team_id: UUID) -> Team:
    team = await work.session.get(Team, team_id, with_for_update=True)
    if team is None:
        raise NotFound("There is no such team here.")
    return team


async def _flush_name(work: Work) -> None:
    try:
        await work.session.flush()
    except IntegrityError:
        raise Conflict("A team with this name is here already.") from None


async def _with_members(work: Work, team: Team) -> TeamPublic:
    ids = await work.session.scalars(
        select(col(TeamMember.user_id)).where(col(TeamMember.team_id) == team.id)
    )
    return _public(team, ids.all())


def _noted(work: Work, action: str, team: Team) -> None:
    activity.record(work, action, "team", team.id, team.name)
    work.changed("workspace")


def _public(team: Team, ids: Sequence[UUID]) -> TeamPublic:
    return TeamPublic(
        id=team.id, name=team.name, member_ids=sorted(ids), created_at=team.created_at
    )
