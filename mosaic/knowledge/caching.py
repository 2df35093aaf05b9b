"""What the wiki has kept ready, for those who look after it."""

import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from mosaic.core import cache
from mosaic.core.cache_stores import Tally, steps
from mosaic.core.work import Role, Work

KINDS = ("entry", "search", "graph")
_MODULE = "knowledge"


@dataclass
class Report:
    """How the cache stands: `state` is "ok", "away" or "off", `place` "process" or "valkey".

    `tally` has a count for each of `KINDS` and for each of `times`; `held` is how many answers are
    kept and their bytes, where that is known.
    """

    state: str
    place: str
    total: Counter[str]
    tally: Tally
    times: list[int]
    held: tuple[int, int] | None


async def stats(work: Work) -> dict[str, Any]:
    """Return how often the cache had the answer, as the contract has it."""
    return await cache.stats(work)


async def report(work: Work) -> Report:
    """Return how the cache of this workspace stands."""
    tally = await cache.tally(work)
    return Report(
        state=await cache.state(),
        place=cache.place(),
        total=sum(tally.kinds.values(), Counter[str]()),
        tally=tally,
        times=steps(time.time()),
        held=await cache.held(work, _MODULE),
    )


async def clear(work: Work) -> int:
    """Drop what is kept for this workspace; return how many answers that were. ADMIN."""
    work.require(Role.ADMIN)
    work.changed("cache")
    return await cache.clear(work, _MODULE)


async def reset_stats(work: Work) -> None:
    """Start counting anew for this workspace. ADMIN."""
    work.require(Role.ADMIN)
    work.changed("cache")
    await cache.reset_stats(work)
