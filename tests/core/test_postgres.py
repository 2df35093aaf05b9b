"""The embedded PostgreSQL: every promise is shown by killing the process concerned."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from mosaic.core import postgres, postgres_process
from mosaic.core.postgres import PostgresUnavailable, Server
from mosaic.core.postgres_binaries import binary

ROOT = Path(__file__).parents[2]
NOBODY = 65534
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="about what happens under root")
PRELUDE = """
import itertools, os, signal, subprocess, sys, time
from pathlib import Path
import psycopg
from mosaic.core import postgres
if len(sys.argv) > 2:
    os.setgroups([]), os.setgid(int(sys.argv[2])), os.setuid(int(sys.argv[2]))
server = postgres.ensure(Path(sys.argv[1]))
print("ready", flush=True)
"""
STAY = "sys.stdin.read()\npostgres.leave(server)\n"
WRITE = """
with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as connection:
    for number in itertools.count():
        connection.execute("insert into note values (%s)", [number])
        print(number, flush=True)
"""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("postgres")
    with running(folder) as server:
        query(server, "create table note (number int primary key)")
        query(server, "insert into note values (-1)")
    return folder / "data"


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Path]:
    """A folder without a cluster; nothing of its server outlives the test."""
    folder = tmp_path / "new"
    yield folder
    postgres_process.kill_holders(folder / "server.lock")


@pytest.fixture
def folder(new: Path, template: Path) -> Path:
    """A folder with a cluster that holds one note, not running."""
    shutil.copytree(template, new / "data")
    return new


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    server = postgres.ensure(folder)
    try:
        yield server
    finally:
        postgres.leave(server)


@contextmanager
def app(
    folder: Path, body: str = STAY, *user: str, **options: object
) -> Iterator[subprocess.Popen[str]]:
    """A process that uses the server of this folder; its lines of output follow "ready"."""
    command = [sys.executable, "-c", PRELUDE + body, str(folder), *user]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes, **options) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def finish(process: subprocess.Popen[str]) -> None:
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said


def query(server: Server, sql: str) -> list[Any]:
    with psycopg.connect(server.dsn("postgres", "postgres")) as connection:
        cursor = connection.execute(sql)
        return cursor.fetchall() if cursor.description else []


def notes(server: Server) -> list[object]:
    return [number for (number,) in query(server, "select number from note order by 1")]


def postmaster(folder: Path) -> int:
    return int((folder / "data/postmaster.pid").read_text().split()[0])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < limit, "waited for too long"
        time.sleep(0.005)


def test_a_new_folder_gets_a_safe_server_that_the_last_to_leave_stops(new: Path) -> None:
    assert postgres.running(new) is None
    with running(new) as server:
        assert postgres.running(new) == server
        pid = postmaster(new)
        settings = dict(query(server, "select name, setting from pg_settings"))
        assert settings["listen_addresses"] == ""
        assert settings["fsync"] == settings["synchronous_commit"] == "on"
        assert settings["server_version"] == postgres.version()
        [locale] = query(server, "select datlocprovider, datlocale from pg_database limit 1")
        assert locale == ("b", "C.UTF-8")
        assert server.socket_dir.stat().st_mode & 0o077 == 0
        assert (server.socket_dir / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700
    assert not is_alive(pid)
    assert not (new / "data/postmaster.pid").exists()
    assert postgres.running(new) is None


def test_the_server_gets_neither_our_locks_nor_our_secrets(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JWT_SECRET", "not for PostgreSQL")
    with running(folder):
        process = Path(f"/proc/{postmaster(folder)}")
        open_files = {os.readlink(path) for path in (process / "fd").iterdir()}
        assert b"JWT_SECRET" not in (process / "environ").read_bytes()
    assert str(folder / "server.lock") in open_files
    assert not open_files & {str(folder / "start.lock"), str(folder / "shares.lock")}


def test_killing_the_app_loses_nothing_and_the_next_one_joins(folder: Path) -> None:
    with app(folder, WRITE) as process:
        assert line(process) == "ready"
        written = [line(process) for _ in range(100)]
        process.kill()
    pid = postmaster(folder)
    with running(folder) as server:
        assert postmaster(folder) == pid
        assert {int(number) for number in written} <= set(notes(server))
    assert not is_alive(pid)


def test_killing_app_and_server_loses_nothing(folder: Path) -> None:
    with app(folder, WRITE) as process:
        assert line(process) == "ready"
        written = [line(process) for _ in range(100)]
        os.kill(postmaster(folder), signal.SIGKILL)
        process.kill()
        written += process.communicate()[0].split()
    with running(folder) as server:
        assert {int(number) for number in written} <= set(notes(server))


def test_a_killed_server_starts_again_though_a_backend_is_still_busy(folder: Path) -> None:
    with running(folder) as server:
        connection = psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True)
        connection.pgconn.send_query(b"do $$ begin loop end loop; end $$")
        busy = connection.info.backend_pid
        active = f"select 1 from pg_stat_activity where pid = {busy} and state = 'active'"
        until(lambda: bool(query(server, active)))
        killed = postmaster(folder)
        os.kill(killed, signal.SIGKILL)
        until(lambda: not is_alive(killed))
        assert is_alive(busy)
        with running(folder):
            assert notes(server) == [-1]
            assert not is_alive(busy)
        assert is_alive(postmaster(folder)), "the first share still counts"
        connection.close()


def test_keep_alive_starts_a_killed_server_again(folder: Path) -> None:
    def answers() -> bool:
        try:
            return notes(server) == [-1]
        except psycopg.OperationalError:
            return False

    with running(folder) as server, postgres.keep_alive(server):
        pid = postmaster(folder)
        os.kill(pid, signal.SIGKILL)
        until(lambda: not is_alive(pid))
        until(answers)
        assert postmaster(folder) != pid


def test_keep_alive_bounds_the_log(folder: Path) -> None:
    log, older = folder / "postgres.log", folder / "postgres.log.1"
    with running(folder) as server, postgres.keep_alive(server):
        os.truncate(log, postgres_process.LOG_LIMIT + 1)
        until(lambda: older.exists() and log.stat().st_size == 0)
    assert b"\0" not in log.read_bytes(), "the server goes on at the end of the file"
    assert b"shut down" in log.read_bytes()


@pytest.mark.parametrize("named", ["stranger", "zombie", "nothing", "garbage"])
def test_a_stale_pid_file_does_not_block(folder: Path, named: str) -> None:
    command = ["sleep", "60"] if named == "stranger" else ["true"]
    with subprocess.Popen(command) as other:
        until(lambda: is_alive(other.pid) == (named == "stranger"))
        first = {"nothing": "", "garbage": "\0garbage"}.get(named, str(other.pid))
        content = f"{first}\n{folder}/data\n1\n5432\n{folder}/data\n" if first else ""
        for stale in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            (folder / "data" / stale).write_text(content)
        with running(folder) as server:
            assert notes(server) == [-1]
        other.kill()


@pytest.mark.parametrize("killed", ["app", "initdb", "both"])
def test_killing_initdb_half_way_leaves_a_clean_slate(new: Path, killed: str) -> None:
    with app(new) as process:
        until(lambda: any(new.glob("initdb-*/global/*")))
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        initdb = [int(pid) for pid in children.read_text().split()]
        victims = {"app": [process.pid], "initdb": initdb, "both": [process.pid, *initdb]}
        for pid in victims[killed]:
            os.kill(pid, signal.SIGKILL)
        assert not (new / "data").exists()
        said = process.communicate(timeout=60)[1]
        assert killed != "initdb" or "PostgreSQL could not make its files" in said
    with running(new) as server:
        assert query(server, "select 1") == [(1,)]
        assert not list(new.glob("initdb-*"))


def test_several_at_once_share_one_server_until_the_last_leaves(new: Path) -> None:
    with app(new) as one, app(new) as two, app(new) as three:
        assert [line(each) for each in (one, two, three)] == ["ready"] * 3
        pid = postmaster(new)
        finish(one)
        with running(new) as server:
            assert query(server, "select 1") == [(1,)]
        finish(two)
        assert is_alive(pid)
        finish(three)
    assert not is_alive(pid)
    assert not (new / "postgres.log.1").exists(), "it was started once"


def test_coming_and_going_at_the_same_time(folder: Path) -> None:
    body = """
for _ in range(20):
    postgres.leave(server)
    server = postgres.ensure(Path(sys.argv[1]))
    with psycopg.connect(server.dsn("postgres", "postgres")) as connection:
        connection.execute("select 1")
postgres.leave(server)
"""
    with app(folder, body) as one, app(folder, body) as two:
        finish(one)
        finish(two)
    assert not (folder / "data/postmaster.pid").exists()


@pytest.mark.parametrize(
    "child",
    ["os.fork() or signal.pause()", "subprocess.Popen(['sleep', '60'], close_fds=False).pid"],
    ids=["forked", "executed"],
)
def test_a_child_that_outlives_the_app_is_no_user_of_the_server(folder: Path, child: str) -> None:
    with app(folder, f"print({child}, flush=True)\n{STAY}") as process:
        assert line(process) == "ready"
        pid = int(line(process))
        process.kill()
        process.wait()
        with running(folder):
            assert is_alive(pid)
        assert not (folder / "data/postmaster.pid").exists()
        os.kill(pid, signal.SIGKILL)


def test_a_forked_child_does_not_give_back_the_share_of_its_parent(folder: Path) -> None:
    child = (
        "if not os.fork():\n    postgres.leave(server)\n    os._exit(0)\nassert os.wait()[1] == 0\n"
    )
    with app(folder, child + "print('left', flush=True)\n" + STAY) as process:
        assert [line(process), line(process)] == ["ready", "left"]
        assert is_alive(postmaster(folder))
        finish(process)


def test_interrupting_the_apps_process_group_leaves_it_the_server(folder: Path) -> None:
    body = """
try:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it
    print("waiting", flush=True)
    while True:  # a signal just before one long pause would be slept over
        time.sleep(0.2)
except KeyboardInterrupt:
    with psycopg.connect(server.dsn("postgres", "postgres")) as connection:
        connection.execute("insert into note values (7)")
"""
    with app(folder, body, start_new_session=True) as process:
        assert [line(process), line(process)] == ["ready", "waiting"]
        os.killpg(process.pid, signal.SIGINT)
        finish(process)
    with running(folder) as server:
        assert notes(server) == [-1, 7]


@pytest.mark.parametrize("name", ["far/" * 40, "a, b"], ids=["long", "comma"])
def test_paths_that_no_socket_can_have(folder: Path, name: str) -> None:
    elsewhere = folder / name
    elsewhere.mkdir(parents=True)
    (folder / "data").rename(elsewhere / "data")
    with running(elsewhere) as server:
        assert notes(server) == [-1]
        os.kill(postmaster(elsewhere), signal.SIGKILL)
        with running(elsewhere) as again:
            assert again == server
            assert notes(server) == [-1]
        assert server.socket_dir.stat().st_mode & 0o077 == 0
    assert not server.socket_dir.exists()


def test_a_socket_folder_of_somebody_else_is_not_trusted(folder: Path) -> None:
    elsewhere = folder / ("far/" * 40)
    elsewhere.mkdir(parents=True)
    (folder / "data").rename(elsewhere / "data")
    with running(elsewhere) as server:
        pass
    server.socket_dir.mkdir()
    server.socket_dir.chmod(0o777)
    (server.socket_dir / "theirs").touch()
    try:
        with pytest.raises(PostgresUnavailable, match="belongs to somebody else"):
            postgres.ensure(elsewhere)
    finally:
        shutil.rmtree(server.socket_dir)


def test_a_copy_of_a_running_folder_gets_its_own_server(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    with running(folder) as server:
        copy.mkdir()
        subprocess.run(["cp", "-a", folder / "data", copy], check=True)
        with running(copy) as other:
            query(other, "insert into note values (1)")
            assert postmaster(copy) != postmaster(folder)
            assert notes(server) == [-1]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PostgresUnavailable, match=r"^Mosaic cannot keep its database in .*\."):
        postgres.ensure(tmp_path / "file/below")


def test_a_cluster_of_another_major_version(new: Path) -> None:
    (new / "data").mkdir(parents=True)
    (new / "data/PG_VERSION").write_text("16\n")
    with pytest.raises(PostgresUnavailable, match="was made by PostgreSQL 16, and Mosaic brings"):
        postgres.ensure(new)


def test_a_folder_that_holds_something_else(new: Path) -> None:
    (new / "data").mkdir(parents=True)
    with pytest.raises(PostgresUnavailable, match="something else than a PostgreSQL database"):
        postgres.ensure(new)


def test_a_server_that_cannot_start_says_why(new: Path) -> None:
    (new / "data").mkdir(parents=True, mode=0o700)
    (new / "data/PG_VERSION").write_text(postgres.version().split(".")[0])
    with pytest.raises(PostgresUnavailable, match=r"stopped right away\. It said: .*\.conf"):
        postgres.ensure(new)


@pytest.fixture
def open_folder(template: Path) -> Iterator[Path]:
    """Like `folder`, where other users can pass."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        program = binary("postgres")
        if subprocess.run(["test", "-x", program], user=NOBODY, extra_groups=[]).returncode:
            pytest.skip(f"other users have no way to {program}")
        folder = Path(name, "open")
        shutil.copytree(template, folder / "data")
        yield folder
        postgres_process.kill_holders(folder / "server.lock")


@needs_root
def test_a_normal_user(open_folder: Path) -> None:
    for path in (open_folder, *open_folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    body = "print(os.geteuid(), flush=True)\n" + STAY
    with app(open_folder, body, str(NOBODY)) as process:
        assert line(process) == "ready"
        assert line(process) == str(NOBODY)
        assert Path(f"/proc/{postmaster(open_folder)}").stat().st_uid == NOBODY
        finish(process)
    with running(open_folder) as server:  # root carries on as the cluster's owner
        assert Path(f"/proc/{postmaster(open_folder)}").stat().st_uid == NOBODY
        assert notes(server) == [-1]


@needs_root
@pytest.mark.parametrize("cluster", ["new", "of root's"])
def test_root_without_user_namespaces_becomes_nobody(open_folder: Path, cluster: str) -> None:
    if cluster == "new":
        shutil.rmtree(open_folder / "data")
    with app(open_folder, env={"PATH": "/nowhere"}) as process:
        assert line(process) == "ready"
        assert Path(f"/proc/{postmaster(open_folder)}").stat().st_uid == NOBODY
        with running(open_folder) as server:
            assert cluster == "new" or notes(server) == [-1]
        finish(process)


@needs_root
def test_root_without_user_namespaces_and_a_closed_folder(new: Path) -> None:
    with app(new, env={"PATH": "/nowhere"}) as process:
        said = process.communicate(timeout=60)[1]
        assert "PostgreSQL does not run as root, and user number 65534 has no way into" in said
