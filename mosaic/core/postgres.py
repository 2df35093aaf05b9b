"""The embedded PostgreSQL: one server for a folder, shared by all processes that use it.

    FOLDER/data            the cluster          FOLDER/postgres.log   its log, bounded
    FOLDER/start.lock      flock, exclusive: who starts, joins or stops the server
    FOLDER/shares.lock     flock, shared: one for each use; the last to go stops the server
    FOLDER/server.lock     flock, exclusive: held by the server's own processes while they live

The kernel drops a flock when its process ends, whatever ends it. So killing the application leaves
a running server without shares, which the next `ensure` joins; killing the server leaves a free
`server.lock`, and the next `ensure` or `keep_alive` starts it again.

The superuser is `postgres`, without a password. The only door is a unix socket of mode 0700, in a
folder of mode 0700 that belongs to whoever runs the server (see `runner_for`).
"""

import fcntl
import hashlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mosaic.core import postgres_process as process
from mosaic.core.postgres_binaries import PostgresUnavailable, version
from mosaic.core.postgres_process import Server

__all__ = ["PostgresUnavailable", "Server", "ensure", "keep_alive", "leave", "running", "version"]

SOCKET_PATH_LIMIT = 100  # bytes; the kernel's own is 108, on macOS 104
START_LIMIT = 120.0  # seconds; a recovery after a crash can take most of a minute
STOP_LIMIT = 30.0
GRACE = 2.0  # for what a killed server leaves running
WATCH_EVERY = 1.0
PAUSE = 0.01

logger = logging.getLogger(__name__)
_held: set[int] = set()
_shares: dict[Path, list[int]] = {}


def ensure(folder: Path) -> Server:
    """Start the server of this folder, or join the one that runs, and take a share in it.

    Returns when it takes connections. Each call takes a share of its own, to be given back with
    `leave`. Raises `PostgresUnavailable`.
    """
    server = _server(folder)
    folder = server.data.parent
    with _start_lock(folder):
        _bring_up(server)
        share = _take(folder / "shares.lock", fcntl.LOCK_SH)
        assert share is not None  # taken exclusively under the start lock only
        _shares.setdefault(server.data, []).append(share)
    return server


def leave(server: Server) -> None:
    """Give back one share; the last one on this machine to leave stops the server, and waits.

    Nothing happens where this process holds none.
    """
    if not _shares.get(server.data):
        return
    folder = server.data.parent
    _give_back(_shares[server.data].pop())
    if not folder.exists():  # deleted under us: PostgreSQL notices that by itself
        return
    with _start_lock(folder):
        alone = _take(folder / "shares.lock", fcntl.LOCK_EX)
        if alone is not None:
            _stop(server)
            _give_back(alone)


@contextmanager
def keep_alive(server: Server) -> Iterator[None]:
    """Within this context a thread starts the server again soon after it died."""
    done = threading.Event()
    thread = threading.Thread(target=_watch, args=(server, done), name="postgres", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def running(folder: Path) -> Server | None:
    """The server of this folder if it takes connections now. Starts and changes nothing."""
    server = _server(folder)
    return server if server.data.exists() and process.accepts(server) else None


def _server(folder: Path) -> Server:
    data = folder.resolve() / "data"
    return Server(data, _socket_dir(data))


def _socket_dir(data: Path) -> Path:
    """The cluster's own folder, or a short one where libpq or the kernel would not take its path.

    A function of the path alone, so that every process finds it and it outlives restarts.
    """
    path = os.fsencode(data)
    if len(path) + len(f"/{process.SOCKET}") < SOCKET_PATH_LIMIT and b"," not in path:
        return data
    return Path("/tmp", f"mosaic-{hashlib.sha256(path).hexdigest()[:16]}")  # noqa: S108


def _bring_up(server: Server) -> None:
    """Return once the server takes connections; called under the start lock."""
    folder, launched = server.data.parent, False
    limit, heard = time.monotonic() + START_LIMIT, time.monotonic()
    while not process.accepts(server):
        now = time.monotonic()
        if now > limit:
            raise PostgresUnavailable(f"PostgreSQL in {folder} has not answered for a long time.")
        alive = _take(folder / "server.lock", fcntl.LOCK_EX)
        if alive is not None and launched:
            _give_back(alive)
            raise PostgresUnavailable(
                f"PostgreSQL in {folder} stopped right away. It said: {process.last_words(folder)}"
            )
        if alive is not None:
            launched = True
            _launch(server, alive)
        elif launched or process.listens(server):
            heard = now
        elif now - heard > GRACE:
            process.kill_holders(folder / "server.lock")
        time.sleep(PAUSE)


def _launch(server: Server, alive: int) -> None:
    try:
        process.start(server, alive)
    finally:
        _close(alive)  # without unlocking: the server's processes hold it now


def _stop(server: Server) -> None:
    """Fast shutdown; what does not go in time is killed, which costs no committed row."""
    lock, patience = server.data.parent / "server.lock", GRACE
    if process.listens(server):
        process.interrupt(server)
        patience = STOP_LIMIT
    gone = _wait_for(lock, patience)
    if gone is None:
        process.kill_holders(lock)
        gone = _wait_for(lock, GRACE)
    if gone is not None:
        _give_back(gone)
        process.clear_socket_dir(server)


def _watch(server: Server, done: threading.Event) -> None:
    folder, said = server.data.parent, ""
    while not done.wait(WATCH_EVERY):
        try:
            process.trim_log(folder)
            if process.listens(server) or not server.data.exists():
                continue
            with _start_lock(folder):
                _bring_up(server)
            said = ""
            logger.warning("PostgreSQL was away and runs again.")
        except (PostgresUnavailable, OSError) as reason:
            if str(reason) != said:
                logger.warning("PostgreSQL is away: %s", reason)
            said = str(reason)


@contextmanager
def _start_lock(folder: Path) -> Iterator[None]:
    """Be the only one who starts, joins or stops; trouble with the folder becomes a sentence."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _wait_for(folder / "start.lock", START_LIMIT + STOP_LIMIT)
        if lock is None:
            raise PostgresUnavailable(
                f"Another process has been at PostgreSQL in {folder} for long."
            )
        try:
            yield
        finally:
            _give_back(lock)
    except OSError as reason:
        raise PostgresUnavailable(
            f"Mosaic cannot keep its database in {folder}: {reason.strerror}. "
            "Consider another data folder, or giving this user the right to write there."
        ) from reason


def _wait_for(path: Path, seconds: float) -> int | None:
    """An exclusive flock on `path`, or None where others keep it for longer than that."""
    limit = time.monotonic() + seconds
    while (lock := _take(path, fcntl.LOCK_EX)) is None and time.monotonic() < limit:
        time.sleep(PAUSE)
    return lock


def _take(path: Path, mode: int) -> int | None:
    """A descriptor with a flock on `path`, or None while others hold it. Not inherited by exec."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    _held.add(lock)
    return lock


def _give_back(lock: int) -> None:
    """Unlock also where a process that is just being forked has a copy of the descriptor."""
    fcntl.flock(lock, fcntl.LOCK_UN)
    _close(lock)


def _close(lock: int) -> None:
    _held.discard(lock)
    os.close(lock)


def _forget() -> None:
    """A forked child is no user of the server until it calls `ensure` itself."""
    for lock in _held:
        os.close(lock)
    _held.clear()
    _shares.clear()


os.register_at_fork(after_in_child=_forget)
