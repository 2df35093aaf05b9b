"""Many reports in one call: in order, all or none, cheap."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.answers import problem
from tests.jobs.runs import JOBS, add, at_once, done, events_of, read, start, steps_of, told
from tests.statements import recorded
from tests.world import Person, World

Row = dict[str, Any]


async def _send(person: Person, job: Row, items: list[Row], **more: Any) -> Any:
    return await person.http.post(f"{JOBS}/{job['id']}/batch", json={"items": items}, **more)


def _life(id: str, n: int) -> list[Row]:
    """All that happens in one step."""
    return [
        {"op": "step", "id": id, "name": f"Step {n}", "phase": "SETUP", "type": "AI_ACTION"},
        {"op": "update", "stepId": id, "status": "RUNNING"},
        {"op": "output", "stepId": id, "content": f"line {n}\n"},
        {"op": "event", "type": "ai.tool_called", "stepId": id, "payload": {"tool": "look"}},
        {"op": "update", "stepId": id, "tokensInput": n, "model": "m", "output": "end\n"},
        {"op": "update", "stepId": id, "status": "COMPLETED", "tokensOutput": 1, "result": [n]},
        {"op": "progress", "progress": n},
    ]


async def test_a_batch_is_taken_in_order(world: World) -> None:
    job = await start(world.mia)
    ids = [str(uuid4()) for _ in range(3)]
    items = [item for n, id in enumerate(ids) for item in _life(id, n)]
    answer = done(await _send(world.mia, job, items))
    assert [step["id"] for step in answer["steps"]] == ids
    assert [step["status"] for step in answer["steps"]] == ["COMPLETED"] * 3
    found = await events_of(world.mia, job)
    assert answer["lastEventId"] == found[-1]["id"]
    each = [
        "step.created",
        "step.started",
        "step.output",
        "ai.tool_called",
        "step.output",
        "ai.tokens_used",
        "ai.tokens_used",
        "step.completed",
        "job.progress",
    ]
    started = [*each[:1], "job.started", *each[1:]]
    assert [one["type"] for one in found] == ["job.created", *started, *each, *each]
    assert [one["stepId"] for one in found[2:10]][1:] == [ids[0]] * 7
    for n, step in enumerate(await steps_of(world.mia, job)):
        assert (step["ordinal"], step["name"]) == (n + 1, f"Step {n}")
        assert (step["status"], step["output"]) == ("COMPLETED", f"line {n}\nend\n")
        assert (step["tokensInput"], step["tokensOutput"], step["model"]) == (n, 1, "m")
        assert step["result"] == [n]
        assert step["durationMs"] >= 0
    now = await read(world.mia, job)
    assert (now["status"], now["progress"]) == ("RUNNING", 2)
    assert now["tokens"] == {"input": 3, "output": 3, "total": 6}


async def test_a_thousand_reports_take_few_statements(world: World) -> None:
    few, many = await start(world.mia), await start(world.mia)
    sent: dict[int, int] = {}
    for job, steps in ((few, 2), (many, 142)):
        items = [item for n in range(steps) for item in _life(str(uuid4()), n % 100)]
        with recorded() as statements:
            done(await _send(world.mia, job, items))
        sent[len(items)] = len(statements)
    assert max(sent) > 990
    assert len(set(sent.values())) == 1, sent
    assert max(sent.values()) < 30
    assert (await read(world.mia, many))["stepCounts"]["completed"] == 142


async def test_steps_that_are_there_already(world: World) -> None:
    job = await start(world.mia)
    steps = [await add(world.mia, job) for _ in range(3)]
    items = [{"op": "update", "stepId": step["id"], "status": "RUNNING"} for step in steps]
    answer = done(await _send(world.mia, job, [*items, {"op": "step", "name": "Last"}]))
    assert [(step["ordinal"], step["name"]) for step in answer["steps"]] == [(4, "Last")]
    assert (await read(world.mia, job))["stepCounts"]["running"] == 3
    assert done(await _send(world.mia, job, [])) == {"steps": [], "lastEventId": None}


GOOD = [{"op": "step", "name": "x"}, {"op": "progress", "progress": 3}]
NOWHERE = str(UUID(int=7))


@pytest.mark.parametrize(
    ("bad", "status"),
    [
        ({"op": "update", "stepId": NOWHERE, "status": "RUNNING"}, 404),
        ({"op": "output", "stepId": NOWHERE, "content": "x"}, 404),
        ({"op": "event", "stepId": NOWHERE, "type": "ai.tool_called"}, 404),
        ({"op": "update", "stepId": "own", "status": "COMPLETED"}, 409),
        ({"op": "update", "stepId": "own", "tokensInput": 3}, 422),
        ({"op": "output", "stepId": "own", "content": "x" * 1_048_577}, 413),
        ({"op": "event", "type": "job.completed"}, 422),
        ({"op": "event", "type": "step.output", "payload": {"start": 0, "size": 9}}, 422),
        ({"op": "progress", "progress": 101}, 422),
        ({"op": "step"}, 422),
        ({"op": "step", "id": "own", "name": "twice"}, 409),
        ({"op": "burn"}, 422),
        ({}, 422),
        ("step", 422),
    ],
    ids=lambda value: str(value)[:50],
)
async def test_one_that_does_not_fit_keeps_all_out(world: World, bad: Any, status: int) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job)
    if isinstance(bad, dict):
        bad = {key: step["id"] if value == "own" else value for key, value in bad.items()}
    before = await events_of(world.mia, job)
    for items in ([*GOOD, bad], [bad, *GOOD]):
        problem(await _send(world.mia, job, items), status)
    assert await steps_of(world.mia, job) == [step]
    assert (await read(world.mia, job))["progress"] == 0
    assert await events_of(world.mia, job) == before


async def test_steps_of_another_run_are_not_there(world: World) -> None:
    job, other = await start(world.mia), await start(world.mia)
    step = await add(world.mia, other)
    for item in (
        {"op": "update", "stepId": step["id"], "status": "RUNNING"},
        {"op": "output", "stepId": step["id"], "content": "x"},
        {"op": "event", "stepId": step["id"], "type": "step.progress"},
    ):
        problem(await _send(world.mia, job, [item]), 404)
    assert await read(world.mia, step) == step


async def test_a_batch_has_a_size(world: World) -> None:
    job = await start(world.mia)
    problem(await _send(world.mia, job, [{"op": "progress", "progress": 1}] * 1001), 422)
    step = await add(world.mia, job)
    large = {"op": "output", "stepId": step["id"], "content": "x" * 1_000_000}
    problem(await _send(world.mia, job, [large] * 5), 413)
    done(await _send(world.mia, job, [large] * 4))
    assert (await read(world.mia, step))["outputSize"] == 4_000_000


async def test_batches_at_once_do_not_mix_up_their_steps(world: World) -> None:
    job = await start(world.mia)
    calls = [
        _send(world.mia, job, [item for n in range(10) for item in _life(str(uuid4()), n)])
        for _ in range(8)
    ]
    assert await at_once(calls) == [201] * 8
    assert [step["ordinal"] for step in await steps_of(world.mia, job)] == list(range(1, 81))
    assert (await told(world.mia, job)).count("job.started") == 1
    assert (await read(world.mia, job))["tokens"]["input"] == 8 * sum(range(10))


async def test_what_else_happened_is_told_briefly(world: World) -> None:
    job = await start(world.mia, ["RUNNING"])
    said = {"op": "event", "type": "ai.tool_called", "payload": {"tool": "x" * 15_000}}
    assert (await _send(world.mia, job, [said])).status_code == 201
    said["payload"] = {"tool": "x" * 16_000}
    problem(await _send(world.mia, job, [said]), 422)
