"""Events as they come, over a real socket: no gap, no repeat, and an end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest

from mosaic.api import api
from mosaic.core import live
from mosaic.core.actor import Actor
from mosaic.core.errors import Unavailable
from mosaic.core.start import Ready
from mosaic.jobs import stream
from tests.answers import problem
from tests.jobs.runs import JOBS, Row, add, change, done, events_of, place, start
from tests.listening import listening
from tests.waiting import until
from tests.world import Person, World, make_world


@pytest.fixture(scope="module")
async def address(pool: None, ready: Ready) -> AsyncIterator[str]:
    """The REST API behind a real socket, in a process that hears of changes."""
    hearing = asyncio.create_task(live.listen(ready.app_dsn))
    async with listening(api) as address:
        yield address
    hearing.cancel()
    with suppress(asyncio.CancelledError):
        await hearing


@dataclass
class Seen:
    """What came over one stream."""

    events: list[Row] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    complete: Any = None
    over: bool = False

    @property
    def ids(self) -> list[int]:
        return [event["id"] for event in self.events]

    async def take(self, lines: AsyncIterator[str], most: int | None = None) -> None:
        """Read until the stream ends, or `most` further events have come."""
        kind, id, data = "", "", ""
        async for line in lines:
            name, _, value = line.partition(": ")
            match name:
                case "":
                    if line.startswith(":"):
                        self.comments.append(value)
                    elif kind == "stream.complete":
                        self.complete = json.loads(data)
                    elif data:
                        event = json.loads(data)
                        assert (str(event["id"]), event["type"]) == (id, kind)
                        self.events.append(event)
                        most = None if most is None else most - 1
                    kind = id = data = ""
                case "event":
                    kind = value
                case "id":
                    id = value
                case "data":
                    data = value
            if most == 0:
                return
        self.over = True


@asynccontextmanager
async def watching(
    address: str, person: Person, job: Row, **headers: str
) -> AsyncIterator[AsyncIterator[str]]:
    headers = {
        "Authorization": f"Bearer {person.token}",
        "X-Workspace-Id": person.workspace,
        **headers,
    }
    async with (
        httpx.AsyncClient(base_url=address, timeout=30) as http,
        http.stream("GET", f"{JOBS}/{job['id']}/events/stream", headers=headers) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        yield answer.aiter_lines()


async def test_first_what_happened_then_live_then_the_end(world: World, address: str) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job)
    seen = Seen()
    async with watching(address, world.gil, job) as lines:
        await seen.take(lines, 2)
        assert [event["type"] for event in seen.events] == ["job.created", "step.created"]
        rest = asyncio.create_task(seen.take(lines))
        await change(world.mia, step, status="RUNNING")
        await until(lambda: len(seen.events) == 4)
        await world.mia.http.post(f"{place(step)}/output", json={"content": "one\ntwo\r\n€"})
        await until(lambda: len(seen.events) == 5)
        assert seen.events[-1]["payload"]["content"] == "one\ntwo\r\n€"
        await world.mia.http.post(f"{JOBS}/{job['id']}/cancel")
        await rest
    assert seen.complete == {"status": "CANCELLED"}
    assert seen.events == await events_of(world.mia, job)


@pytest.mark.parametrize("turn", range(3))
async def test_resuming_leaves_no_gap_and_repeats_nothing(
    world: World, address: str, turn: int
) -> None:
    job = await start(world.mia, ["RUNNING"])
    steps = [await add(world.mia, job) for _ in range(6)]
    seen = Seen()

    async def follow() -> None:
        part = turn + 1
        while not seen.complete:
            last = {"Last-Event-ID": str(seen.ids[-1])} if seen.ids else {}
            async with watching(address, world.ana, job, **last) as lines:
                await seen.take(lines, part % 9 + 1)
            part += 4

    async def write(step: Row) -> None:
        await change(world.mia, step, status="RUNNING")
        for n in range(15):
            if n % 3:
                done(await world.mia.http.post(f"{place(step)}/output", json={"content": f"{n}\n"}))
            else:
                items = [{"op": "event", "type": "step.progress", "stepId": step["id"]}] * 5
                done(await world.mia.http.post(f"{JOBS}/{job['id']}/batch", json={"items": items}))
        await change(world.mia, step, status="COMPLETED")

    async with asyncio.timeout(60):
        reader = asyncio.create_task(follow())
        await asyncio.gather(*map(write, steps))
        await world.mia.http.patch(f"{JOBS}/{job['id']}", json={"status": "COMPLETED"})
        await reader
    there = [event["id"] for event in await events_of(world.mia, job)]
    assert len(there) == 3 + 6 + 6 * (2 + 10 + 25)
    assert seen.ids == there


async def test_many_watch_the_same_run(world: World, address: str) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, ["RUNNING"])
    everybody = [Seen() for _ in range(5)]

    async def follow(seen: Seen) -> None:
        async with watching(address, world.ana, job) as lines:
            await seen.take(lines)

    watchers = [asyncio.create_task(follow(seen)) for seen in everybody]
    await until(lambda: all(len(seen.events) == 4 for seen in everybody))
    for n in range(10):
        await world.mia.http.post(f"{place(step)}/output", json={"content": f"{n}"})
    await world.mia.http.post(f"{JOBS}/{job['id']}/cancel")
    await asyncio.gather(*watchers)
    assert [seen.events for seen in everybody] == [await events_of(world.mia, job)] * 5
    assert not [key for key in live._watchers if key[1] == "events"]


async def test_after_the_end_only_the_end_is_told(world: World, address: str) -> None:
    job = await start(world.mia, ["FAILED"])
    last = (await events_of(world.mia, job))[-1]["id"]
    seen = Seen()
    async with watching(address, world.mia, job, **{"Last-Event-ID": str(last)}) as lines:
        await seen.take(lines)
    assert (seen.events, seen.complete) == ([], {"status": "FAILED"})


async def test_a_quiet_stream_says_that_it_is_there(
    world: World, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "STILL_HERE", 0.05)
    job = await start(world.mia)
    seen = Seen()
    async with watching(address, world.mia, job) as lines:
        taking = asyncio.create_task(seen.take(lines))
        await until(lambda: len(seen.comments) >= 3)
        await world.mia.http.post(f"{JOBS}/{job['id']}/cancel")
        await taking
    assert set(seen.comments) == {"still here"}
    assert seen.complete


async def test_who_no_longer_may_sees_no_more(world: World, address: str) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job)
    gone = [world.gil, world.mia, world.adam]
    everybody = [Seen() for _ in gone]

    async def follow(seen: Seen, person: Person) -> None:
        async with watching(address, person, job) as lines:
            await seen.take(lines)

    watchers = [asyncio.create_task(follow(*pair)) for pair in zip(everybody, gone, strict=True)]
    await until(lambda: all(len(seen.events) == 2 for seen in everybody))
    members = f"/api/workspaces/{world.ana.workspace}/members"
    done(await world.ana.http.get(members))
    await world.ana.http.delete(f"{members}/{world.gil.actor.user_id}")
    await world.adam.http.post("/api/auth/logout")
    await world.ana.http.post(f"{place(step)}/output", json={"content": "secret"})
    await watchers[0]
    await watchers[2]
    for seen in (everybody[0], everybody[2]):
        assert (len(seen.events), seen.complete, seen.over) == (2, None, True)
    # Who stays sees what comes.
    await until(lambda: len(everybody[1].events) == 3)
    await world.ana.http.post(f"{JOBS}/{job['id']}/cancel")
    await watchers[1]
    assert everybody[1].complete


async def test_a_reader_who_leaves_is_forgotten(address: str) -> None:
    world = await make_world()
    job = await start(world.mia)
    async with watching(address, world.mia, job) as lines:
        await Seen().take(lines, 1)
        assert [key for key in live._watchers if key[1] == "events"]
    await until(lambda: not [key for key in live._watchers if key[1] == "events"])


async def test_no_transaction_is_held_while_waiting(
    world: World, address: str, ready: Ready
) -> None:
    import psycopg

    job = await start(world.mia)
    async with watching(address, world.mia, job) as lines:
        await Seen().take(lines, 1)

        async def idle() -> bool:
            with psycopg.connect(ready.admin_dsn) as connection:
                [held] = connection.execute(
                    "SELECT count(*) FROM pg_stat_activity "
                    "WHERE state LIKE 'idle in transaction%' AND datname = current_database()"
                ).fetchone() or [None]
            return held == 0

        await until(idle)


async def test_what_does_not_fit_is_told(world: World, address: str) -> None:
    job = await start(world.mia)
    path = f"{JOBS}/{job['id']}/events/stream"
    for last in ("x", "-1", "1.5", "9" * 30):
        problem(await world.mia.http.get(path, headers={"Last-Event-ID": last}), 422)
    problem(await world.mia.http.get(f"{path}?after=x"), 422)


async def test_a_stream_outlasts_a_database_that_is_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "STILL_HERE", 0.01)
    job = await start(world.mia)
    read, away = stream._read, [False, True, True, False]

    async def sometimes(*about: Any) -> Any:
        if away and away.pop(0):
            raise Unavailable
        return await read(*about)

    async def caller() -> Actor:
        return world.mia.actor

    monkeypatch.setattr(stream, "_read", sometimes)
    async with world.mia.work() as work:
        tenant = work.tenant
    said = []
    async for line in stream.stream(caller, tenant, UUID(job["id"]), 0):
        said.append(line.split("\n")[0])
        if len(said) == 4:
            await world.mia.http.post(f"{JOBS}/{job['id']}/cancel")
    assert said[1:4] == [": still here"] * 3
    assert [line for line in said if line != ": still here"][-1] == "event: stream.complete"
    assert sum(line.startswith("id: ") for line in said) == 2
