"""The events of a run as Server-Sent Events: first what happened, then what happens."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from uuid import UUID, uuid4

from mosaic.core import live
from mosaic.core.actor import Actor
from mosaic.core.errors import Problem, Unavailable
from mosaic.core.work import work as begin
from mosaic.jobs.events import events_after
from mosaic.jobs.lookup import get_job
from mosaic.jobs.shapes import ENDED, EventPublic, EventsPublic

STILL_HERE = 15.0  # seconds
_AT_ONCE = 500


async def stream(
    caller: Callable[[], Awaitable[Actor | None]], workspace: UUID, job_id: UUID, after: int
) -> AsyncIterator[str]:
    """Yield the events after `after`, then new ones as they come, until the run has ended.

    `caller` says who watches; it is asked, and their rights are looked at, each time anything is
    read. The stream ends when they no longer reach that far. No transaction is held in between.
    """
    news, client = asyncio.Event(), str(uuid4())

    async def wake() -> bool:
        news.set()
        return True

    live.watch(client, "events", workspace, {f"jobs:{job_id}"}, wake)
    try:
        while True:
            news.clear()
            try:
                found, status = await _read(await caller(), workspace, job_id, after)
            except Unavailable:
                found, status = None, ""
            except Problem:
                return
            if found:
                for event in found.data:
                    yield _line(event)
                after = found.meta.last_id
                if found.meta.more:
                    continue
            if status in ENDED:
                yield f"event: stream.complete\ndata: {json.dumps({'status': status})}\n\n"
                return
            if not await _told(news):
                yield ": still here\n\n"
    finally:
        live.unwatch(client)


async def _read(
    actor: Actor | None, workspace: UUID, job_id: UUID, after: int
) -> tuple[EventsPublic | None, str]:
    if actor is None:
        raise Problem("Nobody is signed in any more.")
    async with begin(actor, workspace) as work:
        # Before the events: of a run that has ended by now, all of them are there.
        status = (await get_job(work, job_id)).status
        return await events_after(work, job_id, after, _AT_ONCE), status


async def _told(news: asyncio.Event) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(news.wait(), STILL_HERE)
    return news.is_set()


def _line(event: EventPublic) -> str:
    return f"id: {event.id}\nevent: {event.type}\ndata: {event.model_dump_json(by_alias=True)}\n\n"
