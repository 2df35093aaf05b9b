"""An import that is killed goes on elsewhere; pages are there as a whole, and once."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from mosaic.core.config import ROOT
from mosaic.core.start import Ready
from mosaic.jobs.steps import StepQuery, list_steps
from mosaic.knowledge.exchange.commands import import_path
from mosaic.knowledge.exchange.shapes import ImportPublic
from tests.chaos.figures import note, times
from tests.knowledge.consistency import disagreements
from tests.knowledge.wiki import write
from tests.waiting import until
from tests.world import Person, World

PAGES = 200
TARGETS = times([2, 70, 150], [2, *range(15, 190, 10)])


def _vault(folder: Path) -> Path:
    chance = Random(3)
    for number in range(PAGES):
        links = " ".join(f"[[Page {chance.randrange(PAGES)}|some words]]" for _ in range(6))
        front = f"---\naliases: [Alias {number}]\ntags: [t{number % 7}]\n---\n"
        path = folder / f"folder {number % 10}" / f"Page {number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{front}{links} [next](../folder%200/Page%200.md) and more.")
    return folder


@asynccontextmanager
async def _importer(ready: Ready, part: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker that imports so many files at a time; it is killed at the end."""
    database = {"DATABASE_URL": ready.app_dsn, "DATABASE_ADMIN_URL": ready.admin_dsn}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.knowledge.importer", str(part)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **database},
    )
    try:
        assert process.stdout
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
        yield process
    finally:
        process.kill()
        await process.wait()


def _most_memory(process: asyncio.subprocess.Process) -> int:
    """Return how many MB a process has had at most."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    [most] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(most) // 1024


def _import(person: Person, vault: Path) -> asyncio.Task[tuple[ImportPublic, Any]]:
    arriving = import_path(vault, "a vault", person.workspace, person.actor.email)
    return asyncio.create_task(arriving)


def _pages(ready: Ready, workspace: str) -> int:
    query = (
        "SELECT count(*) FROM entries e JOIN workspaces w ON w.id = e.workspace_id "
        "WHERE w.slug = %s"
    )
    with psycopg.connect(ready.admin_dsn) as owner:
        row = owner.execute(query, [workspace]).fetchone()
    return row[0] if row else 0


def _has(ready: Ready, workspace: str, pages: int) -> bool:
    return _pages(ready, workspace) >= pages


@pytest.mark.chaos
async def test_killed_at_any_moment_nothing_is_missing_or_doubled(
    world: World, ready: Ready, tmp_path: Path
) -> None:
    vault = _vault(tmp_path)
    await write(world.ana, "Waiting", "[[Page 1]] [[Alias 199]] [[folder 3/Page 3]]")
    arriving = _import(world.mia, vault)
    for target in TARGETS:
        async with _importer(ready, 8):
            await until(partial(_has, ready, world.mia.workspace, target), seconds=90)
        assert disagreements(ready, world.mia.workspace) == []
        assert target <= _pages(ready, world.mia.workspace) <= PAGES
    async with _importer(ready, 8):
        report, left_out = await arriving
    assert (report.status, report.done, left_out) == ("COMPLETED", PAGES, [])
    assert report.counts == {"created": PAGES, "updated": 0, "skipped": 0, "failed": 0}
    assert _pages(ready, world.mia.workspace) == PAGES + 1
    assert disagreements(ready, world.mia.workspace) == []
    async with world.mia.work() as work:
        steps = (await list_steps(work, report.id, StepQuery(limit=100))).data
    assert len(steps) == PAGES // 8 + 3
    assert {step.status for step in steps} == {"COMPLETED"}
    note(
        "import",
        f"killed {len(TARGETS)} times on the way to {PAGES} pages",
        f"{PAGES} pages made, each once, and {len(steps)} steps completed, each once",
        "versions, links, names, tags and index agreed each time",
    )


@pytest.mark.slow
async def test_memory_does_not_grow_with_the_vault(
    world: World, ready: Ready, tmp_path: Path
) -> None:
    chance = Random(1)
    for number in range(6):
        (tmp_path / f"{number}.bin").write_bytes(chance.randbytes(24_000_000))
        for page in range(5):
            text = chance.randbytes(50_000).hex() + f" [[{page}]]\n\n" * 200
            (tmp_path / f"Page {number} {page}.md").write_text(text)
    async with _importer(ready, 100) as importer:
        before = _most_memory(importer)
        report, _ = await _import(world.mia, tmp_path)
        grown = _most_memory(importer) - before
    assert (report.status, report.counts["created"]) == ("COMPLETED", 36)
    assert grown < 200  # MB; the vault has 150, and all at once would take several times that
