"""Performs runs in the process of a test, where it can change what they call.

Stands in for the worker and its durable engine, which tests/jobs/engine has.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text

import mosaic.job_types  # noqa: F401
from mosaic.core.actor import ENGINE
from mosaic.core.work import work
from mosaic.jobs.engine.performing import perform

_WAITING = text("SELECT id, attempt, leg FROM jobs WHERE engine AND status = 'QUEUED'")


async def once(name: str, act: Callable[[], Awaitable[None]]) -> None:
    """Call a function, as the durable engine does where nothing goes wrong."""
    await act()


async def _perform_all() -> None:
    while True:
        async with work(ENGINE) as looking:
            waiting = (await looking.session.execute(_WAITING)).all()
        await asyncio.gather(*(perform(*job, "test", once) for job in waiting))
        await asyncio.sleep(0.02)


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
