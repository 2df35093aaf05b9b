"""The worker beside the server: starts, is started again, and ends with it however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from mosaic.core import inspection, postgres, start
from mosaic.core.config import ROOT, Settings
from mosaic.core.errors import Unavailable
from tests.waiting import until

pytestmark = pytest.mark.slow
SERVER = """
import sys, threading
from mosaic.beside import workers
from mosaic.terminal import database
with database(lambda _: None), workers(1, begin := threading.Event()):
    print("ready", flush=True)
    sys.stdin.readline()
    begin.set()
    sys.stdin.readline()
print("ended", flush=True)
"""


@contextmanager
def server(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has a worker beside it, once it is told so by a line."""
    unset = dict.fromkeys((name.upper() for name in Settings.model_fields), "")
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        cwd=ROOT,
        env={**os.environ, **unset, "MOSAIC_DATA_DIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def workers(folder: Path) -> int:
    running = postgres.running(folder / "postgres")
    if running is None:
        return 0
    try:
        return inspection.look(running.dsn("postgres", start.DATABASE)).workers
    except psycopg.OperationalError:
        return 0


def worker_of(process: subprocess.Popen[str]) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    threads = Path(f"/proc/{process.pid}/task").iterdir()
    children += [pid for one in threads for pid in (one / "children").read_text().split()]
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in set(children)}
    [found] = [pid for pid, command in commands.items() if "mosaic.worker" in command]
    return found


async def test_it_starts_late_and_again_and_ends_in_time(tmp_path: Path) -> None:
    with server(tmp_path) as process:
        assert workers(tmp_path) == 0
        tell(process)
        await until(lambda: workers(tmp_path) == 1)
        os.kill(worker_of(process), signal.SIGKILL)
        await until(lambda: workers(tmp_path) == 0)
        await until(lambda: workers(tmp_path) == 1)
        tell(process)
        assert process.wait(30) == 0
    assert postgres.running(tmp_path / "postgres") is None


@contextmanager
def worker(ready: start.Ready) -> Iterator[subprocess.Popen[str]]:
    """A worker by itself, which performs no other test's runs afterwards."""
    given = {"DATABASE_URL": ready.app_dsn, "DATABASE_ADMIN_URL": ready.admin_dsn}
    with subprocess.Popen(
        [Path(sys.executable).with_name("mosaic"), "worker"],
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_one_by_itself(ready: start.Ready, number: signal.Signals) -> None:
    with worker(ready) as process:
        assert process.stdout
        said = list(iter(process.stdout.readline, "  Performing runs. Ctrl-C stops it.\n"))
        assert "Starting the worker" in said[-1]
        await until(lambda: inspection.look(ready.admin_dsn).workers == 1)
        process.send_signal(number)
        rest, _ = process.communicate(timeout=30)
    assert (process.returncode, "go on with another worker" in rest) == (0, True), rest


def test_one_that_begins_while_the_database_is_away() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mosaic.worker"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "postgresql://localhost:1/nothing", "LOG_FORMAT": ""},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr
        said = process.stderr.read().splitlines()
        assert process.wait(30) == 1
    assert len(said) == 1, said
    assert Unavailable().detail in said[0]


async def test_it_does_not_outlive_a_server_that_is_killed(tmp_path: Path) -> None:
    with server(tmp_path) as process:
        tell(process)
        await until(lambda: workers(tmp_path) == 1)
        process.kill()
        # The worker was the last to use the database, so that stops too.
        await until(lambda: postgres.running(tmp_path / "postgres") is None)


async def test_a_server_that_ends_before_it_began_has_none(tmp_path: Path) -> None:
    with server(tmp_path) as process:
        assert process.stdin
        process.stdin.close()
        assert process.wait(30) == 0
    assert postgres.running(tmp_path / "postgres") is None
