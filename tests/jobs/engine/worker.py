"""A worker as `mosaic worker` is one, which knows the job types of the tests too.

Each is a process of its own, forked from one that has everything imported, as importing is most of
what a start takes; tests/test_beside.py starts workers the whole way.
"""

import asyncio
import os
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection

import tests.jobs.engine.kinds  # noqa: F401
from mosaic.core import config
from mosaic.worker import run

_fork = get_context("forkserver")
_fork.set_forkserver_preload([__name__])


class Worker:
    """A worker process, at work or on its way there."""

    def __init__(self, env: Mapping[str, str]) -> None:
        ends, self._stdin = _fork.Pipe(duplex=False)
        self._ready, says = _fork.Pipe(duplex=False)
        self.process = _fork.Process(target=_main, args=(dict(env), ends, says))
        self.process.start()
        ends.close()
        says.close()

    async def ready(self) -> None:
        """Wait until it is at work."""
        assert await asyncio.to_thread(self._ready.poll, 30)
        self._ready.recv()

    def leave(self) -> None:
        """Close its stdin, as the server does beside which one works."""
        self._stdin.close()

    async def ended(self) -> int | None:
        """Wait until it has ended; return its exit code."""
        await asyncio.to_thread(self.process.join, 30)
        return self.process.exitcode


def _main(env: dict[str, str], stdin: Connection, ready: Connection) -> None:
    os.environ.update(env)
    config.Settings.model_config["env_file"] = None
    config.settings.cache_clear()
    os.dup2(stdin.fileno(), 0)
    stdin.close()
    run(lambda: ready.send("ready"), beside=True)
