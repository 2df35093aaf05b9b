"""A run, as a job type sees it."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path, PurePath
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from mosaic.core.actor import Actor
from mosaic.core.config import settings
from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.core.work import work as begin
from mosaic.jobs import files, moves, steps
from mosaic.jobs.engine import stepping
from mosaic.jobs.engine.ends import NotAMember, Over, StepFailed, Stopped, Waiting, patient
from mosaic.jobs.engine.stepping import Here
from mosaic.jobs.lookup import get_job
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.shapes import NewStep
from mosaic.jobs.types import JobType, Phase, Step

_here: ContextVar[Here] = ContextVar("here")


class Durably(Protocol):
    """Calls a function as a durable step, once, under a name."""

    async def __call__(self, name: str, act: Callable[[], Awaitable[None]]) -> None: ...


class Run:
    """One run of a job type, in the process that performs it."""

    def __init__(self, job: Job, kind: JobType, worker: str, durably: Durably) -> None:
        self.id: UUID = job.id
        self.workspace_id: UUID = job.workspace_id
        self.attempt: int = job.attempt
        self.title: str = job.title
        self.input: dict[str, Any] = job.input
        self.kind = kind
        self.actor = Actor(user_id=job.requested_by, name="Mosaic", kind="job")
        self.rows: dict[str, JobStep] = {}
        self.scope = asyncio.timeout(None)  # of its time limit
        self._worker, self._durably = worker, durably
        self._used: Counter[str] = Counter()
        self._over: Over | None = None
        self._scratch: Path | None = None

    async def __call__(self, step: Step, *arguments: Any) -> Any:
        """Perform a step with these arguments and return what it returns, as JSON gives it back.

        A step that was completed before returns what it returned then. Raises StepFailed.
        """
        self._go_on()
        key = self._key(step.key)

        async def act() -> None:
            if key not in self.rows or self.rows[key].status in ("PENDING", "RUNNING"):
                await self._carry_out(step, key, arguments)

        try:
            await self._durably(key, act)
        except (Exception, asyncio.CancelledError):
            raise
        except BaseException:
            # Also where the durable engine says that the run goes on elsewhere.
            self.stop()
            raise
        row = self.rows[key]
        if row.status != "COMPLETED":
            raise StepFailed(row.error or f"{row.name} did not work out.")
        return row.result

    async def announce(self, *coming: Step) -> None:
        """Say which steps come, so that people see them before they begin."""
        self._go_on()
        fresh = [step for step in coming if step.key not in self.rows]
        if fresh:
            await patient(lambda: self._add([_described(step, step.key) for step in fresh]))

    async def gate(self, question: str, phase: Phase = Phase.EXECUTION) -> str | None:
        """Wait for a person's approval and return the note; nothing is held while it waits.

        Raises StepFailed when it was declined.
        """
        self._go_on()
        key = self._key("gate")
        row = self.rows.get(key)
        if row is None or row.status in ("PENDING", "RUNNING"):
            gate = NewStep(key=key, phase=phase.value, type="GATE", name=question)
            row = self.rows[key] = await patient(lambda: self._open(gate))
            if row.status == "RUNNING":
                self._over = Waiting()
                raise self._over
        if row.status != "COMPLETED":
            note = f": {row.approval_note}" if row.approval_note else "."
            raise StepFailed(f"“{row.name}” was declined{note}")
        return row.approval_note

    def log(self, text: str) -> None:
        """Append to the log of the step that calls this."""
        _here.get().log.write(text)

    async def room(self) -> None:
        """Wait while the log is written more slowly than it is said."""
        await _here.get().log.room()

    def progress(self, percent: int) -> None:
        """Say how far the run is, 0 to 100; without it, the steps are counted."""
        _here.get().log.progress(max(0, min(100, percent)))

    def tokens(self, model: str, input: int, output: int) -> None:
        """Add tokens that the AI_ACTION that calls this has used."""
        here = _here.get()
        here.model = model
        here.tokens_input = (here.tokens_input or 0) + input
        here.tokens_output = (here.tokens_output or 0) + output

    async def file(self, name: str) -> Path:
        """Return where a file that the run was given is, on this machine's disk. NotFound."""
        async with self.work() as work:
            given = await files.list_files(work, self.id)
            found = next((one for one in given if (one.kind, one.name) == ("INPUT", name)), None)
            if found is None:
                raise NotFound(f"The run was not given a file called {name}.")
            path = self.scratch() / str(found.id) / (PurePath(name).name or "file")
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                half = path.with_name("half")
                with half.open("wb") as copy:
                    async for part in files.open_file(work, found.id):
                        copy.write(part)
                half.rename(path)
        return path

    def put_artifact(
        self, name: str, source: Path | bytes, media_type: str = "application/octet-stream"
    ) -> None:
        """Keep a file that the run made; it is there as soon as the step is completed."""
        _here.get().artifacts.append((name, media_type, source))

    def scratch(self) -> Path:
        """Return a folder of the run's own; it goes when the run pauses or ends."""
        if self._scratch is None:
            root = settings().mosaic_data_dir / "scratch"
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._scratch = Path(tempfile.mkdtemp(prefix=f"{self._worker}-", dir=root))
        return self._scratch

    def forget(self) -> None:
        """Remove what the run has on disk."""
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def over(self) -> bool:
        """Whether no other step begins here."""
        return self._over is not None

    def stop(self) -> None:
        """Let no other step begin here."""
        self._over = self._over or Stopped()

    @asynccontextmanager
    async def work(self) -> AsyncIterator[Work]:
        """A unit of work in the run's workspace, as the person who asked for the run."""
        entered = False
        try:
            async with begin(self.actor, self.workspace_id) as work:
                entered = True
                yield work
        except NotFound:
            if entered:
                raise
            raise NotAMember from None

    async def hold(self, work: Work) -> Job:
        """Return the run's row, held. Raises Stopped when it is no longer ours to perform."""
        job = await get_job(work, self.id, lock=True)
        if job.attempt != self.attempt or job.status not in ("QUEUED", "RUNNING"):
            raise Stopped
        return job

    async def _carry_out(self, step: Step, key: str, arguments: tuple[Any, ...]) -> None:
        row = await patient(lambda: self._begin(step, key))
        if row.status != "RUNNING":
            self.rows[key] = row
            return
        token = _here.set(here := Here(self, row))
        try:
            with stepping.watched(here, step):
                await stepping.carry_out(here, step, (*step.arguments, *arguments))
        finally:
            _here.reset(token)
            self.rows[key] = here.row

    async def _begin(self, step: Step, key: str) -> JobStep:
        async with self.work() as work:
            job = await self.hold(work)
            [row] = await self._current(work, job, [_described(step, key)])
            if row.status == "PENDING":
                await moves.move_step(work, job, row, "RUNNING")
        return row

    async def _open(self, gate: NewStep) -> JobStep:
        async with self.work() as work:
            job = await self.hold(work)
            [row] = await self._current(work, job, [gate])
            if row.status == "PENDING":
                await moves.move_step(work, job, row, "RUNNING")
        return row

    async def _add(self, wanted: list[NewStep]) -> None:
        async with self.work() as work:
            rows = await self._current(work, await self.hold(work), wanted)
        self.rows |= {row.key: row for row in rows if row.key}

    async def _current(self, work: Work, job: Job, wanted: list[NewStep]) -> list[JobStep]:
        """Return the rows of steps as they are now; those that are not there yet are added."""
        # Asked each time: the answer to a commit may have been lost, or another worker was first.
        key = col(JobStep.key)
        newest = select(JobStep).where(col(JobStep.job_id) == job.id)
        newest = newest.where(key.in_([one.key for one in wanted])).ext(distinct_on(key))
        newest = newest.order_by(key, col(JobStep.attempt).desc())
        found = await work.session.scalars(newest.execution_options(populate_existing=True))
        here = {row.key: row for row in found}
        missing = [one for one in wanted if one.key not in here]
        if missing:
            here |= {row.key: row for row in await steps.add_steps(work, job, missing)}
        return [here[one.key] for one in wanted]

    def _key(self, key: str) -> str:
        self._used[key] += 1
        return key if self._used[key] == 1 else f"{key}#{self._used[key]}"

    def _go_on(self) -> None:
        if self._over:
            raise self._over


def _described(step: Step, key: str) -> NewStep:
    return NewStep(key=key, phase=step.phase.value, type=step.type, name=step.name[:200])
