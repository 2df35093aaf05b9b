"""How the processes of the embedded PostgreSQL are started, recognised and ended.

Called by `mosaic.core.postgres`, under its start lock. Whether a server runs is never read from
`postmaster.pid`, which may name a stranger, a zombie or nothing. Instead every process of the
server inherits one descriptor on the file `server.lock`, with an exclusive flock: it is free
exactly when the last of them is gone, however they ended.
"""

import glob
import os
import shutil
import signal
import socket
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg import pq

from mosaic.core.postgres_binaries import PostgresUnavailable, Runner, binary, runner_for, version

PORT = 5432
SOCKET = f".s.PGSQL.{PORT}"
LOG_LIMIT = 4_000_000
INITDB_OPTIONS = [
    "--username=postgres",
    "--auth-local=trust",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
]
SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",  # bounds how long recovery takes after a crash
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_min_error_statement": "panic",  # what people write stays out of the log,
    "log_error_verbosity": "terse",  # and so do the values in a unique key
}


@dataclass(frozen=True)
class Server:
    """Where a server lives: its cluster folder and the folder of its unix socket."""

    data: Path
    socket_dir: Path

    def dsn(self, user: str, database: str) -> str:
        """A libpq URI over the unix socket: `postgresql://mosaic@/mosaic?host=%2F…&port=5432`."""
        name, base = quote(user, safe=""), quote(database, safe="")
        host = quote(os.fsencode(self.socket_dir), safe="")
        return f"postgresql://{name}@/{base}?host={host}&port={PORT}"


def accepts(server: Server) -> bool:
    """Whether the server takes connections now: recovered, and not on its way out."""
    uri = server.dsn("postgres", "postgres") + "&connect_timeout=2"
    return (
        (server.data / "postmaster.pid").exists()
        and _is_ours(server.socket_dir, server.data)
        and pq.PGconn.ping(uri.encode()) == pq.Ping.OK
    )


def listens(server: Server) -> bool:
    """Whether a postmaster lives behind the socket, be it busy or stopped."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(os.fsencode(server.socket_dir / SOCKET))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except (TimeoutError, BlockingIOError):  # its queue is full, so it is there
            return True
    return True


def start(server: Server, alive: int) -> None:
    """Launch the server, after making the cluster where there is none.

    `alive` is the locked descriptor of `server.lock` for the server's processes; the caller closes
    its own copy afterwards. Returns before the server takes connections.
    """
    if not server.data.exists():
        _create(server.data, alive)
    _check_version(server.data)
    runner = runner_for(server.data)
    _clear_remains(server, runner)
    settings = SETTINGS | {"unix_socket_directories": str(server.socket_dir)}
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = [binary("postgres"), "-D", str(server.data), *options]
    log = server.data.parent / "postgres.log"
    if log.exists():
        log.replace(f"{log}.1")
    with open(log, "ab", buffering=0) as output:
        runner.run(command, alive, output, background=True)


def interrupt(server: Server) -> None:
    """Ask for a fast shutdown; only while it `listens`, so that the file names the postmaster."""
    with suppress(ProcessLookupError, FileNotFoundError):
        pid = (server.data / "postmaster.pid").read_text().split("\n")[0]
        os.kill(int(pid), signal.SIGINT)


def kill_holders(lock: Path) -> None:
    """Kill what is left of a server: the processes that have `lock` open (where /proc tells)."""
    for descriptor in glob.glob("/proc/[0-9]*/fd/*"):
        with suppress(OSError):
            pid = int(descriptor.split("/")[2])
            if pid != os.getpid() and os.readlink(descriptor) == str(lock):
                os.kill(pid, signal.SIGKILL)


def clear_socket_dir(server: Server) -> None:
    """Leave no folder behind in /tmp once the server has stopped."""
    if server.socket_dir != server.data:
        with suppress(OSError):
            server.socket_dir.rmdir()


def trim_log(folder: Path) -> None:
    """Bound the log of a running server, which appends to it; one older part is kept."""
    log = folder / "postgres.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        shutil.copyfile(log, f"{log}.1")
        os.truncate(log, 0)


def last_words(folder: Path) -> str:
    """Why the server that was just launched ended, as its log has it."""
    lines = (folder / "postgres.log").read_text(errors="replace").splitlines() or ["nothing"]
    fatal = [line.split("FATAL:  ")[1] for line in lines if "FATAL:  " in line]
    return (fatal or lines)[-1]


def _create(data: Path, alive: int) -> None:
    """Make a cluster under another name first: a folder called `data` is always a whole one."""
    for unfinished in data.parent.glob("initdb-*"):
        shutil.rmtree(unfinished)
    made = Path(tempfile.mkdtemp(prefix="initdb-", dir=data.parent))
    with tempfile.TemporaryFile() as output:
        command = [binary("initdb"), "-D", str(made), *INITDB_OPTIONS]
        if runner_for(made).run(command, alive, output) != 0:
            output.seek(0)
            said = output.read().decode(errors="replace").strip().splitlines() or ["nothing"]
            raise PostgresUnavailable(
                f"PostgreSQL could not make its files in {data.parent}. It said: {said[-1]}"
            )
    made.rename(data)


def _check_version(data: Path) -> None:
    try:
        theirs = (data / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        raise PostgresUnavailable(
            f"The folder {data} holds something else than a PostgreSQL database. "
            "Consider moving it away, or another data folder."
        ) from None
    ours = version().split(".")[0]
    if theirs != ours:
        raise PostgresUnavailable(
            f"The database in {data} was made by PostgreSQL {theirs}, and Mosaic brings "
            f"PostgreSQL {ours}. Consider restoring a backup into a new data folder."
        )


def _clear_remains(server: Server, runner: Runner) -> None:
    """Remove what a killed server left, which could name a stranger, and make the socket folder."""
    for path in (
        server.data / "postmaster.pid",
        server.socket_dir / SOCKET,
        server.socket_dir / f"{SOCKET}.lock",
    ):
        path.unlink(missing_ok=True)
    if server.socket_dir == server.data:
        return
    clear_socket_dir(server)
    with suppress(FileExistsError):
        server.socket_dir.mkdir(mode=0o700)
        runner.own(server.socket_dir)
    if not _is_ours(server.socket_dir, server.data):
        raise PostgresUnavailable(
            f"The folder {server.socket_dir} belongs to somebody else. "
            "Consider a data folder with a shorter path, which does without it."
        )


def _is_ours(socket_dir: Path, data: Path) -> bool:
    """Whether only the cluster's owner can put a socket there, so that no stranger answers."""
    try:
        seen = socket_dir.lstat()
    except FileNotFoundError:
        return False
    mine = stat.S_ISDIR(seen.st_mode) and seen.st_uid == data.stat().st_uid
    return mine and not seen.st_mode & 0o022
