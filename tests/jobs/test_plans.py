"""With row-level security on and many runs of many steps, what is read often goes by an index."""

from typing import Any
from uuid import UUID

import psycopg
import pytest

from mosaic.core.start import Ready
from mosaic.core.work import Work
from mosaic.jobs import batch, events, gates, output, service, steps
from mosaic.jobs.shapes import Batch, JobUpdate, StepCreate, StepUpdate
from tests.statements import recorded, scans
from tests.world import Person, make_world

RUNS, STEPS = 2_000, 6_000
LARGE = {"jobs", "job_steps", "job_events", "job_output"}

SEED = f"""
CREATE TEMP TABLE seeded AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, {RUNS}) n;
INSERT INTO jobs (id, workspace_id, type, title, requested_by, created_at)
SELECT id, %(workspace)s, 'type' || n %% 7, 'Run ' || n, %(user)s, now() - n * interval '1 minute'
FROM seeded;
INSERT INTO job_steps (id, workspace_id, job_id, ordinal, phase, type, name, output_size)
SELECT gen_random_uuid(), %(workspace)s, (SELECT id FROM seeded WHERE n = 1), o, 'SETUP',
    'COMMAND', 'Step ' || o, 6 FROM generate_series(1, {STEPS}) o;
INSERT INTO job_events (id, workspace_id, job_id, step_id, type, actor)
SELECT 0, workspace_id, job_id, id, 'step.progress', '{{}}' FROM job_steps
WHERE workspace_id = %(workspace)s;
INSERT INTO job_output (workspace_id, step_id, start, content)
SELECT workspace_id, id, c * 2, 'x' || chr(10) FROM job_steps, generate_series(0, 2) c
WHERE workspace_id = %(workspace)s;
DROP TABLE seeded;
"""


@pytest.fixture(scope="module")
async def large(secluded: Ready) -> Person:
    """Ana, in a workspace of thousands of runs, beside another one of as many."""
    world = await make_world()
    with psycopg.connect(secluded.admin_dsn, autocommit=True) as owner:
        for person in (world.ana, world.bo):
            async with person.work() as work:
                values = {"workspace": work.tenant, "user": person.actor.user_id}
            for statement in SEED.split(";\n"):
                if statement.strip():
                    owner.execute(statement, values if "%(" in statement else None)
        owner.execute("ANALYZE")
    return world.ana


async def _largest(work: Work) -> UUID:
    """The run with all the steps: the newest one."""
    page = await service.list_rows(work, service.JobQuery(limit=1))
    return page.data[0].id


async def _plans(work: Work, statements: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    connection = await work.session.connection()
    found = []
    for statement, values in statements:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            explained = f"EXPLAIN (FORMAT JSON) {statement}"
            plan = (await connection.exec_driver_sql(explained, values)).scalar_one()
            found.append((statement, plan))
    return found


def _read_whole(plans: list[tuple[str, Any]]) -> list[str]:
    return [statement for statement, plan in plans if set(scans(plan)) & LARGE]


def _sorted_rows(plan: Any) -> int:
    """How many rows the plan sorts, as it reckons."""
    if isinstance(plan, dict):
        here = plan["Plan Rows"] if plan.get("Node Type") == "Sort" else 0
        return max([here, *map(_sorted_rows, plan.values())])
    return max(map(_sorted_rows, plan), default=0) if isinstance(plan, list) else 0


async def test_reading_goes_by_indexes(large: Person) -> None:
    async with large.work() as work:
        id = await _largest(work)
        with recorded() as statements:
            await service.read_job(work, id)
            page = await steps.list_steps(work, id, steps.StepQuery())
            await steps.read_step(work, id, page.data[0].id)
            await events.list_events(work, id, after=100)
            await output.read(work, id, page.data[0].id, after=2)
        assert (page.meta.total, len(page.data)) == (STEPS, 100)
        plans = await _plans(work, statements)
        assert len(plans) > 8
        assert _read_whole(plans) == []
        assert max(_sorted_rows(plan) for _, plan in plans) < 1_000


async def test_the_list_sorts_no_more_than_it_shows(large: Person) -> None:
    async with large.work() as work:
        with recorded() as statements:
            page = await service.list_jobs(work, service.JobQuery())
        assert page.meta.total == RUNS
        [rows] = [one for one in await _plans(work, statements) if "LIMIT" in one[0]]
        assert "Index" in str(rows)
        # Runs made at the same moment are put in order among themselves, nothing else is.
        assert "'Node Type': 'Sort'" not in str(rows)


async def test_reporting_goes_by_indexes(large: Person) -> None:
    async with large.work() as work:
        id = await _largest(work)
        rows = (await steps.list_steps(work, id, steps.StepQuery(limit=50, page=3))).data
        with recorded() as statements:
            await steps.create_step(work, id, StepCreate(name="More", type="GATE"))
            await steps.update_step(work, id, rows[0].id, StepUpdate(status="RUNNING", output="x"))
            said = [{"op": "output", "stepId": row.id, "content": "y"} for row in rows[1:]]
            said += [{"op": "update", "stepId": row.id, "status": "RUNNING"} for row in rows[1:]]
            await batch.apply(work, id, Batch.model_validate({"items": said}))
            await service.update_job(work, id, JobUpdate(progress=3))
            gate = (await steps.list_steps(work, id, steps.StepQuery(page=STEPS + 1, limit=1))).data
            await gates.answer(work, id, gate[0].id, True)
        plans = await _plans(work, statements)
        assert len(plans) > 15
        assert _read_whole(plans) == []
        await work.session.rollback()


async def test_steps_of_an_attempt_go_by_indexes(large: Person) -> None:
    async with large.work() as work:
        id = await _largest(work)
        await service.cancel_job(work, id)
        first = (await steps.list_steps(work, id, steps.StepQuery(limit=1))).data[0]
        await service.retry_job(work, id, first.id)
        with recorded() as statements:
            page = await steps.list_steps(work, id, steps.StepQuery(attempt=2))
        assert {step.attempt for step in page.data} == {2}
        assert page.meta.total == STEPS
        assert _read_whole(await _plans(work, statements)) == []
        await work.session.rollback()
