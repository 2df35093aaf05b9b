"""Every status and every requested status: who may follow whom, alone and with many reporters."""

from itertools import product

import pytest

from tests.answers import problem
from tests.jobs.runs import (
    JOB_WAYS,
    JOBS,
    STEP_WAYS,
    add,
    at_once,
    change,
    events_of,
    place,
    read,
    start,
    told,
)
from tests.world import World

STEP_MOVES = {
    ("PENDING", "RUNNING"),
    ("PENDING", "SKIPPED"),
    ("RUNNING", "COMPLETED"),
    ("RUNNING", "FAILED"),
}
JOB_MOVES = {
    *product(["PENDING"], ["QUEUED", "RUNNING", "FAILED", "CANCELLED"]),
    *product(["QUEUED"], ["RUNNING", "FAILED", "CANCELLED"]),
    *product(["RUNNING"], ["COMPLETED", "FAILED", "CANCELLED"]),
}
MANY = 20
EACH_STEP = list(product(STEP_WAYS, STEP_WAYS))
EACH_JOB = list(product(JOB_WAYS, JOB_WAYS))


@pytest.mark.parametrize("kind", ["COMMAND", "AI_ACTION", "GATE", "ARTIFACT"])
@pytest.mark.parametrize(("now", "wanted"), EACH_STEP)
async def test_a_step_goes_forward_only(world: World, kind: str, now: str, wanted: str) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, STEP_WAYS[now], type=kind)
    before = await events_of(world.mia, job)
    answer = await change(world.mia, step, status=wanted)
    if (now, wanted) in STEP_MOVES:
        assert answer.json()["status"] == wanted
        assert (await events_of(world.mia, job))[: len(before)] == before
    else:
        assert problem(answer, 409)["current"] == now
        assert await read(world.mia, step) == step
        assert await events_of(world.mia, job) == before


@pytest.mark.parametrize(("now", "wanted"), EACH_STEP)
async def test_of_many_reporters_one_moves_a_step(world: World, now: str, wanted: str) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, STEP_WAYS[now])
    before = len(await events_of(world.mia, job))
    people = [world.mia, world.ana, world.adam]
    calls = [change(people[n % 3], step, status=wanted) for n in range(MANY)]
    won = [200] if (now, wanted) in STEP_MOVES else []
    assert await at_once(calls) == won + [409] * (MANY - len(won))
    assert (await read(world.mia, step))["status"] == (wanted if won else now)
    news = (await told(world.mia, job))[before:]
    assert news.count(f"step.{'started' if wanted == 'RUNNING' else wanted.lower()}") == len(won)
    assert news.count("job.started") == (1 if won and wanted == "RUNNING" else 0)


@pytest.mark.parametrize(("now", "wanted"), EACH_JOB)
async def test_a_run_goes_forward_only(world: World, now: str, wanted: str) -> None:
    job = await start(world.mia, JOB_WAYS[now])
    assert job["status"] == now
    before = await events_of(world.mia, job)
    answer = await world.mia.http.patch(f"{JOBS}/{job['id']}", json={"status": wanted})
    if (now, wanted) in JOB_MOVES:
        assert answer.json()["status"] == wanted
        ended = wanted in {"COMPLETED", "FAILED", "CANCELLED"}
        assert (answer.json()["completedAt"] is not None) == ended
    else:
        assert problem(answer, 409)["current"] == now
        assert await read(world.mia, job) == job
        assert await events_of(world.mia, job) == before


@pytest.mark.parametrize(("now", "wanted"), EACH_JOB)
async def test_of_many_reporters_one_moves_a_run(world: World, now: str, wanted: str) -> None:
    job = await start(world.mia, JOB_WAYS[now])
    before = len(await events_of(world.mia, job))
    path, body = f"{JOBS}/{job['id']}", {"status": wanted}
    calls = [(world.mia, world.ana)[n % 2].http.patch(path, json=body) for n in range(MANY)]
    won = [200] if (now, wanted) in JOB_MOVES else []
    assert await at_once(calls) == won + [409] * (MANY - len(won))
    assert (await read(world.mia, job))["status"] == (wanted if won else now)
    assert len(await events_of(world.mia, job)) == before + len(won)


async def test_of_different_ends_one_wins(world: World) -> None:
    """Reporters who disagree: the step and the run have one end, and it is told once."""
    job = await start(world.mia)
    step = await add(world.mia, job, ["RUNNING"])
    wanted = ["COMPLETED", "FAILED"] * 10
    calls = [change(world.mia, step, status=status) for status in wanted]
    assert await at_once(calls) == [200] + [409] * 19
    news = await told(world.mia, job)
    assert news.count("step.completed") + news.count("step.failed") == 1
    path = f"{JOBS}/{job['id']}"
    ends = [world.mia.http.post(f"{path}/cancel") for _ in range(10)]
    ends += [world.mia.http.patch(path, json={"status": "FAILED"}) for _ in range(10)]
    assert await at_once(ends) == [200] + [409] * 19
    news = await told(world.mia, job)
    assert news.count("job.cancelled") + news.count("job.failed") == 1


async def test_steps_of_a_run_at_once_do_not_wait_in_a_circle(world: World) -> None:
    """Reports about steps, output, ends: whoever writes holds the run first."""
    job = await start(world.mia)
    steps = [await add(world.mia, job) for _ in range(10)]
    calls = [change(world.mia, step, status="RUNNING") for step in steps]
    calls += [change(world.mia, step, output="x" * 50) for step in reversed(steps)]
    calls.append(world.mia.http.post(f"{JOBS}/{job['id']}/steps", json={"name": "More"}))
    assert set(await at_once(calls)) == {200, 201}
    calls = [change(world.mia, step, status="COMPLETED", output="y") for step in steps]
    calls.append(world.mia.http.post(f"{JOBS}/{job['id']}/cancel"))
    assert set(await at_once(calls)) <= {200, 409}
    now = await read(world.mia, job)
    assert now["status"] == "CANCELLED"
    assert now["stepCounts"]["running"] == now["stepCounts"]["pending"] == 0


async def test_a_run_is_not_completed_while_a_step_is_running(world: World) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, ["RUNNING"])
    path = f"{JOBS}/{job['id']}"
    problem(await world.mia.http.patch(path, json={"status": "COMPLETED"}), 409)
    assert (await read(world.mia, job))["status"] == "RUNNING"
    await change(world.mia, step, status="COMPLETED")
    answer = await world.mia.http.patch(path, json={"status": "COMPLETED", "result": {"n": 1}})
    assert answer.json()["progress"] == 100
    assert answer.json()["result"] == {"n": 1}


@pytest.mark.parametrize("end", ["FAILED", "CANCELLED", "COMPLETED"])
async def test_the_end_of_a_run_ends_its_steps(world: World, end: str) -> None:
    job = await start(world.mia, ["RUNNING"])
    ways = ["PENDING", "SKIPPED", "COMPLETED"] + (["RUNNING"] if end != "COMPLETED" else [])
    steps = {now: await add(world.mia, job, STEP_WAYS[now]) for now in ways}
    await world.mia.http.patch(f"{JOBS}/{job['id']}", json={"status": end, "error": "No power"})
    after = {now: await read(world.mia, step) for now, step in steps.items()}
    assert after["PENDING"]["status"] == "SKIPPED"
    assert after["SKIPPED"] == steps["SKIPPED"]
    assert after["COMPLETED"] == steps["COMPLETED"]
    news = await told(world.mia, job)
    assert news[-1] == f"job.{end.lower()}"
    if end != "COMPLETED":
        assert after["RUNNING"]["status"] == "FAILED"
        assert after["RUNNING"]["error"] == "Stopped when the run ended."
        assert after["RUNNING"]["completedAt"]
        assert (await read(world.mia, job))["error"] == "No power"
        assert news[-3:-1] == ["step.skipped", "step.failed"]


async def test_a_run_that_has_ended_takes_late_output_and_tokens_only(world: World) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, ["RUNNING"], type="AI_ACTION")
    left = await add(world.mia, job)
    path = f"{JOBS}/{job['id']}"
    await world.mia.http.post(f"{path}/cancel")
    late = await change(world.mia, step, output="late", tokensInput=7, model="m")
    assert (late.json()["output"], late.json()["tokensInput"]) == ("late", 7)
    assert (await read(world.mia, job))["tokens"]["total"] == 7
    chunk = await world.mia.http.post(f"{place(step)}/output", json={"content": "r"})
    assert chunk.json() == {"size": 5, "full": False}
    item = {"op": "output", "stepId": step["id"], "content": "!"}
    assert (await world.mia.http.post(f"{path}/batch", json={"items": [item]})).is_success
    for refused in (
        await change(world.mia, left, status="RUNNING"),
        await world.mia.http.post(f"{path}/steps", json={"name": "More"}),
        await world.mia.http.post(f"{path}/cancel"),
        await world.mia.http.patch(path, json={"progress": 5}),
        await world.mia.http.patch(path, json={"result": 5}),
        await world.mia.http.patch(path, json={"error": "Hm"}),
        await world.mia.http.post(f"{path}/batch", json={"items": [{"op": "step", "name": "x"}]}),
        await world.mia.http.post(
            f"{path}/batch", json={"items": [{"op": "progress", "progress": 1}]}
        ),
    ):
        problem(refused, 409)
    assert (await world.mia.http.patch(path, json={"title": "Named"})).json()["title"] == "Named"


async def test_a_first_step_that_runs_starts_the_run(world: World) -> None:
    for ways in ([], ["QUEUED"]):
        job = await start(world.mia, ways)
        await add(world.mia, job, ["RUNNING"])
        now = await read(world.mia, job)
        assert now["status"] == "RUNNING"
        assert now["startedAt"]
        assert (await told(world.mia, job)).count("job.started") == 1
