"""Performs runs in the process of a test, where it can change what they call.

Stands in for the worker and its durable engine, which tests/jobs/engine has.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from psycopg import AsyncConnection, OperationalError

import mosaic.job_types  # noqa: F401
from mosaic.core import database
from mosaic.jobs.engine.performing import perform

_WAITING = "SELECT id, attempt, leg FROM jobs WHERE engine AND status = 'QUEUED'"


async def once(name: str, act: Callable[[], Awaitable[None]]) -> None:
    """Call a function, as the durable engine does where nothing goes wrong."""
    await act()


async def _perform_all() -> None:
    while True:
        with suppress(OperationalError):  # the end of a database that a test had to itself
            await _perform_in(database.dsn())
        await asyncio.sleep(0.02)


async def _perform_in(dsn: str) -> None:
    # By a connection of its own: looking by a unit of work takes ten times as long, and every test
    # would pay for it fifty times a second.
    async with await AsyncConnection.connect(dsn, autocommit=True) as looking:
        await looking.execute(f"SET ROLE {database.ENGINE_ROLE}")
        # None waits for another: a run that an earlier test left may wait for a model that is away.
        going: dict[tuple[Any, ...], asyncio.Task[None]] = {}
        try:
            while dsn == database.dsn():
                for job in await (await looking.execute(_WAITING)).fetchall():
                    if job not in going:
                        going[job] = asyncio.create_task(perform(*job, "test", once))
                await asyncio.sleep(0.02)
        finally:
            for task in going.values():
                task.cancel()
            await asyncio.gather(*going.values(), return_exceptions=True)


@asynccontextmanager
async def performing() -> AsyncIterator[None]:
    """Perform runs within this context."""
    task = asyncio.create_task(_perform_all())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
