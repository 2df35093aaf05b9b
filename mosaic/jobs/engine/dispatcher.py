"""Brings runs to workers: what waits, what was cancelled, what a worker left that is gone."""

import asyncio
import logging
import shutil
from collections import Counter
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text

from mosaic.core import database, messages
from mosaic.core.actor import ENGINE
from mosaic.core.config import settings
from mosaic.core.errors import Problem
from mosaic.core.inspection import WORKER
from mosaic.core.work import Work, work
from mosaic.jobs import schedules
from mosaic.jobs.engine import performing
from mosaic.jobs.engine.ends import TOO_LONG
from mosaic.jobs.engine.performing import LOST, going

logger = logging.getLogger(__name__)
_SWEEP_EVERY = 0.7
_GAP = 0.05  # between two looks, however much is announced
_GONE_AFTER = 3  # sweeps without a sign of a worker
_TIDY_EVERY = 600.0
LOWEST = 101  # minus the priority of a run is its place in the durable engine's queue


class Durable(Protocol):
    """What the dispatcher asks of the durable engine."""

    async def enqueue(self, job: Any) -> None:
        """Put a leg of a run into the queue of its workspace; once, however often it is asked."""

    async def recover(self, worker: str) -> None:
        """Put what a worker had taken back into the queue."""


class Dispatcher:
    """One in each worker; they need not know of each other."""

    def __init__(self, worker: str, durable: Durable) -> None:
        self._worker, self._durable = worker, durable
        self._heard = asyncio.Event()
        self._missing: Counter[str] = Counter()

    async def run(self) -> None:
        """Look whenever something was announced, and sweep now and then; for ever."""
        name = f"{WORKER}{self._worker}"
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(messages.hear(database.dsn(), self._hear, name))
            tasks.create_task(self._often())
            tasks.create_task(self._now_and_then(_SWEEP_EVERY, self._sweep))
            tasks.create_task(self._now_and_then(_TIDY_EVERY, tidy))

    def _hear(self, payload: str | None) -> None:
        if payload is None or '"jobs' in payload or '"*"' in payload:
            self._heard.set()

    async def _often(self) -> None:
        while True:
            await self._heard.wait()
            self._heard.clear()
            await self._try(self._look)
            await asyncio.sleep(_GAP)

    async def _now_and_then(self, seconds: float, act: Any) -> None:
        while True:
            await self._try(act)
            await asyncio.sleep(seconds)

    async def _try(self, act: Any) -> None:
        try:
            await act()
        except Problem as problem:
            logger.info("dispatcher: %s", problem)
        except Exception:
            logger.exception("dispatcher")

    async def _look(self) -> None:
        async with work(ENGINE) as looking:
            waiting = (await looking.session.execute(_WAITING)).all()
            over = await self._over(looking)
        for one in going:
            if (one.run.id, one.run.attempt) in over:
                one.stop()
        for job in waiting:
            await self._try(partial(self._durable.enqueue, job))

    async def _over(self, looking: Work) -> set[tuple[UUID, int]]:
        if not going:
            return set()
        ids, attempts = [one.run.id for one in going], [one.run.attempt for one in going]
        rows = await looking.session.execute(_OVER, {"ids": ids, "attempts": attempts})
        return {(row.id, row.attempt) for row in rows}

    async def _sweep(self) -> None:
        self._heard.set()
        async with work(ENGINE) as looking:
            absent = set(await looking.session.scalars(_ABSENT, {"name": WORKER}))
            lost = list(await looking.session.scalars(_LOST))
            late = list(await looking.session.scalars(_LATE))
            await looking.session.execute(_PRIORITIES, {"lowest": LOWEST})
        self._missing = Counter({one: self._missing[one] + 1 for one in absent - {self._worker}})
        for worker, times in list(self._missing.items()):
            if times >= _GONE_AFTER:
                logger.info("worker %s is gone", worker)
                await self._durable.recover(worker)
                for left in (settings().mosaic_data_dir / "scratch").glob(f"{worker}-*"):
                    shutil.rmtree(left, ignore_errors=True)
        for id in lost:
            await self._try(partial(performing.end_for_nobody, id, LOST))
        for id in late:
            await self._try(partial(performing.end_for_nobody, id, TOO_LONG))
        await self._try(schedules.fire)


async def tidy() -> None:
    """Remove what nobody asks for any more."""
    async with work(ENGINE) as tidying:
        await tidying.session.execute(_OLD_ANSWERS)
        await tidying.session.execute(_OLD_WORKFLOWS)
        await tidying.session.execute(_OLD_INPUTS)


_WAITING = text(
    "SELECT j.id, j.workspace_id, j.attempt, j.leg, j.priority FROM jobs j "
    "WHERE j.engine AND j.status IN ('QUEUED', 'RUNNING') AND NOT EXISTS ("
    "SELECT 1 FROM dbos.workflow_status w "
    "WHERE w.workflow_uuid = concat_ws(':', j.id, j.attempt, j.leg)) "
    "ORDER BY j.priority DESC, j.queued_at LIMIT 200"
)
_OVER = text(
    "SELECT m.id, m.attempt "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:attempts AS integer[])) m (id, attempt) "
    "LEFT JOIN jobs j ON j.id = m.id AND j.attempt = m.attempt "
    "AND j.status IN ('QUEUED', 'RUNNING') WHERE j.id IS NULL"
)
_ABSENT = text(
    "SELECT DISTINCT w.executor_id FROM dbos.workflow_status w "
    "WHERE w.status = 'PENDING' AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a "
    "WHERE a.datname = current_database() AND a.application_name = :name || w.executor_id)"
)
# A workflow that has ended although its run has not, and not because the run waits for a person.
_LOST = text(
    "SELECT j.id FROM jobs j "
    "JOIN dbos.workflow_status w ON w.workflow_uuid = concat_ws(':', j.id, j.attempt, j.leg) "
    "WHERE j.engine AND j.status IN ('QUEUED', 'RUNNING') "
    "AND w.status NOT IN ('ENQUEUED', 'PENDING', 'DELAYED') "
    "AND w.updated_at < 1000 * (extract(epoch FROM now()) - 5) AND NOT EXISTS ("
    "SELECT 1 FROM job_steps s WHERE s.job_id = j.id AND s.type = 'GATE' AND s.status = 'RUNNING')"
)
# A run of an outside runner that has taken longer than was asked for; the runner may be gone.
_LATE = text(
    "SELECT id FROM jobs WHERE NOT engine AND status = 'RUNNING' AND time_limit IS NOT NULL "
    "AND started_at < now() - make_interval(secs => time_limit)"
)
# A priority that was changed while the run waits; the durable engine begins with the lowest number.
_PRIORITIES = text(
    "UPDATE dbos.workflow_status w SET priority = :lowest - j.priority FROM jobs j "
    "WHERE w.status = 'ENQUEUED' AND w.workflow_uuid = concat_ws(':', j.id, j.attempt, j.leg) "
    "AND j.engine AND j.status IN ('QUEUED', 'RUNNING') AND w.priority <> :lowest - j.priority"
)
_OLD_ANSWERS = text("DELETE FROM idempotent_answers WHERE created_at < now() - interval '24 hours'")
# Kept for a while, so that a run which did not work out can be tried again.
_OLD_INPUTS = text(
    "DELETE FROM job_files f USING jobs j WHERE f.job_id = j.id AND f.kind = 'INPUT' "
    "AND j.engine AND j.completed_at < now() - interval '7 days'"
)
# Not those of runs that wait for a person: without it, such a run would be taken for a new one.
_OLD_WORKFLOWS = text(
    "DELETE FROM dbos.workflow_status w WHERE w.status NOT IN ('ENQUEUED', 'PENDING', 'DELAYED') "
    "AND w.updated_at < 1000 * extract(epoch FROM now() - interval '7 days') AND NOT EXISTS ("
    "SELECT 1 FROM jobs j WHERE j.engine AND j.status IN ('QUEUED', 'RUNNING') "
    "AND w.workflow_uuid = concat_ws(':', j.id, j.attempt, j.leg))"
)
