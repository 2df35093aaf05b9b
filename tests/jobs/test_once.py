"""Idempotency-Key: what is sent again is answered again, and done once."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2 as httpx
import pytest

from tests.answers import problem
from tests.jobs.runs import JOBS, Row, add, at_once, done, events_of, place, read, start, steps_of
from tests.world import Person, World

Send = Callable[..., Awaitable[httpx.Response]]


def _key(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def _posts(person: Person, job: Row, step: Row) -> dict[str, Callable[[str], Any]]:
    """Every POST of a run, as a function of the key."""
    path, post = f"{JOBS}/{job['id']}", person.http.post
    bodies: dict[str, tuple[str, Any]] = {
        "job": (JOBS, {"type": "outside", "title": "Once"}),
        "step": (f"{path}/steps", {"name": "Once"}),
        "output": (f"{place(step)}/output", {"content": "once"}),
        "batch": (f"{path}/batch", {"items": [{"op": "step", "name": "Once"}]}),
        "cancel": (f"{path}/cancel", None),
    }

    def sending(address: str, body: Any) -> Callable[[str], Any]:
        return lambda key: post(address, json=body, headers=_key(key))

    file = {"files": ("once.txt", b"once", "text/plain")}
    return {name: sending(*one) for name, one in bodies.items()} | {
        "files": lambda key: post(f"{path}/files", files=file, headers=_key(key))
    }


async def _state(person: Person, job: Row) -> Any:
    runs = done(await person.http.get(JOBS))["meta"]["total"]
    return runs, await read(person, job), await steps_of(person, job), await events_of(person, job)


NAMES = ["job", "step", "output", "batch", "cancel", "files"]


@pytest.mark.parametrize("name", NAMES)
async def test_again_is_answered_alike_and_done_once(world: World, name: str) -> None:
    job = await start(world.mia)
    send = _posts(world.mia, job, await add(world.mia, job))[name]
    first = await send("key 1")
    done(first)
    after = await _state(world.mia, job)
    again = await send("key 1")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert await _state(world.mia, job) == after
    if name != "cancel":
        other = await send("key 2")
        assert other.status_code == first.status_code
        assert await _state(world.mia, job) != after


@pytest.mark.parametrize("name", NAMES)
async def test_the_same_key_at_once_is_done_once(world: World, name: str) -> None:
    job = await start(world.mia)
    send = _posts(world.mia, job, await add(world.mia, job))[name]
    before = len(await events_of(world.mia, job))
    statuses = await at_once(send("same") for _ in range(12))
    assert len(set(statuses)) == 1
    assert statuses[0] < 300
    runs, _, steps, events = await _state(world.mia, job)
    assert runs == (2 if name == "job" else 1)
    assert len(steps) == (2 if name in {"step", "batch"} else 1)
    assert len(events) == before + {"job": 0, "cancel": 2}.get(name, 1)


async def test_retry_once(world: World) -> None:
    job = await start(world.mia, ["FAILED"])
    path = f"{JOBS}/{job['id']}/retry"
    answers = [await world.mia.http.post(path, headers=_key("r")) for _ in range(3)]
    assert [one.status_code for one in answers] == [200] * 3
    assert (await read(world.mia, job))["attempt"] == 2


async def test_a_change_that_is_sent_again_is_made_once(world: World) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, type="GATE")
    path, patch, put = f"{JOBS}/{job['id']}", world.mia.http.patch, world.mia.http.put
    changes = [
        (patch, place(step), {"status": "RUNNING", "output": "once"}),
        (put, f"{place(step)}/approval", {"approved": True}),
        (patch, path, {"status": "COMPLETED"}),
    ]
    for send, address, body in changes:
        first = await send(address, json=body, headers=_key(address))
        after = await _state(world.mia, job)
        again = await send(address, json=body, headers=_key(address))
        assert (first.status_code, again.json()) == (200, first.json())
        assert await _state(world.mia, job) == after
        problem(await send(address, json=body, headers=_key("another")), 409)


async def test_a_key_stands_for_one_request(world: World) -> None:
    job = await start(world.mia)
    path = f"{JOBS}/{job['id']}/steps"
    done(await world.mia.http.post(path, json={"name": "a"}, headers=_key("k")))
    for address, body in ((path, {"name": "b"}), (JOBS, {"type": "x"}), (path, {"name": ""})):
        answer = await world.mia.http.post(address, json=body, headers=_key("k"))
        problem(answer, 422)
    # The address without its prefix is the same one.
    short = path.removeprefix("/api")
    again = await world.mia.http.post(short, json={"name": "a"}, headers=_key("k"))
    assert again.headers["idempotent-replayed"] == "true"
    # A file with other content is another request.
    for content, status in ((b"1", 201), (b"1", 201), (b"2", 422)):
        sent = {"files": ("f.txt", content, "text/plain")}
        files = f"{JOBS}/{job['id']}/files"
        answer = await world.mia.http.post(files, files=sent, headers=_key("f"))
        assert answer.status_code == status
    assert len(done(await world.mia.http.get(f"{JOBS}/{job['id']}/files"))) == 1


async def test_keys_are_each_persons_own(world: World) -> None:
    made = set()
    for person in (world.mia, world.ana, world.bo):
        sent = {"json": {"type": "x"}, "headers": _key("mine")}
        made.add(done(await person.http.post(JOBS, **sent))["id"])
    assert len(made) == 3


async def test_what_did_not_work_out_can_be_sent_again(world: World) -> None:
    job = await start(world.mia)
    path = f"{JOBS}/{job['id']}/batch"
    step = await add(world.mia, job)
    body = {"items": [{"op": "update", "stepId": step["id"], "status": "COMPLETED"}]}
    problem(await world.mia.http.post(path, json=body, headers=_key("k")), 409)
    await world.mia.http.patch(place(step), json={"status": "RUNNING"})
    assert (await world.mia.http.post(path, json=body, headers=_key("k"))).status_code == 201
    assert (await read(world.mia, step))["status"] == "COMPLETED"


async def test_keys_have_a_length(world: World) -> None:
    for key, status in (("", 422), ("k" * 200, 201), ("k" * 201, 422)):
        answer = await world.mia.http.post(JOBS, json={"type": "x"}, headers=_key(key))
        assert answer.status_code == status, answer.text


async def test_reports_of_an_earlier_attempt_are_refused(world: World) -> None:
    job = await start(world.mia, ["RUNNING", "FAILED"])
    path = f"{JOBS}/{job['id']}"
    done(await world.mia.http.post(f"{path}/retry"))
    done(await world.mia.http.patch(path, json={"status": "RUNNING", "attempt": 2}))
    before = await _state(world.mia, job)
    added = {"items": [{"op": "step", "name": "late"}], "attempt": 1}
    late = await world.mia.http.post(f"{path}/batch", json=added)
    assert problem(late, 409)["current"] == 2
    problem(await world.mia.http.patch(path, json={"status": "COMPLETED", "attempt": 1}), 409)
    assert await _state(world.mia, job) == before
    done(await world.mia.http.post(f"{path}/batch", json={**added, "attempt": 2}))
