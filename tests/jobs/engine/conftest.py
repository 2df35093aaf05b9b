"""Workers, as processes of their own on this test's database."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

import tests.jobs.engine.kinds  # noqa: F401
from mosaic.core.config import ROOT
from mosaic.core.start import Ready

Process = asyncio.subprocess.Process


class Workers:
    """Starts workers on one database, and ends those that are left."""

    def __init__(self, ready: Ready, **env: str) -> None:
        database = {"DATABASE_URL": ready.app_dsn, "DATABASE_ADMIN_URL": ready.admin_dsn}
        self.env = {**os.environ, **database, **env}
        self.running: list[Process] = []

    async def launch(self, **env: str) -> Process:
        """Start one; it may not be at work yet."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.jobs.engine.worker"),
            cwd=ROOT,
            env={**self.env, **env},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self.running.append(process)
        return process

    async def start(self, **env: str) -> Process:
        """Start one, and return when it is at work."""
        process = await self.launch(**env)
        assert process.stdout
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
        return process

    async def kill(self, process: Process) -> None:
        """End one as a crash does."""
        self.running.remove(process)
        process.kill()
        await process.wait()

    async def stop(self) -> None:
        """End all, gently."""
        for process in self.running:
            assert process.stdin
            process.stdin.close()
        for process in self.running:
            assert await asyncio.wait_for(process.wait(), 20) == 0


@asynccontextmanager
async def workers_on(ready: Ready, **env: str) -> AsyncIterator[Workers]:
    """Workers on a database, for as long as this context lasts."""
    workers = Workers(ready, **env)
    try:
        yield workers
        await workers.stop()
    finally:
        for process in workers.running:
            if process.returncode is None:
                process.kill()
                await process.wait()


@pytest.fixture
async def workers(ready: Ready, pool: None) -> AsyncIterator[Workers]:
    """None at first."""
    async with workers_on(ready) as workers:
        yield workers


@pytest.fixture(scope="module")
async def worker(ready: Ready, pool: None) -> AsyncIterator[Process]:
    """One that performs whatever comes, for all tests of a module."""
    async with workers_on(ready) as workers:
        yield await workers.start()
