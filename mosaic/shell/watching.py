"""Sees each event of a page: it gets an id for the log, and is counted."""

import asyncio
import logging
from functools import partial
from time import perf_counter

import reflex as rx
from reflex.event import Event
from reflex.middleware import Middleware
from reflex.state import BaseState
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

from mosaic.core import metrics
from mosaic.core.errors import Problem
from mosaic.core.logs import bind
from mosaic.shell.session import is_at

log = logging.getLogger(__name__)


class Watching(Middleware):
    """Comes before each event, in the task that handles this event and nothing else."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> None:
        """Begin to look at an event; the end of its task is the end of it."""
        bind(request_id=EventContext.get().txid)
        is_at(state)
        handler = RegistrationContext.get().event_handlers[event.name].handler.fn
        name = getattr(handler, "__qualname__", "unnamed")
        task = asyncio.current_task()
        assert task
        task.add_done_callback(partial(_note, name, perf_counter()))


def _note(name: str, begun: float, task: asyncio.Task[None]) -> None:
    seconds, outcome = perf_counter() - begun, _outcome(task)
    metrics.EVENTS.labels(name, outcome).inc()
    metrics.EVENT_SECONDS.labels(name).observe(seconds)
    if log.isEnabledFor(logging.INFO):
        ms = round(seconds * 1000, 1)
        log.info("event", extra={"handler": name, "outcome": outcome, "ms": ms})


def _outcome(task: asyncio.Task[None]) -> str:
    if task.cancelled():
        return "cancelled"
    problem = task.exception()
    if problem is None:
        return "done"
    return "refused" if isinstance(problem, Problem) else "unexpected"
