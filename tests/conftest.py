"""A real PostgreSQL for every test: one embedded server, one database a worker."""

import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from hypothesis import settings as hypothesis
from psycopg import sql

from mosaic.accounts import passwords
from mosaic.core import config, database, logs, migrate, postgres, start
from tests.performer import performing
from tests.world import World, make_world

# In CI the same examples each time: what is landed is not judged by a lucky find. Everywhere else
# hypothesis looks for new ones.
hypothesis.register_profile("ci", derandomize=True, deadline=None)
hypothesis.register_profile("default", deadline=None)
hypothesis.load_profile("ci" if os.environ.get("CI") else "default")

AS_NEW = "as_new"  # the database that others are copied from
SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session", autouse=True)
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that all workers of this run share; settings from the environment only."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "data"
    for name in config.Settings.model_fields:
        os.environ.pop(name.upper(), None)
    os.environ["MOSAIC_DATA_DIR"] = str(folder)
    config.Settings.model_config["env_file"] = None
    config.settings.cache_clear()
    # As slow as argon2 is on purpose, hundreds of sign-ins would be most of the time of the tests.
    passwords._hasher = PasswordHasher.from_parameters(CHEAPEST)
    passwords._nobody = passwords._hasher.hash("nobody has this password")
    return folder


@pytest.fixture(scope="session")
def server(data_dir: Path) -> Iterator[postgres.Server]:
    """The embedded PostgreSQL."""
    running = postgres.ensure(data_dir / "postgres")
    # What a disk keeps when the power goes is no question here, and waiting for it takes most of
    # a commit. Tests that kill a server have one of their own.
    with psycopg.connect(running.dsn("postgres", "postgres"), autocommit=True) as connection:
        for name in ("fsync", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")
    yield running
    postgres.leave(running)


@pytest.fixture(scope="session")
def ready(server: postgres.Server) -> start.Ready:
    """A migrated database of this worker's own."""
    return fresh_database(server, f"mosaic_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")


def fresh_database(server: postgres.Server, name: str) -> start.Ready:
    """Make an empty, migrated database: a copy of one, as the migrations take a second."""
    copied, owner = sql.Identifier(name), sql.Identifier(migrate.OWNER_ROLE)
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as connection:
        # The workers of a run share the server.
        connection.execute("SELECT pg_advisory_lock(1)")
        found = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not connection.execute(found, [AS_NEW]).fetchone():
            _migrate(server, connection)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(copied))
        copy = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        connection.execute(copy.format(copied, owner, sql.Identifier(AS_NEW)))
    return start.embedded(server, name)


def _migrate(server: postgres.Server, connection: psycopg.Connection) -> None:
    making = f"{AS_NEW}_soon"
    migrate.create(server.dsn("postgres", "postgres"), making)
    migrate.upgrade(start.embedded(server, making).admin_dsn)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    connection.execute(rename.format(sql.Identifier(making), sql.Identifier(AS_NEW)))


@pytest.fixture(scope="session")
async def pool(ready: start.Ready) -> AsyncIterator[None]:
    """The connection pool, on the worker's database."""
    database.connect(ready.app_dsn)
    yield
    await database.disconnect()


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[None]:
    """Let the application work on another database within this context."""
    kept = database.dsn()
    await database.disconnect()
    database.connect(dsn)
    try:
        yield
    finally:
        await database.disconnect()
        database.connect(kept)


@asynccontextmanager
async def _own_database(server: postgres.Server) -> AsyncIterator[start.Ready]:
    name = f"own_{uuid4().hex}"
    made = fresh_database(server, name)
    async with connected(made.app_dsn):
        yield made
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def empty(server: postgres.Server, pool: None) -> AsyncIterator[start.Ready]:
    """A database of this test's own, in which nobody has an account."""
    async with _own_database(server) as made:
        yield made


@pytest.fixture(scope="module")
async def secluded(server: postgres.Server, pool: None) -> AsyncIterator[start.Ready]:
    """A database of this module's own: no other test changes what the planner knows of it."""
    async with _own_database(server) as made:
        yield made


@pytest.fixture
def place(server: postgres.Server) -> Iterator[start.Ready]:
    """A database in which there are not even tables."""
    name = f"place_{uuid4().hex}"
    migrate.create(server.dsn("postgres", "postgres"), name)
    yield start.embedded(server, name)
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as superuser:
        superuser.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
async def performer(pool: None) -> AsyncIterator[None]:
    """Performs runs in this process while the test goes on."""
    async with performing():
        yield


Configure = Callable[..., config.Settings]


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """A function that changes settings for this test: `configure(PORT="4000")`."""

    def change(**values: str) -> config.Settings:
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        config.settings.cache_clear()
        return config.settings()

    yield change
    monkeypatch.undo()
    config.settings.cache_clear()


@pytest.fixture
def lines(configure: Configure) -> Iterator[list[str]]:
    """Every line that this process logs during the test, at its most talkative."""
    said: list[str] = []
    ours = configure(LOG_LEVEL="debug", LOG_FORMAT="json")

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(self.format(record))

    keeper, root, mosaic = Keeper(), logging.getLogger(), logging.getLogger("mosaic")
    keeper.setFormatter(logs.formatter(ours))
    before = mosaic.level
    root.addHandler(keeper)
    mosaic.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(keeper)
    mosaic.setLevel(before)


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
