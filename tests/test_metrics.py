"""The figures for Prometheus: who may read them, what they count, and what they never tell."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import httpx2 as httpx
import pytest
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from mosaic.core import database, live
from mosaic.core.actor import DOORKEEPER
from mosaic.core.start import Ready
from mosaic.core.work import work
from mosaic.jobs import service as jobs
from mosaic.jobs.shapes import JobCreate
from tests.answers import problem
from tests.conftest import Configure, connected
from tests.e2e.site import free_port
from tests.jobs.engine.conftest import workers_on
from tests.jobs.engine.runs import ask, ended
from tests.jobs.runs import start
from tests.waiting import until
from tests.world import World, client

HERE = "127.0.0.1"
TOKEN = "a token of twenty and more"
SAMPLE = re.compile(r'="([^"]*)"')


def value(name: str, **labels: str) -> float:
    """What this process has counted so far."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def read(address: str = HERE, **headers: str) -> httpx.Response:
    async with client(address=address) as http:
        return await http.get("/metrics", headers=headers)


async def figures() -> dict[str, float]:
    """The samples without those of buckets, by name and labels as they are written."""
    answer = await read()
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
        for line in answer.text.splitlines()
        if not line.startswith("#") and "_bucket{" not in line
    }


@pytest.mark.usefixtures("pool")
async def test_without_a_token_only_this_machine_reads_them() -> None:
    assert (await read()).status_code == 200
    assert (await read("::1", host="localhost:3000")).status_code == 200
    assert (await read("::1", host="[::1]:3000")).status_code == 200
    for address in ("192.168.1.20", "10.0.0.1", "2001:db8::1"):
        problem(await read(address), 404)
    # A page of another site whose name was led to this machine.
    for host in ("evil.example", "127.0.0.1.evil.example", "[", ""):
        problem(await read(host=host), 404)


@pytest.mark.usefixtures("pool")
@pytest.mark.parametrize(
    "settings",
    [
        {"MOSAIC_APP_URL": "https://mosaic.example.org"},
        {"MOSAIC_HOST": "0.0.0.0"},
        {"MOSAIC_HOST": "192.168.1.2"},
        {"MOSAIC_HOST": "0.0.0.0", "MOSAIC_APP_URL": "http://localhost:3000"},
    ],
)
async def test_where_others_come_in_they_are_off_without_a_token(
    configure: Configure, settings: dict[str, str]
) -> None:
    """A proxy on this machine asks from this machine, whomever it asks for."""
    configure(**settings)
    problem(await read(), 404)
    configure(**settings, METRICS_TOKEN=TOKEN)
    assert (await read(authorization=f"Bearer {TOKEN}")).status_code == 200


@pytest.mark.usefixtures("pool")
async def test_with_a_token_whoever_has_it_reads_them(configure: Configure) -> None:
    configure(METRICS_TOKEN=TOKEN)
    assert (await read("192.168.1.20", authorization=f"Bearer {TOKEN}")).status_code == 200
    for given in ("", TOKEN, f"bearer {TOKEN}", f"Bearer {TOKEN}x", "Bearer "):
        problem(await read(authorization=given), 401)


async def test_requests_are_counted_by_route(world: World) -> None:
    route = {"method": "GET", "route": "/api/knowledge/entries/{slug}"}
    before = value("mosaic_requests_total", status="404", **route)
    took = value("mosaic_request_seconds_count", **route)
    for _ in range(3):
        await world.ana.http.get(f"/api/knowledge/entries/{uuid4()}")
    assert value("mosaic_requests_total", status="404", **route) == before + 3
    assert value("mosaic_request_seconds_count", **route) == took + 3
    for method, path, route_of_it, known in (
        ("BREW", "/api/health", "/api/health", "OTHER"),
        ("GET", f"/api/{uuid4()}", "/api/{path:path}", "GET"),
        ("POST", f"/runner-jobs/{uuid4()}/x/y/z", "/{path:path}", "POST"),
    ):
        counted = {"method": known, "route": route_of_it}
        before = value("mosaic_request_seconds_count", **counted)
        await world.ana.http.request(method, path)
        assert value("mosaic_request_seconds_count", **counted) == before + 1


async def test_what_breaks_and_what_is_too_large_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = {"method": "POST", "route": "pages", "status": "413"}
    before = value("mosaic_requests_total", **large)
    await world.ana.http.post("/api/workspaces", content=b"", headers={"content-length": "9" * 12})
    assert value("mosaic_requests_total", **large) == before + 1
    monkeypatch.setattr(database, "_sessions", lambda: 1 / 0)
    broken = {"method": "GET", "route": "/api/auth/me", "status": "500"}
    before = value("mosaic_requests_total", **broken)
    problem(await world.ana.http.get("/api/auth/me"), 500)
    assert value("mosaic_requests_total", **broken) == before + 1


async def test_no_label_says_what_people_or_addresses_say(world: World) -> None:
    """What has been counted by all tests of this process is looked through."""
    mark = f"mark{uuid4().hex}"
    people = world.ana.http, world.otto.http, client()
    for http in people:
        for path in (mark, f"api/{mark}", f"api/knowledge/entries/{mark}", f"p/{mark}"):
            for method in ("GET", "POST", "DELETE", mark.upper()):
                await http.request(method, f"/{path}", params={mark: mark})
    await start(world.ana, ["FAILED"], type=mark, title=mark)
    labels = set(SAMPLE.findall((await read()).text))
    assert {"outside", "FAILED", "pages", "OTHER"} <= labels
    assert [one for one in labels if mark in one.lower()] == []
    assert [one for one in labels if re.search(r"[0-9a-f]{8}-?[0-9a-f]{4}|@", one)] == []


async def test_the_cache_the_pool_and_live_pages(world: World) -> None:
    kind = {"kind": "entry"}
    made = await world.ana.http.post("/api/knowledge/entries", json={"title": "Tea"})
    before = [value("mosaic_cache_reads_total", outcome=one, **kind) for one in ("hits", "misses")]
    for _ in range(3):
        await world.ana.http.get(f"/api/knowledge/entries/{made.json()['slug']}")
    after = [value("mosaic_cache_reads_total", outcome=one, **kind) for one in ("hits", "misses")]
    assert sum(after) == sum(before) + 3
    assert after[0] >= before[0] + 2

    subscribers = (await figures())["mosaic_live_subscribers"]
    place = (await figures())['mosaic_database_connections{state="used"}']
    async with world.ana.work() as w:
        live.watch("tab", "page", w.tenant, {"x"}, lambda: asyncio.sleep(0, True))
        now = await figures()
    live.unwatch("tab")
    assert now["mosaic_live_subscribers"] == subscribers + 1
    assert now['mosaic_database_connections{state="used"}'] == place + 1
    assert now["mosaic_database_up"] == 1


@pytest.mark.usefixtures("pool")
async def test_who_waits_for_a_connection() -> None:
    async def hold(begun: asyncio.Event, go: asyncio.Event) -> None:
        async with work(DOORKEEPER) as w:
            await w.session.execute(text("SELECT 1"))
            begun.set()
            await go.wait()

    async with connected(database.dsn()):
        go, events = asyncio.Event(), [asyncio.Event() for _ in range(23)]
        tasks = [asyncio.create_task(hold(one, go)) for one in events]
        await asyncio.gather(*(one.wait() for one in events[:20]))
        await asyncio.sleep(0)
        database.count()
        assert value("mosaic_database_waiting") == 3
        assert value("mosaic_database_connections", state="used") == 20
        go.set()
        await asyncio.gather(*tasks)
        database.count()
        assert value("mosaic_database_waiting") == 0


@pytest.mark.usefixtures("pool")
async def test_they_are_there_while_the_database_is_away() -> None:
    async with connected("postgresql://nobody@127.0.0.1:1/nothing"):
        assert (await figures())["mosaic_database_up"] == 0


async def test_runs_that_wait_and_runs_that_have_ended(world: World) -> None:
    queued = 'mosaic_runs{status="QUEUED",type="TEST_PHASES"}'
    assert (await figures())['mosaic_runs{status="RUNNING",type="TEST_GATE"}'] >= 0
    before = (await figures())[queued]
    known = {"type": "outside", "outcome": "COMPLETED"}
    over = value("mosaic_run_seconds_count", **known)
    async with world.mia.work() as w:
        await jobs.create_job(w, JobCreate(type="TEST_PHASES", title="Waits"))
    assert (await figures())[queued] == before + 1
    await start(world.mia, ["RUNNING", "COMPLETED"])
    assert value("mosaic_run_seconds_count", **known) == over + 1
    # What is undone did not end.
    job = await start(world.mia, ["RUNNING"])
    with pytest.raises(ZeroDivisionError):
        async with world.mia.work() as w:
            held = await jobs.get_job(w, job["id"], lock=True)
            await jobs.end_job(w, held, "COMPLETED")
            raise ZeroDivisionError
    assert value("mosaic_run_seconds_count", **known) == over + 1


async def test_a_worker_tells_on_a_port_of_its_own(world: World, ready: Ready) -> None:
    port = free_port(HERE)
    url = f"http://{HERE}:{port}"
    async with workers_on(ready, WORKER_PORT=str(port)) as workers:
        await workers.start()
        await ended(world.mia, await ask(world.mia, "TEST_PHASES"))
        async with httpx.AsyncClient() as http:
            told = (await http.get(f"{url}/metrics")).text
            assert (await http.get(f"{url}/metrics", headers={"Host": "evil"})).status_code == 404
            assert (await http.get(f"{url}/")).status_code == 404
        assert 'mosaic_run_seconds_count{outcome="COMPLETED",type="TEST_PHASES"}' in told
        # A second one, by the same setting, takes the next port that is free.
        await workers.start()

        async def both() -> bool:
            told = 0
            async with httpx.AsyncClient() as http:
                for one in range(port, port + 20):
                    with suppress(httpx.TransportError):
                        answer = await http.get(f"http://{HERE}:{one}/metrics", timeout=2)
                        told += "mosaic_run_seconds" in answer.text
            return told >= 2

        await until(both)


@pytest.fixture(autouse=True)
def _parsed() -> Iterator[None]:
    yield
    from prometheus_client import generate_latest

    assert list(text_string_to_metric_families(generate_latest().decode()))
