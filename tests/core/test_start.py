"""Bringing the database up, given or embedded, and running on it."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from mosaic.core import cache, config, database, live, postgres
from mosaic.core.actor import DOORKEEPER
from mosaic.core.postgres import Server
from mosaic.core.start import running, start_database
from mosaic.core.work import work
from tests.waiting import until
from tests.world import make_world


@pytest.fixture
async def afterwards(pool: None) -> AsyncIterator[None]:
    """The other tests go on with the pool and the cache they had."""
    kept = database.dsn()
    await database.disconnect()
    yield
    await database.disconnect()
    database.connect(kept)
    cache.connect(None)


async def _works() -> bool:
    async with work(DOORKEEPER):
        return True


@pytest.mark.usefixtures("afterwards")
async def test_a_given_database_is_used(server: Server) -> None:
    name = f"given_{uuid4().hex}"
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as connection:
        for statement in ("CREATE ROLE {} LOGIN", "CREATE DATABASE {}"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
    settings = config.load(
        database_url=server.dsn(name, name), database_admin_url=server.dsn("postgres", name)
    )
    said: list[str] = []
    ready = start_database(settings, said.append)
    assert ready.server is None
    assert said == ["Reaching the database", "Bringing the tables up to date"]
    async with running(settings, listening=True):
        assert await _works()
        world = await make_world()
        async with world.ana.work() as w:
            place = w.tenant
        seen: list[int] = []

        async def refresh() -> bool:
            seen.append(1)
            return True

        live.watch("tab", "page", place, {"knowledge"}, refresh)
        async with world.ana.work() as w:
            w.changed("knowledge")
        await until(lambda: bool(seen))
    live.unwatch("tab")


@pytest.mark.usefixtures("afterwards")
async def test_without_one_the_embedded_server_is_started_and_stopped(tmp_path: Path) -> None:
    settings = config.load(mosaic_data_dir=tmp_path)
    ready = start_database(settings, lambda _: None)
    assert ready.server is not None
    async with running(settings):
        assert await _works()
    assert postgres.process.accepts(ready.server)
    postgres.leave(ready.server)
    assert not postgres.process.accepts(ready.server)
