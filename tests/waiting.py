"""Waits for a condition, never for a time."""

import asyncio
from collections.abc import Awaitable, Callable

LIMIT = 20.0
_RAREST = 0.1


async def until(
    holds: Callable[[], bool | Awaitable[bool]], seconds: float = LIMIT, every: float = 0.01
) -> None:
    """Return as soon as `holds()`; AssertionError when it never does.

    Looks less and less often, as to look may cost more than what is waited for.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        found = holds()
        if found if isinstance(found, bool) else await found:
            return
        assert loop.time() < end, f"still not so after {seconds} s"
        await asyncio.sleep(every)
        every = max(every, min(every * 1.2, _RAREST))
