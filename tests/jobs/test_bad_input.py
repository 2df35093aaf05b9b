"""Whatever is reported is kept as it is, or answered in calm words; nothing is half-written."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.answers import escaped, problem
from tests.jobs.runs import JOBS, Row, add, done, events_of, place, read, start, steps_of
from tests.world import Person, World, make_world

DEEP = 65
NESTED: Any = "leaf"
for _ in range(DEEP):
    NESTED = [NESTED]


@pytest.fixture(scope="module")
async def mia(pool: None) -> Person:
    return (await make_world()).mia


async def _send(person: Person, method: str, path: str, body: object) -> Any:
    return await person.http.request(method, path, **escaped(body))


JOB: list[tuple[dict[str, Any], list[str | int]]] = [
    ({"type": ""}, ["body", "type"]),
    ({"type": "1a"}, ["body", "type"]),
    ({"type": "a b"}, ["body", "type"]),
    ({"type": "a\n"}, ["body", "type"]),
    ({"type": "a" * 65}, ["body", "type"]),
    ({"type": "ä"}, ["body", "type"]),
    ({"type": 5}, ["body", "type"]),
    ({"title": " "}, ["body", "title"]),
    ({"title": "x" * 201}, ["body", "title"]),
    ({"title": "a\x00b"}, ["body", "title"]),
    ({"title": "\ud800"}, ["body", "title"]),
    ({"priority": -1}, ["body", "priority"]),
    ({"priority": 101}, ["body", "priority"]),
    ({"priority": 10**30}, ["body", "priority"]),
    ({"priority": "high"}, ["body", "priority"]),
    ({"input": []}, ["body", "input"]),
    ({"input": {"a": "b\x00"}}, ["body", "input"]),
    ({"input": {"b\x00": 1}}, ["body", "input"]),
    ({"input": {"a": "\ud800"}}, ["body", "input"]),
    ({"input": {"a": NESTED}}, ["body", "input"]),
    ({"input": {"a": float("nan")}}, ["body", "input"]),
    ({"input": {"a": [float("inf")]}}, ["body", "input"]),
    ({"input": {"a": "x" * 256_000}}, ["body", "input"]),
    ({"parentJobId": "x"}, ["body", "parentJobId"]),
    ({"timeLimit": 0}, ["body", "timeLimit"]),
    ({"timeLimit": 10**10}, ["body", "timeLimit"]),
]


@pytest.mark.parametrize(("values", "where"), JOB, ids=lambda value: repr(value)[:40])
async def test_what_does_not_fit_a_run_is_told_where(
    world: World, values: dict[str, Any], where: list[str | int]
) -> None:
    body = problem(await _send(world.mia, "POST", JOBS, {"type": "ok", **values}), 422)
    assert body["errors"][0]["loc"] == where
    assert len(json.dumps(body)) < 2_000
    assert done(await world.mia.http.get(JOBS))["meta"]["total"] == 0


REPORT: list[dict[str, Any]] = [
    {"status": "GONE"},
    {"status": "QUEUED"},
    {"status": 1},
    {"error": "x" * 20_001},
    {"error": 5},
    {"output": ["x"]},
    {"result": {"a": "b\x00"}},
    {"result": NESTED},
    {"result": float("nan")},
    {"result": "x" * 256_000},
    {"model": ""},
    {"model": "m" * 201},
]


@pytest.mark.parametrize("values", REPORT, ids=lambda value: repr(value)[:40])
async def test_what_does_not_fit_a_step_changes_nothing(
    world: World, values: dict[str, Any]
) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job, type="AI_ACTION")
    body = {"status": "RUNNING", "tokensInput": 3, **values}
    found = problem(await _send(world.mia, "PATCH", place(step), body), 422)
    assert found["errors"][0]["loc"] == ["body", *values]
    item = {"op": "update", "stepId": step["id"], **body}
    batch = {"items": [{"op": "step", "name": "x"}, item]}
    problem(await _send(world.mia, "POST", f"{JOBS}/{job['id']}/batch", batch), 422)
    assert await steps_of(world.mia, job) == [step]


async def test_what_is_no_json_is_told(world: World) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job)
    deep = b"[" * 10_000 + b"]" * 10_000
    huge = b"9" * 5_000
    for path, field in (
        (JOBS, b"input"),
        (f"{JOBS}/{job['id']}/steps", b"name"),
        (f"{place(step)}/output", b"content"),
        (f"{JOBS}/{job['id']}/batch", b"items"),
        (f"{JOBS}/{job['id']}/retry", b"fromStepId"),
        (f"{JOBS}/{job['id']}/entries", b"entries"),
    ):
        for value in (deep, huge, b"-" + huge, b"1e999", b"NaN", b'{"a": ' * 5_000, b'"\\ud800"'):
            content = b'{"type": "x", "' + field + b'": ' + value + b"}"
            sent = {"content": content, "headers": {"Content-Type": "application/json"}}
            answer = await world.mia.http.post(path, **sent)
            if not answer.is_success:  # half a character is taken in a log
                problem(answer, answer.status_code)
                assert answer.status_code in {400, 409, 422}
            sent["headers"] = {"Content-Type": "text/plain"}
            answer = await world.mia.http.post(path, **sent)
            problem(answer, answer.status_code)
            assert answer.status_code < 500
    assert await steps_of(world.mia, job) == [await read(world.mia, step)]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(-1e15, 1e15)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00")), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=JSON)
async def test_json_comes_back_as_it_was_sent(mia: Person, value: Any) -> None:
    job = done(await _send(mia, "POST", JOBS, {"type": "x", "input": {"": value}}))
    assert (await read(mia, job))["input"] == {"": value}
    step = await add(mia, job)
    item = {"op": "event", "type": "ai.tool_called", "payload": {"value": value}}
    done(await _send(mia, "POST", f"{JOBS}/{job['id']}/batch", {"items": [item]}))
    assert (await events_of(mia, job))[-1]["payload"] == {"value": value}
    if value is not None:
        done(await _send(mia, "PATCH", place(step), {"result": value}))
        assert (await read(mia, step))["result"] == value


async def test_naughty_strings_are_kept(mia: Person, shared: Path) -> None:
    strings = json.loads((shared / "fixtures" / "blns" / "blns.json").read_text())
    job = await start(mia)
    kept: list[Row] = []
    for turn, text in enumerate(strings):
        title = text.strip()[:200]
        if not title:
            continue
        if turn % 10 == 3:  # titles of all of them are seen to elsewhere
            made = done(await _send(mia, "POST", JOBS, {"type": "x", "title": title}))
            assert made["title"] == title.strip()
        items = [
            {"op": "step", "id": f"00000000-0000-4000-8000-{turn:012x}", "name": title},
            {"op": "output", "stepId": f"00000000-0000-4000-8000-{turn:012x}", "content": text},
            {"op": "event", "type": "step.progress", "payload": {text: text}},
        ]
        answer = await _send(mia, "POST", f"{JOBS}/{job['id']}/batch", {"items": items})
        kept.append({"text": text, **done(answer)["steps"][0]})
    for one in kept:
        assert one["output"] == one["text"]
        assert one["name"] == one["text"].strip()[:200].strip()
    payloads = [one["payload"] for one in await events_of(mia, job) if "progress" in one["type"]]
    assert payloads == [{one["text"]: one["text"]} for one in kept]
    found = await mia.http.get(JOBS, params={"q": made["title"]})
    assert made["title"] in {row["title"] for row in done(found)["data"]}


@pytest.mark.parametrize("wrong", ["x", "0", "%00", "é" * 50, "' OR 1=1 --", "\u202e"])
async def test_ids_that_are_none(world: World, wrong: str) -> None:
    job = await start(world.mia)
    for path in (f"/{wrong}", f"/{job['id']}/steps/{wrong}", f"/{job['id']}/files/{wrong}/x"):
        answer = await world.mia.http.get(f"{JOBS}{path}")
        problem(answer, answer.status_code)
        assert answer.status_code in {404, 422}
