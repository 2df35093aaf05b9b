"""What the commands of `cli.py` have in common: steps with times, a clean stop, the database."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import typer
from rich.console import Console

from mosaic.core.config import settings

out = Console(highlight=False)
aside = Console(highlight=False, stderr=True)
T = TypeVar("T")


class Steps:
    """Prints what is being done, and how long each step took."""

    def __init__(self) -> None:
        self.begun = self.last = time.monotonic()
        self.open = False

    def __call__(self, step: str) -> None:
        """Say that `step` begins, and that the one before it has ended."""
        self.end()
        out.print(f"  {step:<38}", end="", markup=False)
        self.last, self.open = time.monotonic(), True

    def end(self) -> None:
        """Say how long the current step took."""
        if self.open:
            out.print(f" {time.monotonic() - self.last:5.1f} s")
        self.open = False

    @property
    def seconds(self) -> float:
        """How long it has been since the beginning."""
        return time.monotonic() - self.begun


@contextmanager
def stoppable(steps: Steps) -> Iterator[None]:
    """Let SIGTERM end what runs as Ctrl-C does: everything is put away, then a word about it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        steps.end()
        aside.print("\nStopped. Everything is kept.")
        raise typer.Exit(130) from None
    finally:
        steps.end()


@contextmanager
def database(report: Callable[[str], None]) -> Iterator[None]:
    """Have the database ready, and leave it at the end: the last to leave stops it."""
    from mosaic.core import postgres, start

    ready = start.start_database(settings(), report)
    try:
        yield
    finally:
        if ready.server:
            postgres.leave(ready.server)


def run(task: Callable[[], Coroutine[Any, Any, T]], performing: bool = False) -> T:
    """Run `task` on the database, with `performing` beside a worker; return what it returns."""
    from mosaic import beside

    begin = threading.Event()
    with stoppable(Steps()), database(lambda _: None), beside.workers(1, begin):
        if performing:
            begin.set()
        return asyncio.run(connected(task))


async def connected(task: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `task` with this process's pool and cache; the database is ready."""
    from mosaic.core import start

    async with start.running(settings()):
        return await task()
