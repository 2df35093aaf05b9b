"""Writing and reading what happened to an account."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlmodel import col

from mosaic.accounts.events.models import SIGN_IN, AccountEvent, AccountEventPublic
from mosaic.accounts.models import Session
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.ids import new_id
from mosaic.core.pagination import Page, PageQuery, page_of, paginate
from mosaic.core.work import Work
from mosaic.core.work import work as begin
from mosaic.workspaces.models import Member


@dataclass(frozen=True)
class Attempt:
    """A sign-in that is under way, and from where."""

    id: UUID
    ip_address: str | None
    user_agent: str


async def note(work: Work, actor: Actor, action: str, **details: Any) -> None:
    """Write down what somebody did about their account, in the transaction of the change."""
    assert actor.user_id
    device = select(col(Session.user_agent)).where(col(Session.id) == actor.session_id)
    agent = await work.session.scalar(device) if actor.session_id else ""
    work.session.add(
        AccountEvent(
            id=new_id(),
            user_id=actor.user_id,
            action=action,
            details=details,
            ip_address=actor.ip_address,
            user_agent=agent or "",
        )
    )


async def begin_attempt(work: Work, email: str, attempt: Attempt) -> None:
    """Write down a sign-in as refused before it is tried, where somebody has this address.

    One statement for both, so that no answer takes longer for an account that is there.
    """
    values = {"id": attempt.id, "ip": attempt.ip_address, "agent": attempt.user_agent}
    places = await work.session.scalars(_ATTEMPT, {"email": email, **values})
    # And to nobody, so that there is something to tell for an account that is not there, too.
    work.tell([attempt.id, *places], SIGN_IN)


_ATTEMPT = text(
    "WITH noted AS (INSERT INTO account_events (id, user_id, action, ip_address, user_agent) "
    "SELECT :id, id, 'SIGN_IN_REFUSED', CAST(:ip AS text), :agent FROM users "
    "WHERE email = :email RETURNING user_id) "
    "SELECT m.workspace_id FROM members m JOIN noted ON noted.user_id = m.user_id"
)


async def turn(attempt: Attempt, action: str) -> None:
    """Say of an attempt how far it came after all."""
    async with begin(DOORKEEPER) as work:
        changed = update(AccountEvent).where(col(AccountEvent.id) == attempt.id)
        found = changed.values(action=action).returning(col(AccountEvent.user_id))
        await _tell(work, (await work.session.scalars(found)).one())


async def _tell(work: Work, user_id: UUID) -> None:
    """Announce a sign-in where administrators see it."""
    places = select(col(Member.workspace_id)).where(col(Member.user_id) == user_id)
    work.tell(await work.session.scalars(places), SIGN_IN)


async def signed_in(work: Work, user_id: UUID, by: str, attempt: Attempt) -> None:
    """Write down that somebody signed in, `by` a way, and forget what is older than a year.

    What was asked of them on the way is nothing to tell any more.
    """
    own = col(AccountEvent.user_id) == user_id
    age = func.now() - col(AccountEvent.created_at)
    asked = (
        (col(AccountEvent.action) == "CODE_NEEDED")
        & (col(AccountEvent.ip_address).is_not_distinct_from(attempt.ip_address))
        & (col(AccountEvent.user_agent) == attempt.user_agent)
        & (age < _ON_THE_WAY)
    )
    begun = col(AccountEvent.id) == attempt.id
    await work.session.execute(delete(AccountEvent).where(own, asked | begun | (age > _KEPT)))
    work.session.add(
        AccountEvent(
            id=new_id(),
            user_id=user_id,
            action="SIGNED_IN",
            details={"by": by},
            ip_address=attempt.ip_address,
            user_agent=attempt.user_agent,
        )
    )
    await _tell(work, user_id)


_ON_THE_WAY, _KEPT = text("interval '15 minutes'"), text("interval '1 year'")


async def list_events(work: Work, query: PageQuery) -> Page[AccountEventPublic]:
    """Return a page of what happened to the actor's account, newest first."""
    own = select(AccountEvent).where(col(AccountEvent.user_id) == work.user_id)
    page = await paginate(work, own, query, _SORTABLE, "-createdAt")
    lines = [AccountEventPublic.model_validate(row) for row in page.data]
    return page_of(lines, page.meta.total, query)


_SORTABLE: dict[str, Any] = {"createdAt": col(AccountEvent.created_at), "id": col(AccountEvent.id)}
