"""Lists of tasks that are kept: for oneself, or for everybody in the workspace."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from mosaic.core.errors import Conflict, NotAllowed, NotFound
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work
from mosaic.tasks.around_models import TaskView
from mosaic.tasks.around_shapes import ViewCreate, ViewPublic, ViewUpdate

MOST = 200


async def list_views(work: Work) -> list[ViewPublic]:
    """Return one's own views and those for all, by name."""
    order = func.lower(col(TaskView.name)), col(TaskView.id)
    there = select(TaskView).where(col(TaskView.workspace_id) == work.tenant).order_by(*order)
    return [_public(work, one) for one in await work.session.scalars(there)]


async def keep_view(work: Work, wanted: ViewCreate) -> ViewPublic:
    """Keep a list. MEMBER. Conflict beyond 200 of them."""
    work.require(Role.MEMBER)
    if len(await list_views(work)) >= MOST:
        raise Conflict(f"At most {MOST} views are kept. Option: take one away first.")
    view = TaskView(
        id=new_id(), workspace_id=work.tenant, created_by=work.user_id, **wanted.model_dump()
    )
    work.session.add(view)
    await work.session.flush()
    work.changed("tasks", "views")
    return _public(work, view)


async def change_view(work: Work, view_id: UUID, change: ViewUpdate) -> ViewPublic:
    """Change a view. MEMBER; another person's as ADMIN."""
    view = await _get(work, view_id)
    for name, value in change.model_dump(exclude_none=True).items():
        setattr(view, name, value)
    await work.session.flush()
    work.changed("tasks", "views")
    return _public(work, view)


async def remove_view(work: Work, view_id: UUID) -> ViewPublic:
    """Take a view away and return what it was; its tasks stay. MEMBER; another's as ADMIN."""
    view = await _get(work, view_id)
    was = _public(work, view)
    await work.session.delete(view)
    work.changed("tasks", "views")
    return was


async def _get(work: Work, view_id: UUID) -> TaskView:
    work.require(Role.MEMBER)
    view = (
        await work.session.scalars(select(TaskView).where(col(TaskView.id) == view_id))
    ).one_or_none()
    if view is None:
        raise NotFound("There is no such view here.")
    if view.created_by != work.user_id and work.role < Role.ADMIN:
        raise NotAllowed("Only whoever made a view can change it. Option: keep one of your own.")
    return view


def _public(work: Work, view: TaskView) -> ViewPublic:
    mine = view.created_by == work.user_id
    return ViewPublic.model_validate({**view.model_dump(), "mine": mine})
