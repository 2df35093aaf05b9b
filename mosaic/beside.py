"""Processes beside this one, workers and servers, each started again whenever it dies."""

import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

logger = logging.getLogger(__name__)
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 5.0
_LONG = 60.0  # seconds after which a worker counts as well
PATIENCE = 15.0

Process = subprocess.Popen[bytes]


@contextmanager
def workers(count: int, begin: threading.Event) -> Iterator[None]:
    """Within this context, and once `begin` is set, so many workers perform runs.

    Runs that they have not finished at the end go on with the next worker.
    """
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(_kept_going("worker", ["mosaic.worker"], begin))
        yield


@contextmanager
def servers(count: int, listener: socket.socket) -> Iterator[None]:
    """Within this context so many web processes answer whoever comes to `listener`."""
    begin = threading.Event()
    begin.set()
    with ExitStack() as stack:
        for _ in range(count):
            command = ["mosaic.web", str(listener.fileno())]
            stack.enter_context(_kept_going("server", command, begin, [listener.fileno()]))
        yield


@contextmanager
def _kept_going(
    name: str, module: Sequence[str], begin: threading.Event, fds: Sequence[int] = ()
) -> Iterator[None]:
    """Run a module with its arguments in a process of its own.

    It holds one end of a pipe whose other end is here, so it ends with this process however that
    ends.
    """
    keeper = _Keeper(name, module, fds)
    thread = threading.Thread(target=keeper.keep, args=(begin,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.end()
        begin.set()
        thread.join()


class _Keeper:
    def __init__(self, name: str, module: Sequence[str], fds: Sequence[int]) -> None:
        self._name, self._module, self._fds = name, module, fds
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._process: Process | None = None

    def keep(self, begin: threading.Event) -> None:
        """Start a process, and another one with growing pauses where one dies soon."""
        begin.wait()
        pause = _FIRST_PAUSE
        while started := self._start():
            begun = time.monotonic()
            code = started.wait()
            if self._over.is_set():
                return
            pause = _FIRST_PAUSE if time.monotonic() - begun > _LONG else pause
            said = "The %s ended with %s; the next starts in %g s."
            logger.warning(said, self._name, code, pause)
            self._over.wait(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)

    def end(self) -> None:
        """End the process, gently where it lets itself be ended."""
        with self._lock:
            self._over.set()
            ending = self._process
        if ending is None:
            return
        assert ending.stdin
        ending.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            ending.wait(PATIENCE)
            return
        ending.kill()
        ending.wait()

    def _start(self) -> Process | None:
        with self._lock:
            if self._over.is_set():
                return None
            # Not in our session: Ctrl-C is for this process, which then ends the others.
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._module],
                pass_fds=self._fds,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
            return self._process
