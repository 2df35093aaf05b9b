"""Workers beside the server, each started again whenever it dies."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

logger = logging.getLogger(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_LONG = 60.0  # seconds after which a worker counts as well
_PATIENCE = 15.0

Worker = subprocess.Popen[bytes]


@contextmanager
def workers(count: int, begin: threading.Event) -> Iterator[None]:
    """Within this context, and once `begin` is set, so many workers perform runs."""
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(worker(begin))
        yield


@contextmanager
def worker(begin: threading.Event) -> Iterator[None]:
    """Within this context, and once `begin` is set, a worker performs runs.

    It holds one end of a pipe whose other end is here, so it ends with this process however that
    ends. Runs that it has not finished at the end go on with the next worker.
    """
    keeper = _Keeper()
    thread = threading.Thread(target=keeper.keep, args=(begin,), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.end()
        begin.set()
        thread.join()


class _Keeper:
    def __init__(self) -> None:
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._worker: Worker | None = None

    def keep(self, begin: threading.Event) -> None:
        """Start a worker, and another one with growing pauses where one dies soon."""
        begin.wait()
        pause = _FIRST_PAUSE
        while started := self._start():
            begun = time.monotonic()
            code = started.wait()
            if self._over.is_set():
                return
            pause = _FIRST_PAUSE if time.monotonic() - begun > _LONG else pause
            logger.warning("The worker ended with %s; the next starts in %g s.", code, pause)
            self._over.wait(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)

    def end(self) -> None:
        """End the worker, gently where it lets itself be ended."""
        with self._lock:
            self._over.set()
            ending = self._worker
        if ending is None:
            return
        assert ending.stdin
        ending.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            ending.wait(_PATIENCE)
            return
        ending.kill()
        ending.wait()

    def _start(self) -> Worker | None:
        with self._lock:
            if self._over.is_set():
                return None
            # Not in our session: Ctrl-C is for the server, which then ends the worker.
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "mosaic.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
            return self._worker
