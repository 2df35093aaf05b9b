"""What a step says while it runs: written down several times a second, however much it is."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import Problem
from mosaic.core.work import Work
from mosaic.jobs import events, output
from mosaic.jobs.engine.ends import NotAMember
from mosaic.jobs.lookup import change_job, get_step
from mosaic.jobs.models import Job

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

_EVERY = 0.2
_AT_ONCE = 250_000  # characters, at most a megabyte of UTF-8
_MUCH = 4 * _AT_ONCE


class Log:
    """The log of the step that runs, and how far it says the run is."""

    def __init__(self, run: "Run", step_id: UUID) -> None:
        self.run, self.step_id = run, step_id
        self._text: list[str] = []
        self._size = 0
        self._full = False
        self._progress: int | None = None
        self._last = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None

    def write(self, text: str) -> None:
        """Append `text`, which is written down soon, unless the log takes no more."""
        if self._full:
            return
        text = text.replace("\x00", "\ufffd").encode(errors="replace").decode()
        self._text.append(text)
        self._size += len(text)
        self._begin()

    def progress(self, percent: int) -> None:
        """Note how far the run is; of several in a row the last is written down."""
        self._progress = percent
        self._begin()

    async def room(self) -> None:
        """Wait while much more was said than is written down."""
        while self._size > _MUCH and self._writing:
            await asyncio.wait([self._writing], timeout=_EVERY)

    async def close(self) -> None:
        """Write down what can be; what is left then is for `keep_rest`."""
        self._last.set()
        if self._writing:
            await self._writing

    async def keep_rest(self, work: Work, job: Job) -> None:
        """Write down what is left, as part of `work`, which holds the run."""
        text, self._text = "".join(self._text), []
        for start in range(0, max(1, len(text)), _AT_ONCE):
            self._text = [text[start : start + _AT_ONCE]]
            await self._keep(work, job)
            self._progress = None
        self._text = [text]  # in case that `work` is undone and done again

    def _begin(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def _write(self) -> None:
        while self._text or self._progress is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._last.wait(), _EVERY)
            with suppress(Problem, NotAMember):
                await self._once()
            if self._last.is_set():
                return

    async def _once(self) -> None:
        async with self.run.work() as work:
            # Does not wait for the run's row: the step itself may hold it, and wait for us.
            held = select(Job).where(col(Job.id) == self.run.id)
            held = held.with_for_update(key_share=True, skip_locked=True)
            job = (await work.session.scalars(held)).one_or_none()
            if job is None:
                return
            kept = await self._keep(work, job)
        self._forget(*kept)

    async def _keep(self, work: Work, job: Job) -> tuple[int, int | None]:
        text, progress = "".join(self._text), self._progress
        self._text = [text]
        if text:
            step = await get_step(work, job.id, self.step_id)
            self._full = (await output.append(work, job, step, text[:_AT_ONCE])).full
        if progress is not None and (job.status, job.attempt) == ("RUNNING", self.run.attempt):
            await change_job(work, job, progress=progress, progress_reported=True)
            await events.record(work, job.id, "job.progress", {"progress": progress})
        return min(len(text), _AT_ONCE), progress

    def _forget(self, length: int, progress: int | None) -> None:
        text = "".join(self._text)[length:]
        self._text, self._size = [text] if text else [], len(text)
        if self._progress == progress:
            self._progress = None
