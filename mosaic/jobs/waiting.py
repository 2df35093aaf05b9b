"""Waiting for a run to end, for a while."""

import asyncio
import time
from uuid import UUID

from mosaic.core.actor import Actor
from mosaic.core.work import work as begin
from mosaic.jobs.lookup import get_job

_LONGEST_PAUSE = 0.25


async def ended(actor: Actor, workspace: str | UUID, job_id: UUID, seconds: float) -> bool:
    """Return whether a run has ended, as soon as it has, or after so many seconds."""
    until, pause = time.monotonic() + seconds, 0.02
    while True:
        async with begin(actor, workspace) as work:
            if (await get_job(work, job_id)).completed_at:
                return True
        if time.monotonic() > until:
            return False
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE, pause * 1.5)
