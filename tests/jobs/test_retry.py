"""Trying again: another attempt, from a step on; what was stays."""

from typing import Any

import pytest

from tests.answers import problem
from tests.jobs.runs import (
    JOB_WAYS,
    JOBS,
    STEP_WAYS,
    Row,
    add,
    at_once,
    change,
    done,
    read,
    start,
    steps_of,
    told,
)
from tests.world import Person, World


async def _retry(person: Person, job: Row, step: Row | None = None) -> Any:
    body = {"fromStepId": step["id"]} if step else {}
    return await person.http.post(f"{JOBS}/{job['id']}/retry", json=body)


async def _run(person: Person, *ways: str) -> tuple[Row, list[Row]]:
    """A run with a step in each of these statuses."""
    job = await start(person, ["RUNNING"], input={"n": 1})
    steps = [
        await add(person, job, STEP_WAYS[way], name=f"Step {n}", type="AI_ACTION")
        for n, way in enumerate(ways)
    ]
    return job, steps


async def _end(person: Person, job: Row, status: str = "FAILED") -> None:
    said = {"status": status, "error": "No power", "result": [1]}
    done(await person.http.patch(f"{JOBS}/{job['id']}", json=said))


async def test_from_the_first_step_that_is_not_completed(world: World) -> None:
    job, steps = await _run(world.mia, "COMPLETED", "FAILED", "COMPLETED", "PENDING")
    await change(world.mia, steps[1], tokensInput=5)
    await world.mia.http.patch(f"{JOBS}/{job['id']}", json={"progress": 60})
    await _end(world.mia, job)
    now = (await _retry(world.mia, job)).json()
    assert (now["id"], now["attempt"], now["status"]) == (job["id"], 2, "PENDING")
    cleared = {"error": None, "result": None, "progress": 0, "startedAt": None, "durationMs": None}
    assert {name: now[name] for name in cleared} == cleared
    assert now["completedAt"] is None
    assert now["input"] == {"n": 1}
    rows = await steps_of(world.mia, job)
    assert [(row["ordinal"], row["attempt"], row["status"]) for row in rows] == [
        (1, 1, "COMPLETED"),
        (2, 1, "FAILED"),
        (2, 2, "PENDING"),
        (3, 1, "COMPLETED"),
        (3, 2, "PENDING"),
        (4, 1, "SKIPPED"),
        (4, 2, "PENDING"),
    ]
    assert rows[2]["name"] == rows[1]["name"]
    assert rows[2]["tokensInput"] is None
    assert now["tokens"]["input"] == 5
    assert now["stepCounts"]["total"] == 7
    assert (await told(world.mia, job))[-4:] == ["job.retried"] + ["step.created"] * 3
    second = await steps_of(world.mia, job, attempt=2)
    assert [(row["ordinal"], row["attempt"]) for row in second] == [(1, 1), (2, 2), (3, 2), (4, 2)]
    first = await steps_of(world.mia, job, attempt=1)
    assert [(row["ordinal"], row["attempt"]) for row in first] == [(n, 1) for n in range(1, 5)]
    assert [row["id"] for row in await steps_of(world.mia, job, attempt=9)] == [
        row["id"] for row in second
    ]
    waiting = await steps_of(world.mia, job, attempt=2, status="PENDING")
    assert [row["ordinal"] for row in waiting] == [2, 3, 4]


async def test_from_a_chosen_step_also_of_a_completed_run(world: World) -> None:
    job, steps = await _run(world.mia, "COMPLETED", "COMPLETED")
    await _end(world.mia, job, "COMPLETED")
    problem(await _retry(world.mia, job), 409)
    assert (await _retry(world.mia, job, steps[1])).json()["attempt"] == 2
    rows = await steps_of(world.mia, job, attempt=2)
    assert [row["status"] for row in rows] == ["COMPLETED", "PENDING"]
    await change(world.mia, rows[1], status="RUNNING")
    await _end(world.mia, job)
    # Steps of an earlier attempt name their place, too.
    assert (await _retry(world.mia, job, steps[0])).json()["attempt"] == 3
    rows = await steps_of(world.mia, job, attempt=3)
    assert [(row["attempt"], row["status"]) for row in rows] == [(3, "PENDING")] * 2


@pytest.mark.parametrize("now", JOB_WAYS)
async def test_which_runs_are_tried_again(world: World, now: str) -> None:
    job = await start(world.mia, JOB_WAYS[now])
    answer = await _retry(world.mia, job)
    if now in {"FAILED", "CANCELLED"}:
        assert answer.json()["attempt"] == 2
    else:
        problem(answer, 409)
        assert await read(world.mia, job) == job


async def test_tried_again_at_once_is_one_attempt(world: World) -> None:
    job, _ = await _run(world.mia, "FAILED")
    await _end(world.mia, job)
    assert await at_once(_retry(world.mia, job) for _ in range(20)) == [200] + [409] * 19
    assert (await read(world.mia, job))["attempt"] == 2
    assert len(await steps_of(world.mia, job)) == 2


async def test_another_attempt_goes_its_whole_way(world: World) -> None:
    job, _ = await _run(world.mia, "COMPLETED", "FAILED")
    await _end(world.mia, job, "CANCELLED")
    done(await _retry(world.mia, job))
    [_, again] = await steps_of(world.mia, job, attempt=2)
    for status in ("RUNNING", "COMPLETED"):
        done(await change(world.mia, again, status=status))
    await add(world.mia, job, ["RUNNING", "COMPLETED"])
    await _end(world.mia, job, "COMPLETED")
    now = await read(world.mia, job)
    assert (now["status"], now["progress"], now["attempt"]) == ("COMPLETED", 100, 2)
    rows = await steps_of(world.mia, job, attempt=2)
    assert [(row["ordinal"], row["attempt"]) for row in rows] == [(1, 1), (2, 2), (3, 2)]
    assert await steps_of(world.mia, job, attempt=1, status="PENDING") == []


async def test_a_step_of_another_run(world: World) -> None:
    job, _ = await _run(world.mia, "FAILED")
    _, [other] = await _run(world.mia, "FAILED")
    await _end(world.mia, job)
    problem(await _retry(world.mia, job, other), 404)
    assert (await read(world.mia, job))["attempt"] == 1
