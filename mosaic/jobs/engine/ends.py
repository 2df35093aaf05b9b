"""How a run stops short, and how one waits for a database that is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from mosaic.core import errors, room
from mosaic.core.actor import ENGINE
from mosaic.core.errors import Full, Problem, Unavailable
from mosaic.core.work import work

T = TypeVar("T")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
TOO_LONG = "The run took longer than it may."
WITH_ANOTHER = "Stopped, as another step did not work out."
FINAL = (errors.Invalid, errors.NotAllowed, errors.NotFound, errors.TooLarge, errors.BadRequest)


class Over(BaseException):
    """This process has nothing more to do for the run: no step of it begins any more.

    No `Exception`, so that a job type does not take it for a step that did not work out.
    """


class Waiting(Over):
    """The run waits for a person."""


class Stopped(Over):
    """The run was cancelled, or goes on elsewhere."""


class NotAMember(Over):
    """Whoever asked for the run may no longer see its workspace."""


class Elsewhere(Exception):
    """The record says that the step has ended: another worker plays the run as well."""


class StepFailed(Exception):
    """A step of the run did not work out; the message is what people read."""


def words(problem: BaseException) -> str:
    """Return what people read about `problem`; what nobody foresaw stands in the worker's log."""
    match problem:
        case Problem():
            return problem.detail
        case StepFailed():
            return str(problem)
        case TimeoutError():
            return "It took longer than it may."
        case OSError() if room.is_lacking(problem):
            return Full().detail
    return f"Mosaic came across something it did not expect: {type(problem).__name__}."


def is_away(problem: BaseException) -> bool:
    """Whether `problem` says that the database does not answer at all, or takes nothing more."""
    if isinstance(problem, Full) or room.is_lacking(problem):
        return True
    return isinstance(problem, Unavailable) and problem.detail == Unavailable().detail


async def patient(act: Callable[[], Awaitable[T]]) -> T:
    """Return what `act` returns, however long the database is away or its disk full."""
    while True:
        try:
            return await act()
        except Unavailable as problem:
            if not is_away(problem):
                raise
            if not await back_again():
                await asyncio.sleep(_FIRST_PAUSE)


async def back_again() -> bool:
    """Return once the database takes what is saved: True when it did not, False when at once."""
    pause = _FIRST_PAUSE
    while True:
        try:
            async with work(ENGINE):
                room.require()
                return pause > _FIRST_PAUSE
        except Unavailable:
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)
