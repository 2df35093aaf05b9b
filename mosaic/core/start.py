"""Bring the database up, and run on it: the embedded server or the given one."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from mosaic.core import cache, database, live, migrate, postgres, room, tracing, valkey
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
    The caller gives the server back with `postgres.leave`.
    """
    with ExitStack() as undo:
        ready = reach(settings, report)
        if ready.server:
            undo.callback(postgres.leave, ready.server)
        report("Bringing the tables up to date")
        migrate.upgrade(ready.admin_dsn)
        undo.pop_all()
        return ready


def reach(settings: Settings, report: Callable[[str], None]) -> Ready:
    """Start or reach the database, make roles and extensions; the tables stay as they are.

    Raises and is given back as `start_database`.
    """
    if settings.database_url:
        admin = settings.database_admin_url or settings.database_url
        report("Reaching the database")
        migrate.adopt(admin, settings.database_url)
        return Ready(settings.database_url, admin, None)
    report(f"Starting PostgreSQL {postgres.version()}")
    with ExitStack() as undo:
        server = postgres.ensure(folder(settings))
        undo.callback(postgres.leave, server)
        migrate.create(server.dsn("postgres", "postgres"), DATABASE)
        undo.pop_all()
    return embedded(server, DATABASE)


@contextmanager
def as_it_is(settings: Settings) -> Iterator[str]:
    """Within this context the database runs, and nothing in it was changed; yields the owner's DSN.

    Raises `migrate.DatabaseProblem` where no start has made a database yet.
    """
    if settings.database_url:
        yield settings.database_admin_url or settings.database_url
        return
    place = folder(settings)
    if not (place / "data").exists():
        raise migrate.DatabaseProblem(f"There is no database in {settings.mosaic_data_dir} yet.")
    server = postgres.ensure(place)
    try:
        yield embedded(server, DATABASE).admin_dsn
    finally:
        postgres.leave(server)


@asynccontextmanager
async def running(
    settings: Settings, listening: bool = False, pool_size: int = 10
) -> AsyncIterator[None]:
    """Within this context the process has its pool and cache, and with `listening` hears others.

    What listens answers people, so its statements have an end; what a worker or a command does may
    take its time.

    The database has been made ready by `start_database`, in this process or another; an embedded
    server that dies is started again.
    """
    tracing.start(settings)
    with ExitStack() as stack:
        if settings.database_url:
            dsn = settings.database_url
            room.watch(None)
        else:
            room.watch(settings.mosaic_data_dir)
            server = await asyncio.to_thread(postgres.ensure, folder(settings))
            stack.callback(postgres.leave, server)
            stack.enter_context(postgres.keep_alive(server))
            dsn = embedded(server, DATABASE).app_dsn
        database.connect(dsn, pool_size, settings.query_timeout if listening else timedelta())
        cache.connect(
            valkey.connect(settings.valkey_url),
            int(settings.knowledge_cache_ttl.total_seconds()),
            settings.knowledge_cache_enabled,
        )
        hearing = asyncio.create_task(live.listen(dsn)) if listening else None
        try:
            yield
        finally:
            if hearing:
                hearing.cancel()
                with suppress(asyncio.CancelledError):
                    await hearing
            await database.disconnect()
            await valkey.disconnect()


def folder(settings: Settings) -> Path:
    """Return where the embedded PostgreSQL lives."""
    return settings.mosaic_data_dir / "postgres"


def embedded(server: postgres.Server, database: str) -> Ready:
    """Return the connection strings of a database on the embedded server."""
    app = server.dsn(migrate.LOGIN_ROLE, database)
    return Ready(app, server.dsn(migrate.OWNER_ROLE, database), server)
