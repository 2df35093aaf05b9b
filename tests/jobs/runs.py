"""What the tests of runs do over REST, again and again."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any

import httpx2 as httpx

from tests.world import Person

JOBS = "/api/runner-jobs"
COUNTS = ("pending", "running", "completed", "failed", "skipped")
Row = dict[str, Any]

# The reports that lead a step, and a run, to each status.
STEP_WAYS = {
    "PENDING": [],
    "RUNNING": ["RUNNING"],
    "COMPLETED": ["RUNNING", "COMPLETED"],
    "FAILED": ["RUNNING", "FAILED"],
    "SKIPPED": ["SKIPPED"],
}
JOB_WAYS = {
    "PENDING": [],
    "QUEUED": ["QUEUED"],
    "RUNNING": ["RUNNING"],
    "COMPLETED": ["RUNNING", "COMPLETED"],
    "FAILED": ["FAILED"],
    "CANCELLED": ["CANCELLED"],
}


def done(answer: httpx.Response) -> Any:
    """Return what a good answer says."""
    assert answer.is_success, f"{answer.request.method} {answer.request.url} {answer.text}"
    return answer.json()


async def start(person: Person, ways: Iterable[str] = (), **values: Any) -> Row:
    """Ask for a run of an outside runner, and report statuses of it."""
    made = {"type": "outside", "title": "Tidy", **values}
    job: Row = done(await person.http.post(JOBS, json=made))
    for status in ways:
        job = done(await person.http.patch(f"{JOBS}/{job['id']}", json={"status": status}))
    return job


async def add(person: Person, job: Row, ways: Iterable[str] = (), **values: Any) -> Row:
    """Add a step and report statuses of it."""
    made = {"name": "Sweep", **values}
    step: Row = done(await person.http.post(f"{JOBS}/{job['id']}/steps", json=made))
    for status in ways:
        step = done(await change(person, step, status=status))
    return step


def place(step: Row) -> str:
    """Return the address of a step."""
    return f"{JOBS}/{step['jobId']}/steps/{step['id']}"


async def change(person: Person, step: Row, **values: Any) -> httpx.Response:
    """Report about a step."""
    return await person.http.patch(place(step), json=values)


async def read(person: Person, thing: Row) -> Row:
    """Read a run or a step again."""
    path = place(thing) if "jobId" in thing else f"{JOBS}/{thing['id']}"
    found: Row = done(await person.http.get(path))
    return found


async def steps_of(person: Person, job: Row, **query: Any) -> list[Row]:
    """Read the steps of a run."""
    query = {"limit": 1000, **query}
    answer = await person.http.get(f"{JOBS}/{job['id']}/steps", params=query)
    rows: list[Row] = done(answer)["data"]
    return rows


async def events_of(person: Person, job: Row) -> list[Row]:
    """Read all events of a run, part by part."""
    found: list[Row] = []
    after = 0
    while True:
        query = {"after": after, "limit": 1000}
        page = done(await person.http.get(f"{JOBS}/{job['id']}/events", params=query))
        found += page["data"]
        after = page["meta"]["lastId"]
        if not page["meta"]["more"]:
            return found


async def told(person: Person, job: Row) -> list[str]:
    """Read what happened in a run, in short."""
    return [event["type"] for event in await events_of(person, job)]


async def at_once(calls: Iterable[Awaitable[httpx.Response]]) -> list[int]:
    """Send requests at the same time; return their statuses, sorted."""
    return sorted(answer.status_code for answer in await asyncio.gather(*calls))
