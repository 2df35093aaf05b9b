"""Lists of runs and steps: filters, order, pages; and the figures."""

from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

import psycopg
import pytest

from mosaic.core.start import Ready
from mosaic.jobs import service
from tests.answers import listed, problem
from tests.jobs.runs import JOB_WAYS, JOBS, Row, add, change, done, place, start, steps_of
from tests.world import Person, World


async def _titles(person: Person, **query: Any) -> list[str]:
    return [job["title"] for job in listed(await person.http.get(JOBS, params=query))]


async def test_filters_of_the_list(world: World) -> None:
    for status, ways in JOB_WAYS.items():
        await start(world.mia, ways, title=status.lower(), type="a.b")
    other = await start(world.ana, title="Other 50%", type="other")
    assert await _titles(world.gil, status="RUNNING") == ["running"]
    both = await _titles(world.mia, status=["QUEUED", "FAILED"])
    assert set(both) == {"queued", "failed"}
    assert await _titles(world.mia, type="other") == ["Other 50%"]
    assert await _titles(world.mia, requestedBy=str(world.ana.actor.user_id)) == ["Other 50%"]
    assert await _titles(world.mia, q="50%") == ["Other 50%"]
    assert await _titles(world.mia, q="5_%") == []
    assert await _titles(world.mia, type="other", status="RUNNING") == []
    at = other["createdAt"]
    before = set(map(str.lower, JOB_WAYS))
    assert await _titles(world.mia, **{"from": at}) == ["Other 50%"]
    assert set(await _titles(world.mia, to=at)) == before | {"Other 50%"}
    earlier = datetime.fromisoformat(at) - timedelta(microseconds=1)
    assert set(await _titles(world.mia, to=earlier.isoformat())) == before
    child = await start(world.mia, title="Child", parentJobId=other["id"])
    assert await _titles(world.mia, parentJobId=other["id"]) == [child["title"]]
    assert await _titles(world.bo) == []
    for wrong in ({"status": "GONE"}, {"from": "soon"}, {"requestedBy": "me"}, {"limit": 101}):
        problem(await world.mia.http.get(JOBS, params=wrong), 422)
    problem(await world.mia.http.get(JOBS, params={"sort": "input"}), 400)


async def test_order_and_pages_of_the_list(world: World) -> None:
    for n in (3, 1, 2):
        await start(world.mia, title=f"Run {n}", priority=n * 10, type=f"t{n}")
    newest = ["Run 2", "Run 1", "Run 3"]
    assert await _titles(world.mia) == newest
    assert await _titles(world.mia, sort="createdAt") == newest[::-1]
    for field in ("priority", "title", "type"):
        assert await _titles(world.mia, sort=field) == ["Run 1", "Run 2", "Run 3"]
        assert await _titles(world.mia, sort=f"-{field}") == ["Run 3", "Run 2", "Run 1"]
    for field in ("durationMs", "startedAt", "completedAt", "queuedAt", "status", "tokens", "id"):
        assert set(await _titles(world.mia, sort=field)) == set(newest)
    page = (await world.mia.http.get(JOBS, params={"limit": 2, "page": 2})).json()
    assert [job["title"] for job in page["data"]] == ["Run 3"]
    assert page["meta"] == {"total": 3, "page": 2, "limit": 2, "totalPages": 2}


async def test_rows_are_the_list_without_what_went_in_and_out(world: World) -> None:
    await start(world.mia, input={"large": "x" * 1000})
    async with world.mia.work() as work:
        rows = await service.list_rows(work, service.JobQuery())
        jobs = await service.list_jobs(work, service.JobQuery())
    [row], [job] = rows.data, jobs.data
    assert job.model_dump(exclude={"input", "result"}) == row.model_dump()
    assert rows.meta == jobs.meta


async def test_filters_and_order_of_steps(world: World) -> None:
    job = await start(world.mia)
    for n, phase in enumerate(["SETUP", "EXECUTION", "EXECUTION", "CLEANUP"]):
        await add(world.mia, job, ["SKIPPED"] if n % 2 else [], name=f"Step {4 - n}", phase=phase)

    async def ordinals(**query: Any) -> list[int]:
        return [step["ordinal"] for step in await steps_of(world.mia, job, **query)]

    assert await ordinals() == [1, 2, 3, 4]
    assert await ordinals(phase="EXECUTION") == [2, 3]
    assert await ordinals(status="SKIPPED") == [2, 4]
    assert await ordinals(phase="EXECUTION", status="SKIPPED") == [2]
    assert await ordinals(attempt=1) == [1, 2, 3, 4]
    assert await ordinals(sort="name") == [4, 3, 2, 1]
    assert await ordinals(sort="-ordinal") == [4, 3, 2, 1]
    assert await ordinals(limit=3, page=2) == [4]
    for query in (
        {},
        {"status": "SKIPPED"},
        {"phase": "SETUP"},
        {"attempt": 1},
        {"status": "FAILED"},
    ):
        answer = await world.mia.http.get(f"{JOBS}/{job['id']}/steps", params=query)
        assert answer.json()["meta"]["total"] == len(listed(answer))
    for wrong in ({"limit": 1001}, {"phase": "LATER"}, {"attempt": 0}):
        problem(await world.mia.http.get(f"{JOBS}/{job['id']}/steps", params=wrong), 422)


async def _figures(person: Person, **query: Any) -> list[Row]:
    rows: list[Row] = done(await person.http.get(f"{JOBS}/stats", params=query))["data"]
    return rows


async def test_figures(world: World, ready: Ready, configure: Any) -> None:
    configure(MODEL_PRICES='{"small": {"input": 1, "output": 2}}', MODEL_CURRENCY="CHF")
    assert await _figures(world.mia) == []
    ends = ["COMPLETED", "COMPLETED", "FAILED", "CANCELLED"]
    for n, end in enumerate(ends):
        job = await start(world.mia, ["RUNNING"], type=f"type{n % 2}")
        step = await add(world.mia, job, ["RUNNING", "COMPLETED"], type="AI_ACTION")
        model = "small" if n < 3 else "large"
        await change(world.mia, step, tokensInput=1_000_000, tokensOutput=n, model=model)
        await world.mia.http.patch(f"{JOBS}/{job['id']}", json={"status": end})
    await start(world.mia, type="type0")
    durations = {
        kind: [
            job["durationMs"]
            for job in listed(await world.mia.http.get(JOBS, params={"type": kind}))
            if job["durationMs"] is not None
        ]
        for kind in ("type0", "type1")
    }
    rows = await _figures(world.gil, groupBy="type")
    assert [(row["key"], row["jobs"]) for row in rows] == [("type0", 3), ("type1", 2)]
    assert [(row["completed"], row["failed"], row["cancelled"]) for row in rows] == [
        (1, 1, 0),
        (1, 0, 1),
    ]
    for row in rows:
        cuts = quantiles(durations[row["key"]], n=20, method="inclusive")
        assert row["p50Ms"] == pytest.approx(cuts[9], abs=0.51)
        assert row["p95Ms"] == pytest.approx(cuts[18], abs=0.51)
    assert [row["cost"] for row in rows] == [pytest.approx(2.000004), None]
    [day] = await _figures(world.mia)
    assert day["key"] == datetime.now(UTC).date().isoformat()
    assert (day["jobs"], day["tokensInput"], day["tokensOutput"]) == (5, 4_000_000, 6)
    assert day["cost"] is None
    models = await _figures(world.mia, groupBy="model")
    assert [(row["key"], row["jobs"], row["tokensOutput"]) for row in models] == [
        ("large", 1, 3),
        ("small", 3, 3),
    ]
    assert [row["cost"] for row in models] == [None, pytest.approx(3.000006)]
    answer = done(await world.mia.http.get(f"{JOBS}/stats", params={"groupBy": "model"}))
    assert answer["meta"]["currency"] == "CHF"
    assert await _figures(world.bo) == []


async def test_figures_of_a_time(world: World) -> None:
    job = await start(world.mia)
    at = datetime.fromisoformat(job["createdAt"])
    second = timedelta(seconds=1)
    for since, until, count in (
        (at, at, 1),
        (at - second, at + second, 1),
        (at + second, at + 2 * second, 0),
        (at - 2 * second, at - second, 0),
    ):
        rows = await _figures(world.mia, **{"from": since.isoformat(), "to": until.isoformat()})
        assert sum(row["jobs"] for row in rows) == count
    assert await _figures(world.mia, to="0001-01-02T00:00:00Z") == []
    for wrong in ({"groupBy": "moon"}, {"from": "x"}, {"to": "9" * 40}):
        problem(await world.mia.http.get(f"{JOBS}/stats", params=wrong), 422)


async def test_addresses_without_their_prefix(world: World) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job)
    for path in (JOBS, f"{JOBS}/{job['id']}", place(step), f"{JOBS}/stats"):
        short = path.removeprefix("/api")
        one, other = [(await world.mia.http.get(each)) for each in (path, short)]
        assert one.status_code == other.status_code == 200
        assert "requestId" in one.json() or path.endswith("stats") or one.json() == other.json()
    for path, status in (("", 405), (f"/{job['id']}", 405), ("/x/y/z", 404), ("/x/steps/", 404)):
        problem(await world.mia.http.delete(f"/runner-jobs{path}"), status)
    answer = await world.mia.http.put("/runner-jobs/stats")
    problem(answer, answer.status_code)


async def test_times_of_rows_come_from_one_clock(world: World, ready: Ready) -> None:
    """What a list is sorted by is the database's: runs made in turn come in turn."""
    made = [await start(world.mia) for _ in range(3)]
    times = [job["createdAt"] for job in made]
    assert times == sorted(times)
    with psycopg.connect(ready.admin_dsn) as owner:
        [now] = owner.execute("SELECT now()").fetchone() or [None]
    assert datetime.fromisoformat(times[-1]) <= now
