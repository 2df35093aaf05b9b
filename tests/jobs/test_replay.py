"""A replay folds events into what the rows say, at every moment."""

from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mosaic.jobs import replay
from tests.jobs.runs import JOBS, add, change, done, read, start, steps_of
from tests.world import Person, World, make_world

Then = dict[str, tuple[str, int, int]]


async def _folded(person: Person, job: Any, place: int) -> replay.RunThen:
    async with person.work() as work:
        event = await replay.moment_at(work, UUID(job["id"]), place)
        assert event
        return await replay.fold(work, event)


async def _count(person: Person, job: Any) -> int:
    async with person.work() as work:
        return await replay.count_moments(work, UUID(job["id"]))


def _steps(then: replay.RunThen) -> Then:
    return {str(one.id): (one.status, one.attempt, one.ordinal) for one in then.steps}


async def _live(person: Person, job: Any) -> Then:
    attempt = (await read(person, job))["attempt"]
    rows = await steps_of(person, job, attempt=attempt)
    return {row["id"]: (row["status"], row["attempt"], row["ordinal"]) for row in rows}


async def _same_at_the_end(person: Person, job: Any) -> None:
    then = await _folded(person, job, await _count(person, job))
    now = await read(person, job)
    assert then.status == now["status"]
    assert _steps(then) == await _live(person, job)
    tokens = {"input": then.tokens_input, "output": then.tokens_output}
    assert {**tokens, "total": sum(tokens.values())} == now["tokens"]


async def test_each_moment_shows_what_the_rows_said_then(world: World) -> None:
    mia = world.mia
    job = await start(mia)
    seen = []

    async def note() -> None:
        row = await read(mia, job)
        seen.append((await _count(mia, job), row["status"], await _live(mia, job)))

    await note()
    first = await add(mia, job, name="Collect", phase="SETUP")
    ask = await add(mia, job, name="Ask", type="AI_ACTION")
    gate = await add(mia, job, name="Release?", type="GATE")
    await note()
    for step, status in ((first, "RUNNING"), (first, "COMPLETED"), (ask, "RUNNING")):
        done(await change(mia, step, status=status))
        await note()
    done(await change(mia, ask, tokensInput=10, tokensOutput=3, model="m"))
    done(await change(mia, ask, status="COMPLETED", output="said", tokensInput=12))
    await note()
    answer = {"approved": False, "note": "not yet"}
    place = f"{JOBS}/{job['id']}/steps/{gate['id']}/approval"
    done(await mia.http.put(place, json=answer))
    done(await mia.http.patch(f"{JOBS}/{job['id']}", json={"status": "FAILED"}))
    await note()
    done(await mia.http.post(f"{JOBS}/{job['id']}/retry", json={}))
    await note()
    for at, status, steps in seen:
        then = await _folded(mia, job, at)
        assert (then.status, _steps(then)) == (status, steps), at
    await _same_at_the_end(mia, job)


_REPORTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "run", "end", "skip", "tokens", "cancel", "retry", "output"]),
        st.integers(0, 5),
    ),
    max_size=25,
)


@given(reports=_REPORTS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_whatever_was_reported(pool: None, reports: list[tuple[str, int]]) -> None:
    mia = (await make_world()).mia
    job = await start(mia)
    steps: list[Any] = []
    for what, number in reports:
        await _report(mia, job, steps, what, number)
    await _same_at_the_end(mia, job)


async def _report(
    mia: Person, job: dict[str, Any], steps: list[Any], what: str, number: int
) -> None:
    """Report something that may be turned away: then nothing is written down either."""
    here = f"{JOBS}/{job['id']}"
    if what == "add":
        answer = await mia.http.post(f"{here}/steps", json={"name": "S", "type": "AI_ACTION"})
        if answer.is_success:
            steps.append(answer.json())
    elif what in ("cancel", "retry"):
        await mia.http.post(f"{here}/{what}", json={})
        steps[:] = await steps_of(mia, job)
    elif steps:
        body: dict[str, Any] = {
            "run": {"status": "RUNNING"},
            "end": {"status": ("COMPLETED", "FAILED")[number % 2]},
            "skip": {"status": "SKIPPED"},
            "tokens": {("tokensInput", "tokensOutput")[number % 2]: number},
            "output": {"output": "line\n"},
        }[what]
        await change(mia, steps[number % len(steps)], **body)
