"""Tries that did not work out, counted in rows and in a real Valkey."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from mosaic.accounts import tries
from mosaic.core import valkey
from mosaic.core.actor import DOORKEEPER
from mosaic.core.start import Ready
from mosaic.core.work import work
from tests.answers import problem
from tests.valkey import Server, needs_server, shared
from tests.waiting import until
from tests.world import PASSWORD, World, client

IN_VALKEY = pytest.param("Valkey", marks=needs_server)


@pytest.fixture(params=["rows", IN_VALKEY])
async def counted(
    request: pytest.FixtureRequest, pool: None, tmp_path: Path
) -> AsyncIterator[Server | None]:
    """Where it is counted, in turn."""
    async with AsyncExitStack() as kept:
        inside = request.param == "Valkey"
        yield await kept.enter_async_context(shared(tmp_path)) if inside else None


async def _begin(free: dict[str, int]) -> int:
    async with work(DOORKEEPER) as w:
        return await tries.begin(w, free)


async def _pause(free: dict[str, int]) -> int:
    async with work(DOORKEEPER) as w:
        return await tries.pause(w, free)


async def _age(ready: Ready, server: Server | None, key: str, seconds: int) -> None:
    """Let the last try of a key be so long ago."""
    if server:
        kept = valkey.shared()
        assert kept
        name = f"mosaic:tries:{key}"
        last = float(await kept.ask(0, "HGET", name, "last"))
        assert await kept.ask(None, "HSET", name, "last", last - seconds) == 0
        return
    with psycopg.connect(ready.admin_dsn) as connection:
        connection.execute(
            "UPDATE sign_in_failures SET last_at = last_at - make_interval(secs => %s) "
            "WHERE key = %s",
            [seconds, key],
        )


async def test_free_tries_then_pauses_that_double(ready: Ready, counted: Server | None) -> None:
    key = uuid4().hex
    assert [await _begin({key: 3}) for _ in range(3)] == [0, 0, 0]
    for pause in (1, 2, 4, 8):
        assert await _begin({key: 3}) == await _pause({key: 3}) == pause
        await _age(ready, counted, key, pause)
        assert await _pause({key: 3}) == 0
        assert await _begin({key: 3}) == 0
    for _ in range(12):
        await _age(ready, counted, key, 900)
        assert await _begin({key: 3}) == 0
    assert 899 <= await _pause({key: 3}) <= 900


async def test_a_pause_of_one_key_counts_for_none(counted: Server | None) -> None:
    person, network = uuid4().hex, uuid4().hex
    assert [await _begin({person: 1, network: 9}) for _ in range(4)] == [0, 1, 1, 1]
    assert await _pause({network: 2}) == 0  # counted once


async def test_many_at_once_are_not_all_free(counted: Server | None) -> None:
    key = uuid4().hex
    pauses = await asyncio.gather(*[_begin({key: 5}) for _ in range(20)])
    assert sorted(bool(pause) for pause in pauses) == [False] * 5 + [True] * 15


async def test_what_is_taken_back_or_forgotten_is_free_again(counted: Server | None) -> None:
    key, other = uuid4().hex, uuid4().hex
    for _ in range(3):
        async with work(DOORKEEPER) as w:
            await tries.count(w, key)
    assert await _pause({key: 3}) > 0
    async with work(DOORKEEPER) as w:
        await tries.uncount(w, [key, other])
    assert await _pause({key: 3}) == 0
    assert await _pause({key: 2}) > 0
    async with work(DOORKEEPER) as w:
        await tries.forget(w, key)
    assert await _pause({key: 1}) == 0
    assert [await _begin({other: 1}), await _begin({other: 1})] == [0, 1]


@needs_server
async def test_a_count_ends_by_itself(pool: None, tmp_path: Path) -> None:
    async with shared(tmp_path):
        await _begin({"somebody": 5})
        kept = valkey.shared()
        assert kept
        assert 3590 <= await kept.ask(0, "TTL", "mosaic:tries:somebody") <= 3600


@needs_server
async def test_sign_ins_are_slowed_down_with_and_without_valkey(
    world: World, ready: Ready, tmp_path: Path
) -> None:
    """The rows take over while Valkey is away, and are not written to while it is there."""
    said = {"email": world.ana.actor.email, "password": "a guess"}

    async def rows() -> int:
        with psycopg.connect(ready.admin_dsn) as connection:
            asked = "SELECT count(*) FROM sign_in_failures WHERE key LIKE %s"
            found = connection.execute(asked, [f"{said['email']} %"]).fetchone()
            return int(found[0]) if found else -1

    async with shared(tmp_path) as server, client() as http:
        for status in [401] * 5 + [429]:
            problem(await http.post("/api/auth/login", json=said), status)
        assert await rows() == 0
        await server.kill()
        for status in [401] * 5 + [429]:
            problem(await http.post("/api/auth/login", json=said), status)
        assert await rows() == 1
        await server.start()
        right = {**said, "password": PASSWORD}

        async def let_in() -> bool:
            return (await http.post("/api/auth/login", json=right)).status_code == 200

        await until(let_in)
        assert await rows() == 0
