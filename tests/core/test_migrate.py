"""Making a database ready: at once from two processes, and on a server that lacks something."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from psycopg import sql
from sqlalchemy import create_engine, pool, text

from mosaic.core import migrate
from mosaic.core.config import ROOT
from mosaic.core.database import driver_url
from mosaic.core.migrate import DatabaseProblem
from mosaic.core.postgres import Server
from mosaic.core.start import Ready
from mosaic.metadata import metadata


@contextmanager
def _as_superuser(server: Server, database: str = "postgres") -> Iterator[psycopg.Connection]:
    dsn = server.dsn("postgres", database)
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def given(server: Server, ready: Ready) -> Iterator[tuple[Server, str, str]]:
    """A server with a plain database and a plain login, as somebody may be given them.

    The roles are there, as `ready` made them for a database beside it.
    """
    name = f"given_{uuid4().hex}"
    with _as_superuser(server) as connection:
        for statement in ("CREATE ROLE {} LOGIN", "CREATE DATABASE {}"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
    yield server, name, server.dsn(name, name)
    with _as_superuser(server) as connection:
        for statement in ("DROP DATABASE {} WITH (FORCE)", "DROP ROLE {}"):
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def test_every_table_is_among_those_that_are_compared() -> None:
    """Whichever modules other tests have loaded meanwhile."""
    listed = (ROOT / "mosaic" / "metadata.py").read_text()
    for path in (ROOT / "mosaic").rglob("*.py"):
        if "table=True" in path.read_text():
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            assert f"import {name}\n" in listed.replace("  # noqa: F401", ""), name


# PostgreSQL writes expressions of columns and indexes in its own way, so they are not compared.
@pytest.mark.filterwarnings("ignore:Computed default", "ignore:Expression #1")
def test_models_and_migrations_agree(ready: Ready) -> None:
    engine = create_engine(driver_url(ready.admin_dsn), poolclass=pool.NullPool)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


UP = """
import sys
from mosaic.core import migrate
from mosaic.core.config import ROOT
migrate.create(sys.argv[1], sys.argv[2])
migrate.upgrade(sys.argv[3])
"""


def test_processes_that_start_together_take_turns(server: Server) -> None:
    name = f"together_{uuid4().hex}"
    arguments = [server.dsn("postgres", "postgres"), name, server.dsn(migrate.OWNER_ROLE, name)]
    started = [subprocess.Popen([sys.executable, "-c", UP, *arguments]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    migrate.upgrade(arguments[2])
    with _as_superuser(server, name) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    with _as_superuser(server) as connection:
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def test_a_given_database_is_made_ready(given: tuple[Server, str, str]) -> None:
    server, name, dsn = given
    admin = server.dsn("postgres", name)
    for _ in range(2):
        migrate.adopt(admin, dsn)
        migrate.upgrade(admin)
    engine = create_engine(driver_url(dsn), poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SET ROLE mosaic_app"))
        assert connection.scalar(text("SELECT count(*) FROM workspaces")) == 0


def test_a_login_that_may_not_give_roles_is_told(given: tuple[Server, str, str]) -> None:
    _, name, dsn = given
    with pytest.raises(
        DatabaseProblem, match=f'GRANT mosaic_app, mosaic_auth, mosaic_engine TO "{name}"'
    ):
        migrate.adopt(dsn, dsn)


def test_a_login_that_may_not_make_extensions_is_told(given: tuple[Server, str, str]) -> None:
    server, name, dsn = given
    _let_in(server, name)
    with pytest.raises(DatabaseProblem, match="CREATE EXTENSION vector"):
        migrate.adopt(dsn, dsn)


def test_a_login_that_may_not_make_tables_is_told(given: tuple[Server, str, str]) -> None:
    server, name, dsn = given
    _let_in(server, name)
    with _as_superuser(server, name) as connection:
        for extension in migrate.EXTENSIONS:
            statement = sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension))
            connection.execute(statement)
    migrate.adopt(dsn, dsn)
    with pytest.raises(DatabaseProblem, match="DATABASE_ADMIN_URL"):
        migrate.upgrade(dsn)


def test_a_login_with_enough_rights_needs_no_superuser(given: tuple[Server, str, str]) -> None:
    """What the sentences above ask for is enough, and nothing else is needed."""
    server, name, dsn = given
    _let_in(server, name)
    with _as_superuser(server, name) as connection:
        connection.execute("CREATE EXTENSION vector")
        owner = sql.SQL("ALTER DATABASE {0} OWNER TO {0}").format(sql.Identifier(name))
        connection.execute(owner)
    migrate.adopt(dsn, dsn)
    migrate.upgrade(dsn)


def _let_in(server: Server, login: str) -> None:
    with _as_superuser(server) as connection:
        grant = sql.SQL("GRANT mosaic_app, mosaic_auth, mosaic_engine TO {}").format(
            sql.Identifier(login)
        )
        connection.execute(grant)


def test_an_extension_the_server_does_not_have_is_told(
    given: tuple[Server, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, name, dsn = given
    monkeypatch.setattr(migrate, "EXTENSIONS", ("no_such_extension",))
    with pytest.raises(DatabaseProblem, match="no_such_extension"):
        migrate.adopt(server.dsn("postgres", name), dsn)


def test_versions_that_are_too_old_are_told(
    given: tuple[Server, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, name, dsn = given
    admin = server.dsn("postgres", name)
    monkeypatch.setattr(migrate, "OLDEST_VECTOR", (99, 0))
    with pytest.raises(DatabaseProblem, match="The extension vector is"):
        migrate.adopt(admin, dsn)
    monkeypatch.setattr(migrate, "OLDEST_SERVER", 990_000)
    with pytest.raises(DatabaseProblem, match="This database is PostgreSQL"):
        migrate.adopt(admin, dsn)


async def test_tables_of_a_newer_mosaic_are_left_alone(empty: Ready) -> None:
    with psycopg.connect(empty.admin_dsn, autocommit=True) as owner:
        owner.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(DatabaseProblem, match="a newer Mosaic, to migration 9999"):
            migrate.upgrade(empty.admin_dsn)
        assert owner.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_what_waits_is_told_in_order_and_in_words() -> None:
    everything = migrate.waiting(None)
    assert [revision for revision, _ in everything] == sorted(one for one, _ in everything)
    assert all(words.endswith(".") for _, words in everything)
    [newest] = migrate.waiting(everything[-2][0])
    assert newest == everything[-1]
    assert migrate.waiting(newest[0]) == []


def test_a_database_that_is_not_there_is_told(server: Server) -> None:
    for address, told in (
        ("postgresql://127.0.0.1:1/mosaic", "does not answer"),
        (server.dsn("nobody", "postgres"), "does not answer"),
        (server.dsn("postgres", "nowhere"), "does not answer"),
        ("postgresql://[mosaic", "cannot be read"),
        ("postgresql://h/d?nonsense=1", "cannot be read"),
    ):
        with pytest.raises(DatabaseProblem, match=told):
            migrate.adopt(address, address)
