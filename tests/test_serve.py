"""One port, one process: how it begins, what browsers may keep, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from mosaic import serve
from mosaic.core.config import ConfigProblem
from tests.conftest import Configure

ROOT = Path(__file__).parents[1]
PAGE = '<head><script id="x">let a = 1</script><script type="module" src="/a.js"></head>'


def test_a_taken_port_is_said_before_anything_is_loaded() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigProblem, match=f"Port {port}.*PORT"):
            serve.serve("127.0.0.1", port, lambda: None)


@pytest.mark.parametrize(
    ("path", "status", "kept"),
    [
        ("/assets/page-4f2a.js", 200, "public, max-age=31536000, immutable"),
        ("/assets/gone-4f2a.js", 404, "no-cache"),
        ("/w/acme", 200, "no-cache"),
        ("/api/private", 200, "private, no-store"),
    ],
)
def test_what_browsers_may_keep(path: str, status: int, kept: str) -> None:
    def answer(request: object) -> PlainTextResponse:
        own = {"Cache-Control": kept} if path.startswith("/api") else None
        return PlainTextResponse("", status, headers=own)

    client = TestClient(serve._for_browsers(Starlette(routes=[Route(path, answer)]), PAGE))
    assert client.get(path).headers["Cache-Control"] == kept


def test_only_the_scripts_of_the_page_itself_run() -> None:
    """The digest is that of `echo -n "let a = 1" | openssl dgst -sha256 -binary | base64`."""
    client = TestClient(serve._for_browsers(Starlette(), PAGE))
    policy = client.get("/w/acme").headers["Content-Security-Policy"]
    assert (
        "script-src 'self' 'unsafe-eval' 'sha256-LAfYd7pbFUgwfQu8b4q135PeTG2z+/coPEUYCd74eCQ=';"
        in policy
    )
    # What is no page loads nothing, and says itself what it may where it is one.
    for path in ("/api/health", "/runner-jobs", "/runner-jobs/stats", "/metrics"):
        told = client.get(path).headers["Content-Security-Policy"]
        assert told == "default-src 'none'; frame-ancestors 'none'"


def test_what_browsers_ask_before_a_request_is_answered_as_carefully(configure: Configure) -> None:
    """Reflex answers it before anything of ours would."""
    configure(MOSAIC_APP_URL="https://mosaic.example.org")
    app = Starlette()
    app.add_middleware(CORSMiddleware, allow_origins=["https://mosaic.example.org"])
    client = TestClient(serve._for_browsers(app, PAGE))
    for origin, status in (("https://mosaic.example.org", 200), ("https://example.org", 400)):
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        answer = client.options("/api/tasks", headers=asked)
        assert answer.status_code == status
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


STANDING_IN = """
import sys
from starlette.applications import Starlette
from mosaic import serve
serve.application = Starlette
serve.serve("127.0.0.1", int(sys.argv[1]), lambda: print("ready", flush=True))
print("what comes after it runs")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_returns_when_told_to_stop(number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", STANDING_IN, str(port)],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    rest, _ = process.communicate(timeout=20)
    assert (rest, process.returncode) == ("what comes after it runs\n", 0)
