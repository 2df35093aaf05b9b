"""What people change about their own account: name, password, and where they are signed in."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlmodel import col

from mosaic.accounts import passwords, throttle
from mosaic.accounts.events import service as events
from mosaic.accounts.models import (
    Credential,
    PasswordChange,
    Session,
    SessionPublic,
    User,
    UserPublic,
)
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.config import settings
from mosaic.core.errors import Invalid, NotAllowed, NotFound, NotSignedIn
from mosaic.core.work import Work, at_the_door
from mosaic.core.work import work as begin

_open = (col(Session.revoked_at).is_(None), col(Session.expires_at) > func.now())


async def rename_user(work: Work, name: str) -> UserPublic:
    """Give the actor another name."""
    user = await work.session.get(User, work.user_id)
    if user is None:
        raise NotSignedIn
    user.name = name
    return UserPublic.model_validate(user)


async def change_password(actor: Actor, change: PasswordChange) -> None:
    """Replace the actor's password and end every other session of theirs.

    Raises Invalid when the present password is another one, TooMany after repeated guesses.
    """
    in_person(actor)
    await confirm_password(actor, change.current_password, "currentPassword")
    fresh = await passwords.hash_password(change.new_password)
    async with begin(DOORKEEPER) as work:
        await throttle.forgive(work, actor.email, actor.ip_address)
        await work.session.execute(
            update(Credential)
            .where(col(Credential.user_id) == actor.user_id)
            .values(password_hash=fresh, changed_at=func.now())
        )
        await end_sessions(work, actor, col(Session.id) != actor.session_id)
        await events.note(work, actor, "PASSWORD_CHANGED")


async def confirm_password(actor: Actor, password: str, field: str) -> None:
    """Make sure that this is the actor's password. What comes of it forgives the try.

    Raises Invalid at `field` when it is another one, TooMany after repeated guesses.
    """
    async with begin(DOORKEEPER) as work:
        await throttle.begin_try(work, actor.email, actor.ip_address)
        present = await work.session.scalar(
            select(col(Credential.password_hash)).where(col(Credential.user_id) == actor.user_id)
        )
    if not await passwords.matches(present, password):
        raise Invalid("Your present password is another one.", field)


async def has_password(work: Work) -> bool:
    """Whether the actor can sign in with a password, and so has one to change."""
    if not settings().local_sign_in:
        return False
    async with at_the_door(work) as door:
        return await door.session.get(Credential, work.user_id) is not None


async def list_sessions(work: Work) -> list[SessionPublic]:
    """Return where the actor is signed in: the session that asks first, then the newest."""
    rows = await work.session.scalars(
        select(Session)
        .where(*_open, col(Session.user_id) == work.user_id)
        .order_by((col(Session.id) == work.actor.session_id).desc(), col(Session.id).desc())
    )
    return [
        SessionPublic.model_validate(
            {**row.model_dump(), "current": row.id == work.actor.session_id}
        )
        for row in rows
    ]


async def end_session(work: Work, session_id: UUID) -> None:
    """End one session of the actor. NotFound when it is not open, or somebody else's."""
    in_person(work.actor)
    ended = await end_sessions(work, work.actor, col(Session.id) == session_id)
    if not ended:
        raise NotFound("There is no such session here.")
    await events.note(work, work.actor, "SESSION_ENDED", device=ended[0])


async def end_other_sessions(work: Work) -> int:
    """End every session of the actor but the one that asks; return how many there were."""
    in_person(work.actor)
    ended = len(await end_sessions(work, work.actor, col(Session.id) != work.actor.session_id))
    await events.note(work, work.actor, "SESSIONS_ENDED", sessions=ended)
    return ended


async def end_sessions(work: Work, actor: Actor, which: object) -> list[str]:
    """End those sessions of somebody; return the programs they were opened with."""
    ended = await work.session.execute(
        update(Session)
        .where(*_open, col(Session.user_id) == actor.user_id, which)  # type: ignore[arg-type]
        .values(revoked_at=func.now(), id_token=None)
        .returning(col(Session.id), col(Session.user_agent))
    )
    rows = ended.all()
    work.ended(row.id for row in rows)
    return [row.user_agent for row in rows]


def in_person(actor: Actor) -> None:
    """Raise NotAllowed for an API token, which changes nothing about how its owner signs in."""
    # A token that leaked must not lock its owner out.
    if actor.session_id is None:
        raise NotAllowed("This is changed by somebody who is signed in, not by an API token.")
