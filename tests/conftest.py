"""A real PostgreSQL for every test: one embedded server, one database a worker."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from mosaic.core import config, database, migrate, postgres, start
from tests.world import World, make_world

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session", autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder that all workers of this run share; settings from the environment only."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "data"
    for name in config.Settings.model_fields:
        os.environ.pop(name.upper(), None)
    os.environ["MOSAIC_DATA_DIR"] = str(folder)
    config.Settings.model_config["env_file"] = None
    config.settings.cache_clear()
    yield folder


@pytest.fixture(scope="session")
def server(data_dir: Path) -> Iterator[postgres.Server]:
    """The embedded PostgreSQL."""
    running = postgres.ensure(data_dir / "postgres")
    yield running
    postgres.leave(running)


@pytest.fixture(scope="session")
def ready(server: postgres.Server) -> Iterator[start.Ready]:
    """A migrated database of this worker's own."""
    yield fresh_database(server, f"mosaic_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")


def fresh_database(server: postgres.Server, name: str) -> start.Ready:
    """Make an empty, migrated database."""
    superuser = server.dsn("postgres", "postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        connection.execute(drop.format(sql.Identifier(name)))
    migrate.create(superuser, name)
    made = start.embedded(server, name)
    migrate.upgrade(made.admin_dsn)
    return made


@pytest.fixture(scope="session")
async def pool(ready: start.Ready) -> AsyncIterator[None]:
    """The connection pool, on the worker's database."""
    database.connect(ready.app_dsn)
    yield
    await database.disconnect()


@pytest.fixture
async def world(pool: None) -> World:
    """Two tenants and an outsider, new for each test."""
    return await make_world()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpora and fixtures; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared with corpora and fixtures is not here")
    return SHARED
