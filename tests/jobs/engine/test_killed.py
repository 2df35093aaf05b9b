"""Workers and the database are killed with -9 under runs: everything happens once all the same."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from mosaic.core import postgres, start
from mosaic.core.start import Ready
from tests.chaos.figures import note, times
from tests.conftest import connected, fresh_database
from tests.jobs.engine.accounts import account
from tests.jobs.engine.conftest import Workers, workers_on
from tests.jobs.engine.runs import ask, ended, steps_of
from tests.waiting import until
from tests.world import World, make_world

PHASES = ("SETUP", "EXECUTION 0", "VALIDATION", "CLEANUP")
TIMES = times(5, 20)


@pytest.fixture
async def crowd(ready: Ready, pool: None) -> AsyncIterator[Workers]:
    """Workers that perform many runs of a workspace at once."""
    async with workers_on(ready, JOBS_AT_ONCE="20", JOBS_PER_WORKER="20") as workers:
        yield workers


@pytest.mark.chaos
@pytest.mark.slow
async def test_killed_in_each_phase_several_times(
    world: World, ready: Ready, crowd: Workers, tmp_path: Path
) -> None:
    worker = await crowd.start()
    for turn in range(TIMES):
        folder = tmp_path / str(turn)
        folder.mkdir()
        # Sometimes before the effect of a step, sometimes after it and before its commit.
        moment = ("in", "before")[turn % 2]
        ids = [
            await ask(
                world.mia,
                "TEST_PHASES",
                f"Killed {uuid4().hex}",
                input={"hold": {f"{moment} {phase}": str(folder)}},
            )
            for phase in PHASES
        ]
        # The next one is at work already when this one dies, or comes only afterwards.
        there_before = turn % 2 == 0
        successor = crowd.launch() if there_before else None
        await until(lambda: len(list(folder.glob("*.here"))) == len(PHASES))  # noqa: B023
        await crowd.kill(worker)
        (folder / "go").touch()
        worker = successor or await crowd.start()
        for id in ids:
            await ended(world.mia, id)
            await account(world.mia, ready, id)
    note(
        "runs",
        f"killed {TIMES} times with a run in each of {len(PHASES)} phases",
        f"{TIMES * len(PHASES)} runs completed, each step once: none lost, doubled or left RUNNING",
    )


@pytest.mark.slow
async def test_killed_at_any_moment(world: World, ready: Ready, crowd: Workers) -> None:
    chance, parts = Random(7), 60
    worker = await crowd.start()
    id = await ask(world.mia, "TEST_PHASES", f"Killed {uuid4().hex}", input={"parts": parts})
    for target in (3, 20, 40):

        async def so_far() -> bool:
            done = [one for one in await steps_of(world.mia, id) if one.status == "COMPLETED"]
            return len(done) >= target  # noqa: B023

        await until(so_far)
        await asyncio.sleep(chance.random() * 0.03)
        successor = crowd.launch()
        await crowd.kill(worker)
        worker = successor
    await ended(world.mia, id)
    await account(world.mia, ready, id, parts)


@pytest.fixture
async def own_server(tmp_path: Path, pool: None) -> AsyncIterator[Ready]:
    """A database server that only this test uses."""
    with ExitStack() as stack:
        server = postgres.ensure(tmp_path / "postgres")
        stack.callback(postgres.leave, server)
        stack.enter_context(postgres.keep_alive(server))
        made = fresh_database(server, start.DATABASE)
        async with connected(made.app_dsn):
            yield made


@pytest.mark.slow
async def test_the_database_killed_under_runs(own_server: Ready, tmp_path: Path) -> None:
    world = await make_world()
    folder = tmp_path / "holds"
    folder.mkdir()
    mine = {"MOSAIC_DATA_DIR": str(tmp_path), "DATABASE_URL": "", "JOBS_AT_ONCE": "20"}
    async with workers_on(own_server, **mine) as workers:
        await workers.start()
        ids = [
            await ask(
                world.mia,
                "TEST_PHASES",
                f"Killed {uuid4().hex}",
                input={"hold": {f"in {phase}": str(folder)}, "parts": 10},
            )
            for phase in PHASES
        ]
        await until(lambda: len(list(folder.glob("*.here"))) == len(PHASES))
        pid = int((tmp_path / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        (folder / "go").touch()
        for id in ids:
            await until(lambda: _over(world, id), 40)  # noqa: B023
            await account(world.mia, own_server, id, 10)


async def _over(world: World, id: object) -> bool:
    from mosaic.core.errors import Unavailable

    try:
        return (await ended(world.mia, id, 1)).status != "RUNNING"  # type: ignore[arg-type]
    except (Unavailable, AssertionError):
        return False
