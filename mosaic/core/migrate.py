"""Make a database ready: roles, extensions, tables; and say what a given one lacks."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import psycopg
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, create_engine, pool
from sqlalchemy.exc import ProgrammingError

from alembic import command
from mosaic.core.config import ROOT
from mosaic.core.database import APP_ROLE, DOOR_ROLE, ENGINE_ROLE, driver_url
from mosaic.core.logs import mask

OWNER_ROLE = "mosaic_owner"
LOGIN_ROLE = "mosaic_login"
_APP_ROLES = (APP_ROLE, DOOR_ROLE, ENGINE_ROLE)
EXTENSIONS = ("vector", "pg_trgm", "unaccent", "btree_gin")
ENGINE_SCHEMA = "dbos"
LOCK = 7_236_411_902
OLDEST_SERVER = 170_000
OLDEST_VECTOR = (0, 8)


class DatabaseProblem(Exception):
    """The database cannot be used as it is; the message says what it lacks."""


def create(superuser_dsn: str, database: str) -> None:
    """Make the roles and `database` on an embedded server, where we are the superuser."""
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        for role, rights in ((OWNER_ROLE, "LOGIN"), (LOGIN_ROLE, "LOGIN NOINHERIT")):
            _create_role(connection, role, rights)
        _create_app_roles(connection, LOGIN_ROLE)
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if found.fetchone() is None:
            owner, name = sql.Identifier(OWNER_ROLE), sql.Identifier(database)
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
        with psycopg.connect(superuser_dsn, dbname=database, autocommit=True) as inside:
            _create_extensions(inside)


def adopt(admin_dsn: str, app_dsn: str) -> None:
    """Make a given database ready for the login of `app_dsn`, with the rights of `admin_dsn`.

    Raises DatabaseProblem that names what is missing: version, extension or right.
    """
    try:
        login = psycopg.conninfo.conninfo_to_dict(app_dsn).get("user") or ""
        with psycopg.connect(admin_dsn, autocommit=True, connect_timeout=10) as connection:
            if connection.info.server_version < OLDEST_SERVER:
                have = connection.info.server_version // 10_000
                raise DatabaseProblem(
                    f"This database is PostgreSQL {have}; Mosaic wants PostgreSQL 17 or newer."
                )
            connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            _create_app_roles(connection, str(login or connection.info.user))
            _create_extensions(connection)
    except psycopg.OperationalError as problem:
        raise DatabaseProblem(f"The database does not answer: {what_it_said(problem)}") from None
    except psycopg.ProgrammingError as problem:
        raise DatabaseProblem(
            f"The database's address cannot be read: {what_it_said(problem)}"
        ) from None


def upgrade(admin_dsn: str) -> None:
    """Run the migrations that are missing. Processes that start together wait for each other.

    Raises DatabaseProblem when the login may not make tables, or they are of a newer Mosaic.
    """
    with migrating(admin_dsn) as connection:
        waiting(MigrationContext.configure(connection).get_current_revision())
        bring(connection, "head")
    _upgrade_engine(admin_dsn)


@contextmanager
def migrating(admin_dsn: str) -> Iterator[Connection]:
    """A connection on which nobody else makes tables meanwhile; at the end all of it, or nothing.

    Raises DatabaseProblem when the login may not make tables.
    """
    engine = create_engine(driver_url(admin_dsn), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
            yield connection
            connection.commit()
    except ProgrammingError as problem:
        if not isinstance(problem.orig, psycopg.errors.InsufficientPrivilege):
            raise
        raise DatabaseProblem(
            "The administrator's login may not make or change tables here "
            f"({what_it_said(problem.orig)}). Make it the owner of the database, "
            "or name the owner's login in the setting DATABASE_ADMIN_URL."
        ) from None
    finally:
        engine.dispose()


def bring(connection: Connection, revision: str) -> None:
    """Run the migrations that are missing up to `revision`; "head" is the newest."""
    config = scripts()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    # So that a server can tell whether it is ready; the table is Alembic's own.
    connection.exec_driver_sql(f"GRANT SELECT ON alembic_version TO {DOOR_ROLE}")


def _upgrade_engine(admin_dsn: str) -> None:
    # The schema of the durable engine brings its own migrations; which it has stands beside it,
    # because the library takes half a second to load.
    stamp = f"DBOS {version('dbos')}"
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        found = connection.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s",
            [ENGINE_SCHEMA],
        ).fetchone()
        if found == (stamp,):
            return
        from dbos import DBOS

        logging.getLogger("dbos").setLevel(logging.WARNING)
        DBOS.migrate(driver_url(admin_dsn), schema=ENGINE_SCHEMA, application_role=ENGINE_ROLE)
        connection.execute(
            sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(ENGINE_SCHEMA), stamp)
        )


def waiting(revision: str | None) -> list[tuple[str, str]]:
    """Return the migrations after `revision`, the next one first: what it is called, what it does.

    Raises DatabaseProblem for a revision that only a newer Mosaic has.
    """
    if revision and not knows(revision):
        raise DatabaseProblem(
            f"The tables were brought up to date by a newer Mosaic, to migration {revision}. "
            "They only go forward: start that Mosaic, or restore a backup of this one."
        )
    there = ScriptDirectory.from_config(scripts()).iterate_revisions("head", revision or "base")
    return [(one.revision, one.doc) for one in reversed(list(there))]


def knows(revision: str) -> bool:
    """Whether this Mosaic has the migration."""
    return any(
        one.revision == revision for one in ScriptDirectory.from_config(scripts()).walk_revisions()
    )


def scripts() -> Config:
    """Return Alembic's configuration: where the migrations are."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "alembic"))
    return config


def _create_role(connection: psycopg.Connection, role: str, rights: str) -> None:
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if found is None:
        create = sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role), sql.SQL(rights))
        connection.execute(create)


def _create_app_roles(connection: psycopg.Connection, login: str) -> None:
    try:
        for role in _APP_ROLES:
            _create_role(connection, role, "NOLOGIN")
            member = connection.execute(
                "SELECT pg_has_role(%s, %s, 'SET')", [login, role]
            ).fetchone()
            if not (member and member[0]):
                grant = sql.SQL("GRANT {} TO {}")
                connection.execute(grant.format(sql.Identifier(role), sql.Identifier(login)))
    except psycopg.errors.InsufficientPrivilege:
        raise DatabaseProblem(
            "The administrator's login may not create roles. As a superuser, run once: "
            + "".join(f"CREATE ROLE {role}; " for role in _APP_ROLES)
            + f'GRANT {", ".join(_APP_ROLES)} TO "{login}";'
        ) from None


def _create_extensions(connection: psycopg.Connection) -> None:
    for name in EXTENSIONS:
        try:
            connection.execute(
                sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name))
            )
        except psycopg.errors.InsufficientPrivilege:
            raise DatabaseProblem(
                f"The extension {name} is not there and this login may not create it. "
                f"As a superuser, run once in this database: CREATE EXTENSION {name};"
            ) from None
        except (psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile):
            raise DatabaseProblem(
                f"This server does not have the extension {name}. Install it on the server first."
            ) from None
    row = connection.execute(
        "SELECT extversion FROM pg_extension WHERE extname = 'vector'"
    ).fetchone()
    if row and tuple(int(part) for part in row[0].split(".")[:2]) < OLDEST_VECTOR:
        raise DatabaseProblem(f"The extension vector is {row[0]}; Mosaic wants 0.8 or newer.")


def what_it_said(problem: BaseException | None) -> str:
    """Return what keeps a database from answering: the last part of libpq's first line.

    Without secrets, as it may quote the address.
    """
    first = (str(problem).strip().splitlines() or ["no answer"])[0]
    return mask(first.rpartition(" failed: ")[2].removeprefix("FATAL:").strip())
