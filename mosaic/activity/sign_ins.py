"""Sign-ins of members, as a part of the log that administrators see."""

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import col

from mosaic.accounts.events.models import SIGN_IN, SIGN_INS, AccountEvent
from mosaic.accounts.models import User
from mosaic.activity.models import ActivityPublic
from mosaic.activity.query import ActivityQuery, between
from mosaic.core.pagination import Page, ordering, page_of
from mosaic.core.work import Role, Work
from mosaic.workspaces.models import Member


async def list_sign_ins(work: Work, query: ActivityQuery) -> Page[ActivityPublic]:
    """Return a page of sign-ins, tried and done, by members since they joined; newest first.

    Who is no administrator sees their own.
    """
    joined = (col(Member.user_id) == col(AccountEvent.user_id)) & (
        col(Member.joined_at) <= col(AccountEvent.created_at)
    )
    where = _where(work, query)
    counted = select(func.count(col(AccountEvent.id))).join(Member, joined).where(*where)
    total = await work.session.scalar(counted)
    rows = await work.session.execute(
        select(AccountEvent, col(User.name))
        .join(Member, joined)
        .join(User, col(User.id) == col(AccountEvent.user_id))
        .where(*where)
        .order_by(*ordering(query.sort or "-createdAt", _SORTABLE))
        .offset((query.page - 1) * query.limit)
        .limit(query.limit)
    )
    return page_of([_line(event, name) for event, name in rows], total or 0, query)


_SORTABLE: dict[str, Any] = {"createdAt": col(AccountEvent.created_at), "id": col(AccountEvent.id)}


def _where(work: Work, query: ActivityQuery) -> list[ColumnElement[bool]]:
    actions = [one for one in SIGN_INS if query.action in (one, None)]
    people = {query.user_id, None if work.role >= Role.ADMIN else work.user_id} - {None}
    return [
        col(Member.workspace_id) == work.tenant,
        col(AccountEvent.action).in_(actions),
        *[col(AccountEvent.user_id) == one for one in people],
        *between(col(AccountEvent.created_at), query),
    ]


def _line(event: AccountEvent, name: str) -> ActivityPublic:
    return ActivityPublic(
        id=event.id,
        user_id=event.user_id,
        user_name=name,
        action=event.action,
        entity_type=SIGN_IN,
        entity_id=None,
        entity_title="",
        details={**event.details, "userAgent": event.user_agent},
        ip_address=event.ip_address,
        created_at=event.created_at,
    )
