"""Live pages: what was committed in any process reaches every watching tab of this one."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from mosaic.core import messages
from mosaic.core.errors import Unavailable

log = logging.getLogger(__name__)
_AT_MOST_EVERY = 0.1
_AGAIN_AFTER = 1.0

Refresh = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class _Watcher:
    workspace: str
    topics: frozenset[str]
    refresh: Refresh
    place: str = ""
    pending: bool = False
    last: float = 0.0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    # A page that is slow to fill is asked again when it is done, not meanwhile.
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


_watchers: dict[tuple[str, str], _Watcher] = {}


def watch(
    client: str,
    page: str,
    workspace: UUID,
    topics: set[str],
    refresh: Refresh,
    place: str = "",
) -> None:
    """Call `refresh` whenever one of `topics` changes in `workspace`, at most ten times a second.

    `client` is the browser tab, `page` what it shows; watching again replaces the topics. What the
    tab watched at another `place` (its address) ends. When `refresh` answers False the tab has
    gone, and the watch ends; when it raises Unavailable it is called again after a while.
    """
    # In place: pages watch anew whenever they are filled, and their pace is to be kept.
    kept = _watchers.setdefault(
        (client, page), _Watcher(str(workspace), frozenset(topics), refresh)
    )
    kept.workspace, kept.topics, kept.refresh = str(workspace), frozenset(topics), refresh
    kept.place = place
    for key in [key for key, one in _watchers.items() if key[0] == client and one.place != place]:
        del _watchers[key]


def unwatch(client: str, page: str | None = None, but: str | None = None) -> None:
    """End the watches of a tab: all of them, all `but` one, or that of one page."""
    for key in [key for key in _watchers if key[0] == client and page in (None, key[1])]:
        if key[1] != but:
            del _watchers[key]


def subscribers() -> int:
    """Return how many parts of pages are watched for in this process."""
    return len(_watchers)


async def listen(dsn: str) -> None:
    """Wake watchers at the announcements of every process, for ever."""
    await messages.hear(dsn, _heard)


def _heard(payload: str | None) -> None:
    if payload is not None:
        dispatch(payload)
        return
    # Whatever was announced before was missed, so every page looks again.
    for key in list(_watchers):
        _wake(key)


def dispatch(payload: str) -> None:
    """Wake the watchers of an announcement `{"workspace", "topics"}`."""
    try:
        message = json.loads(payload)
        workspace, topics = message["workspace"], frozenset(message["topics"])
    except (ValueError, TypeError, KeyError):
        log.info("live messages: something that Mosaic did not send")
        return
    for key, watcher in list(_watchers.items()):
        there = workspace in (watcher.workspace, "*")
        if there and (watcher.topics & topics or "*" in topics):
            _wake(key)


def _wake(key: tuple[str, str]) -> None:
    watcher = _watchers[key]
    if not watcher.pending:
        watcher.pending = True
        task = asyncio.get_running_loop().create_task(_refresh(key, watcher))
        watcher.tasks.add(task)
        task.add_done_callback(watcher.tasks.discard)


def _wake_again(key: tuple[str, str], watcher: _Watcher) -> None:
    if _watchers.get(key) is watcher:
        _wake(key)


async def _refresh(key: tuple[str, str], watcher: _Watcher) -> None:
    async with watcher.lock:
        await _refresh_now(key, watcher)


async def _refresh_now(key: tuple[str, str], watcher: _Watcher) -> None:
    loop = asyncio.get_running_loop()
    wait = watcher.last + _AT_MOST_EVERY - loop.time()
    if wait > 0:
        await asyncio.sleep(wait)
    watcher.pending, watcher.last = False, loop.time()
    try:
        there = await watcher.refresh()
    except Unavailable:
        loop.call_later(_AGAIN_AFTER, _wake_again, key, watcher)
        return
    except Exception:
        log.exception("live messages: a page could not be refreshed")
        return
    if not there and _watchers.get(key) is watcher:
        del _watchers[key]
