"""One unit of work: who, in which workspace, in one transaction.

The only place that opens a transaction and the only place that commits.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from mosaic.core import database, messages, room
from mosaic.core.actor import DOORKEEPER, ENGINE, Actor
from mosaic.core.clock import now_in
from mosaic.core.errors import BadRequest, NotAllowed, NotFound, Unavailable

T = TypeVar("T")
SESSION = "session"  # the topic of a session, which stands in the place of a workspace


class Role(IntEnum):
    """What a member may do; each includes the ones before it."""

    GUEST = 0
    MEMBER = 1
    ADMIN = 2
    OWNER = 3


@dataclass(slots=True)
class Work:
    """What a service needs to act: the session, who acts, where, and what to announce."""

    session: AsyncSession
    actor: Actor
    workspace_id: UUID | None = None
    workspace_slug: str = ""
    workspace_name: str = ""
    role: Role = Role.GUEST
    full: bool = False  # no room for what is to be saved
    today: date = field(default_factory=lambda: now_in("").date())  # where the actor is, if known
    generations: dict[str, int] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)
    _topics: set[str] = field(default_factory=set)
    _told: set[tuple[UUID, str]] = field(default_factory=set)
    _afterwards: list[Callable[[], object]] = field(default_factory=list)

    @property
    def tenant(self) -> UUID:
        """The workspace's id; BadRequest when the work has none."""
        if self.workspace_id is None:
            raise BadRequest("Choose a workspace with the header X-Workspace-Id.")
        return self.workspace_id

    @property
    def user_id(self) -> UUID:
        """The id of the person who acts."""
        if self.actor.user_id is None:
            raise NotAllowed("Only somebody who is signed in can do this.")
        return self.actor.user_id

    @property
    def announces(self) -> bool:
        """Whether something was changed that nobody else sees before the commit."""
        return bool(self._changed)

    def require(self, role: Role) -> None:
        """Raise NotAllowed unless the actor has at least `role` here and may write."""
        if "write" not in self.actor.scopes and role > Role.GUEST:
            raise NotAllowed("This token can only read.")
        if self.role < role:
            raise NotAllowed(f"This is open to the role {role.name.title()} and above.")

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Within this context, whatever is raised undoes only what was done in it."""
        async with self.session.begin_nested():
            yield

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[None]:
        """Give the connection back within this context, while somebody outside is waited for.

        Keeps it where something was changed. What was read before may be otherwise afterwards.
        """
        if self.announces:
            yield
            return
        await self.session.rollback()
        yield
        await _enter(self, str(self.workspace_id) if self.workspace_id else None)

    def changed(self, module: str, *things: object, within: bool = False) -> None:
        """Announce, on commit, that `module` changed, and which of its things.

        Raises the module's generation, so that nothing cached before is served again, and wakes
        live pages that watch `module` or `module:thing`. `within`: what the module's other things
        say is as it was, unless they hold one of these; so their generation stays.
        """
        self._changed |= {module} if within else {module, f"{module}:others"}
        self._topics.update({module, *(f"{module}:{thing}" for thing in things)})

    def ended(self, sessions: Iterable[UUID]) -> None:
        """Announce, on commit, that these sessions are over: what is open there looks again."""
        self.tell(sessions, SESSION)

    def tell(self, places: Iterable[UUID], topic: str) -> None:
        """Announce, on commit, one topic in workspaces that need not be the work's own.

        Wakes live pages and no more: nothing that is cached may depend on it.
        """
        self._told.update((place, topic) for place in places)

    def afterwards(self, act: Callable[[], object]) -> None:
        """Call `act` when all this is committed, and only then."""
        self._afterwards.append(act)


@asynccontextmanager
async def work(
    actor: Actor, workspace: UUID | str | None = None, one_moment: bool = False
) -> AsyncIterator[Work]:
    """Open a transaction for `actor`, in `workspace` (id or slug) if given; commit at the end.

    With `one_moment` all that is read in it is as it was at its beginning. Raises NotFound when
    the actor is no member of the workspace, Unavailable when the database is away,
    Full when something is to be saved and there is no room.
    Whatever is raised inside rolls everything back.
    """
    ref = str(workspace) if workspace is not None else None

    async def begin(session: AsyncSession) -> Work:
        if one_moment:
            await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        return await _begin(session, actor, ref)

    session, entered = await _opened(begin)
    async with session:
        try:
            yield entered
            await _commit(entered)
        except database.TROUBLE as problem:
            database.translate(problem)
    for act in entered._afterwards:
        act()


async def look_up(statement: TextClause, values: dict[str, Any]) -> Row[Any] | None:
    """Return the one row of a statement that acts for nobody and is a transaction of its own."""

    async def ask(session: AsyncSession) -> Row[Any] | None:
        await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        return (await session.execute(statement, values)).one_or_none()

    session, row = await _opened(ask)
    await session.close()
    return row


async def _opened(first: Callable[[AsyncSession], Awaitable[T]]) -> tuple[AsyncSession, T]:
    """Return a session, and what `first` did with it."""
    # A connection from before a restart of the server is noticed at its first statement, when
    # nothing has been done yet, so that is the one moment at which trying again is safe.
    for attempt in (1, 2):
        session = database.new_session()
        try:
            return session, await first(session)
        except BaseException as problem:
            await session.close()
            stale = isinstance(problem, DBAPIError) and problem.connection_invalidated
            if stale and attempt == 1:
                continue
            if isinstance(problem, (*database.TROUBLE, OSError)):
                database.translate(problem)
            raise
    raise AssertionError


async def _begin(session: AsyncSession, actor: Actor, workspace: str | None) -> Work:
    begun = Work(session, actor)
    await _enter(begun, workspace)
    return begun


async def _enter(begun: Work, workspace: str | None) -> None:
    """Begin the transaction of a work."""
    session, actor = begun.session, begun.actor
    if room.is_low():
        begun.full = True
        await session.execute(text("SET TRANSACTION READ ONLY"))
    if actor is DOORKEEPER:
        await session.execute(text(f"SET LOCAL ROLE {database.DOOR_ROLE}"))
    elif actor is ENGINE:
        await session.execute(text(f"SET LOCAL ROLE {database.ENGINE_ROLE}"))
        begun.workspace_id = UUID(workspace) if workspace else None
        begun.role = Role.OWNER
    elif workspace is None:
        await session.execute(_AS_USER, {"user": str(begun.user_id)})
    else:
        await _settle(begun, actor, workspace)


async def admit(work: Work, actor: Actor, workspace: UUID) -> None:
    """Let the doorkeeper's work go on, in the same transaction, as `actor` in `workspace`."""
    await work.session.execute(text(f"SET LOCAL ROLE {database.APP_ROLE}"))
    await _settle(work, actor, str(workspace))


@asynccontextmanager
async def at_the_door(work: Work) -> AsyncIterator[Work]:
    """Let the work look up accounts as the doorkeeper, within this context only."""
    await work.session.execute(text(f"SET LOCAL ROLE {database.DOOR_ROLE}"))
    yield work
    # Not when something was raised: that ends the transaction, and the role with it.
    await work.session.execute(text(f"SET LOCAL ROLE {database.APP_ROLE}"))


async def _settle(work: Work, actor: Actor, workspace: str) -> None:
    work.actor = actor
    values = {"user": str(work.user_id), "ref": workspace}
    row = (await work.session.execute(_IN_WORKSPACE, values)).one_or_none()
    if row is None:
        raise NotFound("There is no such workspace here.")
    work.workspace_id, work.role = row.id, Role[row.role]
    work.workspace_slug, work.workspace_name = row.slug, row.name
    work.generations = row.generations


_AS_USER = text("SELECT set_config('app.user_id', CAST(:user AS text), true)")
_IN_WORKSPACE = text(
    "SELECT set_config('app.user_id', CAST(:user AS text), true), "
    "set_config('app.workspace_id', w.id::text, true), w.* "
    "FROM app_enter(CAST(CAST(:user AS text) AS uuid), :ref) w"
)


async def _commit(done: Work) -> None:
    announced = _announcements(done)
    by_valkey = messages.by_valkey()
    notices = {"channel": messages.CHANNEL, "announced": [] if by_valkey else announced}
    if done._changed:
        modules = {"workspace": done.tenant, "modules": sorted(done._changed)}
        await done.session.execute(_BUMP_AND_NOTIFY, modules | notices)
    elif notices["announced"]:
        await done.session.execute(_NOTIFY, notices)
    try:
        await done.session.commit()
    finally:
        # Also for whoever was cut off meanwhile, as it may be committed all the same.
        if announced and by_valkey:
            telling = asyncio.create_task(_tell(announced))
            _telling.add(telling)
            telling.add_done_callback(_telling.discard)
            await asyncio.shield(telling)


_telling: set[asyncio.Task[None]] = set()


def _announcements(done: Work) -> list[str]:
    announced = [_message(place, [topic]) for place, topic in sorted(done._told)]
    if done._changed:
        message = _message(done.tenant, sorted(done._topics))
        long = len(message) > messages.LONGEST
        announced.append(_message(done.tenant, ["*"]) if long else message)
    return announced


def _message(workspace: UUID, topics: list[str]) -> str:
    return json.dumps({"workspace": str(workspace), "topics": topics})


async def _tell(announced: list[str]) -> None:
    if not await messages.publish(announced):
        # While the database is away nobody misses anything: all look again when it is back.
        with suppress(Unavailable):
            await look_up(_NOTIFY, {"channel": messages.CHANNEL, "announced": announced})


_NOTIFY = text(
    "SELECT count(pg_notify(:channel, message)) FROM unnest(CAST(:announced AS text[])) message"
)
_BUMP_AND_NOTIFY = text(
    "WITH bumped AS (INSERT INTO generations (workspace_id, module, generation) "
    "SELECT w.id, module, 1 FROM workspaces w, unnest(CAST(:modules AS text[])) module "
    "WHERE w.id = :workspace "
    "ON CONFLICT (workspace_id, module) "
    "DO UPDATE SET generation = generations.generation + 1) "
    "SELECT count(pg_notify(:channel, message)) FROM unnest(CAST(:announced AS text[])) message"
)
