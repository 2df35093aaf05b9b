"""What the record holds to: the database's clock, tokens where they belong, sums, numbers."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mosaic.core.start import Ready
from mosaic.jobs import service
from mosaic.jobs import steps as job_steps
from mosaic.jobs.shapes import JobCreate, StepCreate
from tests.answers import problem
from tests.jobs.runs import (
    COUNTS,
    JOBS,
    add,
    change,
    done,
    events_of,
    place,
    read,
    start,
    steps_of,
    told,
)
from tests.waiting import until
from tests.world import Person, World, make_world


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_a_new_run_and_a_new_step(world: World) -> None:
    parent = await start(world.mia, title=None)
    assert parent["title"] == "outside"
    job = await start(
        world.mia, type="git:status", priority=7, input={"a": [1]}, parentJobId=parent["id"]
    )
    expected = {
        "type": "git:status",
        "title": "Tidy",
        "status": "PENDING",
        "priority": 7,
        "progress": 0,
        "input": {"a": [1]},
        "result": None,
        "error": None,
        "attempt": 1,
        "engine": False,
        "parentJobId": parent["id"],
        "requestedBy": str(world.mia.actor.user_id),
        "requestedByName": "Mia",
        "queuedAt": None,
        "startedAt": None,
        "completedAt": None,
        "durationMs": None,
        "tokens": {"input": 0, "output": 0, "total": 0},
        "stepCounts": dict.fromkeys([*COUNTS, "total"], 0),
    }
    assert {name: job[name] for name in expected} == expected
    step = await add(world.mia, job, name="Sweep", phase="SETUP", type="ARTIFACT")
    expected = {
        "jobId": job["id"],
        "ordinal": 1,
        "phase": "SETUP",
        "type": "ARTIFACT",
        "name": "Sweep",
        "status": "PENDING",
        "output": "",
        "error": None,
        "tokensInput": None,
        "tokensOutput": None,
        "model": None,
        "startedAt": None,
        "completedAt": None,
        "durationMs": None,
    }
    assert {name: step[name] for name in expected} == expected
    assert (await add(world.mia, job))["ordinal"] == 2


async def test_times_are_those_of_the_database(world: World, ready: Ready) -> None:
    lies = {"durationMs": 5, "startedAt": "2001-01-01T00:00:00Z", "completedAt": "2001-01-01"}
    with psycopg.connect(ready.app_dsn, autocommit=True) as clock:
        [before] = clock.execute("SELECT clock_timestamp()").fetchone() or [None]
        job = await start(world.mia, ["QUEUED"], **lies)
        step = await add(world.mia, job, **lies)
        await change(world.mia, step, status="RUNNING", **lies)
        [between] = clock.execute("SELECT clock_timestamp()").fetchone() or [None]
        step = (await change(world.mia, step, status="COMPLETED", **lies)).json()
        path = f"{JOBS}/{job['id']}"
        job = (await world.mia.http.patch(path, json={"status": "COMPLETED", **lies})).json()
        [after] = clock.execute("SELECT clock_timestamp()").fetchone() or [None]
    assert before < _at(job["queuedAt"]) < _at(job["startedAt"]) < _at(step["startedAt"]) < between
    assert between < _at(step["completedAt"]) < _at(job["completedAt"]) < after
    for one in (job, step):
        lasted = _at(one["completedAt"]) - _at(one["startedAt"])
        assert one["durationMs"] == round(lasted / timedelta(milliseconds=1))
    later = await change(world.mia, step, output="late", durationMs=1)
    assert later.json()["completedAt"] == step["completedAt"]
    assert later.json()["durationMs"] == step["durationMs"]


async def test_no_writer_sets_times_or_goes_back(world: World, ready: Ready) -> None:
    """The rules are the database's: also for whoever does not go through the services."""
    job = await start(world.mia)
    step = await add(world.mia, job, ["RUNNING", "COMPLETED"])
    job = await read(world.mia, job)
    with psycopg.connect(ready.admin_dsn, autocommit=True) as owner:
        owner.execute("UPDATE job_steps SET started_at = '2001-01-01' WHERE id = %s", [step["id"]])
        owner.execute("UPDATE jobs SET started_at = '2001-01-01' WHERE id = %s", [job["id"]])
        for statement in (
            "UPDATE job_steps SET status = 'RUNNING' WHERE job_id = %s",
            "UPDATE jobs SET status = 'PENDING' WHERE id = %s",
            "UPDATE jobs SET status = 'QUEUED', attempt = attempt + 1 WHERE id = %s",
        ):
            with pytest.raises(psycopg.Error) as caught:
                owner.execute(statement, [job["id"]])
            assert caught.value.sqlstate == "MS409"
    assert await read(world.mia, step) == step
    assert await read(world.mia, job) == job


@pytest.mark.parametrize("kind", ["COMMAND", "GATE", "ARTIFACT"])
@pytest.mark.parametrize("said", [{"tokensInput": 1}, {"tokensOutput": 0}, {"model": "m"}])
async def test_tokens_belong_to_ai_actions(
    world: World, ready: Ready, kind: str, said: dict[str, Any]
) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, type=kind)
    problem(await change(world.mia, step, **said), 422)
    item = {"op": "update", "stepId": step["id"], **said}
    batch = await world.mia.http.post(f"{JOBS}/{job['id']}/batch", json={"items": [item]})
    problem(batch, 422)
    assert await read(world.mia, step) == step
    with psycopg.connect(ready.admin_dsn) as owner, pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("UPDATE job_steps SET model = 'm' WHERE id = %s", [step["id"]])


@pytest.mark.parametrize("count", [-1, 1.5, 10**12 + 1, 10**30, "many", True])
async def test_tokens_are_whole_numbers(world: World, count: Any) -> None:
    step = await add(world.mia, await start(world.mia), type="AI_ACTION")
    for name in ("tokensInput", "tokensOutput"):
        answer = await change(world.mia, step, **{name: count})
        if count is True:
            assert answer.status_code in {200, 422}
        else:
            assert problem(answer, 422)["errors"][0]["loc"] == ["body", name]


async def test_tokens_are_counted_with_their_model(world: World) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, ["RUNNING"], type="AI_ACTION")
    await change(world.mia, step, tokensInput=10, model="small")
    step = (await change(world.mia, step, tokensOutput=5, status="COMPLETED")).json()
    assert (step["tokensInput"], step["tokensOutput"], step["model"]) == (10, 5, "small")
    assert (await read(world.mia, job))["tokens"] == {"input": 10, "output": 5, "total": 15}
    used = [one["payload"] for one in await events_of(world.mia, job) if "tokens" in one["type"]]
    assert used == [{"input": 10, "model": "small"}, {"output": 5, "model": "small"}]


async def test_costs_come_from_the_price_table(world: World, configure: Any) -> None:
    configure(MODEL_PRICES='{"small": {"input": 2, "output": 10}}')
    job = await start(world.mia)
    step = await add(world.mia, job, type="AI_ACTION")
    step = (await change(world.mia, step, tokensInput=1000, tokensOutput=100, model="small")).json()
    assert step["cost"] == pytest.approx(0.003)
    assert (await read(world.mia, job))["cost"] == pytest.approx(0.003)
    other = await add(world.mia, job, type="AI_ACTION")
    other = (await change(world.mia, other, tokensInput=1, model="unknown")).json()
    assert other["cost"] is None
    assert (await read(world.mia, job))["cost"] is None


MOVES = st.tuples(
    st.integers(0, 5),
    st.sampled_from(["RUNNING", "COMPLETED", "FAILED", "SKIPPED", None]),
    st.none() | st.integers(0, 10**12),
    st.none() | st.integers(0, 10**12),
)
REPORTS = st.lists(
    st.one_of(
        st.just("add"),
        st.just("retry"),
        st.sampled_from(["CANCELLED", "FAILED", "COMPLETED"]),
        MOVES,
        st.lists(MOVES, max_size=6),
    ),
    max_size=14,
)


@pytest.fixture(scope="module")
async def mia(pool: None) -> Person:
    return (await make_world()).mia


def _sums(rows: list[dict[str, Any]]) -> dict[str, Any]:
    counts = {name: sum(row["status"] == name.upper() for row in rows) for name in COUNTS}
    given, made = (sum(row[name] or 0 for row in rows) for name in ("tokensInput", "tokensOutput"))
    return {
        "stepCounts": counts | {"total": len(rows)},
        "tokens": {"input": given, "output": made, "total": given + made},
    }


def _report(rows: list[dict[str, Any]], move: Any) -> dict[str, Any]:
    turn, status, given, made = move
    said = {"status": status, "tokensInput": given, "tokensOutput": made}
    said = {name: value for name, value in said.items() if value is not None}
    return {"stepId": rows[turn % len(rows)]["id"], **said}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reports=REPORTS)
async def test_totals_are_sums_of_steps_whatever_is_reported(
    mia: Person, reports: list[Any]
) -> None:
    job = await start(mia)
    path = f"{JOBS}/{job['id']}"
    await add(mia, job, type="AI_ACTION")
    for report in reports:
        rows = await steps_of(mia, job)
        match report:
            case "add":
                answer = await mia.http.post(
                    f"{path}/steps", json={"name": "x", "type": "AI_ACTION"}
                )
            case "retry":
                answer = await mia.http.post(f"{path}/retry", json={"fromStepId": rows[0]["id"]})
            case str():
                answer = await mia.http.patch(path, json={"status": report})
            case tuple():
                said = _report(rows, report)
                answer = await mia.http.patch(f"{path}/steps/{said['stepId']}", json=said)
            case list():
                items = [{"op": "update", **_report(rows, move)} for move in report]
                answer = await mia.http.post(f"{path}/batch", json={"items": items})
        assert answer.status_code in {200, 201, 409}, answer.text
        now, rows = await read(mia, job), await steps_of(mia, job)
        assert {name: now[name] for name in ("stepCounts", "tokens")} == _sums(rows)
        assert (now["status"] in {"COMPLETED", "FAILED", "CANCELLED"}) <= (
            now["stepCounts"]["running"] == now["stepCounts"]["pending"] == 0
        )


@pytest.mark.parametrize("together", [False, True])
async def test_a_step_begins_before_it_says_anything(world: World, together: bool) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, type="AI_ACTION", name="Ask")
    said = {"output": "hm", "tokensInput": 1}
    reports = [{"status": status, **said} for status in ("RUNNING", "COMPLETED")]
    if together:
        items = [{"op": "update", "stepId": step["id"], **one} for one in reports]
        done(await world.mia.http.post(f"{JOBS}/{job['id']}/batch", json={"items": items}))
    for one in [] if together else reports:
        assert (await change(world.mia, step, **one)).status_code == 200
    assert [one["type"] for one in await events_of(world.mia, job)][2:] == [
        *("job.started", "step.started", "ai.tokens_used", "step.output"),
        *("step.output", "ai.tokens_used", "step.completed"),
    ]


async def test_what_happened_is_told_in_order(world: World) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, ["RUNNING"], type="AI_ACTION", name="Ask")
    await change(world.mia, step, output="hm", tokensInput=1, status="COMPLETED")
    await world.mia.http.patch(f"{JOBS}/{job['id']}", json={"progress": 40})
    await world.mia.http.patch(f"{JOBS}/{job['id']}", json={"status": "COMPLETED"})
    found = await events_of(world.mia, job)
    assert [one["type"] for one in found] == [
        "job.created",
        "step.created",
        "job.started",
        "step.started",
        "step.output",
        "ai.tokens_used",
        "step.completed",
        "job.progress",
        "job.completed",
    ]
    assert [one["id"] for one in found] == sorted({one["id"] for one in found})
    assert {one["jobId"] for one in found} == {job["id"]}
    assert [one["stepId"] for one in found[3:7]] == [step["id"]] * 4
    assert found[4]["payload"] == {"start": 0, "size": 2, "content": "hm"}
    who = {"kind": "user", "id": str(world.mia.actor.user_id), "name": "Mia"}
    assert all(one["actor"] == who for one in found)


@pytest.mark.parametrize("role", ["mosaic_app", "mosaic_engine", "owner"])
async def test_events_stay_as_they_are(world: World, ready: Ready, role: str) -> None:
    job = await start(world.mia)
    async with world.mia.work() as work:
        tenant = work.tenant
    before = await events_of(world.mia, job)
    for statement in (
        "UPDATE job_events SET payload = '{}' WHERE job_id = %s",
        "UPDATE job_events SET created_at = now() WHERE job_id = %s",
        "DELETE FROM job_events WHERE job_id = %s",
        "UPDATE job_events SET id = id + 1000000 WHERE job_id = %s",
    ):
        with psycopg.connect(ready.admin_dsn if role == "owner" else ready.app_dsn) as connection:
            if role != "owner":
                connection.execute(f"SET ROLE {role}")
                connection.execute(
                    "SELECT set_config('app.workspace_id', %s, false)", [str(tenant)]
                )
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(statement, [job["id"]])
            assert caught.value.sqlstate == ("MS409" if role == "owner" else "42501")
    assert await events_of(world.mia, job) == before


async def test_events_go_with_their_workspace(world: World, ready: Ready) -> None:
    job = await start(world.ana)
    await add(world.ana, job, ["RUNNING"])
    answer = await world.ana.http.delete(f"/api/workspaces/{world.ana.workspace}")
    assert answer.status_code == 204, answer.text
    with psycopg.connect(ready.admin_dsn) as owner:
        for table in ("job_events", "job_steps"):
            left = owner.execute(f"SELECT count(*) FROM {table} WHERE job_id = %s", [job["id"]])
            assert left.fetchone() == (0,)


async def test_a_reader_misses_nothing_while_many_write(world: World) -> None:
    """Ids become visible in their order: whoever goes on after the last one sees them all."""
    job = await start(world.mia, ["RUNNING"])
    steps = [await add(world.mia, job) for _ in range(8)]
    seen: list[int] = []
    over = asyncio.Event()

    async def look() -> None:
        query = {"after": seen[-1] if seen else 0, "limit": 7}
        page = (await world.ana.http.get(f"{JOBS}/{job['id']}/events", params=query)).json()
        seen.extend(event["id"] for event in page["data"])

    async def follow() -> None:
        while not over.is_set():
            await look()

    async def write(step: dict[str, Any]) -> None:
        for n in range(12):
            await world.mia.http.post(f"{place(step)}/output", json={"content": f"{n}\n"})

    reader = asyncio.create_task(follow())
    await asyncio.gather(*map(write, steps))
    over.set()
    await reader
    there = [event["id"] for event in await events_of(world.mia, job)]

    async def caught_up() -> bool:
        await look()
        return len(seen) >= len(there)

    await until(caught_up)
    assert seen == there
    assert len(there) == 2 + 8 + 8 * 12


async def test_events_in_parts(world: World) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job)
    path = f"{JOBS}/{job['id']}/events"
    first = (await world.mia.http.get(path, params={"limit": 1})).json()
    assert first["meta"] == {"lastId": first["data"][0]["id"], "more": True}
    rest = (await world.mia.http.get(path, params={"after": first["meta"]["lastId"]})).json()
    assert [one["type"] for one in rest["data"]] == ["step.created"]
    assert rest["meta"]["more"] is False
    last = rest["meta"]["lastId"]
    none = (await world.mia.http.get(path, params={"after": last})).json()
    assert none == {"data": [], "meta": {"lastId": last, "more": False}}
    # Large output comes a few megabytes at a time, whatever the limit.
    for _ in range(6):
        sent = {"content": "x" * 1_000_000}
        await world.mia.http.post(f"{place(step)}/output", json=sent)
    page = (await world.mia.http.get(path, params={"after": last, "limit": 1000})).json()
    assert len(page["data"]) == 4
    assert page["meta"]["more"] is True
    assert len(await events_of(world.mia, job)) == 8


async def test_the_log_of_activity_tells_of_runs(world: World) -> None:
    job = await start(world.mia, title="Tidy the shed")
    await add(world.mia, job, ["RUNNING", "COMPLETED"])
    path = f"{JOBS}/{job['id']}"
    await world.mia.http.post(f"{path}/cancel")
    await world.mia.http.post(f"{path}/retry")
    await world.mia.http.patch(path, json={"status": "FAILED"})
    query = {"entityType": "job", "entityId": job["id"]}
    lines = (await world.ana.http.get("/api/activity", params=query)).json()["data"]
    assert [line["action"] for line in lines][::-1] == ["CREATED", "CANCELLED", "RETRIED", "FAILED"]
    assert {line["entityTitle"] for line in lines} == {"Tidy the shed"}
    assert {line["userName"] for line in lines} == {"Mia"}


async def test_the_engine_can_keep_the_record_of_every_tenant(world: World) -> None:
    """As ENGINE, without a person: ends a run, and the log of activity tells it."""
    from mosaic.core.actor import ENGINE
    from mosaic.core.work import work as begin

    async with world.mia.work() as work:
        job = await service.create_job(work, JobCreate(type="outside"))
        row = await service.get_job(work, job.id, lock=True)
        await job_steps.add_steps(work, row, [StepCreate(name="a"), StepCreate(name="b")])
        tenant = work.tenant
    async with begin(ENGINE, tenant) as work:
        row = await service.get_job(work, job.id, lock=True)
        [step, _] = (await job_steps.list_steps(work, job.id, job_steps.StepQuery())).data
        await job_steps.move_step(
            work, row, await job_steps.get_step(work, job.id, step.id), "RUNNING"
        )
        await service.end_job(work, row, "FAILED", error="Nobody is there any more.")
    now = await read(world.mia, {"id": str(job.id)})
    assert now["status"] == "FAILED"
    assert now["stepCounts"] | {"failed": 1, "skipped": 1} == now["stepCounts"]
    last = (await events_of(world.mia, {"id": str(job.id)}))[-1]
    assert last["actor"] == {"kind": "mosaic", "id": None, "name": "Mosaic"}
    lines = (await world.mia.http.get("/api/activity", params={"entityId": str(job.id)})).json()
    assert [line["action"] for line in lines["data"]] == ["FAILED", "CREATED"]
    assert UUID(lines["data"][0]["entityId"]) == job.id


async def test_progress_follows_steps_until_it_is_reported(world: World) -> None:
    job = await start(world.mia)
    steps = [await add(world.mia, job) for _ in range(4)]
    await change(world.mia, steps[0], status="RUNNING")
    await change(world.mia, steps[0], status="COMPLETED")
    await change(world.mia, steps[1], status="SKIPPED")
    assert (await read(world.mia, job))["progress"] == 50
    await change(world.mia, steps[2], status="RUNNING")
    await change(world.mia, steps[2], status="FAILED")
    assert (await read(world.mia, job))["progress"] == 50
    await world.mia.http.patch(f"{JOBS}/{job['id']}", json={"progress": 12})
    await change(world.mia, steps[3], status="SKIPPED")
    assert (await read(world.mia, job))["progress"] == 12
    assert (await told(world.mia, job)).count("job.progress") == 1
    await world.mia.http.post(f"{JOBS}/{job['id']}/cancel")
    assert (await read(world.mia, job))["progress"] == 12
