"""People who save over REST, and what they were told: nothing of it may be lost."""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psycopg

from mosaic.core import postgres_process
from mosaic.core.start import Ready
from tests.e2e.site import Person

ENTRIES = "/api/knowledge/entries"
PATIENCE = 60.0  # seconds after which an answer counts as none
KNOWN = "application/problem+json"


@dataclass
class Ledger:
    """Who was told what. `fine` are the answers that are no fault where something is away."""

    fine: frozenset[int] = frozenset({503})
    acknowledged: dict[tuple[str, int], str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    sentences: set[str] = field(default_factory=set)
    longest: float = 0.0
    cut: int = 0
    newest: float = 0.0  # when the newest of what was acknowledged had been sent

    @property
    def saved(self) -> int:
        """How many saves were acknowledged."""
        return len(self.acknowledged)

    async def send(
        self, http: httpx.AsyncClient, method: str, path: str, **more: Any
    ) -> httpx.Response | None:
        """Send a request; None when it did not work out for a reason that is fine."""
        begun = time.monotonic()
        try:
            answer = await http.request(method, path, **more)
        except httpx.TransportError:
            self.cut += 1
            await asyncio.sleep(0.05)
            return None
        self.longest = max(self.longest, time.monotonic() - begun)
        self.answers[answer.status_code] += 1
        if answer.is_success:
            return answer
        assert answer.status_code in self.fine, f"{method} {path}: {answer} {answer.text}"
        assert answer.headers["content-type"] == KNOWN, answer.text
        self.sentences.add(answer.json()["detail"])
        await asyncio.sleep(0.05)
        return None

    async def save(self, http: httpx.AsyncClient, slug: str, content: str) -> bool:
        """Save a page, or make it, and note what was acknowledged; return whether it was."""
        begun = time.monotonic()
        answer = await self.send(http, "PATCH", f"{ENTRIES}/{slug}", json={"content": content})
        if answer is None:
            return False
        self.acknowledged[slug, answer.json()["version"]] = content
        self.newest = begun
        return True

    def lost(self, ready: Ready) -> list[tuple[str, int]]:
        """Return what was acknowledged and is not there, word for word."""
        with psycopg.connect(ready.admin_dsn) as owner:
            rows = owner.execute(
                "SELECT e.slug, v.version, v.content FROM entry_versions v "
                "JOIN entries e ON e.id = v.entry_id"
            ).fetchall()
        kept = {(slug, version): content for slug, version, content in rows}
        return [key for key, content in self.acknowledged.items() if kept.get(key) != content]


def client(person: Person) -> httpx.AsyncClient:
    """Return a client that is signed in as somebody."""
    headers = {"Authorization": f"Bearer {person.token}"}
    return httpx.AsyncClient(base_url=person.url, headers=headers, timeout=PATIENCE)


def make_pages(person: Person, pages: int) -> None:
    """Make the pages that writers save: Page 0, Page 1 and so on."""
    for page in range(pages):
        person.ask("POST", ENTRIES, title=f"Page {page}", content="New")


@asynccontextmanager
async def writing(ledger: Ledger, person: Person, writers: int) -> AsyncIterator[None]:
    """Within this context so many writers save a page each, again and again.

    Ends when each has had its last answer; raises when one had an answer that is a fault.
    """
    over = asyncio.Event()

    async def write(name: int) -> None:
        number = 0
        async with client(person) as http:
            while not over.is_set():
                number += 1
                link = f"[[Page {(name + number) % writers}]] [[Nowhere {number % 5}]]"
                mark = time.monotonic_ns()
                await ledger.save(http, f"page-{name}", f"{name} wrote w{mark}: {link} #t{number}")

    async with asyncio.TaskGroup() as tasks:
        for name in range(writers):
            tasks.create_task(write(name))
        try:
            yield
        finally:
            over.set()


def kill_postgres(data: Path, everything: bool) -> None:
    """Kill the database of a data folder: its first process, or each of them at once."""
    folder = data / "postgres"
    if everything:
        postgres_process.kill_holders(folder / "server.lock")
        return
    pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)


def more_than(ledger: Ledger, saves: int) -> Callable[[], bool]:
    """Return whether so many more saves have been acknowledged than now, as something to ask."""
    wanted = ledger.saved + saves
    return lambda: ledger.saved >= wanted
