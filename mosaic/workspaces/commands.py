"""What the command line does to accounts and workspaces, as whoever runs it may do anything."""

from typing import TypeVar

from pydantic import ValidationError
from sqlalchemy import func, select, update
from sqlmodel import col

from mosaic.accounts import api_tokens, passwords
from mosaic.accounts.events import service as events
from mosaic.accounts.models import Credential, Password, Session, TokenCreate, User
from mosaic.accounts.profile import end_sessions
from mosaic.accounts.second_factor import service as second_factor
from mosaic.accounts.service import create_user, get_user_by_email
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.config import settings
from mosaic.core.errors import Invalid, NotFound
from mosaic.core.shapes import Email, Line, Shape
from mosaic.core.work import Role, Work, admit
from mosaic.core.work import work as begin
from mosaic.problems import value_words
from mosaic.workspaces import members
from mosaic.workspaces.models import Member, RoleName, Workspace

S = TypeVar("S", bound=Shape)


async def acting(workspace: str | None, email: str | None) -> tuple[Actor, Workspace]:
    """Return who acts, and where.

    Without `workspace` (a slug) the only one there is; without `email` the owner who has been
    there longest. Raises NotFound with a sentence that names what there is instead.
    """
    async with begin(DOORKEEPER) as work:
        place = await _workspace(work, workspace)
        user = await _member(work, place, email) if email else await _first_owner(work, place)
        return _actor(user), place


async def add_user(
    email: str, name: str, password: str, workspace: str | None, role: str = "MEMBER"
) -> None:
    """Make an account and let it into a workspace.

    Raises Conflict when the address is taken, Invalid when a value does not fit.
    """
    wanted = _taken(_Newcomer, name=name, email=email, password=password, role=role.upper())
    async with begin(DOORKEEPER) as work:
        place = await _workspace(work, workspace)
        owner = await _first_owner(work, place)
        user = await create_user(work, wanted.name, wanted.email, wanted.password)
        await admit(work, _actor(owner), place.id)
        await members.join(work, user, wanted.role)


async def set_password(email: str, password: str) -> None:
    """Give an account another password and end its sessions.

    Raises NotFound when nobody has this address, Invalid when the password does not fit.
    """
    wanted = _taken(_NewPassword, password=password)
    fresh = await passwords.hash_password(wanted.password)
    async with begin(DOORKEEPER) as work:
        user = await _account(work, email)
        await work.session.execute(
            update(Credential)
            .where(col(Credential.user_id) == user.id)
            .values(password_hash=fresh, changed_at=func.now())
        )
        await end_sessions(work, _actor(user), col(Session.user_id) == user.id)
        await events.note(work, _actor(user), "PASSWORD_CHANGED")


async def switch_off_second_factor(email: str) -> bool:
    """Let an account sign in with its password alone; return whether more was asked for before.

    Raises NotFound when nobody has this address.
    """
    async with begin(DOORKEEPER) as work:
        user = await _account(work, email)
        return await second_factor.remove(work, _actor(user))


async def make_token(email: str, name: str, read_only: bool = False) -> str:
    """Make an API token for the account with this address; return its secret."""
    scopes = ["read"] if read_only else ["read", "write"]
    wanted = _taken(TokenCreate, name=name, scopes=scopes)
    async with begin(DOORKEEPER) as work:
        user = await _account(work, email)
    async with begin(_actor(user)) as work:
        return (await api_tokens.create_token(work, wanted)).token


class _NewPassword(Shape):
    password: Password


class _Newcomer(_NewPassword):
    name: Line
    email: Email
    role: RoleName


def _taken(shape: type[S], **values: object) -> S:
    try:
        return shape.model_validate(values)
    except ValidationError as problem:
        first = problem.errors()[0]
        raise Invalid(f"{str(first['loc'][0]).title()}: {value_words(first)}") from None


def _actor(user: User) -> Actor:
    return Actor(user.id, user.name, user.email, kind="command")


async def _account(work: Work, email: str) -> User:
    user = await get_user_by_email(work, email.strip().lower())
    if user is None:
        raise NotFound(f"Nobody here has the address {email}.")
    return user


async def _workspace(work: Work, slug: str | None) -> Workspace:
    there = list(await work.session.scalars(select(Workspace).order_by(col(Workspace.slug))))
    fitting = [one for one in there if slug in (None, one.slug)]
    if len(fitting) == 1:
        return fitting[0]
    if not there:
        raise NotFound(
            f"There is no workspace yet. Start Mosaic with `mosaic up` and open "
            f"{settings().app_url}/setup to make the first one."
        )
    slugs = ", ".join(one.slug for one in there)
    if slug is None:
        raise NotFound(f"There are several workspaces. Choose one with --workspace: {slugs}.")
    raise NotFound(f"There is no workspace {slug!r}. There is: {slugs}.")


async def _member(work: Work, place: Workspace, email: str) -> User:
    user = await _account(work, email)
    if await work.session.get(Member, (place.id, user.id)) is None:
        raise NotFound(f"{email} is not a member of the workspace {place.slug}.")
    return user


async def _first_owner(work: Work, place: Workspace) -> User:
    owners = await work.session.scalars(
        select(User)
        .join(Member, col(Member.user_id) == col(User.id))
        .where(col(Member.workspace_id) == place.id, col(Member.role) == Role.OWNER.name)
        .order_by(col(Member.joined_at), col(User.id))
        .limit(1)
    )
    return owners.one()
