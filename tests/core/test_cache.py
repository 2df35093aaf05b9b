"""The cache: in this process and in a real Valkey or Redis; never stale, never in the way."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mosaic.core import cache, cache_stores
from mosaic.core import valkey as valkey_of_this
from mosaic.core.errors import Unavailable
from mosaic.core.work import Work
from tests.valkey import Server, needs_server, shared
from tests.waiting import until
from tests.world import Person, World


@pytest.fixture
async def valkey(tmp_path: Path) -> AsyncIterator[Server]:
    async with shared(tmp_path) as server:
        cache.connect(valkey_of_this.shared())
        yield server
    cache.connect(None)


@pytest.fixture(params=["in process", pytest.param("valkey", marks=needs_server)])
def store(request: pytest.FixtureRequest) -> None:
    """Each kind of store in turn, empty."""
    if request.param == "valkey":
        request.getfixturevalue("valkey")
    else:
        cache.connect(None)


async def _ask(person: Person, *parts: object, module: str = "things") -> tuple[object, str]:
    """Return what the cache has, and the key, in a unit of work of its own."""
    async with person.work() as w:
        key = cache.key(w, module, *parts)
        return await cache.get(w, key), key


async def _keep(person: Person, value: object, *parts: object, module: str = "things") -> None:
    async with person.work() as w:
        await cache.put(w, cache.key(w, module, *parts), value)


async def _change(person: Person, module: str = "things") -> None:
    async with person.work() as w:
        w.changed(module)


@pytest.mark.usefixtures("store")
async def test_what_was_kept_is_found(world: World) -> None:
    value = {"title": "Überblick 🦋", "rows": [1, None, 2.5], "flag": False}
    assert (await _ask(world.ana, "list"))[0] is None
    await _keep(world.ana, value, "list")
    assert (await _ask(world.ana, "list"))[0] == value
    await _keep(world.ana, [], "list")
    assert (await _ask(world.ana, "list"))[0] == []


@pytest.mark.usefixtures("store")
async def test_a_change_makes_everything_before_it_unreachable(world: World) -> None:
    await _keep(world.mia, "old", "page", 1)
    await _keep(world.mia, "other module", "page", 1, module="others")
    await _change(world.ana)
    assert (await _ask(world.mia, "page", 1))[0] is None
    assert (await _ask(world.mia, "page", 1, module="others"))[0] == "other module"


@pytest.mark.usefixtures("store")
async def test_a_reader_that_was_overtaken_keeps_nothing_stale(world: World) -> None:
    """It read before the change and puts after the commit."""
    async with world.mia.work() as slow:
        key = cache.key(slow, "things", "page")
        await _change(world.ana)
        await cache.put(slow, key, "old")
    assert (await _ask(world.mia, "page"))[0] is None


@pytest.mark.usefixtures("store")
async def test_who_changes_something_neither_reads_nor_keeps_until_the_commit(
    world: World,
) -> None:
    await _keep(world.ana, "old", "page")
    with pytest.raises(ZeroDivisionError):
        async with world.ana.work() as w:
            key = cache.key(w, "things", "page")
            assert await cache.get(w, key) == "old"
            w.changed("things")
            assert await cache.get(w, key) is None
            await cache.put(w, key, "never committed")
            raise ZeroDivisionError
    assert (await _ask(world.ana, "page"))[0] == "old"


@pytest.mark.usefixtures("store")
async def test_everybody_has_values_of_their_own(world: World) -> None:
    await _keep(world.ana, "Ana's", "page")
    for other in (world.adam, world.mia, world.gil, world.bo):
        assert (await _ask(other, "page"))[0] is None


async def test_keys_of_different_questions_differ(world: World) -> None:
    questions = [("a", "b"), ("a:b",), ("a", "b", ""), ('a", "b',), ("ab",), ("a", "B")]
    async with world.ana.work() as w:
        keys = {cache.key(w, "things", *parts) for parts in questions}
        assert len(keys) == len(questions)


@pytest.mark.usefixtures("store")
async def test_the_values_of_a_module_are_dropped(world: World) -> None:
    for page in range(3):
        await _keep(world.ana, page, page)
    await _keep(world.ana, "stays", "x", module="things2")
    await _keep(world.bo, "stays", "x")
    async with world.ana.work() as w:
        assert await cache.clear(w, "things") == 3
        assert await cache.clear(w, "things") == 0
    assert (await _ask(world.ana, 1))[0] is None
    assert (await _ask(world.ana, "x", module="things2"))[0] == "stays"
    assert (await _ask(world.bo, "x"))[0] == "stays"


async def _stats(work: Work) -> dict[str, float]:
    found = await cache.stats(work)
    assert found["enabled"] is True
    return found["stats"]


@pytest.mark.usefixtures("store")
async def test_hits_and_misses_are_counted_by_workspace(world: World) -> None:
    await _ask(world.ana, "page")
    await _keep(world.ana, 1, "page")
    for _ in range(3):
        await _ask(world.ana, "page")
    async with world.ana.work() as w:
        await cache.clear(w, "things")
        expected = {"hits": 3, "misses": 1, "sets": 1, "deletes": 1, "hitRate": 0.75}
        assert await _stats(w) == expected
        await cache.reset_stats(w)
        assert set((await _stats(w)).values()) == {0}
    async with world.bo.work() as w:
        assert set((await _stats(w)).values()) == {0}


@pytest.mark.usefixtures("store")
async def test_counts_are_told_by_kind_and_by_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr(cache_stores.time, "time", lambda: now)
    await _ask(world.ana, "entry", 1)
    now += cache_stores.STEP
    await _keep(world.ana, 1, "entry", 1)
    for _ in range(3):
        await _ask(world.ana, "entry", 1)
    await _ask(world.ana, "search", "tea")
    async with world.ana.work() as w:
        found = await cache.tally(w)
        assert found.kinds["entry"] == {"hits": 3, "misses": 1, "sets": 1}
        assert found.kinds["search"] == {"misses": 1}
        assert [dict(counts) for _, counts in sorted(found.steps.items())] == [
            {"misses": 1},
            {"hits": 3, "misses": 1},
        ]
        assert set(found.steps) == set(cache_stores.steps(now)[-2:])
    now += cache_stores.STEP * (cache_stores.STEPS - 1)
    async with world.ana.work() as w:
        assert [dict(counts) for counts in (await cache.tally(w)).steps.values()] == [
            {"hits": 3, "misses": 1}
        ]
        await cache.reset_stats(w)
        assert not (await cache.tally(w)).steps


async def test_it_tells_how_much_it_holds(world: World) -> None:
    cache.connect(None)
    await _keep(world.ana, "x" * 1000, "page", 1)
    await _keep(world.ana, "x" * 1000, "page", 2)
    await _keep(world.bo, "x" * 1000, "page", 1)
    async with world.ana.work() as w:
        count, size = await cache.held(w, "things") or (0, 0)
        assert count == 2
        assert 2000 < size < 2500


@pytest.mark.usefixtures("store")
async def test_values_end_with_their_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_seconds", 1)
    await _keep(world.ana, "soon gone", "page")
    assert (await _ask(world.ana, "page"))[0] == "soon gone"
    await until(lambda: _gone(world))


async def _gone(world: World) -> bool:
    return (await _ask(world.ana, "page"))[0] is None


async def test_a_cache_that_is_switched_off_keeps_nothing(world: World) -> None:
    cache.connect(None, enabled=False)
    try:
        await _keep(world.ana, 1, "page")
        assert (await _ask(world.ana, "page"))[0] is None
        assert await cache.state() == "off"
        async with world.ana.work() as w:
            assert (await cache.stats(w))["enabled"] is False
    finally:
        cache.connect(None)


async def test_memory_is_bounded_and_what_is_asked_for_stays(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_stores, "_MOST_BYTES", 20_000)
    cache.connect(None)
    await _keep(world.ana, "x" * 1000, "favourite")
    for page in range(100):
        await _keep(world.ana, "x" * 1000, page)
        assert (await _ask(world.ana, "favourite"))[0] is not None
    assert isinstance(cache._store, cache_stores.InProcess)
    kept = cache._store
    assert kept.bytes == sum(len(key) + len(value) for key, (_, value) in kept.values.items())
    assert 10_000 < kept.bytes <= 20_000
    assert (await _ask(world.ana, 0))[0] is None
    await _keep(world.ana, "x" * 30_000, "larger than all")
    assert kept.bytes <= 20_000


@needs_server
async def test_when_valkey_is_killed_reads_miss_and_nothing_raises(
    world: World, valkey: Server
) -> None:
    assert await cache.state() == "ok"
    await _keep(world.ana, "before", "page")
    assert (await _ask(world.ana, "page"))[0] == "before"
    await valkey.kill()
    async with asyncio.timeout(5):
        for _ in range(20):
            assert (await _ask(world.ana, "page"))[0] is None
            await _keep(world.ana, "away", "page")
        assert await cache.state() == "away"
        async with world.ana.work() as w:
            assert await cache.clear(w, "things") == 0
            assert set((await _stats(w)).values()) == {0}
            await cache.reset_stats(w)
    await _change(world.ana)
    await valkey.start()
    await until(_is_back)
    assert (await _ask(world.ana, "page"))[0] is None
    await _keep(world.ana, "after", "page")
    assert (await _ask(world.ana, "page"))[0] == "after"


async def _is_back() -> bool:
    return await cache.state() == "ok"


@needs_server
async def test_when_valkey_does_not_answer_requests_go_on(world: World, valkey: Server) -> None:
    await _keep(world.ana, "before", "page")
    assert valkey.process
    os.kill(valkey.process.pid, signal.SIGSTOP)
    async with asyncio.timeout(4):
        for _ in range(20):
            assert (await _ask(world.ana, "page"))[0] is None
    os.kill(valkey.process.pid, signal.SIGCONT)
    await until(_is_back)
    assert (await _ask(world.ana, "page"))[0] == "before"


@needs_server
async def test_a_restart_of_valkey_is_not_noticed(world: World, valkey: Server) -> None:
    """A connection from before the restart is of no use, and the next one is taken at once."""
    await _keep(world.ana, "before", "page")
    await valkey.kill()
    await valkey.start()
    assert (await _ask(world.ana, "page"))[0] is None
    await _keep(world.ana, "after", "page")
    assert (await _ask(world.ana, "page"))[0] == "after"


@needs_server
async def test_before_a_database_goes_back_in_time_nothing_is_left(
    world: World, valkey: Server
) -> None:
    await _keep(world.ana, "of a time to come", "page")
    await _keep(world.bo, "of a time to come", "page")
    await cache.clear_everything(valkey.url)
    assert [(await _ask(one, "page"))[0] for one in (world.ana, world.bo)] == [None, None]
    await valkey.kill()
    with pytest.raises(Unavailable, match="Valkey does not answer"):
        await cache.clear_everything(valkey.url)
