"""An import that is killed leaves whole pages or none, and another one completes it."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from mosaic.core.config import ROOT
from mosaic.core.start import Ready
from tests.knowledge.consistency import disagreements
from tests.knowledge.wiki import write
from tests.world import World

PAGES = 200


def _vault(folder: Path) -> Path:
    chance = Random(3)
    for number in range(PAGES):
        links = " ".join(f"[[Page {chance.randrange(PAGES)}|some words]]" for _ in range(6))
        front = f"---\naliases: [Alias {number}]\ntags: [t{number % 7}]\n---\n"
        path = folder / f"folder {number % 10}" / f"Page {number}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{front}{links} [next](../folder%200/Page%200.md) and more.")
    return folder


async def _importer(
    world: World, ready: Ready, path: Path, batch: int = 8
) -> asyncio.subprocess.Process:
    arguments = [ready.app_dsn, world.mia.actor.user_id, world.mia.workspace, path, batch]
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.knowledge.importer", *map(str, arguments)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )


async def _ended(process: asyncio.subprocess.Process) -> tuple[str, dict[str, Any], int]:
    told, _ = await process.communicate()
    assert process.returncode == 0
    status, counts, memory = json.loads(told)
    return status, counts, memory


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


async def _until(what: Callable[[], bool]) -> None:
    for _ in range(6000):
        if what():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to this")


async def test_killed_at_any_moment_pages_versions_names_and_links_agree(
    world: World, ready: Ready, tmp_path: Path
) -> None:
    vault = _vault(tmp_path)
    await write(world.ana, "Waiting", "[[Page 1]] [[Alias 199]] [[folder 3/Page 3]]")
    chance = Random(5)
    for target in (2, 70, 150):
        process = await _importer(world, ready, vault)
        await _until(partial(_has, ready, world.mia.workspace, target))
        await asyncio.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
        assert disagreements(ready, world.mia.workspace) == []
        assert target <= _pages(ready, world.mia.workspace) <= PAGES
    before = _pages(ready, world.mia.workspace)
    status, counts, _ = await _ended(await _importer(world, ready, vault))
    assert (status, counts["failed"], counts["updated"]) == ("COMPLETED", 0, 0)
    assert counts["skipped"] >= before - 1
    assert counts["created"] + counts["skipped"] == PAGES
    assert _pages(ready, world.mia.workspace) == PAGES + 1
    assert disagreements(ready, world.mia.workspace) == []


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
    status, counts, memory = await _ended(await _importer(world, ready, tmp_path, 100))
    assert (status, counts["created"]) == ("COMPLETED", 36)
    assert memory < 200  # MB; the vault has 150, and all at once would take several times that
