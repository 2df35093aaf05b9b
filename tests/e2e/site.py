"""A real server with its own data folder, the people on it, and their browsers."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from mosaic.core.config import ROOT, Settings
from mosaic.core.trust import certificates
from mosaic.edge import COOKIE

PASSWORD = "a calm passphrase"
_START = "from mosaic.cli import main; main()"
_LONGEST_START = 240  # seconds; the first one builds the frontend


def request(method: str, url: str, **more: Any) -> httpx.Response:
    """Send a request; the certificates of the world are not read anew for each."""
    return httpx.request(method, url, **{"timeout": 30, "verify": certificates(), **more})


@dataclass
class Person:
    """Somebody with an account on a site."""

    url: str
    name: str
    email: str
    token: str

    def send(self, method: str, path: str, **body: Any) -> httpx.Response:
        """Send a request to the API as this person."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return request(method, f"{self.url}{path}", json=body or None, headers=headers)

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """Send a request that is expected to work out, and return what is answered."""
        answer = self.send(method, path, **body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def make_workspace(self, name: str) -> str:
        """Make a workspace and return its slug."""
        return self.ask("POST", "/api/workspaces", name=f"{name} {uuid4().hex[:6]}")["slug"]

    def invite(self, workspace: str, email: str, role: str = "MEMBER") -> str:
        """Invite somebody and return the link."""
        body = {"email": email, "role": role}
        return self.ask("POST", f"/api/workspaces/{workspace}/invitations", **body)["url"]

    def take_in(self, workspace: str, other: "Person", role: str = "MEMBER") -> None:
        """Make somebody who has an account a member."""
        body = {"email": other.email, "role": role}
        self.ask("POST", f"/api/workspaces/{workspace}/members", **body)


@dataclass
class Server:
    """A running server; `root` is whoever set it up, `log` what it printed."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]
    root: Person | None = None

    def set_up(self) -> Person:
        """Make the first account."""
        body = {"name": "Root", "email": "root@example.org", "password": PASSWORD}
        answer = request("POST", f"{self.url}/api/setup", json={**body, "workspaceName": "First"})
        assert answer.status_code == 201, answer.text
        self.root = Person(self.url, "Root", "root@example.org", answer.json()["token"])
        return self.root

    def make_person(self, name: str) -> Person:
        """Make an account that belongs to no workspace."""
        assert self.root
        email = f"{name.split()[0].lower()}.{uuid4().hex[:8]}@example.org"
        link = self.root.invite("first", email, "GUEST")
        answer = request(
            "POST",
            f"{link.replace('/invitations/', '/api/invitations/')}/acceptance",
            json={"name": name, "email": email, "password": PASSWORD},
        )
        assert answer.status_code == 201, answer.text
        made = answer.json()
        person = Person(self.url, name, email, made["token"])
        person.ask("DELETE", f"/api/workspaces/first/members/{made['user']['id']}")
        return person


@dataclass
class Site:
    """A server seen through browsers; what a page reports as gone wrong is kept in `problems`."""

    server: Server
    browser: Browser
    problems: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._begun = self.server.log.stat().st_size

    @property
    def url(self) -> str:
        """The server's address."""
        return self.server.url

    def make_person(self, name: str) -> Person:
        """Make an account that belongs to no workspace."""
        return self.server.make_person(name)

    def make_owner(self, name: str) -> tuple[Person, str]:
        """Make an account with a workspace of its own; return both."""
        person = self.make_person(name)
        return person, person.make_workspace(f"{name}s place")

    async def open(
        self,
        path: str,
        person: Person | None = None,
        width: int = 1280,
        theme: str = "light",
        bypass_csp: bool = False,
        zone: str | None = None,
        touch: bool = False,
    ) -> Page:
        """Open an address in a browser of its own, signed in as `person` if one is given.

        It is in the time zone `zone`, or where this test runs; with `touch` on a screen for it.
        """
        context = await self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": 844 if width < 500 else 800},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            bypass_csp=bypass_csp,
            timezone_id=zone,
            has_touch=touch,
            is_mobile=touch,
        )
        self.contexts.append(context)
        if person:
            cookie = {"name": COOKIE, "value": person.token, "url": self.url, "httpOnly": True}
            await context.add_cookies([{**cookie, "sameSite": "Lax"}])  # type: ignore[list-item]
        page = await context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        await page.goto(path)
        return page

    async def close(self) -> None:
        """Close every browser, and complain about what their pages or the server reported."""
        for context in self.contexts:
            await context.close()
        said = self.server.log.read_bytes()[self._begun :].decode(errors="replace")
        # What a page reports to the server is heard here by itself.
        own = [line for line in said.splitlines() if "default_frontend_exception" not in line]
        self.problems += [line for line in own if "[error " in line]
        assert not self.problems, "\n".join(self.problems)

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium reports every answer from 400 on; what the API declines is no fault of a page.
        declined = "Failed to load resource" in message.text
        if message.type == "error" and not (declined and "/api/" in message.location["url"]):
            self.problems.append(f"{message.location['url']}: {message.text}")


async def expect_said(field: Locator, words: str) -> None:
    """Expect that `words` are said at a field, beside its hint, also to those who listen."""
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(re.compile(re.escape(words)))


@contextmanager
def running(
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 0,
    options: Sequence[str] = (),
    **more: str,
) -> Iterator[Server]:
    """Start a server with its data in `folder`, and stop it at the end.

    Without a `port` on a free one; with one, pages that an earlier server left open find it.
    `options` are those of `mosaic up`, `more` are settings.
    """
    port = port or free_port(host)
    settings = {name.upper(): "" for name in Settings.model_fields}
    settings |= {"MOSAIC_HOST": host, "PORT": str(port), "MOSAIC_DATA_DIR": str(folder / "data")}
    settings |= more
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _START, "up", *options],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        server = Server(f"http://{host}:{port}", log, process)
        _wait_for(server, process)
        yield server
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def free_port(host: str) -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _LONGEST_START
    while time.monotonic() < end and process.poll() is None:
        with suppress(httpx.TransportError):
            if request("GET", f"{server.url}/api/ready", timeout=5).is_success:
                return
        time.sleep(0.05)
    raise AssertionError(f"The server did not start:\n{server.log.read_text()}")
