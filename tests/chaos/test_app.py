"""`mosaic up` is killed with -9 in mid-save and mid-import: all of it is there, or nothing."""

import asyncio
import io
import os
import signal
import time
import zipfile
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from mosaic.core import postgres, start
from tests.chaos.figures import note, seconds, times
from tests.chaos.ledger import Ledger, client, kill_postgres, make_pages, more_than, writing
from tests.e2e.site import Person, free_port, running
from tests.knowledge.consistency import disagreements
from tests.test_beside import worker_of
from tests.waiting import until

WRITERS, PAGES = 6, 40
HOST = "127.0.0.1"


def _vault(turn: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as vault:
        for page in range(PAGES):
            links = " ".join(f"[[Turn {turn} page {(page * k) % PAGES}]]" for k in (1, 2, 3))
            vault.writestr(f"Turn {turn} page {page}.md", f"---\ntags: [t{page % 5}]\n---\n{links}")
    return packed.getvalue()


async def _asked(person: Person, vault: bytes) -> str | None:
    """Ask for an import and return its run; None when the app was gone before it had answered."""
    async with client(person) as http:
        answer = await Ledger().send(
            http, "POST", "/api/knowledge/import", files={"files": ("vault.zip", vault)}
        )
    return answer.json()["jobId"] if answer else None


async def test_all_or_nothing(tmp_path: Path) -> None:
    ledger, back, imports = Ledger(), [], list[str]()
    chance, port, turns = Random(11), free_port(HOST), times(2, 50)
    root: Person | None = None
    for turn in range(turns):
        with ExitStack() as stack:
            begun = time.monotonic()
            server = stack.enter_context(running(tmp_path, port=port))
            back.append(time.monotonic() - begun)
            if root is None:
                root = server.set_up()
                make_pages(root, WRITERS)
                # Keeps the database there between two servers, to look into it.
                database = postgres.ensure(tmp_path / "data" / "postgres")
                ready = start.embedded(database, start.DATABASE)
            async with writing(ledger, root, WRITERS):
                await until(more_than(ledger, 10), 60)
                asking = asyncio.create_task(_asked(root, _vault(turn)))
                if turn % 2:  # while the import arrives
                    await asyncio.sleep(chance.random())
                else:  # while it is performed: only the worker notes anything from here on
                    await asking
                    noted = _noted(ready)
                    await until(lambda: _noted(ready) > noted, 60)  # noqa: B023
                    await asyncio.sleep(chance.random() * 0.5)
                worker = worker_of(server.process)
                server.process.kill()
                server.process.wait()
                if turn % 2:
                    os.kill(worker, signal.SIGKILL)
                if turn % 5 == 4:
                    kill_postgres(tmp_path / "data", everything=True)
            if run := await asking:
                imports.append(run)
        if turn % 5 != 4:
            assert await asyncio.to_thread(disagreements, ready, "first") == []
            assert ledger.lost(ready) == []
    assert root
    with running(tmp_path, port=port) as server:
        runs = [await _ended(root, run) for run in imports]
        assert {run["status"] for run in runs} <= {"COMPLETED", "FAILED"}
        assert all(run["error"] for run in runs if run["status"] == "FAILED"), runs
        assert await asyncio.to_thread(disagreements, ready, "first") == []
        assert ledger.lost(ready) == []
        word = next(reversed(ledger.acknowledged.values())).split()[2].strip(":")
        found = root.ask("GET", f"/api/knowledge/search?q={word}&mode=text")["data"]
        assert len(found) <= 1
    postgres.leave(database)
    done = sum(run["status"] == "COMPLETED" for run in runs)
    note(
        "app",
        f"killed {turns} times",
        f"{ledger.saved:,} saves acknowledged, 0 lost",
        "version, links, names, tags and index agreed each time",
        f"{len(imports)} imports were under way, {done} went on to their end "
        f"and {len(imports) - done} told why not",
        f"serves again after {seconds(back[1:])}",
    )


def _noted(ready: start.Ready) -> int:
    with psycopg.connect(ready.admin_dsn) as owner:
        row = owner.execute("SELECT count(*) FROM job_events").fetchone()
    return row[0] if row else 0


async def _ended(person: Person, run: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def over() -> bool:
        found.update(person.ask("GET", f"/api/runner-jobs/{run}"))
        return found["status"] not in ("PENDING", "QUEUED", "RUNNING")

    await until(over, 120)
    return found
