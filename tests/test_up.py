"""`mosaic up` from the start to the stop, open to more than this machine."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest

from mosaic.core import postgres
from mosaic.core.config import Settings

MOSAIC = Path(sys.executable).with_name("mosaic")
HOST = "127.0.0.2"  # of this machine, but not the loopback address itself
ANA = {"name": "Ana", "email": "ana@example.org", "password": "a calm passphrase"}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass
class Up:
    """A server that runs, and what it has said."""

    process: subprocess.Popen[str]
    url: str
    data: Path
    said: str

    def stop(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; return the exit code and the last words."""
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=30)
        return self.process.returncode, rest


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    unset = {name.upper(): "" for name in Settings.model_fields}
    own = {"MOSAIC_DATA_DIR": str(tmp_path), "MOSAIC_HOST": HOST, "PORT": str(port)}
    return {**os.environ, **unset, **own}


def start(environment: dict[str, str], *options: str) -> Up:
    process = subprocess.Popen(
        [MOSAIC, "up", *options],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if "stops it" in line:
            break
    url = f"http://{HOST}:{environment['PORT']}"
    return Up(process, url, Path(environment["MOSAIC_DATA_DIR"]), said)


@pytest.fixture
def up(environment: dict[str, str]) -> Iterator[Up]:
    running = start(environment)
    yield running
    running.process.kill()
    running.process.communicate()


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MOSAIC, *arguments], env=environment, capture_output=True, text=True, timeout=90
    )


def test_from_start_to_stop(up: Up, environment: dict[str, str], tmp_path: Path) -> None:
    assert re.search(r"^  Starting PostgreSQL 18\.\d+ +\d+\.\d s$", up.said, re.M), up.said
    assert f"\n  {up.url}\n" in up.said
    assert up.process.stdout
    up.process.stdout.readline()
    token = up.process.stdout.readline().rpartition(" ")[2].strip()

    account = {**ANA, "workspaceName": "Home"}
    assert httpx.post(f"{up.url}/api/setup", json=account).status_code == 403
    made = httpx.post(f"{up.url}/api/setup", json={**account, "setupToken": token})
    assert made.status_code == 201, made.text
    kept = list((up.data / "secrets").iterdir())
    assert {path.name for path in kept} == {"jwt_secret", "setup_token"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}

    # A command joins the database that runs, and leaves it running.
    done = run(environment, "demo")
    assert done.returncode == 0, done.stderr
    assert " 0 broken, 0 ambiguous" in done.stdout
    assert httpx.get(f"{up.url}/api/ready").status_code == 200
    with httpx.Client(headers={"Authorization": f"Bearer {made.json()['token']}"}) as ana:
        page = ana.get(f"{up.url}/api/knowledge/entries/welcome-to-mosaic").json()
    assert "wikilink" in page["contentHtml"]
    assert "running in" in run(environment, "doctor").stdout

    code, rest = up.stop(signal.SIGTERM)
    assert (code, "Everything is kept." in rest) == (0, True)
    assert postgres.running(up.data / "postgres") is None

    again = start(environment, "--web", "2")
    assert "uilding" not in again.said
    assert "One process serves, as VALKEY_URL is not set." in again.said
    with httpx.Client() as http:
        assert http.get(f"{up.url}/api/setup").json() == {"needed": False}
    code, rest = again.stop(signal.SIGINT)
    assert (code, "Everything is kept." in rest) == (0, True)
    assert "token" not in again.said + rest


@pytest.mark.parametrize("step", [b"Starting PostgreSQL", b"Bringing the tables"])
def test_stopped_while_it_starts(environment: dict[str, str], step: bytes) -> None:
    process = subprocess.Popen(
        [MOSAIC, "up"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout
    os.set_blocking(process.stdout.fileno(), True)
    said = b""
    while step not in said:
        said += process.stdout.read1()  # type: ignore[attr-defined]
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in rest, rest.decode()
    assert postgres.running(Path(environment["MOSAIC_DATA_DIR"]) / "postgres") is None
