"""Workspaces and their members."""

from slugify import slugify
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from mosaic.accounts.models import User, WorkspaceRef
from mosaic.accounts.service import get_user, list_own_workspaces
from mosaic.activity import service as activity
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.errors import BadRequest, Conflict, NotFound, NotSignedIn
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work, admit
from mosaic.core.work import work as begin
from mosaic.workspaces.models import (
    Member,
    Workspace,
    WorkspaceCreate,
    WorkspacePublic,
    WorkspaceUpdate,
)


async def resolve(actor: Actor, ref: str | None) -> str:
    """Return the workspace meant by `ref`, or the actor's only one.

    Raises BadRequest with the list of slugs when there are several, NotFound when there is none.
    """
    if ref:
        return ref
    async with begin(actor) as work:
        own = await list_own_workspaces(work)
    if not own:
        raise NotFound("You are not a member of a workspace yet.")
    if len(own) > 1:
        slugs = [workspace.slug for workspace in own]
        raise BadRequest("Choose a workspace with the header X-Workspace-Id.", workspaces=slugs)
    return own[0].slug


async def found(work: Work, actor: Actor, owner: User, wanted: WorkspaceCreate) -> WorkspaceRef:
    """Make a workspace that `owner` owns, and let the doorkeeper's work go on in it.

    Raises Conflict when a slug that was asked for is taken.
    """
    slug = await _free_slug(work, wanted)
    row = Workspace(id=new_id(), slug=slug, name=wanted.name, created_by=owner.id)
    work.session.add(row)
    await work.session.flush()
    work.session.add(Member(workspace_id=row.id, user_id=owner.id, role=Role.OWNER.name))
    await work.session.flush()
    await admit(work, actor, row.id)
    activity.record(work, "CREATED", "workspace", row.id, row.name)
    return WorkspaceRef(id=row.id, slug=slug, name=row.name, role=Role.OWNER.name)


async def _free_slug(work: Work, wanted: WorkspaceCreate) -> str:
    # Serialised, so that two workspaces of one name founded at once both get an address.
    await work.session.execute(text("LOCK TABLE workspaces IN SHARE ROW EXCLUSIVE MODE"))
    base = wanted.slug or slugify(wanted.name, max_length=50) or "workspace"
    slug = col(Workspace.slug)
    taken = set(await work.session.scalars(select(slug).where(slug.startswith(base))))
    if base not in taken:
        return base
    if wanted.slug:
        raise Conflict("This address is taken. Another one may be free.")
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


async def create_workspace(actor: Actor, wanted: WorkspaceCreate) -> WorkspacePublic:
    """Make a workspace that the actor owns."""
    async with begin(DOORKEEPER) as work:
        owner = await get_user(work, actor.user_id)
        if owner is None:
            raise NotSignedIn
        await found(work, actor, owner, wanted)
        return await get_workspace(work)


async def get_workspace(work: Work) -> WorkspacePublic:
    """Return the workspace of this work."""
    row = await _row(work)
    return WorkspacePublic.model_validate({**row.model_dump(), "role": work.role.name})


async def update_workspace(work: Work, change: WorkspaceUpdate) -> WorkspacePublic:
    """Rename the workspace or move it to another address. ADMIN."""
    work.require(Role.ADMIN)
    row = await _row(work)
    row.name, row.slug = change.name or row.name, change.slug or row.slug
    try:
        await work.session.flush()
    except IntegrityError:
        raise Conflict("This address is taken. Another one may be free.") from None
    activity.record(work, "UPDATED", "workspace", row.id, row.name)
    work.changed("workspace")
    return await get_workspace(work)


async def delete_workspace(work: Work) -> None:
    """Remove the workspace and everything in it. OWNER."""
    work.require(Role.OWNER)
    await work.session.execute(delete(Workspace).where(col(Workspace.id) == work.tenant))
    work.changed("workspace")


async def _row(work: Work) -> Workspace:
    row = await work.session.get(Workspace, work.tenant)
    if row is None:
        raise NotFound("There is no such workspace here.")
    return row
