"""Asks for runs, waits for them, and looks at their record."""

from typing import Any
from uuid import UUID, uuid4

from mosaic.jobs import events, service, steps
from mosaic.jobs.shapes import EventPublic, JobCreate, JobPublic, StepPublic
from mosaic.jobs.steps import StepQuery
from tests.waiting import until
from tests.world import Person


async def ask(person: Person, type: str, title: str = "", **more: Any) -> UUID:
    """Ask for a run and return its id."""
    wanted = JobCreate(type=type, title=title or f"{type} {uuid4().hex[:8]}", **more)
    async with person.work() as work:
        return (await service.create_job(work, wanted)).id


async def look(person: Person, id: UUID) -> JobPublic:
    async with person.work() as work:
        return await service.read_job(work, id)


async def become(person: Person, id: UUID, *status: str, seconds: float = 60) -> JobPublic:
    """Return the run as soon as it has one of these statuses."""

    last: list[JobPublic] = []

    async def there() -> bool:
        last[:] = [await look(person, id)]
        return last[0].status in status

    await until(there, seconds, every=0.05)
    return last[0]


async def ended(person: Person, id: UUID, seconds: float = 60) -> JobPublic:
    return await become(person, id, "COMPLETED", "FAILED", "CANCELLED", seconds=seconds)


async def steps_of(person: Person, id: UUID, attempt: int | None = None) -> list[StepPublic]:
    async with person.work() as work:
        return (await steps.list_steps(work, id, StepQuery(limit=1000, attempt=attempt))).data


async def events_of(person: Person, id: UUID) -> list[EventPublic]:
    async with person.work() as work:
        return (await events.list_events(work, id, limit=1000)).data
