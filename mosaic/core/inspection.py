"""Looks at a database without changing anything: what it is, and what it lacks for Mosaic."""

from dataclasses import dataclass
from functools import lru_cache

import psycopg
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from mosaic.core import copying
from mosaic.core.actor import DOORKEEPER
from mosaic.core.database import APP_ROLE
from mosaic.core.migrate import EXTENSIONS, OLDEST_SERVER, OLDEST_VECTOR, scripts
from mosaic.core.work import work

WORKER = "mosaic-worker:"  # with the worker's id, the name of its connection
_PATIENCE = 5


@dataclass(frozen=True)
class Seen:
    """What a login sees. `extensions` maps the wanted ones to their version.

    An extension that is only on offer has version "" and one that is missing None. `revision` is
    the newest migration, "" where there is none, None for a login that may not look. `workers` are
    at work on runs at the moment.
    """

    server_version: int
    login: str
    superuser: bool
    works_as_app: bool
    extensions: dict[str, str | None]
    revision: str | None
    workers: int

    @property
    def version(self) -> str:
        """The server's version, such as "17.2"."""
        return f"{self.server_version // 10_000}.{self.server_version % 10_000}"

    @property
    def lacks(self) -> list[str]:
        """Return a sentence for each thing that is missing."""
        missing = []
        if self.server_version < OLDEST_SERVER:
            missing.append("Mosaic wants PostgreSQL 17 or newer.")
        for name, version in self.extensions.items():
            if version is None:
                missing.append(f"The extension {name} is not installed on the server.")
        vector = self.extensions.get("vector")
        if vector and tuple(int(n) for n in vector.split(".")[:2]) < OLDEST_VECTOR:
            missing.append(f"The extension vector is {vector}; Mosaic wants 0.8 or newer.")
        return missing


def look(dsn: str) -> Seen:
    """Look at the database behind `dsn`. Raises psycopg.OperationalError when it is away."""
    with psycopg.connect(dsn, autocommit=True, connect_timeout=_PATIENCE) as connection:
        connection.read_only = True
        row = connection.execute(_LOGIN, {"role": APP_ROLE}).fetchone()
        assert row is not None
        rows = connection.execute(_EXTENSIONS, [list(EXTENSIONS)])
        offered: dict[str, str] = dict(rows.fetchall())
        return Seen(
            server_version=connection.info.server_version,
            login=row[0],
            superuser=row[1],
            works_as_app=row[2],
            extensions={name: offered.get(name) for name in EXTENSIONS},
            revision=_revision(connection),
            workers=_workers(connection),
        )


async def is_behind() -> bool:
    """Whether migrations are still to run on the database of this process. Unavailable.

    A database that is ahead, because another process has been upgraded, is not behind.
    """
    try:
        async with work(DOORKEEPER) as looking:
            found = await looking.session.scalar(text("SELECT version_num FROM alembic_version"))
    except ProgrammingError:
        return True  # the table is not there, or from before it could be read
    return found is None or found in _older()


@lru_cache(maxsize=1)
def _older() -> frozenset[str]:
    there = ScriptDirectory.from_config(scripts())
    known = {one.revision for one in there.walk_revisions()}
    return frozenset(known - set(there.get_heads()))


_LOGIN = (
    "SELECT current_user::text, rolsuper, coalesce((SELECT pg_has_role(current_user, oid, 'SET') "
    "FROM pg_roles WHERE rolname = %(role)s), false) FROM pg_roles WHERE rolname = current_user"
)
_EXTENSIONS = (
    "SELECT name, coalesce(installed_version, '') FROM pg_available_extensions "
    "WHERE name = ANY (%s)"
)


def _revision(connection: psycopg.Connection) -> str | None:
    try:
        return copying.revision(connection) or ""
    except psycopg.errors.InsufficientPrivilege:
        return None


def _workers(connection: psycopg.Connection) -> int:
    row = connection.execute(_WORKERS, [WORKER]).fetchone()
    return row[0] if row else 0


_WORKERS = (
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND starts_with(application_name, %s)"
)
