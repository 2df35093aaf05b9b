"""A unit of work: who, where, in one transaction; and what happens when the database goes away."""

import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from mosaic.core import database, postgres, start
from mosaic.core.actor import DOORKEEPER, Actor
from mosaic.core.errors import (
    BadRequest,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    Unavailable,
)
from mosaic.core.start import Ready
from mosaic.core.work import Role, Work, at_the_door, look_up, work
from tests.answers import problem
from tests.conftest import Configure, connected, fresh_database
from tests.waiting import until
from tests.world import World, client, make_world

TEAM = text("INSERT INTO teams (id, workspace_id, name) VALUES (:id, :workspace, :name)")


async def _add_team(w: Work, name: str) -> None:
    await w.session.execute(TEAM, {"id": uuid4(), "workspace": w.tenant, "name": name})


async def _teams(world: World) -> list[str]:
    async with world.ana.work() as w:
        return list(await w.session.scalars(text("SELECT name FROM teams ORDER BY name")))


async def test_what_was_done_is_kept_and_what_was_interrupted_is_not(world: World) -> None:
    async with world.ana.work() as w:
        await _add_team(w, "kept")
    with pytest.raises(ZeroDivisionError):
        async with world.ana.work() as w:
            await _add_team(w, "interrupted")
            raise ZeroDivisionError
    cancelled = asyncio.create_task(_wait_inside(world))
    await asyncio.wait([cancelled], timeout=0.5)
    cancelled.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert await _teams(world) == ["kept"]


async def _wait_inside(world: World) -> None:
    async with world.ana.work() as w:
        await _add_team(w, "cancelled")
        await asyncio.Event().wait()


async def test_only_members_get_in(world: World) -> None:
    async with work(world.gil.actor, world.ana.workspace) as w:
        assert (w.role, w.workspace_slug) == (Role.GUEST, world.ana.workspace)
        place = w.tenant
    async with work(world.adam.actor, place) as w:
        assert (w.role, w.tenant, w.user_id) == (Role.ADMIN, place, world.adam.actor.user_id)
    for stranger in (world.bo.actor, world.otto.actor, Actor(uuid4())):
        for ref in (place, str(place), world.ana.workspace):
            with pytest.raises(NotFound):
                async with work(stranger, ref):
                    pass
    with pytest.raises(NotFound):
        async with work(world.ana.actor, "nowhere"):
            pass
    for ref in (None, place):
        with pytest.raises(NotAllowed):
            async with work(Actor(None), ref):
                pass


async def test_a_look_at_accounts_ends_where_it_should(world: World) -> None:
    """Within the same transaction; what comes after is the member's own again."""
    everybody = text("SELECT count(*) FROM users WHERE id = :id")
    bo = {"id": world.bo.actor.user_id}
    async with world.adam.work() as w:
        await _add_team(w, "Garden")
        async with at_the_door(w) as door:
            assert await door.session.scalar(everybody, bo) == 1
        assert await w.session.scalar(everybody, bo) == 0
        assert await w.session.scalar(text("SELECT count(*) FROM teams")) == 1


async def test_work_without_a_workspace_has_no_tenant(world: World) -> None:
    async with work(world.ana.actor) as w:
        with pytest.raises(BadRequest):
            _ = w.tenant
    async with work(DOORKEEPER) as w:
        with pytest.raises(NotAllowed):
            _ = w.user_id


async def test_roles_include_the_ones_before(world: World) -> None:
    async with world.adam.work() as w:
        w.require(Role.ADMIN)
        w.require(Role.GUEST)
        with pytest.raises(NotAllowed, match="Owner"):
            w.require(Role.OWNER)
    reader = Actor(world.ana.actor.user_id, scopes=frozenset({"read"}))
    async with work(reader, world.ana.workspace) as w:
        w.require(Role.GUEST)
        with pytest.raises(NotAllowed, match="read"):
            w.require(Role.MEMBER)


async def test_what_does_not_fit_together_is_told_calmly(world: World) -> None:
    async with world.ana.work() as w:
        await _add_team(w, "Garden")
    with pytest.raises(Conflict):
        async with world.ana.work() as w:
            await _add_team(w, "Garden")
    for name in ("a\x00b", "\ud800"):
        with pytest.raises(Invalid):
            async with world.ana.work() as w:
                await _add_team(w, name)
    with pytest.raises(Invalid):
        async with world.ana.work() as w:
            key = "".join(chr(0x4E00 + n) for n in range(2000))  # longer than an index entry
            await _add_team(w, key)
    with pytest.raises(psycopg.errors.UndefinedTable):
        await _mistaken(world)
    for ref in ("a\x00b", "\ud800"):
        with pytest.raises(Invalid):
            async with work(world.ana.actor, ref):
                pass


async def _mistaken(world: World) -> None:
    try:
        async with world.ana.work() as w:
            await w.session.execute(text("SELECT * FROM no_such_table"))
    except Exception as mistake:
        raise mistake.orig from None  # type: ignore[attr-defined]


async def test_two_who_block_each_other_are_told_to_try_again(world: World) -> None:
    async with world.ana.work() as w:
        await _add_team(w, "one")
        await _add_team(w, "two")
    met = asyncio.Barrier(2)

    async def lock(first: str, second: str) -> bool:
        try:
            async with world.ana.work() as w:
                update = text("UPDATE teams SET created_at = now() WHERE name = :name")
                await w.session.execute(update, {"name": first})
                await met.wait()
                await w.session.execute(update, {"name": second})
        except Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(lock("one", "two"), lock("two", "one"))) == [False, True]


async def test_a_request_that_takes_too_long_is_ended(world: World) -> None:
    with pytest.raises(Unavailable, match="longer"):
        async with world.ana.work() as w:
            await w.session.execute(text("SET LOCAL statement_timeout = '20ms'"))
            await w.session.execute(text("SELECT pg_sleep(20)"))


async def test_a_statement_of_a_request_has_an_end(world: World, ready: Ready) -> None:
    await database.disconnect()
    database.connect(ready.app_dsn, patience=timedelta(seconds=1))
    try:
        with psycopg.connect(ready.admin_dsn) as owner:
            # Whoever asks waits for this to be given back, longer than it is allowed to.
            owner.execute("LOCK TABLE teams IN ACCESS EXCLUSIVE MODE")
            place = f"/api/workspaces/{world.ana.workspace}"
            assert (await world.ana.http.get(f"{place}/members")).status_code == 200
            slow = await world.ana.http.get(f"{place}/teams")
            told = problem(slow, 503)
            assert told["detail"] == "That took longer than Mosaic waits. Try a smaller request."
            assert slow.headers["retry-after"]
        assert (await world.ana.http.get(f"{place}/teams")).status_code == 200
    finally:
        await database.disconnect()
        database.connect(ready.app_dsn)


@pytest.mark.parametrize(("listening", "limits"), [(True, ["30s", "1min"]), (False, ["0", "0"])])
async def test_only_what_answers_people_is_bound(
    ready: Ready, pool: None, configure: Configure, listening: bool, limits: list[str]
) -> None:
    ours = configure(DATABASE_URL=ready.app_dsn)
    async with start.running(ours, listening=listening), work(DOORKEEPER) as w:
        names = ("statement_timeout", "idle_in_transaction_session_timeout")
        assert [await w.session.scalar(text(f"SHOW {name}")) for name in names] == limits
    database.connect(ready.app_dsn)


async def test_the_database_is_never_used_as_its_owner(world: World) -> None:
    for entered in (world.ana.work(), work(world.ana.actor), work(DOORKEEPER)):
        async with entered as w:
            row = (await w.session.execute(_WHO)).one()
            assert row.role in {database.APP_ROLE, database.DOOR_ROLE}
            assert not row.rolsuper
            assert not row.rolbypassrls
            assert row.owned == 0


_WHO = text(
    "SELECT current_user AS role, rolsuper, rolbypassrls, "
    "(SELECT count(*) FROM pg_class WHERE relowner = r.oid) AS owned "
    "FROM pg_roles r WHERE rolname = current_user"
)


async def test_nobody_is_left_on_a_connection(world: World) -> None:
    """Who acted last is forgotten with the transaction, also on the same connection."""
    async with world.ana.work():
        pass
    session = database.new_session()
    async with session:
        row = (
            await session.execute(text("SELECT app_user(), app_workspace(), current_user"))
        ).one()
    assert tuple(row) == (None, None, database.APP_ROLE)


@pytest.mark.parametrize("setter", ["set_autocommit", "set_isolation_level"])
async def test_who_is_cancelled_leaves_no_connection_in_another_mode(
    world: World, monkeypatch: pytest.MonkeyPatch, setter: str
) -> None:
    """As when a browser goes away while SQLAlchemy changes the mode of a connection."""
    real = getattr(psycopg.AsyncConnection, setter)

    async def cut_off(connection: psycopg.AsyncConnection, mode: object) -> None:
        await real(connection, mode)
        raise asyncio.CancelledError

    for _ in range(3):
        with monkeypatch.context() as patched:
            patched.setattr(psycopg.AsyncConnection, setter, cut_off)
            with pytest.raises(asyncio.CancelledError):
                if setter == "set_autocommit":
                    await look_up(text("SELECT 1"), {})
                else:
                    async with work(world.ana.actor, world.ana.workspace, one_moment=True):
                        pass
    for _ in range(12):
        with pytest.raises(NotFound):
            async with world.ana.work() as w:
                await _add_team(w, "Halves")
                raise NotFound("Taken back.")
        async with world.ana.work() as w:
            level = await w.session.scalar(text("SHOW transaction_isolation"))
        assert level == "read committed"
    assert await _teams(world) == []


async def test_a_work_goes_on_after_it_has_given_its_connection_back(world: World) -> None:
    where = text("SELECT app_user(), app_workspace()")
    async with world.ana.work() as w:
        async with w.apart():
            assert not w.session.in_transaction()
        assert tuple((await w.session.execute(where)).one()) == (w.user_id, w.tenant)
        # What was changed is not let go of.
        await _add_team(w, "kept")
        w.changed("teams")
        async with w.apart():
            assert w.session.in_transaction()
    assert await _teams(world) == ["kept"]


async def test_when_the_server_is_killed_it_says_so_and_serves_again(
    tmp_path: Path, pool: None
) -> None:
    folder = tmp_path / "postgres"
    server = postgres.ensure(folder)
    try:
        async with connected(fresh_database(server, "mosaic").app_dsn):
            world = await make_world()

            async def ask() -> list[int]:
                asked = [client(world.ana.token).get("/api/auth/me") for _ in range(12)]
                return [answer.status_code for answer in await asyncio.gather(*asked)]

            assert set(await ask()) == {200}
            os.kill(_pid(server), signal.SIGKILL)
            await until(lambda: not postgres.process.accepts(server))
            async with asyncio.timeout(10):
                assert set(await ask()) == {503}
                problem(await client(world.ana.token).get("/api/auth/me"), 503)
                health = await client().get("/api/health")
                assert (health.status_code, health.json()["database"]) == (503, "away")
                assert (await client().get("/api/ready")).status_code == 503
            await _again(folder)
            assert set(await ask()) == {200}
            assert (await client().get("/api/health")).json()["status"] == "ok"
            # And when it was away so shortly that nobody asked, nobody notices.
            os.kill(_pid(server), signal.SIGKILL)
            await until(lambda: not postgres.process.accepts(server))
            await _again(folder)
            assert set(await ask()) == {200}
    finally:
        postgres.leave(server)


async def _again(folder: Path) -> None:
    """Let it be started again; the share of the test keeps it running."""
    postgres.leave(await asyncio.to_thread(postgres.ensure, folder))


def _pid(server: postgres.Server) -> int:
    return int((server.data / "postmaster.pid").read_text().split("\n")[0])


async def test_a_full_pool_is_told_rather_than_waited_for(
    world: World, ready: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert database._engine is not None
    monkeypatch.setattr(database._engine.sync_engine.pool, "_timeout", 0.05)
    held = [world.ana.work() for _ in range(20)]
    for one in held:
        await one.__aenter__()
    try:
        problem(await client(world.ana.token).get("/api/auth/me"), 503)
    finally:
        for one in held:
            await one.__aexit__(None, None, None)
    assert (await client(world.ana.token).get("/api/auth/me")).status_code == 200
