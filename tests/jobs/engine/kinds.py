"""Job types for the tests of the engine.

A step leaves a line in the log of who did what, so that its effect can be counted.
"""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

from mosaic.activity import service as activity
from mosaic.core.errors import Invalid
from mosaic.core.work import Work
from mosaic.jobs.engine.run import Run
from mosaic.jobs.types import Phase, job_type, step
from tests.waiting import until

MARK = "MARKED"


async def _hold(run: Run, name: str) -> None:
    """Wait at this point of a step for as long as the test says, by files on disk."""
    holds = run.input.get("hold", {})
    if name in holds:
        folder = Path(holds[name])
        (folder / f"{uuid4()}.here").touch()
        await until((folder / "go").exists, 60)


async def _effect(run: Run, work: Work, name: str) -> str:
    run.log(f"{name} begins\n")
    await _hold(run, f"before {name}")
    activity.record(work, MARK, "test", None, f"{run.title} {name}")
    await work.session.flush()
    await _hold(run, f"in {name}")
    return name


@step(Phase.SETUP, "Set up")
async def set_up(run: Run, work: Work) -> str:
    return await _effect(run, work, "SETUP")


@step(Phase.EXECUTION, "Execute")
async def execute(run: Run, work: Work, number: int) -> str:
    return await _effect(run, work, f"EXECUTION {number}")


@step(Phase.VALIDATION, "Validate")
async def validate(run: Run, work: Work) -> str:
    return await _effect(run, work, "VALIDATION")


@step(Phase.CLEANUP, "Clean up")
async def clean_up(run: Run, work: Work) -> str:
    return await _effect(run, work, "CLEANUP")


@job_type("TEST_PHASES", title="Phases", about="All four phases.")
async def phases(run: Run) -> dict[str, Any]:
    parts = [execute.part(number) for number in range(run.input.get("parts", 2))]
    await run.announce(set_up, *parts, validate, clean_up)
    done = [await run(one) for one in (set_up, *parts, validate, clean_up)]
    return {"done": done}


@job_type("TEST_GATE", title="Gate", about="Waits for a person.")
async def gated(run: Run) -> dict[str, Any]:
    first = await run(set_up)
    try:
        note = await run.gate("Go on?")
        second = await run(execute.part(1))
    finally:
        await run(clean_up)
    return {"note": note, "done": [first, second]}


@step(Phase.EXECUTION, "Try", transaction=False, retries=2, backoff=0.05)
async def attempt(run: Run) -> int:
    tries = _count(Path(run.input["counter"]))
    if tries < run.input["works_at"]:
        raise RuntimeError("not yet")
    return tries


def _count(counter: Path) -> int:
    with counter.open("a") as file:
        file.write("x")
        return file.tell()


@job_type("TEST_RETRY", title="Retry", about="Works at a later try.")
async def retried(run: Run) -> dict[str, Any]:
    await run(set_up)
    try:
        tries = await run(attempt)
        await run(validate)
    finally:
        await run(clean_up)
    return {"tries": tries}


@step(Phase.EXECUTION, "Be slow", transaction=False)
async def be_slow(run: Run) -> None:
    run.log("slowly\n")
    run.progress(7)
    await asyncio.sleep(run.input.get("seconds", 60))


@step(Phase.EXECUTION, "Be short", transaction=False, time_limit=0.2)
async def be_short(run: Run) -> None:
    await asyncio.sleep(60)


@job_type("TEST_SLOW", title="Slow", about="Takes its time.")
async def slow(run: Run) -> None:
    try:
        await run(be_short if run.input.get("short") else be_slow)
    finally:
        await run(clean_up)


@step(Phase.EXECUTION, "Nothing")
async def nothing(run: Run, work: Work, number: int) -> int:
    return number


@job_type("TEST_MANY", title="Many", about="Many steps that do nothing.")
async def many(run: Run) -> int:
    for number in range(run.input["steps"]):
        await run(nothing.part(number))
    if run.input.get("odd"):
        raise Invalid("That did not fit.")
    return int(run.input["steps"])


@job_type("TEST_SIDE_BY_SIDE", title="Together", about="Steps at the same time.")
async def together(run: Run) -> list[Any]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(run(execute.part(number))) for number in range(4)]
    return [task.result() for task in tasks]
