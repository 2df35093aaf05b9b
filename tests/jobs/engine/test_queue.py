"""Which run comes when, with how many others, and what a worker leaves to the next."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from mosaic.core.start import Ready
from mosaic.jobs import gates, service
from mosaic.jobs.engine.performing import LOST
from mosaic.jobs.shapes import JobPublic, JobUpdate
from tests.answers import NEVER
from tests.jobs.engine.accounts import account
from tests.jobs.engine.conftest import Workers, workers_on
from tests.jobs.engine.runs import ask, ended, look, steps_of
from tests.waiting import until
from tests.world import Person, World


def holding(folder: Path) -> dict[str, object]:
    """The input of a run that stays in its first step until there is a file `go`."""
    return {"hold": {"before SETUP": str(folder)}, "parts": 1}


def held(folder: Path) -> int:
    return len(list(folder.glob("*.here")))


@pytest.fixture
async def narrow(ready: Ready, pool: None) -> AsyncIterator[Workers]:
    """Workers that perform one run of a workspace at a time."""
    async with workers_on(ready, JOBS_AT_ONCE="1") as workers:
        yield workers


async def test_the_highest_priority_comes_first(
    world: World, ready: Ready, narrow: Workers, tmp_path: Path
) -> None:
    await narrow.start()
    first = await ask(world.mia, "TEST_PHASES", input=holding(tmp_path))
    await until(lambda: held(tmp_path) == 1)
    others = [await ask(world.mia, "TEST_PHASES", priority=one) for one in (10, 90, 50, 100, 0)]
    async with world.mia.work() as work:
        await service.update_job(work, others[0], JobUpdate(priority=95))
    await until(lambda: _places(ready, others) == [6, 11, 51, 1, 101])
    (tmp_path / "go").touch()
    done = [await ended(world.mia, id) for id in (first, *others)]
    order = sorted(done[1:], key=lambda job: job.started_at or job.created_at)
    assert [job.priority for job in order] == [100, 95, 90, 50, 0]
    assert _most_at_once(done) == 1


def _places(ready: Ready, ids: list[UUID]) -> list[int]:
    """The numbers by which the queue sorts these runs, the lowest first."""
    query = "SELECT priority FROM dbos.workflow_status WHERE workflow_uuid = %s"
    with psycopg.connect(ready.admin_dsn) as owner:
        rows = [owner.execute(query, [f"{id}:1:1"]).fetchone() for id in ids]
    return [row[0] for row in rows if row]


async def test_no_workspace_takes_more_than_its_places(
    world: World, workers: Workers, tmp_path: Path
) -> None:
    for _ in range(2):
        workers.launch()
    ana = [await ask(world.ana, "TEST_PHASES", input=holding(tmp_path)) for _ in range(5)]
    bo = await ask(world.bo, "TEST_PHASES")
    # Bo's run does not wait for those of Ana that have no place.
    assert (await ended(world.bo, bo)).status == "COMPLETED"
    await until(lambda: held(tmp_path) == 2)
    waiting = [(await look(world.ana, id)).status for id in ana]
    assert sorted(waiting) == ["QUEUED"] * 3 + ["RUNNING"] * 2
    (tmp_path / "go").touch()
    assert _most_at_once([await ended(world.ana, id) for id in ana]) == 2


def _most_at_once(jobs: list[JobPublic]) -> int:
    times = [(time, change) for job in jobs for time, change in _times(job)]
    now = most = 0
    for _, change in sorted(times):
        now += change
        most = max(most, now)
    return most


def _times(job: JobPublic) -> list[tuple[datetime, int]]:
    assert job.started_at
    assert job.completed_at
    return [(job.started_at, 1), (job.completed_at, -1)]


async def test_a_worker_that_leaves_hands_its_runs_over(
    world: World, ready: Ready, workers: Workers, tmp_path: Path
) -> None:
    leaving = await workers.start()
    id = await ask(world.mia, "TEST_PHASES", input=holding(tmp_path))
    await until(lambda: held(tmp_path) == 1)
    workers.launch()
    leaving.process.terminate()
    assert await leaving.ended() == 0
    (tmp_path / "go").touch()
    await ended(world.mia, id)
    await account(world.mia, ready, id, parts=1)


async def test_played_twice_at_the_same_time_it_happens_once(
    world: World, ready: Ready, workers: Workers, tmp_path: Path
) -> None:
    for _ in range(2):
        await workers.start()
    hold = {"hold": {"in EXECUTION 0": str(tmp_path)}}
    id = await ask(world.mia, "TEST_PHASES", input=hold)
    await until(lambda: held(tmp_path) == 1)
    with psycopg.connect(ready.admin_dsn) as owner:
        # As when a worker is taken for gone that is not.
        owner.execute(
            "UPDATE dbos.workflow_status SET status = 'ENQUEUED', owner_xid = NULL "
            "WHERE workflow_uuid = %s",
            [f"{id}:1:1"],
        )
    await until(lambda: held(tmp_path) == 2)
    (tmp_path / "go").touch()
    await ended(world.mia, id)
    await account(world.mia, ready, id)


async def test_a_gate_holds_nothing_and_outlives_workers(
    world: World, ready: Ready, workers: Workers
) -> None:
    worker = await workers.start()
    ids = [await ask(world.mia, "TEST_GATE") for _ in range(3)]  # more than there are places
    gate = [await _gate(world.mia, id) for id in ids]
    await until(lambda: _taken(ready, ids) == 0)
    await workers.kill(worker)
    async with world.ana.work() as work:
        await gates.answer(work, ids[0], gate[0], True, "In the dark.")
    await workers.start()
    assert (await ended(world.mia, ids[0])).result == {
        "note": "In the dark.",
        "done": ["SETUP", "EXECUTION 1"],
    }
    assert [(await look(world.mia, id)).status for id in ids[1:]] == ["RUNNING", "RUNNING"]
    setups = [step for step in await steps_of(world.mia, ids[0]) if step.phase == "SETUP"]
    assert len(setups) == 1


async def _gate(person: Person, id: UUID) -> UUID:
    found: list[UUID] = []

    async def there() -> bool:
        found[:] = [step.id for step in await steps_of(person, id) if step.type == "GATE"]
        return bool(found)

    await until(there)
    return found[0]


def _taken(ready: Ready, ids: list[UUID]) -> int:
    """How many of these runs a worker or the queue still has."""
    query = (
        "SELECT count(*) FROM dbos.workflow_status WHERE status IN ('ENQUEUED', 'PENDING') "
        "AND split_part(workflow_uuid, ':', 1) = ANY(%s)"
    )
    with psycopg.connect(ready.admin_dsn) as owner:
        row = owner.execute(query, [[str(id) for id in ids]]).fetchone()
    return int(row[0]) if row else 0


async def test_a_run_that_takes_down_every_worker_is_ended(
    world: World, ready: Ready, workers: Workers
) -> None:
    id = await ask(world.mia, "TEST_PHASES")
    with psycopg.connect(ready.admin_dsn) as owner:
        owner.execute(
            "INSERT INTO dbos.workflow_status (workflow_uuid, status, name, created_at, updated_at)"
            " SELECT %s, 'MAX_RECOVERY_ATTEMPTS_EXCEEDED', 'perform', ms, ms "
            "FROM (SELECT 1000 * (extract(epoch FROM now()) - 60) AS ms) AS a_minute_ago",
            [f"{id}:1:1"],
        )
    await workers.start()
    job = await ended(world.mia, id)
    assert (job.status, job.error) == ("FAILED", LOST)
    assert not NEVER.search(LOST)
