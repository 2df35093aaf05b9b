"""Gates wait for a person: approved or declined, once, by who may."""

from typing import Any

import pytest
from sqlalchemy import text

from mosaic.jobs import service
from mosaic.jobs import steps as job_steps
from mosaic.jobs.shapes import StepCreate
from tests.answers import problem
from tests.jobs.runs import Row, add, at_once, change, events_of, place, read, start, told
from tests.world import Person, World


async def _answer(person: Person, step: Row, approved: bool = True, **more: Any) -> Any:
    body = {"approved": approved, **more}
    return await person.http.put(f"{place(step)}/approval", json=body)


@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize("ways", [[], ["RUNNING"]])
async def test_a_gate_is_answered(world: World, approved: bool, ways: list[str]) -> None:
    job = await start(world.mia)
    gate = await add(world.mia, job, ways, type="GATE", name="Publish?")
    now = (await _answer(world.ana, gate, approved, note="Looks calm")).json()
    assert now["status"] == ("COMPLETED" if approved else "FAILED")
    assert now["startedAt"]
    assert now["durationMs"] is not None
    by = {"by": str(world.ana.actor.user_id), "byName": "Ana", "at": now["completedAt"]}
    assert now["approval"] == {"approved": approved, "note": "Looks calm", **by}
    assert await read(world.gil, gate) == now
    news = [one for one in await events_of(world.mia, job) if one["stepId"] == gate["id"]]
    end = ["step.completed", "gate.passed"] if approved else ["step.failed", "gate.failed"]
    assert [one["type"] for one in news] == ["step.created", "step.started", "gate.started", *end]
    assert news[-1]["payload"] == {"approved": approved, "note": "Looks calm"}
    assert news[-1]["actor"]["name"] == "Ana"
    assert (await read(world.mia, job))["status"] == "RUNNING"
    query = {"entityId": job["id"], "action": "APPROVED" if approved else "DECLINED"}
    lines = (await world.mia.http.get("/api/activity", params=query)).json()["data"]
    assert [line["details"]["step"] for line in lines] == ["Publish?"]


async def test_a_gate_is_answered_once(world: World) -> None:
    gate = await add(world.mia, await start(world.mia), type="GATE")
    calls = [_answer((world.mia, world.ana)[n % 2], gate, n % 3 == 0) for n in range(20)]
    assert await at_once(calls) == [200] + [409] * 19
    now = await read(world.mia, gate)
    problem(await _answer(world.ana, gate, not now["approval"]["approved"]), 409)
    assert await read(world.mia, gate) == now
    assert (
        len({"gate.passed", "gate.failed"} & set(await told(world.mia, {"id": gate["jobId"]}))) == 1
    )


async def test_only_gates_wait_for_people(world: World) -> None:
    job = await start(world.mia)
    for kind in ("COMMAND", "AI_ACTION", "ARTIFACT"):
        step = await add(world.mia, job, ["RUNNING"], type=kind)
        problem(await _answer(world.mia, step), 409)
        assert await read(world.mia, step) == step


async def test_a_gate_of_a_run_that_has_ended(world: World) -> None:
    job = await start(world.mia)
    gate = await add(world.mia, job, ["RUNNING"], type="GATE")
    await world.mia.http.post(f"/api/runner-jobs/{job['id']}/cancel")
    problem(await _answer(world.mia, gate), 409)
    assert (await read(world.mia, gate))["approval"] is None
    assert "gate.failed" in await told(world.mia, job)


async def test_a_runner_may_answer_its_own_gate(world: World) -> None:
    gate = await add(world.mia, await start(world.mia), ["RUNNING"], type="GATE")
    assert (await change(world.mia, gate, status="COMPLETED")).json()["approval"] is None
    problem(await _answer(world.mia, gate), 409)


async def test_who_may_answer(world: World) -> None:
    gate = await add(world.mia, await start(world.mia), ["RUNNING"], type="GATE")
    problem(await _answer(world.gil, gate), 403)
    for stranger in (world.bo, world.otto):
        problem(await _answer(stranger, gate), 404)
    assert await read(world.mia, gate) == gate
    for wrong in ({}, {"approved": None}, {"approved": "maybe"}, {"approved": True, "note": 5}):
        problem(await world.mia.http.put(f"{place(gate)}/approval", json=wrong), 422)


@pytest.mark.parametrize("waits", [True, False])
async def test_a_run_that_mosaic_performs_goes_on_with_another_leg(
    world: World, waits: bool
) -> None:
    job = await start(world.mia)
    async with world.mia.work() as work:
        await work.session.execute(
            text("UPDATE jobs SET engine = true WHERE id = :id"), {"id": job["id"]}
        )
        row = await service.get_job(work, job["id"], lock=True)
        [gate] = await job_steps.add_steps(work, row, [StepCreate(name="Go?", type="GATE")])
        if waits:
            await job_steps.move_step(work, row, gate, "RUNNING")
    step = {"id": str(gate.id), "jobId": job["id"]}
    problem(await change(world.mia, step, status="SKIPPED"), 409)
    assert (await _answer(world.mia, step)).json()["status"] == "COMPLETED"
    async with world.mia.work() as work:
        assert (await service.get_job(work, job["id"])).leg == 1 + waits
