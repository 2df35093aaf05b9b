"""How often something did not work out lately, by key: in Valkey where there is one, else in rows.

While Valkey is away it is counted in rows, anew: who guesses gets a few more tries then. A count is
forgotten an hour after the last try either way.
"""

from collections.abc import Collection
from math import ceil
from typing import Any

from sqlalchemy import text

from mosaic.core import valkey
from mosaic.core.work import Work

_LONGEST_PAUSE = 900
_HOUR = 3600
_PREFIX = "mosaic:tries:"


async def begin(work: Work, free: dict[str, int]) -> int:
    """Count a try for each key, unless one of them is in a pause; return its seconds, or 0.

    `free` says by key after how many tries pauses begin: the first of a second, each next one twice
    as long. Of many at once each is counted before the next is looked at.
    """
    pause = await _pause_in_valkey(free, counting=True)
    if pause is not None:
        return pause
    await work.session.execute(_TAKE_TURNS, {"keys": sorted(free)})
    pause = await _pause_in_rows(work, free)
    if not pause:
        await work.session.execute(_COUNT, {"keys": list(free)})
    return pause


async def pause(work: Work, free: dict[str, int]) -> int:
    """Return the seconds of the pause that one of the keys is in, or 0."""
    found = await _pause_in_valkey(free, counting=False)
    return await _pause_in_rows(work, free) if found is None else found


async def count(work: Work, key: str) -> None:
    """Count a try that did not work out."""
    # With more free tries than there are numbers, it is counted whatever was before.
    if await _pause_in_valkey({key: 2**31}, counting=True) is None:
        await work.session.execute(_COUNT, {"keys": [key]})


async def uncount(work: Work, keys: Collection[str]) -> None:
    """Take one try of each key back."""
    if await _in_valkey(_UNCOUNT_IN_VALKEY, keys) is None:
        await work.session.execute(_UNCOUNT, {"keys": list(keys)})


async def forget(work: Work, key: str) -> None:
    """Forget the tries of a key."""
    await _in_valkey("return redis.call('DEL', KEYS[1])", [key])
    await work.session.execute(_FORGET, {"key": key})


async def _pause_in_valkey(free: dict[str, int], counting: bool) -> int | None:
    numbers = (int(counting), _LONGEST_PAUSE, _HOUR, *free.values())
    found = await _in_valkey(_PAUSE_IN_VALKEY, free, *numbers)
    return None if found is None else int(found)


async def _in_valkey(script: str, keys: Collection[str], *numbers: int) -> Any:
    """Return what a script answers; None where there is no Valkey, or it is away."""
    if (shared := valkey.shared()) is None:
        return None
    names = [f"{_PREFIX}{key}" for key in keys]
    return await shared.ask(None, "EVAL", script, len(names), *names, *numbers)


# A script is run by itself, so nobody else counts between the look and the count.
_PAUSE_IN_VALKEY = """
local at = redis.call('TIME')
local now = at[1] + at[2] / 1000000
local left = 0
for i, key in ipairs(KEYS) do
  local kept = redis.call('HMGET', key, 'tries', 'last')
  local over = tonumber(kept[1] or 0) - ARGV[i + 3]
  if over >= 0 then
    local pause = math.min(2 ^ math.min(over, 20), ARGV[2])
    left = math.max(left, pause - (now - kept[2]))
  end
end
if left <= 0 and ARGV[1] == '1' then
  for _, key in ipairs(KEYS) do
    redis.call('HINCRBY', key, 'tries', 1)
    redis.call('HSET', key, 'last', string.format('%.6f', now))
    redis.call('EXPIRE', key, ARGV[3])
  end
end
return math.ceil(math.max(left, 0))
"""
_UNCOUNT_IN_VALKEY = """
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then redis.call('HINCRBY', key, 'tries', -1) end
end
return 1
"""


async def _pause_in_rows(work: Work, free: dict[str, int]) -> int:
    rows = await work.session.execute(_RECENT, {"keys": list(free)})
    left = 0.0
    for key, failures, seconds_ago in rows:
        if (over := failures - free[key]) >= 0:
            # Who had to take turns began before the last one was counted: below nought seconds ago.
            left = max(left, min(2.0 ** min(over, 20), _LONGEST_PAUSE) - float(seconds_ago))
    return ceil(left)


_TAKE_TURNS = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(CAST(:keys AS text[])) key"
)
_RECENT = text(
    "SELECT key, failures, extract(epoch FROM now() - last_at) FROM sign_in_failures "
    "WHERE key = ANY(:keys) AND last_at > now() - interval '1 hour'"
)
_COUNT = text(
    "INSERT INTO sign_in_failures (key, failures, last_at) "
    "SELECT key, 1, now() FROM unnest(CAST(:keys AS text[])) key "
    "ON CONFLICT (key) DO UPDATE SET last_at = now(), failures = 1 + CASE "
    "WHEN sign_in_failures.last_at > now() - interval '1 hour' "
    "THEN sign_in_failures.failures ELSE 0 END"
)
_UNCOUNT = text("UPDATE sign_in_failures SET failures = failures - 1 WHERE key = ANY(:keys)")
_FORGET = text(
    "DELETE FROM sign_in_failures WHERE key = :key OR last_at < now() - interval '1 day'"
)
