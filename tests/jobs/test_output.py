"""The log of a step: in order, by byte, never torn, up to a limit."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.answers import escaped, problem
from tests.jobs.runs import JOBS, add, change, done, events_of, place, read, start
from tests.world import Person, World, make_world


@pytest.fixture(scope="module")
async def mia(pool: None) -> Person:
    return (await make_world()).mia


async def _append(person: Person, step: dict[str, Any], content: str) -> dict[str, Any]:
    answer = await person.http.post(f"{place(step)}/output", **escaped({"content": content}))
    state: dict[str, Any] = done(answer)
    return state


async def _whole(person: Person, step: dict[str, Any], limit: int = 1024) -> str:
    """Read a log part by part, as the headers say where to go on."""
    text, after = "", 0
    while True:
        query = {"after": after, "limit": limit}
        answer = await person.http.get(f"{place(step)}/output", params=query)
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert len(answer.content) <= limit
        after = int(answer.headers["x-output-next"])
        text += answer.text
        if after == int(answer.headers["x-output-size"]):
            return text
        assert answer.content


TEXTS = st.text(alphabet="aß€🙂\n\x1b", max_size=40)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chunks=st.lists(TEXTS, max_size=8), limit=st.integers(16, 60), after=st.integers(0, 300))
async def test_chunks_are_put_together_in_order(
    mia: Person, chunks: list[str], limit: int, after: int
) -> None:
    step = await add(mia, await start(mia))
    for chunk in chunks:
        await _append(mia, step, chunk)
    whole = "".join(chunks)
    size = len(whole.encode())
    assert await _whole(mia, step, limit) == whole
    assert (await mia.http.get(f"{place(step)}/output?download=true")).text == whole
    # From any byte on: what begins there or after it.
    part = await mia.http.get(f"{place(step)}/output", params={"after": after})
    assert part.text == whole.encode()[after:].decode(errors="ignore")
    now = await read(mia, step)
    assert (now["output"], now["outputSize"], now["outputFull"]) == (whole, size, False)
    kept = [one["payload"] for one in await events_of(mia, {"id": step["jobId"]})][2:]
    assert "".join(one["content"] for one in kept) == whole
    starts = [0]
    for one in kept:
        assert one["start"] == starts[-1]
        starts.append(starts[-1] + one["size"])
    assert starts[-1] == size


@pytest.mark.parametrize("text", ["x", "ß", "€", "🙂", "a🙂"])
async def test_what_fits_is_kept_and_the_rest_dropped(
    world: World, configure: Any, text: str
) -> None:
    configure(JOB_OUTPUT_LIMIT="10")
    job = await start(world.mia)
    step = await add(world.mia, job)
    fits = (text * 10).encode()[:10].decode(errors="ignore")
    state = await _append(world.mia, step, text * 11)
    assert state == {"size": len(fits.encode()), "full": True}
    assert await _append(world.mia, step, "more") == state
    assert (await change(world.mia, step, output="more")).json()["output"] == fits
    item = {"op": "output", "stepId": step["id"], "content": "more"}
    done(await world.mia.http.post(f"{JOBS}/{job['id']}/batch", json={"items": [item]}))
    now = await read(world.mia, step)
    assert (now["output"], now["outputSize"], now["outputFull"]) == (fits, state["size"], True)
    answer = await world.mia.http.get(f"{place(step)}/output")
    assert (answer.text, answer.headers["x-output-full"]) == (fits, "true")
    told = [one["payload"] for one in await events_of(world.mia, job) if "output" in one["type"]]
    assert told == [{"start": 0, "size": state["size"], "full": True, "content": fits}]


async def test_a_log_that_is_exactly_full_says_so_when_more_comes(
    world: World, configure: Any
) -> None:
    configure(JOB_OUTPUT_LIMIT="4")
    step = await add(world.mia, await start(world.mia))
    assert await _append(world.mia, step, "") == {"size": 0, "full": False}
    assert await _append(world.mia, step, "four") == {"size": 4, "full": False}
    assert await _append(world.mia, step, "!") == {"size": 4, "full": True}
    assert (await read(world.mia, step))["output"] == "four"


async def test_many_writers_append_without_a_gap(world: World) -> None:
    step = await add(world.mia, await start(world.mia))
    lines = [f"{n:03}€\n" for n in range(40)]
    await asyncio.gather(*(_append(world.mia, step, line) for line in lines))
    whole = await _whole(world.ana, step)
    assert sorted(whole.splitlines(True)) == lines


async def test_what_programs_print_is_taken(world: World) -> None:
    step = await add(world.mia, await start(world.mia))
    await _append(world.mia, step, "a\x00b\ud800c\r\n\x1b[31m\x07")
    assert (await read(world.mia, step))["output"] == "a\ufffdb?c\r\n\x1b[31m\x07"


async def test_a_chunk_has_a_size(world: World) -> None:
    step = await add(world.mia, await start(world.mia))
    for sent in ("x" * 1_048_577, "🙂" * 262_145):
        problem(await world.mia.http.post(f"{place(step)}/output", json={"content": sent}), 413)
        problem(await change(world.mia, step, output=sent, status="RUNNING"), 413)
    assert (await read(world.mia, step)) == step
    assert (await _append(world.mia, step, "🙂" * 262_144))["size"] == 1_048_576


async def test_long_logs_are_sent_in_part_with_their_step(world: World) -> None:
    job = await start(world.mia)
    step = await add(world.mia, job)
    for n in range(6):
        await _append(world.mia, step, f"{n}" * 100_000)
    whole = "".join(f"{n}" * 100_000 for n in range(6))
    assert (await read(world.mia, step))["output"] == whole[:262_144]
    rows = done(await world.mia.http.get(f"{JOBS}/{job['id']}/steps"))["data"]
    assert rows[0]["output"] == whole[:4096]
    rows = done(await world.mia.http.get(f"{JOBS}/{job['id']}/steps?output=false"))["data"]
    assert (rows[0]["output"], rows[0]["outputSize"]) == ("", 600_000)
    answer = await world.mia.http.get(f"{place(step)}/output?download=true")
    assert answer.text == whole
    assert answer.headers["content-disposition"] == f'attachment; filename="{step["id"]}.log"'


async def test_a_place_after_the_end_is_empty(world: World) -> None:
    step = await add(world.mia, await start(world.mia))
    await _append(world.mia, step, "four")
    for after in (4, 5, 10**9, 2**62):
        answer = await world.mia.http.get(f"{place(step)}/output", params={"after": after})
        assert (answer.status_code, answer.text) == (200, "")
    for wrong in ({"after": -1}, {"after": 2**63}, {"limit": 1}, {"limit": 2**21}):
        problem(await world.mia.http.get(f"{place(step)}/output", params=wrong), 422)
