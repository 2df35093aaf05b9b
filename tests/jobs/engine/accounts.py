"""Accounts for everything a run of TEST_PHASES has done: nothing missing, nothing twice."""

from collections import Counter
from uuid import UUID

import psycopg

from mosaic.core.start import Ready
from tests.jobs.engine.kinds import MARK
from tests.jobs.engine.runs import events_of, look, steps_of
from tests.world import Person


async def account(person: Person, ready: Ready, id: UUID, parts: int = 2) -> None:
    """AssertionError unless the run is completed and every step of it has happened once."""
    job, steps, events = (
        await look(person, id),
        await steps_of(person, id),
        await events_of(person, id),
    )
    names = ["SETUP", *(f"EXECUTION {n}" for n in range(parts)), "VALIDATION", "CLEANUP"]
    assert (job.status, job.error, job.progress) == ("COMPLETED", None, 100), job
    assert job.result == {"done": names}
    assert [(step.status, step.result, step.attempt) for step in steps] == [
        ("COMPLETED", name, 1) for name in names
    ]
    assert job.step_counts.model_dump() == {
        "pending": 0,
        "running": 0,
        "completed": len(names),
        "failed": 0,
        "skipped": 0,
        "total": len(names),
    }
    for step in steps:
        happened = Counter(one.type for one in events if one.step_id == step.id)
        assert happened.pop("step.output") >= 1
        assert happened == {"step.created": 1, "step.started": 1, "step.completed": 1}
    own = [one.type for one in events if one.step_id is None]
    assert own == ["job.created", "job.queued", "job.started", "job.completed"]
    assert events[-1].type == "job.completed"
    assert _effects(ready, job.title) == sorted(f"{job.title} {name}" for name in names)


def _effects(ready: Ready, title: str) -> list[str]:
    query = "SELECT entity_title FROM activity WHERE action = %s AND starts_with(entity_title, %s)"
    with psycopg.connect(ready.admin_dsn) as owner:
        return sorted(row[0] for row in owner.execute(query, [MARK, f"{title} "]))
