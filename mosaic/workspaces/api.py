"""REST of workspaces, members, invitations and teams."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from mosaic.accounts.models import SignedInto, WorkspaceRef
from mosaic.accounts.service import list_own_workspaces
from mosaic.core.pagination import Page, cut
from mosaic.edge import (
    Caller,
    InWorkspaceOfPath,
    MaybeCaller,
    Paging,
    Public,
    SignedIn,
    client_address,
    set_cookie,
)
from mosaic.workspaces import invitations, members, service, teams
from mosaic.workspaces.models import (
    Acceptance,
    InvitationCreate,
    InvitationCreated,
    InvitationOpened,
    InvitationPublic,
    MemberCreate,
    MemberPublic,
    MemberUpdate,
    TeamPublic,
    TeamWrite,
    WorkspaceCreate,
    WorkspacePublic,
    WorkspaceUpdate,
)

router = APIRouter(prefix="/workspaces", tags=["Workspaces"])
invited = APIRouter(prefix="/invitations", tags=["Workspaces"])


@router.get("")
async def list_workspaces(work: SignedIn, query: Paging) -> Page[WorkspaceRef]:
    """The workspaces the caller belongs to."""
    return cut(await list_own_workspaces(work), query)


@router.post("", status_code=201)
async def create_workspace(actor: Caller, wanted: WorkspaceCreate) -> WorkspacePublic:
    """Make a workspace; the caller owns it."""
    return await service.create_workspace(actor, wanted)


@router.get("/{workspace}")
async def read_workspace(work: InWorkspaceOfPath) -> WorkspacePublic:
    """One workspace."""
    return await service.get_workspace(work)


@router.patch("/{workspace}")
@router.put("/{workspace}", include_in_schema=False)
async def update_workspace(work: InWorkspaceOfPath, change: WorkspaceUpdate) -> WorkspacePublic:
    """Rename a workspace or move it to another address."""
    return await service.update_workspace(work, change)


@router.delete("/{workspace}", status_code=204)
async def delete_workspace(work: InWorkspaceOfPath) -> None:
    """Remove a workspace and everything in it."""
    await service.delete_workspace(work)


@router.get("/{workspace}/members")
async def list_members(work: InWorkspaceOfPath, query: Paging) -> Page[MemberPublic]:
    """Everybody in the workspace."""
    return cut(await members.list_members(work), query)


@router.post("/{workspace}/members", status_code=201)
async def add_member(work: InWorkspaceOfPath, wanted: MemberCreate) -> MemberPublic:
    """Add somebody who has an account."""
    return await members.add_member(work, wanted)


@router.patch("/{workspace}/members/{user_id}")
@router.put("/{workspace}/members/{user_id}", include_in_schema=False)
async def change_role(work: InWorkspaceOfPath, user_id: UUID, change: MemberUpdate) -> MemberPublic:
    """Give a member another role."""
    return await members.change_role(work, user_id, change.role)


@router.delete("/{workspace}/members/{user_id}", status_code=204)
async def remove_member(work: InWorkspaceOfPath, user_id: UUID) -> None:
    """Take a member out, or leave."""
    await members.remove_member(work, user_id)


@router.get("/{workspace}/invitations")
async def list_invitations(work: InWorkspaceOfPath, query: Paging) -> Page[InvitationPublic]:
    """Invitations that wait for an answer."""
    return cut(await invitations.list_invitations(work), query)


@router.post("/{workspace}/invitations", status_code=201)
async def invite(work: InWorkspaceOfPath, wanted: InvitationCreate) -> InvitationCreated:
    """Make an invitation; its link is in this answer and never again."""
    return await invitations.invite(work, wanted)


@router.delete("/{workspace}/invitations/{invitation_id}", status_code=204)
async def revoke_invitation(work: InWorkspaceOfPath, invitation_id: UUID) -> None:
    """End an invitation."""
    await invitations.revoke(work, invitation_id)


@router.get("/{workspace}/teams")
async def list_teams(work: InWorkspaceOfPath, query: Paging) -> Page[TeamPublic]:
    """The teams of the workspace."""
    return cut(await teams.list_teams(work), query)


@router.post("/{workspace}/teams", status_code=201)
async def create_team(work: InWorkspaceOfPath, wanted: TeamWrite) -> TeamPublic:
    """Make a team."""
    return await teams.create_team(work, wanted)


@router.patch("/{workspace}/teams/{team_id}")
@router.put("/{workspace}/teams/{team_id}", include_in_schema=False)
async def rename_team(work: InWorkspaceOfPath, team_id: UUID, change: TeamWrite) -> TeamPublic:
    """Give a team another name."""
    return await teams.rename_team(work, team_id, change)


@router.delete("/{workspace}/teams/{team_id}", status_code=204)
async def delete_team(work: InWorkspaceOfPath, team_id: UUID) -> None:
    """Remove a team."""
    await teams.delete_team(work, team_id)


@router.put("/{workspace}/teams/{team_id}/members/{user_id}")
async def add_to_team(work: InWorkspaceOfPath, team_id: UUID, user_id: UUID) -> TeamPublic:
    """Put a member into a team."""
    return await teams.add_to_team(work, team_id, user_id)


@router.delete("/{workspace}/teams/{team_id}/members/{user_id}", status_code=204)
async def take_from_team(work: InWorkspaceOfPath, team_id: UUID, user_id: UUID) -> None:
    """Take a member out of a team."""
    await teams.take_from_team(work, team_id, user_id)


@invited.get("/{token}", dependencies=[Public], responses={410: {}})
async def open_invitation(token: str) -> InvitationOpened:
    """Who invites where, as what."""
    return await invitations.open_invitation(token)


@invited.post(
    "/{token}/acceptance",
    status_code=201,
    dependencies=[Public],
    responses={401: {}, 403: {}, 410: {}},
)
async def accept_invitation(
    token: str,
    actor: MaybeCaller,
    request: Request,
    response: Response,
    answer: Acceptance | None = None,
) -> SignedInto:
    """Join, with a new account or as who is signed in."""
    agent = request.headers.get("user-agent", "")
    said = answer or Acceptance()
    done = await invitations.accept(token, actor, said, client_address(request), agent)
    set_cookie(response, done)
    return done
