"""Secrets are sent through every door, and looked for in every line that was logged."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import pytest
from sqlalchemy.exc import ProgrammingError

import tests.jobs.engine.kinds  # noqa: F401  (its types declare themselves)
from mosaic.core import database
from mosaic.core.start import Ready
from mosaic.edge import COOKIE
from mosaic.jobs.engine import run as running
from tests.architecture.full_world import Full, fill
from tests.architecture.routes import Operation, example, operations
from tests.conftest import connected
from tests.jobs.engine.runs import ask, ended
from tests.performer import performing
from tests.world import World, make_world

SECRET = "open-Sesame7f3a"
ASKED = {"token": SECRET, "code": SECRET, "state": SECRET, "password": SECRET, "q": SECRET}


@pytest.fixture(scope="module")
async def full(ready: Ready, pool: None) -> Full:
    async with performing():
        return await fill(await make_world(), ready)


def told(lines: list[str]) -> list[str]:
    """The lines with a secret in them."""
    return [line for line in lines if SECRET.lower() in line.lower()]


def _body(operation: Operation) -> dict[str, Any]:
    kind, schema = operation.body or ("", {})
    if kind == "application/json":
        made = example("", schema, SECRET)
        return {"json": {**made, **ASKED} if isinstance(made, dict) else made}
    return {"files": {"file": (SECRET, SECRET)}} if kind.startswith("multipart") else {}


async def _try_all(full: Full, http: httpx.AsyncClient, **headers: str) -> int:
    belongings, sent = full.belongings(), 0
    for operation in operations():
        for path in (*belongings.paths(operation), _filled(operation.path)):
            given = {one["name"]: SECRET for one in operation.parameters("query")}
            await http.request(
                operation.method,
                path,
                params=ASKED | given,
                headers={"X-Api-Key": SECRET, "Idempotency-Key": SECRET, **headers},
                **_body(operation),
            )
            sent += 1
    return sent


def _filled(path: str) -> str:
    return "/".join(SECRET if part.startswith("{") else part for part in path.split("/"))


async def test_through_every_address(full: Full, lines: list[str]) -> None:
    otto = full.world.otto.http
    sent = await _try_all(full, otto)
    for headers in (
        {"Authorization": f"Bearer {SECRET}"},
        {"Authorization": f"Basic {SECRET}"},
        {"Authorization": "", "Cookie": f"{COOKIE}={SECRET}; mosaic_oidc={SECRET}"},
    ):
        sent += await _try_all(full, otto, **headers)
    requests = [one for one in map(json.loads, lines) if one["event"] == "request"]
    assert len(requests) == sent
    assert all(one["request_id"] and one["route"] for one in requests)
    assert told(lines) == []


@pytest.mark.parametrize(
    "problem",
    [
        (RuntimeError, f"postgresql://mosaic:{SECRET}@db/mosaic does not answer"),
        (ValueError, f"GET https://id.example/callback?code={SECRET}"),
        (KeyError, f"Authorization: Bearer {SECRET}"),
        (ProgrammingError, "INSERT", {"token": SECRET}, Exception(f"x\nDETAIL:  ({SECRET})")),
    ],
    ids=lambda problem: problem[0].__name__,
)
async def test_where_every_address_breaks(
    full: Full, lines: list[str], monkeypatch: pytest.MonkeyPatch, problem: tuple[Any, ...]
) -> None:
    def breaks() -> None:
        password = SECRET  # a variable, whose value is nobody's business
        kind, *words = problem
        raise kind(*words) from RuntimeError(f"password={password}")

    belongings = full.belongings()
    monkeypatch.setattr(database, "_sessions", breaks)
    for operation in operations():
        for path in belongings.paths(operation):
            sent = {"params": ASKED, **_body(operation)}
            await full.world.ana.http.request(operation.method, path, **sent)
    broken = [one for one in map(json.loads, lines) if "exception" in one]
    assert len(broken) > 100
    assert all(one["request_id"] for one in broken)
    assert told(lines) == []


@pytest.mark.usefixtures("performer")
async def test_in_a_run(world: World, lines: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: object) -> None:
        raise RuntimeError(f"Authorization: Bearer {SECRET}")

    kept = {"password": SECRET, "token": SECRET}
    well = await ask(world.mia, "TEST_PHASES", f"With {SECRET}", input=kept)
    await ended(world.mia, well)
    monkeypatch.setattr(running.stepping, "_once", breaks)
    broken = await ask(world.mia, "TEST_PHASES", f"With {SECRET}", input=kept)
    assert (await ended(world.mia, broken)).status == "FAILED"
    said = [json.loads(line) for line in lines]
    steps = [one for one in said if one["event"] == "step"]
    assert {one["outcome"] for one in steps} == {"COMPLETED", "FAILED"}
    assert all(one["request_id"] and one["run"] for one in steps)
    assert len({one["request_id"] for one in steps}) == len(steps)
    [why] = [one for one in said if "exception" in one and one.get("run") == str(broken)]
    assert why["request_id"] in {one["request_id"] for one in steps}
    assert told(lines) == []


@pytest.mark.usefixtures("pool")
async def test_of_a_database_that_is_away(lines: list[str], world: World) -> None:
    async with connected(f"postgresql://mosaic:{SECRET}@127.0.0.1:1/nothing"):
        for path in ("/api/health", "/api/ready", "/api/auth/me", "/metrics"):
            await world.ana.http.get(path)
    assert lines
    assert told(lines) == []


async def test_every_line_of_a_request_has_its_id(world: World, lines: list[str]) -> None:
    async def ask(name: str) -> None:
        sent = {"X-Request-Id": name}
        answer = await world.ana.http.get("/api/knowledge/entries", headers=sent)
        assert answer.headers["x-request-id"] == name

    names = [f"r-{uuid4().hex}" for _ in range(20)]
    await asyncio.gather(*map(ask, names))
    said = [json.loads(line) for line in lines]
    assert sorted(one["request_id"] for one in said if one["event"] == "request") == sorted(names)
