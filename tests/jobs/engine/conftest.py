"""Workers, as processes of their own on this test's database."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from mosaic.core.start import Ready
from tests.jobs.engine.worker import Worker


class Workers:
    """Starts workers on one database, and ends those that are left."""

    def __init__(self, ready: Ready, **env: str) -> None:
        database = {"DATABASE_URL": ready.app_dsn, "DATABASE_ADMIN_URL": ready.admin_dsn}
        self.env = {**os.environ, **database, **env}
        self.running: list[Worker] = []

    def launch(self, **env: str) -> Worker:
        """Start one; it may not be at work yet."""
        worker = Worker({**self.env, **env})
        self.running.append(worker)
        return worker

    async def start(self, **env: str) -> Worker:
        """Start one, and return when it is at work."""
        worker = self.launch(**env)
        await worker.ready()
        return worker

    async def kill(self, worker: Worker) -> None:
        """End one as a crash does."""
        self.running.remove(worker)
        worker.process.kill()
        await worker.ended()

    async def stop(self) -> None:
        """End all, gently."""
        for worker in self.running:
            worker.leave()
        for worker in self.running:
            assert await worker.ended() == 0


@asynccontextmanager
async def workers_on(ready: Ready, **env: str) -> AsyncIterator[Workers]:
    """Workers on a database, for as long as this context lasts."""
    workers = Workers(ready, **env)
    try:
        yield workers
        await workers.stop()
    finally:
        for worker in workers.running:
            worker.process.kill()
            await worker.ended()


@pytest.fixture
async def workers(ready: Ready, pool: None) -> AsyncIterator[Workers]:
    """None at first."""
    async with workers_on(ready) as workers:
        yield workers


@pytest.fixture(scope="module")
async def worker(ready: Ready, pool: None) -> AsyncIterator[Worker]:
    """One that performs whatever comes, for all tests of a module."""
    async with workers_on(ready) as workers:
        yield await workers.start()
