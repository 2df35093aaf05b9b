"""A cache that cannot be stale: keys hold the generation that a commit raised.

In this process without configuration, in Valkey with `VALKEY_URL`. When Valkey is away, reads
miss and writes are dropped; nobody notices but the clock.
"""

import json
import time
from collections import OrderedDict
from typing import Any, Protocol
from uuid import UUID

import redis.asyncio as redis
from redis.exceptions import RedisError

from mosaic.core.work import Work

_MOST_ENTRIES = 5_000
_COUNTS = ("hits", "misses", "sets", "deletes")


class _Store(Protocol):
    async def get(self, key: str) -> bytes | None: ...
    async def set(self, key: str, value: bytes, seconds: int) -> None: ...
    async def count(self, workspace: UUID, what: str, by: int = 1) -> None: ...
    async def counts(self, workspace: UUID) -> dict[str, int]: ...
    async def reset(self, workspace: UUID) -> None: ...
    async def clear(self, prefix: str) -> int: ...
    async def ping(self) -> bool: ...


class _InProcess:
    def __init__(self) -> None:
        self.values: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self.tallies: dict[tuple[UUID, str], int] = {}

    async def get(self, key: str) -> bytes | None:
        found = self.values.get(key)
        if found is None or found[0] < time.monotonic():
            return None
        self.values.move_to_end(key)
        return found[1]

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        self.values[key] = (time.monotonic() + seconds, value)
        self.values.move_to_end(key)
        while len(self.values) > _MOST_ENTRIES:
            self.values.popitem(last=False)

    async def count(self, workspace: UUID, what: str, by: int = 1) -> None:
        self.tallies[workspace, what] = self.tallies.get((workspace, what), 0) + by

    async def counts(self, workspace: UUID) -> dict[str, int]:
        return {what: self.tallies.get((workspace, what), 0) for what in _COUNTS}

    async def reset(self, workspace: UUID) -> None:
        for what in _COUNTS:
            self.tallies.pop((workspace, what), None)

    async def clear(self, prefix: str) -> int:
        keys = [key for key in self.values if key.startswith(prefix)]
        for key in keys:
            del self.values[key]
        return len(keys)

    async def ping(self) -> bool:
        return True


class _Valkey:
    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(
            url, socket_timeout=0.5, socket_connect_timeout=0.5, max_connections=50
        )

    async def get(self, key: str) -> bytes | None:
        try:
            value: bytes | None = await self.client.get(key)
        except (RedisError, OSError):
            return None
        return value

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        try:
            await self.client.set(key, value, ex=seconds)
        except (RedisError, OSError):
            return

    async def count(self, workspace: UUID, what: str, by: int = 1) -> None:
        try:
            await self.client.hincrby(f"mosaic:tally:{workspace}", what, by)
        except (RedisError, OSError):
            return

    async def counts(self, workspace: UUID) -> dict[str, int]:
        try:
            found = await self.client.hgetall(f"mosaic:tally:{workspace}")
        except (RedisError, OSError):
            found = {}
        return {what: int(found.get(what.encode(), 0)) for what in _COUNTS}

    async def reset(self, workspace: UUID) -> None:
        try:
            await self.client.delete(f"mosaic:tally:{workspace}")
        except (RedisError, OSError):
            return

    async def clear(self, prefix: str) -> int:
        cleared = 0
        try:
            async for key in self.client.scan_iter(match=f"{prefix}*", count=500):
                cleared += await self.client.delete(key)
        except (RedisError, OSError):
            return cleared
        return cleared

    async def ping(self) -> bool:
        try:
            return bool(await self.client.ping())
        except (RedisError, OSError):
            return False


_store: _Store = _InProcess()
_seconds = 3600
_enabled = True


def connect(url: str | None, seconds: int = 3600, enabled: bool = True) -> None:
    """Choose the store: Valkey at `url`, or this process. `seconds` is how long values live."""
    global _store, _seconds, _enabled
    _store = _Valkey(url) if url else _InProcess()
    _seconds, _enabled = seconds, enabled


def key(work: Work, module: str, *parts: object) -> str:
    """Return the key of a value that `module` answers to this actor, valid until it changes."""
    generation = work.generations.get(module, 0)
    return ":".join(map(str, (_prefix(work, module), generation, work.actor.user_id, *parts)))


async def get(work: Work, cache_key: str) -> Any | None:
    """Return the value kept under `cache_key`, or None."""
    if not _enabled:
        return None
    kept = await _store.get(cache_key)
    await _store.count(work.tenant, "misses" if kept is None else "hits")
    return None if kept is None else json.loads(kept)


async def put(work: Work, cache_key: str, value: Any) -> None:
    """Keep `value`, which JSON can hold, under `cache_key`."""
    if _enabled:
        await _store.set(cache_key, json.dumps(value).encode(), _seconds)
        await _store.count(work.tenant, "sets")


async def clear(work: Work, module: str) -> int:
    """Drop what `module` keeps for this workspace; return how many values that were."""
    cleared = await _store.clear(_prefix(work, module))
    await _store.count(work.tenant, "deletes", cleared)
    return cleared


async def stats(work: Work) -> dict[str, Any]:
    """Return `{"enabled", "stats": {hits, misses, sets, deletes, hitRate}}` of this workspace."""
    counts = await _store.counts(work.tenant)
    asked = counts["hits"] + counts["misses"]
    rate = round(counts["hits"] / asked, 4) if asked else 0.0
    return {"enabled": _enabled, "stats": {**counts, "hitRate": rate}}


async def reset_stats(work: Work) -> None:
    """Start counting anew for this workspace."""
    await _store.reset(work.tenant)


async def state() -> str:
    """Return "ok", "off", or "away" when Valkey does not answer."""
    if not _enabled:
        return "off"
    return "ok" if await _store.ping() else "away"


def _prefix(work: Work, module: str) -> str:
    return f"mosaic:{work.tenant}:{module}"
