"""A worker: a process that performs runs, durably, by DBOS Transact."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID

from mosaic.core import database, logs, start
from mosaic.core.alone import when_alone
from mosaic.core.config import settings
from mosaic.core.database import ENGINE_ROLE
from mosaic.jobs.engine import figures_server
from mosaic.jobs.engine.dispatcher import LOWEST, Dispatcher
from mosaic.jobs.engine.performing import leave_all, perform

QUEUE = "jobs"
_PATIENCE = 10.0  # seconds that runs have to be left where they stand
_TIMES = 20  # how often a run is taken up that takes its worker down


class Durable:
    """The durable engine of this process, as one worker."""

    worker = ""

    async def launch(self) -> None:
        """Begin to take runs out of the queue, under a name of this process's own.

        Raises Unavailable while the database is away.
        """
        self.worker = uuid4().hex
        self._dbos = DBOS(config=_config(self.worker))
        logs.adopt("dbos")
        try:
            DBOS.launch()
            await DBOS.register_queue_async(
                QUEUE,
                partition_concurrency=settings().jobs_at_once,
                worker_concurrency=settings().jobs_per_worker,
                polling_interval_sec=0.2,
                on_conflict="always_update",
            )
        except database.TROUBLE as problem:
            database.translate(problem)
        logging.getLogger("dbos").setLevel(logging.ERROR)

    async def enqueue(self, job: Any) -> None:
        """Put a leg of a run into the queue of its workspace; once, however often it is asked."""
        leg = SetWorkflowID(f"{job.id}:{job.attempt}:{job.leg}")
        place = SetEnqueueOptions(
            priority=LOWEST - job.priority, queue_partition_key=str(job.workspace_id)
        )
        with leg, place:
            await DBOS.enqueue_workflow_async(QUEUE, _perform, str(job.id), job.attempt, job.leg)

    async def recover(self, worker: str) -> None:
        """Put what a worker had taken back into the queue."""
        await asyncio.to_thread(DBOS._recover_pending_workflows, [worker])

    async def leave(self) -> None:
        """Take nothing more, leave runs where they stand, and hand them over to other workers."""
        for event in self._dbos.background_thread_stop_events:
            event.set()
        leave_all()
        tasks = list(self._dbos._workflow_tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.recover(self.worker)
        await asyncio.to_thread(DBOS.destroy)


_durable = Durable()


@DBOS.workflow(name="perform", max_recovery_attempts=_TIMES)
async def _perform(job_id: str, attempt: int, leg: int) -> None:
    await perform(UUID(job_id), attempt, leg, _durable.worker, _durably)


async def _durably(name: str, act: Callable[[], Awaitable[None]]) -> None:
    # A coroutine function of its own, by which DBOS tells that it is to be awaited.
    async def once() -> None:
        await act()

    await DBOS.run_step_async({"name": name}, once)


def _config(worker: str) -> DBOSConfig:
    dsn = database.dsn()
    role = f"options=-c%20role%3D{ENGINE_ROLE}"
    return {
        "name": "mosaic",
        "application_version": "mosaic",
        "executor_id": worker,
        "system_database_url": f"{dsn}{'&' if '?' in dsn else '?'}{role}",
        "run_migrations": False,
        "use_listen_notify": False,
        "sys_db_pool_size": 5,
        "max_executor_threads": 32,
        "scheduler_polling_interval_sec": 3600.0,
        "log_level": "CRITICAL",  # until it is launched: why that failed is raised as well
    }


async def serve(stop: asyncio.Event, ready: Callable[[], None] = lambda: None) -> None:
    """Perform runs until `stop`. The database has been made ready."""
    # A step has its own transaction, and its log is written beside it.
    async with start.running(settings(), pool_size=2 * settings().jobs_per_worker + 5):
        await _durable.launch()
        if port := settings().worker_port:
            figures_server.serve(port)
        dispatching = asyncio.create_task(Dispatcher(_durable.worker, _durable).run())
        stopping = asyncio.create_task(stop.wait())
        ready()
        try:
            await asyncio.wait({dispatching, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            _end_for_sure()
            for task in (dispatching, stopping):
                task.cancel()
            await asyncio.gather(dispatching, stopping, return_exceptions=True)
            await _durable.leave()


def run(ready: Callable[[], None] = lambda: None, beside: bool = False) -> None:
    """Perform runs until SIGINT or SIGTERM, or with `beside` until stdin closes."""
    asyncio.run(_run(ready, beside))


async def _run(ready: Callable[[], None], beside: bool) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def end() -> None:
        with suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(stop.set)
        _end_for_sure()

    if beside:
        when_alone(end)
    await serve(stop, ready)


def _end_for_sure() -> None:
    """End before long also where a step holds the event loop, or the database is away."""
    timer = threading.Timer(_PATIENCE, os._exit, (1,))
    timer.daemon = True
    timer.start()
