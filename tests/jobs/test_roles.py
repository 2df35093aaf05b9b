"""Who may write to a run: members. Guests read it, other tenants do not see that it is there."""

from typing import Any
from uuid import uuid4

import pytest

from tests.answers import problem
from tests.jobs.runs import JOBS, add, done, events_of, read, start, steps_of
from tests.world import World, client

WRITES: dict[str, tuple[str, str, Any]] = {
    "change": ("PATCH", "", {"title": "Mine"}),
    "put": ("PUT", "", {"progress": 9}),
    "end": ("PATCH", "", {"status": "CANCELLED"}),
    "cancel": ("POST", "/cancel", None),
    "retry": ("POST", "/retry", {}),
    "step": ("POST", "/steps", {"name": "x"}),
    "report": ("PATCH", "/steps/{step}", {"status": "RUNNING"}),
    "print": ("POST", "/steps/{step}/output", {"content": "x"}),
    "approve": ("PUT", "/steps/{gate}/approval", {"approved": True}),
    "batch": ("POST", "/batch", {"items": [{"op": "step", "name": "x"}]}),
    "touch": ("POST", "/entries", {"entries": ["page"]}),
    "file": ("POST", "/files", None),
}
READS = ["", "/steps", "/steps/{step}", "/steps/{step}/output", "/events", "/files", "/entries"]


@pytest.mark.parametrize("name", WRITES)
@pytest.mark.parametrize("prefix", ["/api", ""])
@pytest.mark.parametrize(
    ("who", "status"), [("gil", 403), ("bo", 404), ("otto", 404), ("nobody", 401), ("reader", 403)]
)
async def test_only_members_write(
    world: World, name: str, prefix: str, who: str, status: int
) -> None:
    method, path, body = WRITES[name]
    job = await start(world.mia, ["CANCELLED"] if name == "retry" else [])
    step, gate = {}, {}
    if name != "retry":
        step, gate = await add(world.mia, job), await add(world.mia, job, type="GATE")
    await world.mia.http.post("/api/knowledge/entries", json={"title": "Page", "content": ""})
    before = await read(world.mia, job), await events_of(world.mia, job)
    address = f"{prefix}/runner-jobs/{job['id']}{path}".format(
        step=step.get("id"), gate=gate.get("id")
    )
    sent: dict[str, Any] = {"files": {"files": ("f", b"x")}} if name == "file" else {"json": body}
    if who == "reader":
        wanted = {"name": "r", "scopes": ["read"]}
        token = done(await world.mia.http.post("/api/auth/tokens", json=wanted))["token"]
        http = client(token, world.mia.workspace)
    else:
        http = client() if who == "nobody" else getattr(world, who).http
    problem(await http.request(method, address, **sent), status)
    assert (await read(world.mia, job), await events_of(world.mia, job)) == before
    answer = await world.mia.http.request(method, address, **sent)
    assert answer.is_success, answer.text


async def test_guests_ask_for_no_run(world: World) -> None:
    problem(await world.gil.http.post(JOBS, json={"type": "x"}), 403)
    assert done(await world.gil.http.get(JOBS))["meta"]["total"] == 0


@pytest.mark.parametrize("path", [*READS, "/events/stream", "/steps/{step}/output?download=true"])
async def test_guests_read_and_strangers_do_not(world: World, path: str) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job)
    await world.mia.http.post(f"{JOBS}/{job['id']}/cancel")
    address = f"{JOBS}/{job['id']}{path}".format(step=step["id"])
    assert (await world.gil.http.get(address)).status_code == 200
    problem(await world.bo.http.get(address), 404)
    problem(await client().get(address), 401)
    # In a workspace of their own the ids name nothing either.
    named = f"{address}{'&' if '?' in address else '?'}workspaceId={world.bo.workspace}"
    problem(await client(world.bo.token).get(named), 404)


async def test_a_parent_is_of_the_same_workspace(world: World) -> None:
    foreign = await start(world.bo)
    for parent in (foreign["id"], str(uuid4())):
        body = {"type": "x", "parentJobId": parent}
        problem(await world.mia.http.post(JOBS, json=body), 422)


async def test_steps_are_found_in_their_own_run_only(world: World) -> None:
    job, other = await start(world.mia), await start(world.mia)
    step = await add(world.mia, job)
    for path in (f"/steps/{step['id']}", f"/steps/{step['id']}/output"):
        problem(await world.mia.http.get(f"{JOBS}/{other['id']}{path}"), 404)
    sent = {"json": {"status": "RUNNING"}}
    problem(await world.mia.http.patch(f"{JOBS}/{other['id']}/steps/{step['id']}", **sent), 404)
    sent = {"json": {"fromStepId": step["id"]}}
    await world.mia.http.post(f"{JOBS}/{other['id']}/cancel")
    problem(await world.mia.http.post(f"{JOBS}/{other['id']}/retry", **sent), 404)
    assert await steps_of(world.mia, job) == [step]


async def test_runs_of_mosaic_are_not_reported_about(world: World) -> None:
    from sqlalchemy import text

    job = await start(world.mia)
    step = await add(world.mia, job)
    async with world.mia.work() as work:
        await work.session.execute(
            text("UPDATE jobs SET engine = true WHERE id = :id"), {"id": job["id"]}
        )
    path = f"{JOBS}/{job['id']}"
    for method, below, body in (
        ("PATCH", "", {"status": "RUNNING"}),
        ("PATCH", "", {"progress": 3}),
        ("POST", "/steps", {"name": "x"}),
        ("PATCH", f"/steps/{step['id']}", {"status": "RUNNING"}),
        ("POST", f"/steps/{step['id']}/output", {"content": "x"}),
        ("POST", "/batch", {"items": []}),
    ):
        problem(await world.mia.http.request(method, path + below, json=body), 409)
    assert (await world.mia.http.patch(path, json={"title": "T", "priority": 9})).is_success
    assert (await world.mia.http.post(f"{path}/cancel")).json()["status"] == "CANCELLED"
    assert (await world.mia.http.post(f"{path}/retry")).json()["status"] == "QUEUED"
