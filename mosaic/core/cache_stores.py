"""Where cached values are kept: in this process, or in Valkey."""

import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from mosaic.core.valkey import Valkey

COUNTS = ("hits", "misses", "sets", "deletes")
STEP = 300  # seconds that are counted together
STEPS = 72  # six hours
_MOST_BYTES = 64 * 1024 * 1024


def _counters() -> defaultdict[Any, Counter[str]]:
    return defaultdict(Counter)


@dataclass
class Tally:
    """How often each of `COUNTS` happened, by kind of answer; hits and misses also by time.

    `steps` has the last `STEPS` times of `STEP` seconds by their beginning, in seconds since 1970;
    those in which nothing was asked are left out.
    """

    kinds: defaultdict[str, Counter[str]] = field(default_factory=_counters)
    steps: defaultdict[int, Counter[str]] = field(default_factory=_counters)


def steps(now: float) -> list[int]:
    """Return the beginnings of the times of a tally, the earliest first."""
    last = int(now // STEP) * STEP
    return list(range(last - (STEPS - 1) * STEP, last + STEP, STEP))


class Store(Protocol):
    """Values by key, and how often what happened, by workspace."""

    async def get(self, key: str) -> bytes | None:
        """Return the value, or None."""

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep a value for so long."""

    async def clear(self, prefix: str) -> int:
        """Drop the values whose keys start so; return how many that were."""

    async def count(self, workspace: UUID, kind: str, what: str, by: int = 1) -> None:
        """Add to one of `COUNTS` for a kind of answer."""

    async def tally(self, workspace: UUID) -> Tally:
        """Return what was counted."""

    async def reset(self, workspace: UUID) -> None:
        """Start counting anew."""

    async def held(self, prefix: str) -> tuple[int, int] | None:
        """Return how many values have keys that start so, and their bytes; None: not known."""

    async def ping(self) -> bool:
        """Whether the store answers."""


class InProcess:
    """Values of this process, at most 64 MB of them; the ones not asked for longest go first."""

    def __init__(self) -> None:
        self.values: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self.bytes = 0
        self.tallies: defaultdict[UUID, Tally] = defaultdict(Tally)

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

    async def count(self, workspace: UUID, kind: str, what: str, by: int = 1) -> None:
        tally = self.tallies[workspace]
        tally.kinds[kind][what] += by
        if what in _BY_TIME:
            tally.steps[_step()][what] += by
            if len(tally.steps) > STEPS:
                del tally.steps[min(tally.steps)]

    async def tally(self, workspace: UUID) -> Tally:
        found = self.tallies.get(workspace, Tally())
        for step in [step for step in found.steps if step < steps(time.time())[0]]:
            del found.steps[step]
        return found

    async def reset(self, workspace: UUID) -> None:
        self.tallies.pop(workspace, None)

    async def held(self, prefix: str) -> tuple[int, int] | None:
        sizes = [
            len(key) + len(value)
            for key, (_, value) in self.values.items()
            if key.startswith(prefix)
        ]
        return len(sizes), sum(sizes)

    async def ping(self) -> bool:
        return True

    def _drop(self, key: str) -> None:
        if (found := self.values.pop(key, None)) is not None:
            self.bytes -= len(key) + len(found[1])


class InValkey:
    """Values in Valkey. While it is away nothing is found, nothing kept, and nothing raised."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey

    async def get(self, key: str) -> bytes | None:
        value: bytes | None = await self._valkey.ask(None, "GET", key)
        return value

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        await self._valkey.ask(None, "SET", key, value, "EX", seconds)

    async def clear(self, prefix: str) -> int:
        cleared, cursor = 0, 0
        while True:
            asked = ("SCAN", cursor, "MATCH", f"{prefix}*", "COUNT", 500)
            cursor, keys = await self._valkey.ask((0, []), *asked)
            cleared += await self._valkey.ask(0, "DEL", *keys) if keys else 0
            if not cursor:
                return cleared

    async def count(self, workspace: UUID, kind: str, what: str, by: int = 1) -> None:
        counted: list[Sequence[Any]] = [("HINCRBY", _tally(workspace), f"{kind}:{what}", by)]
        if what in _BY_TIME:
            now = _tally(workspace, _step())
            counted += [("HINCRBY", now, what, by), ("EXPIRE", now, STEP * (STEPS + 1))]
        await self._valkey.ask_all(counted)

    async def tally(self, workspace: UUID) -> Tally:
        times = steps(time.time())
        asked = [("HGETALL", key) for key in _tallies(workspace, times)]
        kinds, *by_time = await self._valkey.ask_all(asked) or [{}]
        found = Tally()
        for name, number in kinds.items():
            kind, _, what = name.decode().rpartition(":")
            found.kinds[kind][what] = int(number)
        for step, counts in zip(times, by_time, strict=False):
            if counts:
                found.steps[step].update({name.decode(): int(n) for name, n in counts.items()})
        return found

    async def reset(self, workspace: UUID) -> None:
        await self._valkey.ask(None, "DEL", *_tallies(workspace, steps(time.time())))

    async def held(self, prefix: str) -> tuple[int, int] | None:
        return None  # it would look at every key of every workspace

    async def ping(self) -> bool:
        return bool(await self._valkey.ask(False, "PING"))


_BY_TIME = ("hits", "misses")


def _step() -> int:
    return int(time.time() // STEP) * STEP


def _tallies(workspace: UUID, times: Sequence[int]) -> list[str]:
    return [_tally(workspace), *(_tally(workspace, step) for step in times)]


def _tally(workspace: UUID, step: int | None = None) -> str:
    whole = f"mosaic:tally:{workspace}"
    return whole if step is None else f"{whole}:{step}"
