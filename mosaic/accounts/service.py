"""Who people are: the first account, sign-in and sign-out, who a token belongs to."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlmodel import col

from mosaic.accounts import passwords, throttle, tokens
from mosaic.accounts.events import service as events
from mosaic.accounts.models import (
    Credential,
    Me,
    Session,
    SignedIn,
    User,
    UserPublic,
    WorkspaceRef,
)
from mosaic.accounts.second_factor import service as second_factor
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.config import settings
from mosaic.core.errors import Conflict, NotAllowed, NotSignedIn, TooMany
from mosaic.core.ids import new_id
from mosaic.core.shapes import address, storable
from mosaic.core.work import Work, look_up
from mosaic.core.work import work as begin

_SETUP_LOCK = 7_236_411_903


async def setup_needed(work: Work) -> bool:
    """Whether nobody has an account yet. For the doorkeeper."""
    return not await work.session.scalar(select(select(User).exists()))


async def claim_setup(work: Work) -> None:
    """Make sure that this is the first account, also when two ask at once; Conflict else."""
    await work.session.execute(text(f"SELECT pg_advisory_xact_lock({_SETUP_LOCK})"))
    if not await setup_needed(work):
        raise Conflict("Mosaic is set up already. Sign in, or ask for an invitation.")


async def create_user(work: Work, name: str, email: str, password: str) -> User:
    """Add an account. Raises Conflict when the address is taken. For the doorkeeper."""
    password_hash = await passwords.hash_password(password)
    taken = await work.session.scalar(select(col(User.id)).where(col(User.email) == email))
    if taken:
        raise Conflict("Somebody with this e-mail address is here already. Sign in instead.")
    user = User(id=new_id(), email=email, name=name)
    work.session.add(user)
    await work.session.flush()
    work.session.add(Credential(user_id=user.id, password_hash=password_hash))
    await work.session.flush()
    return user


async def sign_in(
    email: str, password: str, code: str | None, ip_address: str | None, user_agent: str
) -> SignedIn:
    """Check a password, and a code where there is a second factor, and open a session.

    Raises NotSignedIn without telling which part was wrong, or with the `code` of what the second
    factor lacks; TooMany after repeated failures, NotAllowed where only a sign-in service is used.
    """
    if not settings().local_sign_in:
        raise NotAllowed("Passwords are not used here. Sign in with the sign-in service.")
    email = _as_kept(email)
    attempt = events.Attempt(new_id(), ip_address, _device(user_agent))
    async with begin(DOORKEEPER) as w:
        await throttle.begin_try(w, email, ip_address)
        await events.begin_attempt(w, email, attempt)
        found = await w.session.execute(
            select(User, col(Credential.password_hash))
            .join(Credential, col(Credential.user_id) == col(User.id))
            .where(col(User.email) == email)
        )
        user, password_hash = found.one_or_none() or (None, None)
    right = await passwords.matches(password_hash, password)
    if user is None or not right:
        raise NotSignedIn("This e-mail address and password do not belong together.")
    try:
        by = await second_factor.ask(user, code, ip_address)
    except NotSignedIn as problem:
        await events.turn(attempt, _STOPPED[problem.extra["code"]])
        raise
    except TooMany:
        await events.turn(attempt, "CODE_REFUSED")
        raise
    async with begin(DOORKEEPER) as w:
        await throttle.forgive(w, email, ip_address)
        return await _open_session(w, user, by, attempt)


_STOPPED = {"second_factor_needed": "CODE_NEEDED", "second_factor_wrong": "CODE_REFUSED"}


def _as_kept(email: str) -> str:
    try:
        return address(storable(email.strip()))
    except ValueError:
        # Nobody has it, and the answer is the same as for every other one that nobody has.
        return email.replace("\x00", "").encode(errors="replace").decode()


async def enter(
    work: Work,
    user: User,
    by: str,
    ip_address: str | None,
    user_agent: str,
    id_token: str | None = None,
) -> SignedIn:
    """Open a session for `user`, who came in `by` another way than a password. For the doorkeeper.

    `id_token` is kept to sign out where it came from, too.
    """
    attempt = events.Attempt(new_id(), ip_address, _device(user_agent))
    return await _open_session(work, user, by, attempt, id_token)


def _device(user_agent: str) -> str:
    return user_agent.replace("\x00", "")[:300]


async def _open_session(
    work: Work, user: User, by: str, attempt: events.Attempt, id_token: str | None = None
) -> SignedIn:
    expires_at = datetime.now(UTC) + settings().jwt_expiration
    session = Session(
        id=new_id(),
        user_id=user.id,
        expires_at=expires_at,
        ip_address=attempt.ip_address,
        user_agent=attempt.user_agent,
        id_token=id_token,
    )
    work.session.add(session)
    await events.signed_in(work, user.id, by, attempt)
    await work.session.flush()
    return SignedIn(
        token=tokens.issue(session.id, user.id, expires_at),
        expires_at=expires_at,
        user=UserPublic.model_validate(user),
    )


async def authenticate(token: str, ip_address: str | None = None) -> Actor:
    """Return the actor a session token or an API token stands for; NotSignedIn when none does."""
    session_id = None if token.startswith(tokens.API_TOKEN_PREFIX) else tokens.session_of(token)
    row = await look_up(_KNOWN, {"session": session_id, "secret": tokens.digest(token)})
    if row is None:
        raise NotSignedIn("This sign-in has ended. Sign in again to go on.")
    actor = Actor(row.user_id, row.name, row.email, session_id=session_id, ip_address=ip_address)
    if session_id:
        return actor
    return replace(actor, kind="token", scopes=frozenset(row.scopes))


_KNOWN = text("SELECT * FROM app_known(CAST(:session AS uuid), CAST(:secret AS text))")


async def sign_out(work: Work) -> None:
    """End the actor's session: its token is worth nothing from here on, everywhere."""
    if work.actor.session_id is None:
        raise NotAllowed("API tokens are ended by somebody who is signed in.")
    work.ended([work.actor.session_id])
    await events.note(work, work.actor, "SIGNED_OUT")
    await work.session.execute(
        update(Session)
        .where(col(Session.id) == work.actor.session_id, col(Session.revoked_at).is_(None))
        .values(revoked_at=func.now(), id_token=None)
    )


async def get_me(work: Work) -> Me:
    """Return the actor and the workspaces they belong to."""
    user = await work.session.get(User, work.user_id)
    if user is None:
        raise NotSignedIn
    return Me(user=UserPublic.model_validate(user), workspaces=await list_own_workspaces(work))


async def list_own_workspaces(work: Work) -> list[WorkspaceRef]:
    """Return the workspaces the actor belongs to, by name, with their role in each."""
    rows = await work.session.execute(_OWN_WORKSPACES, {"user": work.user_id})
    return [WorkspaceRef.model_validate(row) for row in rows]


_OWN_WORKSPACES = text(
    "SELECT w.id, w.slug, w.name, m.role FROM members m JOIN workspaces w "
    "ON w.id = m.workspace_id WHERE m.user_id = :user ORDER BY lower(w.name), w.id"
)


async def get_user_by_email(work: Work, email: str) -> User | None:
    """Return the account with this address. For the doorkeeper."""
    return (await work.session.scalars(select(User).where(col(User.email) == email))).one_or_none()


async def get_user(work: Work, user_id: UUID | None) -> User | None:
    """Return the account with this id, as far as this work can see it."""
    return await work.session.get(User, user_id) if user_id else None


async def names_of(work: Work, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of the people the actor can see among `ids`."""
    rows = await work.session.execute(
        select(col(User.id), col(User.name)).where(col(User.id).in_(set(ids)))
    )
    return dict(rows.all())
