"""Performs one step: its effect, its result and its end are kept together."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from mosaic.core.errors import Problem
from mosaic.core.logs import bound
from mosaic.core.tracing import tracer
from mosaic.core.work import Work
from mosaic.jobs import files, moves
from mosaic.jobs.engine.ends import (
    FINAL,
    TOO_LONG,
    WITH_ANOTHER,
    Elsewhere,
    back_again,
    is_away,
    patient,
    words,
)
from mosaic.jobs.engine.log import Log
from mosaic.jobs.lookup import get_step
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.types import Step

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

Arguments = tuple[Any, ...]

logger = logging.getLogger(__name__)
_CHUNK = 1024 * 1024
_LONGEST_PAUSE = 300.0
_QUICK_RETURNS = 5  # of a database that says that it is away, and answers at once


class Here:
    """The step that runs, in the process that performs it."""

    def __init__(self, run: "Run", row: JobStep) -> None:
        self.run, self.row = run, row
        self.log = Log(run, row.id)
        self.model: str | None = None
        self.tokens_input: int | None = None
        self.tokens_output: int | None = None
        self.artifacts: list[tuple[str, str, Path | bytes]] = []

    async def end(self, work: Work, status: Any, **more: Any) -> None:
        """Write down how the step ended, with all it said and used.

        Raises Elsewhere when another worker was first, or this one, and the answer to the commit
        was lost; what `work` did is undone then.
        """
        job = await self.run.hold(work)
        row = await get_step(work, job.id, self.row.id)
        if row.status != "RUNNING":
            raise Elsewhere
        await self._end(work, job, row, status, **more)
        self.row = row

    async def _end(self, work: Work, job: Job, row: JobStep, status: Any, **more: Any) -> None:
        await self.log.keep_rest(work, job)
        for name, media_type, source in self.artifacts if status == "COMPLETED" else ():
            parts = _parts(source)
            await files.put(work, job.id, name, media_type, parts, "ARTIFACT", step_id=row.id)
        await moves.move_step(
            work,
            job,
            row,
            status,
            model=self.model,
            tokens_input=self.tokens_input,
            tokens_output=self.tokens_output,
            **more,
        )

    async def ended(self) -> bool:
        """Whether the record says so, after a moment in which that was uncertain."""
        async with self.run.work() as work:
            self.row = await get_step(work, self.run.id, self.row.id)
        return self.row.status != "RUNNING"


@contextmanager
def watched(here: Here, step: Step) -> Iterator[None]:
    """Within this context a step is carried out: it has an id in the log, and a place in traces."""
    run, name = here.run, step.function.__name__
    begun = perf_counter()
    about: dict[str, Any] = {"mosaic.run": str(run.id), "mosaic.attempt": run.attempt}
    with (
        bound(request_id=uuid4().hex, run=str(run.id)),
        tracer.start_as_current_span(f"{run.kind.type} {name}", attributes=about),
    ):
        try:
            yield
        finally:
            ms = round((perf_counter() - begun) * 1000, 1)
            told = {"type": run.kind.type, "step": name, "outcome": here.row.status, "ms": ms}
            logger.info("step", extra=told)


async def carry_out(here: Here, step: Step, arguments: Arguments) -> None:
    """Perform the step, again where it says so, until it is COMPLETED or FAILED."""
    kind = here.run.kind
    left = kind.retries if step.retries is None else step.retries
    pause = kind.backoff if step.backoff is None else step.backoff
    quick = 0
    try:
        while True:
            try:
                async with asyncio.timeout(step.time_limit):
                    return await _once(here, step, arguments)
            except Elsewhere:
                # Which of the two goes on is the durable engine's to say, at its next record.
                await patient(here.ended)
                return None
            except Exception as problem:
                here.artifacts.clear()
                if is_away(problem) and quick < _QUICK_RETURNS:
                    quick += not await back_again()
                    if await patient(here.ended):
                        return None
                    continue
                if not isinstance(problem, Problem):
                    logger.exception("step %s of run %s", step.key, here.run.id)
                why = words(problem)
                if left <= 0 or isinstance(problem, FINAL):
                    return await patient(partial(_fail, here, why))
                here.log.write(f"{why} Another try in {pause:g} s.\n")
            await asyncio.sleep(pause)
            left, pause = left - 1, min(_LONGEST_PAUSE, pause * 2)
    except asyncio.CancelledError:
        if not here.run.over:
            why = TOO_LONG if here.run.scope.expired() else WITH_ANOTHER
            await patient(partial(_fail, here, why))
        raise
    finally:
        await here.log.close()


async def _once(here: Here, step: Step, arguments: Arguments) -> None:
    run = here.run
    if not step.transaction:
        result = _as_json(await step.function(run, *arguments))
        await here.log.close()
        return await patient(lambda: _complete(here, result))
    async with run.work() as work:
        result = _as_json(await step.function(run, work, *arguments))
        await here.log.close()
        await here.end(work, "COMPLETED", result=result)


async def _complete(here: Here, result: Any) -> None:
    async with here.run.work() as work:
        await here.end(work, "COMPLETED", result=result)


async def _fail(here: Here, error: str) -> None:
    await here.log.close()
    try:
        async with here.run.work() as work:
            await here.end(work, "FAILED", error=error)
    except Elsewhere:
        await here.ended()


def _as_json(result: Any) -> Any:
    # What a step returns is the same whether it has just been performed or was long ago.
    return None if result is None else json.loads(json.dumps(result))


async def _parts(source: Path | bytes) -> AsyncIterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while part := file.read(_CHUNK):
            yield part
