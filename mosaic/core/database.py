"""The connection pool of this process.

Every connection runs as `mosaic_app`, which owns nothing and is bound by row-level security,
whoever logged in; `core/work.py` is the only user of it.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

APP_ROLE = "mosaic_app"
DOOR_ROLE = "mosaic_auth"

_engine: AsyncEngine | None = None
_sessions: async_sessionmaker[AsyncSession] | None = None
_dsn = ""


def connect(dsn: str, pool_size: int = 10) -> None:
    """Make the pool for `dsn` (`postgresql://…`). Connects lazily."""
    global _engine, _sessions, _dsn
    _dsn = dsn
    _engine = create_async_engine(
        driver_url(dsn),
        connect_args={"connect_timeout": 5, "application_name": "mosaic"},
        pool_size=pool_size,
        max_overflow=10,
        pool_timeout=5,
        query_cache_size=1200,
    )
    event.listen(_engine.sync_engine, "connect", _become_app)
    _sessions = async_sessionmaker(_engine, expire_on_commit=False)


def driver_url(dsn: str) -> str:
    """Return `dsn` as SQLAlchemy wants it, with the driver named."""
    return dsn.replace("postgresql://", "postgresql+psycopg://", 1)


def _become_app(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(
        f"SET ROLE {APP_ROLE}; SET statement_timeout = '30s'; "
        "SET idle_in_transaction_session_timeout = '60s'; SET timezone = 'UTC'"
    )
    cursor.close()
    connection.commit()


def new_session() -> AsyncSession:
    """Return a session on the pool. Only `core/work.py` calls this."""
    if _sessions is None:
        raise RuntimeError("database.connect() comes first")
    return _sessions()


def dsn() -> str:
    """Return the connection string of the pool, for a connection that only listens."""
    return _dsn


async def disconnect() -> None:
    """Close the pool."""
    if _engine is not None:
        await _engine.dispose()
