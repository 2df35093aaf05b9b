"""Valkey is killed and started under reads and writes: no read fails, and none is stale."""

import asyncio
import time
from collections import Counter
from pathlib import Path

from tests.bench.stage import reached
from tests.chaos.figures import note, times
from tests.chaos.ledger import ENTRIES, Ledger, client, make_pages, more_than, writing
from tests.e2e.site import Person, running
from tests.knowledge.consistency import disagreements
from tests.valkey import Server, needs_server
from tests.waiting import until

WRITERS, READERS = 3, 5


class Reads:
    """What readers were told, and how long the longest waited."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger, self.answers, self.longest = ledger, Counter[int](), 0.0
        self.over = asyncio.Event()

    async def read(self, person: Person, name: int) -> None:
        """Read pages one after the other; none may be older than what was acknowledged before."""
        async with client(person) as http:
            while not self.over.is_set():
                slug = f"page-{name % WRITERS}"
                least = max([v for s, v in self.ledger.acknowledged if s == slug], default=1)
                begun = time.monotonic()
                answer = await http.get(f"{ENTRIES}/{slug}")
                self.longest = max(self.longest, time.monotonic() - begun)
                self.answers[answer.status_code] += 1
                assert answer.status_code == 200, answer.text
                assert answer.json()["version"] >= least, "an old page was read"
                found = await http.get("/api/knowledge/search", params={"q": "wrote"})
                self.answers[found.status_code] += 1
                assert found.status_code == 200, found.text
                name += 1


@needs_server
async def test_no_read_fails_and_none_is_stale(tmp_path: Path) -> None:
    valkey, ledger = Server(tmp_path), Ledger(fine=frozenset())
    await valkey.start()
    kills = times(1, 20)
    try:
        with running(tmp_path, VALKEY_URL=valkey.url) as server:
            root = server.set_up()
            make_pages(root, WRITERS)
            reads = Reads(ledger)

            def state() -> str:
                return str(root.ask("GET", "/api/health")["cache"])

            async with asyncio.TaskGroup() as tasks, writing(ledger, root, WRITERS):
                for name in range(READERS):
                    tasks.create_task(reads.read(root, name))
                for _ in range(kills):
                    await until(more_than(ledger, 20))
                    await valkey.kill()
                    await until(more_than(ledger, 20))
                    assert await asyncio.to_thread(state) == "away"
                    await valkey.start()
                    await until(lambda: asyncio.to_thread(lambda: state() == "ok"))
                await until(more_than(ledger, 20))
                reads.over.set()
            assert ledger.lost(reached(tmp_path)) == []
            assert disagreements(reached(tmp_path), "first") == []
            for name in range(WRITERS):
                page = root.ask("GET", f"{ENTRIES}/page-{name}")
                assert page["content"] == ledger.acknowledged[page["slug"], page["version"]]
    finally:
        await valkey.kill()
    note(
        "cache",
        f"killed and started {kills} times",
        f"{reads.answers.total():,} reads, 0 failed, 0 older than what was saved before",
        f"{ledger.saved:,} writes, 0 failed",
        f"longest read {reads.longest:.1f} s",
    )
