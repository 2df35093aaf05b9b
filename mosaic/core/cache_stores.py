"""Where cached values are kept: in this process, or in Valkey."""

import time
from collections import Counter, OrderedDict
from typing import Any, Protocol
from uuid import UUID

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

COUNTS = ("hits", "misses", "sets", "deletes")
_MOST_BYTES = 64 * 1024 * 1024
_REST = 1.0


class Store(Protocol):
    """Values by key, and how often what happened, by workspace."""

    async def get(self, key: str) -> bytes | None:
        """Return the value, or None."""

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep a value for so long."""

    async def clear(self, prefix: str) -> int:
        """Drop the values whose keys start so; return how many that were."""

    async def count(self, workspace: UUID, what: str, by: int = 1) -> None:
        """Add to one of `COUNTS`."""

    async def counts(self, workspace: UUID) -> dict[str, int]:
        """Return all of `COUNTS`."""

    async def reset(self, workspace: UUID) -> None:
        """Start counting anew."""

    async def ping(self) -> bool:
        """Whether the store answers."""


class InProcess:
    """Values of this process, at most 64 MB of them; the ones not asked for longest go first."""

    def __init__(self) -> None:
        self.values: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self.bytes = 0
        self.tallies: dict[UUID, Counter[str]] = {}

    async def get(self, key: str) -> bytes | None:
        found = self.values.get(key)
        if found is None:
            return None
        if found[0] < time.monotonic():
            self._drop(key)
            return None
        self.values.move_to_end(key)
        return found[1]

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        self._drop(key)
        self.values[key] = (time.monotonic() + seconds, value)
        self.bytes += len(key) + len(value)
        while self.bytes > _MOST_BYTES:
            self._drop(next(iter(self.values)))

    async def clear(self, prefix: str) -> int:
        keys = [key for key in self.values if key.startswith(prefix)]
        for key in keys:
            self._drop(key)
        return len(keys)

    async def count(self, workspace: UUID, what: str, by: int = 1) -> None:
        self.tallies.setdefault(workspace, Counter())[what] += by

    async def counts(self, workspace: UUID) -> dict[str, int]:
        tally = self.tallies.get(workspace, Counter())
        return {what: tally[what] for what in COUNTS}

    async def reset(self, workspace: UUID) -> None:
        self.tallies.pop(workspace, None)

    async def ping(self) -> bool:
        return True

    def _drop(self, key: str) -> None:
        if (found := self.values.pop(key, None)) is not None:
            self.bytes -= len(key) + len(found[1])


class Valkey:
    """Values in Valkey. While it is away nothing is found, nothing kept, and nothing raised."""

    def __init__(self, url: str) -> None:
        # `Any`, as redis-py types its asynchronous commands as if they were both kinds.
        self.client: Any = redis.Redis.from_url(
            url,
            socket_timeout=0.5,
            socket_connect_timeout=0.5,
            max_connections=50,
            # Once more at once: a connection from before a restart is noticed when it is used.
            retry=Retry(NoBackoff(), 1),
        )
        self.rests_until = 0.0

    async def get(self, key: str) -> bytes | None:
        value: bytes | None = await self._ask(None, "GET", key)
        return value

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        await self._ask(None, "SET", key, value, "EX", seconds)

    async def clear(self, prefix: str) -> int:
        cleared, cursor = 0, 0
        while True:
            asked = ("SCAN", cursor, "MATCH", f"{prefix}*", "COUNT", 500)
            cursor, keys = await self._ask((0, []), *asked)
            cleared += await self._ask(0, "DEL", *keys) if keys else 0
            if not cursor:
                return cleared

    async def count(self, workspace: UUID, what: str, by: int = 1) -> None:
        await self._ask(None, "HINCRBY", _tally(workspace), what, by)

    async def counts(self, workspace: UUID) -> dict[str, int]:
        found = await self._ask({}, "HGETALL", _tally(workspace))
        return {what: int(found.get(what.encode(), 0)) for what in COUNTS}

    async def reset(self, workspace: UUID) -> None:
        await self._ask(None, "DEL", _tally(workspace))

    async def ping(self) -> bool:
        return bool(await self._ask(False, "PING"))

    async def _ask(self, otherwise: Any, *command: Any) -> Any:
        # After trouble it is left in peace for a second, so that no request waits for it twice.
        if time.monotonic() < self.rests_until:
            return otherwise
        try:
            return await self.client.execute_command(*command)
        except (RedisError, OSError):
            self.rests_until = time.monotonic() + _REST
            return otherwise


def _tally(workspace: UUID) -> str:
    return f"mosaic:tally:{workspace}"
