"""A cache that cannot be stale: keys hold the generation that a commit raised.

In this process without configuration, in Valkey with `VALKEY_URL`. When Valkey is away, reads
miss and writes are dropped; nobody notices but the clock.
"""

import json
from collections import Counter
from typing import Any

from mosaic.core import metrics
from mosaic.core.cache_stores import COUNTS, InProcess, InValkey, Store, Tally
from mosaic.core.errors import Unavailable
from mosaic.core.valkey import Valkey
from mosaic.core.work import Work

_store: Store = InProcess()
_seconds = 3600
_enabled = True
_EVERYTHING = "mosaic:"


def connect(valkey: Valkey | None, seconds: int = 3600, enabled: bool = True) -> None:
    """Choose the store: Valkey, or this process. `seconds` is how long values live."""
    global _store, _seconds, _enabled
    _store = InValkey(valkey) if valkey else InProcess()
    _seconds, _enabled = seconds, enabled


def key(work: Work, module: str, kind: str, *parts: object, of_one: bool = False) -> str:
    """Return the key of a value that `module` answers to this actor, valid until it changes.

    `kind` says what is answered, and is what is counted by. `of_one`: the value is about one thing
    whose version is among `parts`, and stays valid over changes within other things.
    """
    counted = f"{module}:others" if of_one else module
    generation = f"{work.generations.get(counted, 0)}{'+' if of_one else ''}"
    rest = json.dumps([str(part) for part in (work.actor.user_id, *parts)])
    return f"{_prefix(work, module)}{generation}:{kind}:{rest}"


async def get(work: Work, cache_key: str) -> Any | None:
    """Return the value kept under `cache_key`, or None."""
    if not _usable(work):
        return None
    kept = await _store.get(cache_key)
    kind, outcome = _kind(cache_key), "misses" if kept is None else "hits"
    await _store.count(work.tenant, kind, outcome)
    metrics.CACHE.labels(kind, outcome).inc()
    return None if kept is None else json.loads(kept)


async def put(work: Work, cache_key: str, value: Any) -> None:
    """Keep `value`, which JSON can hold, under `cache_key`."""
    if _usable(work):
        await _store.set(cache_key, json.dumps(value).encode(), _seconds)
        await _store.count(work.tenant, _kind(cache_key), "sets")


async def clear(work: Work, module: str) -> int:
    """Drop what `module` keeps for this workspace; return how many values that were."""
    cleared = await _store.clear(_prefix(work, module))
    await _store.count(work.tenant, "", "deletes", cleared)
    return cleared


async def clear_everything(url: str) -> None:
    """Drop what any Mosaic keeps in the Valkey at `url`. Raises Unavailable when it is away.

    For a database that goes back in time: generations that were used come again.
    """
    valkey = Valkey(url)
    store = InValkey(valkey)
    try:
        if not await store.ping():
            raise Unavailable(
                "Valkey does not answer. Start it, or take VALKEY_URL out of the settings."
            )
        await store.clear(_EVERYTHING)
    finally:
        await valkey.close()


async def stats(work: Work) -> dict[str, Any]:
    """Return `{"enabled", "stats": {hits, misses, sets, deletes, hitRate}}` of this workspace."""
    counts = sum((await tally(work)).kinds.values(), Counter[str]())
    return {
        "enabled": _enabled,
        "stats": {**{what: counts[what] for what in COUNTS}, "hitRate": hit_rate(counts)},
    }


def hit_rate(counts: Counter[str]) -> float:
    """Return which part of what was asked for was there, from 0 to 1."""
    asked = counts["hits"] + counts["misses"]
    return round(counts["hits"] / asked, 4) if asked else 0.0


async def tally(work: Work) -> Tally:
    """Return how often the cache had the answer in this workspace, by kind and by time."""
    return await _store.tally(work.tenant)


async def held(work: Work, module: str) -> tuple[int, int] | None:
    """Return how many values `module` keeps for this workspace, and their bytes.

    None where that is not known: in Valkey.
    """
    return await _store.held(_prefix(work, module))


async def reset_stats(work: Work) -> None:
    """Start counting anew for this workspace."""
    await _store.reset(work.tenant)


def place() -> str:
    """Return where values are kept: "process" or "valkey"."""
    return "valkey" if isinstance(_store, InValkey) else "process"


async def state() -> str:
    """Return "ok", "off", or "away" when Valkey does not answer."""
    if not _enabled:
        return "off"
    return "ok" if await _store.ping() else "away"


def _usable(work: Work) -> bool:
    # Work that has changed something reads what nobody else may see before its commit.
    return _enabled and not work.announces


def _kind(cache_key: str) -> str:
    return cache_key.split(":", 5)[4]


def _prefix(work: Work, module: str) -> str:
    return f"{_EVERYTHING}{work.tenant}:{module}:"
