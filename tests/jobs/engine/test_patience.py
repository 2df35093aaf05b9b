"""Gates that are answered late, or before anybody asked."""

from pathlib import Path
from uuid import UUID

import psycopg
from sqlalchemy import text

import tests.jobs.engine.kinds  # noqa: F401
from mosaic.core.actor import ENGINE
from mosaic.core.postgres import Server
from mosaic.core.start import Ready
from mosaic.core.work import work as begin
from mosaic.jobs import gates, service
from mosaic.jobs.engine.dispatcher import Dispatcher, tidy
from mosaic.jobs.engine.performing import perform
from tests.jobs.engine.runs import ask, become, look, steps_of
from tests.performer import once, performing
from tests.waiting import until
from tests.world import Person, World


async def _gate(person: Person, id: UUID, status: str) -> UUID:
    """Return the gate of a run as soon as it stands so."""
    found: list[UUID] = []

    async def there() -> bool:
        steps = await steps_of(person, id)
        found[:] = [one.id for one in steps if (one.type, one.status) == ("GATE", status)]
        return bool(found)

    await until(there)
    return found[0]


def _a_month_ago(server: Server, ready: Ready, id: UUID) -> None:
    """Let a run have begun, and its gate have opened, a month ago."""
    database = psycopg.conninfo.conninfo_to_dict(ready.app_dsn)["dbname"]
    with psycopg.connect(server.dsn("postgres", str(database))) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for table, name in (("jobs", "id"), ("job_steps", "job_id")):
            superuser.execute(
                f"UPDATE {table} SET started_at = started_at - interval '30 days', "
                f"completed_at = completed_at - interval '30 days' WHERE {name} = %s",
                [id],
            )


_WORKFLOW = text(
    "INSERT INTO dbos.workflow_status (workflow_uuid, status, created_at, updated_at) "
    "VALUES (:id, 'SUCCESS', 0, 0)"
)
_THERE = text("SELECT workflow_uuid FROM dbos.workflow_status WHERE workflow_uuid = ANY(:ids)")


async def test_an_answer_after_a_month_is_in_time(
    world: World, server: Server, ready: Ready
) -> None:
    async with performing():
        id = await ask(world.mia, "TEST_GATE", time_limit=3600)
        gate = await _gate(world.mia, id, "RUNNING")
    _a_month_ago(server, ready, id)
    ids = [f"{id}:1:1", f"{id}:0:1"]
    async with begin(ENGINE) as work:
        for one in ids:
            await work.session.execute(_WORKFLOW, {"id": one})
    await tidy()
    async with begin(ENGINE) as work:
        assert list(await work.session.scalars(_THERE, {"ids": ids})) == ids[:1]
    async with world.mia.work() as work:
        await gates.answer(work, id, gate, True, "At last.")
    await perform(id, 1, 2, "test", once)
    assert (await look(world.mia, id)).status == "COMPLETED"


async def test_an_answer_before_the_question_is_taken(world: World, tmp_path: Path) -> None:
    async with performing():
        id = await ask(world.mia, "TEST_GATE", input={"hold": {"before SETUP": str(tmp_path)}})
        (tmp_path / "go").touch()
        await _gate(world.mia, id, "RUNNING")
        async with world.mia.work() as work:
            await service.cancel_job(work, id)
        (tmp_path / "go").unlink()
        first = (await steps_of(world.mia, id))[0].id
        async with world.mia.work() as work:
            await service.retry_job(work, id, first)
        gate = await _gate(world.mia, id, "PENDING")
        await until(lambda: len(list(tmp_path.glob("*.here"))) == 2)
        async with world.mia.work() as work:
            await gates.answer(work, id, gate, True, "Do.")
        (tmp_path / "go").touch()
        done = await become(world.mia, id, "COMPLETED", "FAILED")
        assert (done.status, done.result["note"]) == ("COMPLETED", "Do.")


async def test_a_runner_that_is_gone_does_not_leave_its_run_for_ever(world: World) -> None:
    class Nobody:
        async def enqueue(self, job: object) -> None: ...

        async def recover(self, worker: str) -> None: ...

    id = await ask(world.mia, "outside", time_limit=1)
    other = await ask(world.mia, "outside")
    for one in (id, other):
        path = f"/api/runner-jobs/{one}"
        assert (await world.mia.http.patch(path, json={"status": "RUNNING"})).is_success
    sweep = Dispatcher("nobody", Nobody())._sweep

    async def over() -> bool:
        await sweep()
        return (await look(world.mia, id)).status == "FAILED"

    await until(over)
    assert (await look(world.mia, id)).error == "The run took longer than it may."
    assert (await look(world.mia, other)).status == "RUNNING"
