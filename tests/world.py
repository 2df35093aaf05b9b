"""The named world of the tests: two tenants and an outsider, spoken to over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from random import SystemRandom
from uuid import UUID, uuid4

import httpx2 as httpx

from mosaic.accounts import service as accounts
from mosaic.accounts import tokens
from mosaic.accounts.events.models import AccountEvent
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.config import settings
from mosaic.core.ids import new_id
from mosaic.core.work import Work, work
from mosaic.workspaces.models import Member, WorkspaceCreate
from mosaic.workspaces.service import found

PASSWORD = "a calm passphrase"
ORIGIN = "http://127.0.0.1:3000"
randrange = SystemRandom().randrange  # the other generator starts alike in every test


@dataclass
class Person:
    """Somebody with an account, a role and a session."""

    actor: Actor
    token: str
    workspace: str

    @cached_property
    def http(self) -> httpx.AsyncClient:
        """A client that is signed in and names the workspace."""
        return client(self.token, self.workspace)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """A unit of work in the person's workspace."""
        async with work(self.actor, self.workspace) as w:
            yield w


@dataclass
class World:
    """Ana owns a workspace with Adam (ADMIN), Mia (MEMBER) and Gil (GUEST); Bo owns another.

    The outsider, Otto, has an account and no workspace.
    """

    ana: Person
    adam: Person
    mia: Person
    gil: Person
    bo: Person
    otto: Person


def client(
    token: str | None = None, workspace: str | None = None, address: str = ""
) -> httpx.AsyncClient:
    """Return an HTTP client on the application itself, without a socket between.

    Each has a network address of its own, so that one test does not slow down another's sign-ins.
    """
    from mosaic.api import api

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if workspace:
        headers["X-Workspace-Id"] = workspace
    here = (address or f"10.{randrange(256)}.{randrange(256)}.{randrange(256)}", 123)
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False, client=here)
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers)


async def make_world() -> World:
    """Make the people and their workspaces with fresh addresses."""
    mark = uuid4().hex[:8]
    async with work(DOORKEEPER) as w:
        users = await _users(w, ("ana", "adam", "mia", "gil", "bo", "otto"), mark)
        made = {name: enter(w, user.id) for name, user in users.items()}
    actors = {name: Actor(user.id, user.name, user.email) for name, user in users.items()}
    slugs = {}
    for owner, fellows in (("ana", {"adam": "ADMIN", "mia": "MEMBER", "gil": "GUEST"}), ("bo", {})):
        async with work(DOORKEEPER) as w:
            wanted = WorkspaceCreate(name=f"{owner.title()} {mark}")
            ref = await found(w, actors[owner], users[owner], wanted)
            slugs |= dict.fromkeys((owner, *fellows), ref.slug)
            for name, role in fellows.items():
                w.session.add(Member(workspace_id=ref.id, user_id=users[name].id, role=role))
    return World(**{name: Person(actors[name], made[name], slugs.get(name, "")) for name in users})


async def _users(w: Work, names: tuple[str, ...], mark: str) -> dict[str, accounts.User]:
    # One hash for everybody: argon2 is slow on purpose.
    hashed = await _hash()
    users = {
        name: accounts.User(id=new_id(), email=f"{name}.{mark}@example.org", name=name.title())
        for name in names
    }
    w.session.add_all(users.values())
    await w.session.flush()
    w.session.add_all(
        accounts.Credential(user_id=user.id, password_hash=hashed) for user in users.values()
    )
    return users


def enter(w: Work, user_id: UUID) -> str:
    """Open a session as a sign-in does, in fewer statements; return its token."""
    alike = {"id": new_id(), "user_id": user_id, "user_agent": "test"}
    expires_at = datetime.now(UTC) + settings().jwt_expiration
    session = accounts.Session(**alike, expires_at=expires_at)
    w.session.add_all(
        [session, AccountEvent(**alike, action="SIGNED_IN", details={"by": "PASSWORD"})]
    )
    return tokens.issue(session.id, user_id, expires_at)


_kept: list[str] = []


async def _hash() -> str:
    if not _kept:
        _kept.append(await accounts.passwords.hash_password(PASSWORD))
    return _kept[0]
