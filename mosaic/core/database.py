"""The connection pool of this process.

Every connection runs as `mosaic_app`, which owns nothing and is bound by row-level security,
whoever logged in; `core/work.py` is the only user of it.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

import psycopg
from psycopg import IsolationLevel, errors
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import AsyncAdaptedQueuePool

from mosaic.core import metrics, statements
from mosaic.core.config import settings
from mosaic.core.errors import Conflict, Full, Invalid, Unavailable

APP_ROLE = "mosaic_app"
DOOR_ROLE = "mosaic_auth"
ENGINE_ROLE = "mosaic_engine"
_CONFLICT = "MS409"  # raised by triggers, with words for people

TROUBLE = (DBAPIError, PoolTimeout, StaleDataError, psycopg.Error, UnicodeEncodeError)
_UNSTORABLE = (psycopg.DataError, errors.ProgramLimitExceeded, UnicodeEncodeError)
_AT_ONCE = (
    StaleDataError,
    errors.UniqueViolation,
    errors.ForeignKeyViolation,
    errors.DeadlockDetected,
    errors.SerializationFailure,
)
_FULL = (errors.DiskFull, errors.ReadOnlySqlTransaction)
_AWAY = (psycopg.OperationalError, PoolTimeout, OSError)


# SQLAlchemy calls the log of a pool after its class: what it says there is a library's word.
logging.getLogger(f"{__name__}.Pool").setLevel(logging.WARNING)


class Pool(AsyncAdaptedQueuePool):
    """A pool that knows how many wait for a connection."""

    waiting = 0

    def _do_get(self) -> Any:
        self.waiting += 1
        try:
            return super()._do_get()
        finally:
            self.waiting -= 1


_engine: AsyncEngine | None = None
_sessions: async_sessionmaker[AsyncSession] | None = None
_dsn = ""


def connect(dsn: str, pool_size: int = 10, patience: timedelta = timedelta()) -> None:
    """Make the pool for `dsn` (`postgresql://…`). Connects lazily.

    A statement that takes longer than `patience` is stopped, and so is a transaction in which
    nothing happens for twice that; without it neither is.
    """
    global _engine, _sessions, _dsn
    _dsn = dsn
    _engine = create_async_engine(
        driver_url(dsn),
        connect_args={"connect_timeout": 5, "application_name": "mosaic"},
        poolclass=Pool,
        pool_size=pool_size,
        max_overflow=10,
        pool_timeout=5,
        query_cache_size=1200,
        hide_parameters=True,
    )
    event.listen(_engine.sync_engine, "connect", _become_app(patience))
    event.listen(_engine.sync_engine, "checkout", _refuse_changed)
    statements.watch(_engine.sync_engine, settings().slow_query_ms)
    _sessions = async_sessionmaker(_engine, expire_on_commit=False)


def driver_url(dsn: str) -> str:
    """Return `dsn` as SQLAlchemy wants it, with the driver named."""
    return dsn.replace("postgresql://", "postgresql+psycopg://", 1)


def _become_app(patience: timedelta) -> Callable[[Any, Any], None]:
    limit = int(patience.total_seconds() * 1000)

    def become(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(
            f"SET ROLE {APP_ROLE}; SET statement_timeout = {limit}; "
            f"SET idle_in_transaction_session_timeout = {2 * limit}; SET timezone = 'UTC'"
        )
        cursor.close()
        connection.commit()

    return become


def _refuse_changed(connection: Any, _record: Any, _fairy: Any) -> None:
    """Let the pool replace a connection that is not in the mode of a transaction like others.

    Somebody who is cancelled while SQLAlchemy changes the mode leaves it changed. Without
    transactions row-level security forgets who acts, and half of a change would stay.
    """
    driver = connection.driver_connection
    if driver.autocommit or driver.isolation_level not in _USUAL:
        raise DisconnectionError


_USUAL = (None, IsolationLevel.READ_COMMITTED)


def new_session() -> AsyncSession:
    """Return a session on the pool. Only `core/work.py` calls this."""
    if _sessions is None:
        raise RuntimeError("database.connect() comes first")
    return _sessions()


def dsn() -> str:
    """Return the connection string of the pool, for a connection that only listens."""
    return _dsn


def count() -> None:
    """Write down how much of the pool is in use."""
    if _engine is not None and isinstance(pool := _engine.pool, Pool):
        metrics.POOL.labels("used").set(pool.checkedout())
        metrics.POOL.labels("idle").set(pool.checkedin())
        metrics.POOL_WAITING.set(pool.waiting)


async def disconnect() -> None:
    """Close the pool."""
    if _engine is not None:
        await _engine.dispose()


def translate(problem: Any) -> NoReturn:
    """Raise Invalid, Conflict, Full or Unavailable, with sense for people; a mistake as it is."""
    original = getattr(problem, "orig", None) or problem
    if getattr(original, "sqlstate", None) == _CONFLICT:
        raise Conflict(original.diag.message_primary) from problem
    if isinstance(original, _UNSTORABLE):
        raise Invalid("One of the values holds something that cannot be stored.") from problem
    if isinstance(original, _AT_ONCE):
        raise Conflict("Somebody changed the same thing at this moment. Try again.") from problem
    if isinstance(original, errors.QueryCanceled):
        raise Unavailable("That took longer than Mosaic waits. Try a smaller request.") from problem
    if isinstance(original, _FULL):
        raise Full from problem
    if isinstance(original, _AWAY) or getattr(problem, "connection_invalidated", False):
        raise Unavailable from problem
    raise problem
