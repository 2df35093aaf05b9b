"""Writing and reading the log of who did what."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlmodel import col

from mosaic.accounts.models import User
from mosaic.activity.models import Activity, ActivityPublic
from mosaic.activity.query import ActivityQuery, between
from mosaic.activity.sign_ins import list_sign_ins
from mosaic.core.ids import new_id
from mosaic.core.pagination import Page, ordering, page_of
from mosaic.core.work import Work


def record(
    work: Work,
    action: str,
    entity_type: str,
    entity_id: UUID | None,
    title: str,
    details: dict[str, Any] | None = None,
    private_to: UUID | None = None,
) -> None:
    """Write one line into the log, in the transaction of the change itself.

    `private_to` is the only user who will see the line.
    """
    work.session.add(
        Activity(
            id=new_id(),
            workspace_id=work.tenant,
            user_id=work.actor.user_id,
            action=action,
            entity_type=entity_type,
            entity_id=entity_id,
            entity_title=title[:500],
            details=details or {},
            ip_address=work.actor.ip_address,
            private_to=private_to,
        )
    )
    work.changed("activity")


async def hide(work: Work, entity_id: UUID, private_to: UUID | None) -> None:
    """Show everything logged about a thing to one user only, or, with None, to all members."""
    await work.session.execute(
        update(Activity)
        .where(col(Activity.entity_id) == entity_id)
        .values(private_to=private_to)
        .execution_options(synchronize_session=False)
    )


async def list_activity(work: Work, query: ActivityQuery) -> Page[ActivityPublic]:
    """Return a page of the log, newest first. Sign-ins are there when they are asked for."""
    if query.is_for_sign_ins:
        return await list_sign_ins(work, query)
    wanted = {
        Activity.user_id: query.user_id,
        Activity.action: query.action,
        Activity.entity_type: query.entity_type,
        Activity.entity_id: query.entity_id,
    }
    where = [col(column) == value for column, value in wanted.items() if value is not None]
    where += between(col(Activity.created_at), query)
    total = await work.session.scalar(select(func.count(col(Activity.id))).where(*where))
    rows = await work.session.execute(
        select(Activity, col(User.name))
        .outerjoin(User, col(User.id) == col(Activity.user_id))
        .where(*where)
        .order_by(*ordering(query.sort or "-createdAt", _SORTABLE))
        .offset((query.page - 1) * query.limit)
        .limit(query.limit)
    )
    lines = [
        ActivityPublic.model_validate({**row.model_dump(), "user_name": name}) for row, name in rows
    ]
    return page_of(lines, total or 0, query)


_SORTABLE: dict[str, Any] = {"createdAt": col(Activity.created_at), "id": col(Activity.id)}
