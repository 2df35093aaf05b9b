"""Bring the database up: the embedded server or the given one, ready and migrated."""

from collections.abc import Callable
from dataclasses import dataclass

from mosaic.core import migrate, postgres
from mosaic.core.config import Settings

DATABASE = "mosaic"


@dataclass(frozen=True)
class Ready:
    """Connection strings of a database that is ready, and the embedded server if there is one."""

    app_dsn: str
    admin_dsn: str
    server: postgres.Server | None


def start_database(settings: Settings, report: Callable[[str], None]) -> Ready:
    """Start or reach the database, make roles, extensions and tables.

    Raises `migrate.DatabaseProblem` or `postgres.PostgresUnavailable` with a sentence for people.
    """
    if settings.database_url:
        admin = settings.database_admin_url or settings.database_url
        report("Reaching the database")
        migrate.adopt(admin, settings.database_url)
        ready = Ready(settings.database_url, admin, None)
    else:
        report(f"Starting PostgreSQL {postgres.version()}")
        server = postgres.ensure(settings.mosaic_data_dir / "postgres")
        migrate.create(server.dsn("postgres", "postgres"), DATABASE)
        ready = embedded(server, DATABASE)
    report("Bringing the tables up to date")
    migrate.upgrade(ready.admin_dsn)
    return ready


def embedded(server: postgres.Server, database: str) -> Ready:
    """Return the connection strings of a database on the embedded server."""
    app = server.dsn(migrate.LOGIN_ROLE, database)
    return Ready(app, server.dsn(migrate.OWNER_ROLE, database), server)
