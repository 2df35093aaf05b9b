"""The sign-in service and the model's server are away, or never answer: the rest goes on."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.chaos.figures import note, times
from tests.chaos.ledger import make_pages
from tests.e2e.site import PASSWORD, free_port, request, running

HOST = "127.0.0.1"
SEARCH = "/api/knowledge/search"


@contextmanager
def silent() -> Iterator[str]:
    """An address that takes connections and never says a word."""
    with socket.create_server((HOST, 0), backlog=100) as server:
        yield f"http://{HOST}:{server.getsockname()[1]}"


@contextmanager
def away() -> Iterator[str]:
    """An address at which nobody is."""
    yield f"http://{HOST}:{free_port(HOST)}"


took: dict[str, float] = {}


@pytest.mark.parametrize("nobody", times([silent], [away, silent]))
def test_the_rest_goes_on(tmp_path: Path, nobody: object) -> None:
    with nobody() as provider, nobody() as model:  # type: ignore[operator]
        settings = {"OIDC_ISSUER": provider, "OIDC_CLIENT_ID": "mosaic", "OIDC_CLIENT_SECRET": "x"}
        settings |= {"OLLAMA_URL": model, "OLLAMA_EMBED_MODEL": "words"}
        with running(tmp_path, **settings) as server:
            root = server.set_up()
            make_pages(root, 3)

            def timed(what: str, method: str, path: str, **more: object) -> httpx.Response:
                begun = time.monotonic()
                headers = {"Authorization": f"Bearer {root.token}"}
                answer = request(method, f"{server.url}{path}", headers=headers, timeout=60, **more)
                took[what] = max(took.get(what, 0.0), time.monotonic() - begun)
                return answer

            begin = timed("single sign-on", "GET", "/api/auth/oidc/login")
            assert begin.status_code == 503, begin.text
            assert "Traceback" not in begin.text

            assert timed("session", "GET", "/api/auth/me").status_code == 200
            given = {"email": root.email, "password": PASSWORD}
            assert timed("password", "POST", "/api/auth/login", json=given).status_code == 200

            found = timed("search", "GET", SEARCH, params={"q": "page"})
            assert found.status_code == 200
            assert found.json()["meta"]["mode"] == "text"
            assert len(found.json()["data"]) == 3
            meaning = timed("meaning", "GET", SEARCH, params={"q": "page", "mode": "semantic"})
            assert meaning.status_code == 503
            assert "search by words" in meaning.json()["detail"]
            saved = {"title": "One more", "content": "Saved all the same"}
            made = timed("save", "POST", "/api/knowledge/entries", json=saved)
            assert made.status_code == 201
            assert "Traceback" not in server.log.read_text()
    note(
        "outside",
        "away, and taking connections without a word",
        f"single sign-on gives up after {took['single sign-on']:.1f} s at most, with a page that "
        "says so",
        f"a session goes on ({took['session']:.1f} s), a password signs in "
        f"({took['password']:.1f} s), a page is saved ({took['save']:.1f} s)",
        f"search goes on by words after {took['search']:.1f} s at most",
    )
