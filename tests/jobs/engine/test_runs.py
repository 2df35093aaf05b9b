"""Runs on a worker that nobody disturbs."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from mosaic.core.actor import DOORKEEPER
from mosaic.core.errors import Conflict
from mosaic.core.start import Ready
from mosaic.core.work import work as begin
from mosaic.jobs import gates, service
from mosaic.workspaces.models import Member
from tests.answers import NEVER
from tests.jobs.engine.accounts import account
from tests.jobs.engine.runs import ask, ended, events_of, look, steps_of
from tests.waiting import until
from tests.world import World

pytestmark = pytest.mark.usefixtures("worker")


async def test_every_step_and_its_effect_happen_once(world: World, ready: Ready) -> None:
    id = await ask(world.mia, "TEST_PHASES")
    await ended(world.mia, id)
    await account(world.mia, ready, id)
    steps = await steps_of(world.mia, id)
    assert [(step.phase, step.name) for step in steps] == [
        ("SETUP", "Set up"),
        ("EXECUTION", "Execute 0"),
        ("EXECUTION", "Execute 1"),
        ("VALIDATION", "Validate"),
        ("CLEANUP", "Clean up"),
    ]
    assert [step.output for step in steps] == [f"{step.result} begins\n" for step in steps]
    assert {one.actor["kind"] for one in await events_of(world.mia, id)} == {"user", "mosaic"}


async def test_steps_at_the_same_time(world: World) -> None:
    id = await ask(world.mia, "TEST_SIDE_BY_SIDE")
    assert (await ended(world.mia, id)).result == [f"EXECUTION {n}" for n in range(4)]


async def test_a_step_is_tried_again_and_then_the_run_goes_on(world: World, tmp_path: Path) -> None:
    counter = str(tmp_path / "tries")
    id = await ask(world.mia, "TEST_RETRY", input={"counter": counter, "works_at": 3})
    assert (await ended(world.mia, id)).result == {"tries": 3}
    tried = (await steps_of(world.mia, id))[1]
    assert tried.output.count("Another try in") == 2
    assert "Another try in 0.1 s." in tried.output


async def test_what_does_not_work_out_is_put_away_and_can_be_tried_again(
    world: World, tmp_path: Path
) -> None:
    counter = str(tmp_path / "tries")
    id = await ask(world.mia, "TEST_RETRY", input={"counter": counter, "works_at": 5})
    job = await ended(world.mia, id)
    assert (job.status, job.attempt) == ("FAILED", 1)
    assert job.error
    assert not NEVER.search(job.error), job.error
    before = await steps_of(world.mia, id)
    assert [(step.name, step.status) for step in before] == [
        ("Set up", "COMPLETED"),
        ("Try", "FAILED"),
        ("Clean up", "COMPLETED"),
    ]
    async with world.mia.work() as work:
        await service.retry_job(work, id)
    job = await ended(world.mia, id)
    assert (job.status, job.attempt, job.result) == ("COMPLETED", 2, {"tries": 5})
    now = await steps_of(world.mia, id, attempt=2)
    assert [(step.name, step.attempt, step.status) for step in now] == [
        ("Set up", 1, "COMPLETED"),
        ("Try", 2, "COMPLETED"),
        ("Clean up", 2, "COMPLETED"),
        ("Validate", 2, "COMPLETED"),
    ]
    assert now[0].id == before[0].id


async def test_again_from_a_chosen_step_of_a_completed_run(world: World) -> None:
    id = await ask(world.mia, "TEST_PHASES")
    await ended(world.mia, id)
    chosen = (await steps_of(world.mia, id))[2]
    async with world.mia.work() as work:
        await service.retry_job(work, id, chosen.id)
    assert (await ended(world.mia, id)).attempt == 2
    steps = await steps_of(world.mia, id, attempt=2)
    assert [step.attempt for step in steps] == [1, 1, 2, 2, 2]
    assert {step.status for step in steps} == {"COMPLETED"}


async def test_a_gate_holds_the_run_until_somebody_answers(world: World) -> None:
    id = await ask(world.mia, "TEST_GATE")
    gate = await _waiting(world, id)
    async with world.ana.work() as work:
        await gates.answer(work, id, gate, True, "Fine.")
    job = await ended(world.mia, id)
    assert job.result == {"note": "Fine.", "done": ["SETUP", "EXECUTION 1"]}
    steps = await steps_of(world.mia, id)
    assert [(step.type, step.status) for step in steps] == [
        ("COMMAND", "COMPLETED"),
        ("GATE", "COMPLETED"),
        ("COMMAND", "COMPLETED"),
        ("COMMAND", "COMPLETED"),
    ]
    happened = [one.type for one in await events_of(world.mia, id)]
    assert [happened.count(one) for one in ("gate.started", "gate.passed")] == [1, 1]


async def test_a_declined_gate_ends_the_run_after_its_cleanup(world: World) -> None:
    id = await ask(world.mia, "TEST_GATE")
    gate = await _waiting(world, id)
    async with world.ana.work() as work:
        await gates.answer(work, id, gate, False, "Not today.")
    job = await ended(world.mia, id)
    assert (job.status, job.error) == ("FAILED", "“Go on?” was declined: Not today.")
    assert [step.status for step in await steps_of(world.mia, id)] == [
        "COMPLETED",
        "FAILED",
        "COMPLETED",
    ]


async def _waiting(world: World, id: object) -> object:
    async def waits() -> bool:
        return any(step.type == "GATE" for step in await steps_of(world.mia, id))

    await until(waits)
    [gate] = [step for step in await steps_of(world.mia, id) if step.type == "GATE"]
    assert gate.status == "RUNNING"
    return gate.id


async def test_a_cancelled_run_stops_within_a_second(world: World) -> None:
    id = await ask(world.mia, "TEST_SLOW")

    async def begun() -> bool:
        return [step.status for step in await steps_of(world.mia, id)] == ["RUNNING"]

    await until(begun)
    async with world.mia.work() as work:
        cancelled = await service.cancel_job(work, id)
    assert cancelled.status == "CANCELLED"
    # Another run of the workspace gets the place at once: the first has left it.
    for _ in range(3):
        other = await ask(world.mia, "TEST_PHASES")
        assert (await ended(world.mia, other)).status == "COMPLETED"
    steps = await steps_of(world.mia, id)
    assert [step.status for step in steps] == ["FAILED"]
    assert (await look(world.mia, id)).status == "CANCELLED"
    with pytest.raises(Conflict):
        async with world.mia.work() as work:
            await service.cancel_job(work, id)


async def test_a_run_has_a_time_limit_and_is_put_away_after_it(world: World) -> None:
    id = await ask(world.mia, "TEST_SLOW", time_limit=1)
    job = await ended(world.mia, id)
    assert (job.status, job.error) == ("FAILED", "The run took longer than it may.")
    steps = await steps_of(world.mia, id)
    assert [(step.name, step.status) for step in steps] == [
        ("Be slow", "FAILED"),
        ("Clean up", "COMPLETED"),
    ]
    assert job.progress == 7


async def test_a_step_has_a_time_limit(world: World) -> None:
    id = await ask(world.mia, "TEST_SLOW", input={"short": True})
    assert (await ended(world.mia, id)).error == "It took longer than it may."


async def test_whoever_is_no_member_any_more_has_no_runs(world: World) -> None:
    id = await ask(world.mia, "TEST_GATE")
    gate = await _waiting(world, id)
    async with world.ana.work() as work:
        tenant = work.tenant
    async with begin(DOORKEEPER) as work:
        member = await work.session.get_one(Member, (tenant, world.mia.actor.user_id))
        await work.session.delete(member)
    async with world.ana.work() as work:
        await gates.answer(work, id, gate, True, None)
    job = await ended(world.ana, id)
    assert job.status == "FAILED"
    assert job.error
    assert "not a member" in job.error


async def test_the_log_arrives_while_the_step_runs(world: World) -> None:
    id = await ask(world.mia, "TEST_SLOW")

    async def said() -> bool:
        return [step.output for step in await steps_of(world.mia, id)] == ["slowly\n"]

    await until(said)
    events = await events_of(world.mia, id)
    [begun] = [one.created_at for one in events if one.type == "step.started"]
    [heard] = [one.created_at for one in events if one.type == "step.output"]
    assert heard - begun < timedelta(seconds=2)
    async with world.mia.work() as work:
        await service.cancel_job(work, id)
    await asyncio.sleep(0)
