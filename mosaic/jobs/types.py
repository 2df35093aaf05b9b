"""What Mosaic performs itself: a job type is a function, and its steps are declared once.

    @step(Phase.SETUP, "Count the pages")
    async def count(run: Run, work: Work) -> int: ...

    @job_type("TIDY", title="Tidy up", about="Goes through all pages.")
    async def tidy(run: Run) -> dict[str, int]:
        return {"pages": await run(count)}

The function is played again from its beginning when a run goes on after a crash, a wait for a
person or a retry; steps that are completed answer at once with what they returned. So it decides
by its input and by what steps return, and does whatever has an effect inside of steps.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from uuid import UUID

from mosaic.core.work import Role, Work

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

Input = dict[str, Any]
Perform = Callable[["Run"], Awaitable[Any]]
Check = Callable[[Work, Input], None]
Reveal = Callable[[Work, UUID, Any], Awaitable[Any]]
Options = Callable[[], list[tuple[str, str]]]
F = TypeVar("F", bound=Callable[..., Awaitable[Any]])

HOUR = 3600


class Phase(StrEnum):
    """The part of a run that a step belongs to."""

    SETUP = "SETUP"
    EXECUTION = "EXECUTION"
    VALIDATION = "VALIDATION"
    CLEANUP = "CLEANUP"


@dataclass(frozen=True)
class Field:
    """A field of the form that starts a run; its value goes into the input under `name`.

    `options` gives (value, label) of a "choice"; "pairs" are lines `name = value`, kept as text.
    """

    name: str
    label: str
    hint: str = ""
    kind: Literal["line", "text", "number", "choice", "pairs"] = "line"
    optional: bool = False
    options: Options | None = None


@dataclass(frozen=True)
class JobType:
    """Work that Mosaic performs itself.

    `role` is who may start it, `check` raises Invalid, NotAllowed or Unavailable for an input that
    cannot be performed. `time_limit` is seconds without waits for people. What a step does not say
    about `retries` and `backoff` (seconds, doubled each time) is taken from here. `reveal` adds to
    a result what only some may see, for whoever reads it. What is `upkeep` begins by itself, so it
    is nothing that somebody did.
    """

    type: str
    title: str
    about: str
    perform: Perform
    fields: tuple[Field, ...] = ()
    role: Role = Role.MEMBER
    check: Check | None = None
    time_limit: int = 24 * HOUR
    retries: int = 0
    backoff: float = 1.0
    reveal: Reveal | None = None
    upkeep: bool = False


@dataclass(frozen=True)
class Step:
    """A step of a job type; `key` is how it is known again when the run is played again.

    With `transaction` the function gets a unit of work, and what it does there, what it returns
    and that it is completed are kept together or not at all. It has to be done within a minute.
    """

    key: str
    phase: Phase
    name: str
    function: Callable[..., Awaitable[Any]]
    type: Literal["COMMAND", "AI_ACTION", "ARTIFACT"] = "COMMAND"
    transaction: bool = True
    retries: int | None = None
    backoff: float | None = None
    time_limit: float | None = None
    arguments: tuple[Any, ...] = field(default=())

    def part(self, *arguments: Any, name: str | None = None) -> "Step":
        """Return the step for these arguments, which the function gets after its others."""
        words = " ".join(map(str, arguments))
        key = f"{self.key}:{':'.join(map(str, arguments))}"
        return replace(self, key=key, name=name or f"{self.name} {words}", arguments=arguments)


def step(phase: Phase, name: str, **options: Any) -> Callable[[F], Step]:
    """Declare a function as a step. `options` are fields of `Step`."""

    def declare(function: F) -> Step:
        return Step(getattr(function, "__name__", name), phase, name, function, **options)

    return declare


JOB_TYPES: dict[str, JobType] = {}


def job_type(type: str, *, title: str, about: str, **options: Any) -> Callable[[Perform], JobType]:
    """Declare a function as what performs runs of `type`. `options` are fields of `JobType`."""

    def declare(perform: Perform) -> JobType:
        JOB_TYPES[type] = JobType(type, title, about, perform, **options)
        return JOB_TYPES[type]

    return declare


def find(type: str) -> JobType | None:
    """Return what performs runs of this type here; None where outside runners do."""
    return JOB_TYPES.get(type)
