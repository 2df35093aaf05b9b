"""What the page of a run is filled from: sums, windows, comparisons."""

from typing import Any
from uuid import UUID

import pytest

from mosaic.jobs import overview
from mosaic.jobs.compare import compare
from mosaic.jobs.models import JobStep
from mosaic.jobs.pages.run_place import Place
from tests.jobs.runs import JOBS, add, change, done, start
from tests.world import Person, World


async def _many(person: Person, job: Any, count: int, **values: Any) -> list[Any]:
    items = [{"op": "step", "name": f"Page {n}", **values} for n in range(1, count + 1)]
    answer = await person.http.post(f"{JOBS}/{job['id']}/batch", json={"items": items})
    steps: list[Any] = done(answer)["steps"]
    return steps


async def test_sums_by_phase_and_the_page_of_interest(world: World) -> None:
    mia, job = world.mia, await start(world.mia)
    await add(mia, job, ["RUNNING", "COMPLETED"], phase="SETUP")
    steps = await _many(mia, job, 130)
    items = [{"op": "update", "stepId": s["id"], "status": "RUNNING"} for s in steps[:120]]
    items += [{"op": "update", "stepId": s["id"], "status": "COMPLETED"} for s in steps[:119]]
    done(await mia.http.post(f"{JOBS}/{job['id']}/batch", json={"items": items}))
    id = UUID(job["id"])
    async with mia.work() as work:
        first, second = await overview.phase_sums(work, id, 1)
        assert (first.phase, first.counts) == ("SETUP", {"COMPLETED": 1})
        assert second.counts == {"COMPLETED": 119, "RUNNING": 1, "PENDING": 10}
        assert second.started_at
        assert await overview.page_where(work, id, 1, second, "RUNNING") == 3
        shown = await overview.window(work, id, 1, second, 3)
        assert [step.name for step in shown] == [f"Page {n}" for n in range(101, 131)]
        assert await overview.page_of(work, 1, shown[0]) == 3
        longest = await overview.longest(work, id, 1, 5)
        assert len(longest) == 5
        begun = [step.started_at for step in longest if step.started_at]
        assert begun == sorted(begun)


async def test_phases_that_alternate_have_windows_too(world: World) -> None:
    mia, job = world.mia, await start(world.mia)
    items = [
        {"op": "step", "name": f"{n}", "phase": ("EXECUTION", "VALIDATION")[n % 2]}
        for n in range(240)
    ]
    done(await mia.http.post(f"{JOBS}/{job['id']}/batch", json={"items": items}))
    id = UUID(job["id"])
    async with mia.work() as work:
        first, second = await overview.phase_sums(work, id, 1)
        assert not first.in_a_row
        shown = await overview.window(work, id, 1, second, 3)
        assert [step.name for step in shown] == [f"{n}" for n in range(201, 240, 2)]
        assert await overview.page_where(work, id, 1, second, "PENDING") == 1
        assert await overview.page_of(work, 1, shown[0]) == 3


async def test_an_attempt_shows_the_steps_that_were_tried_last(world: World) -> None:
    mia, job = world.mia, await start(world.mia)
    await add(mia, job, ["RUNNING", "COMPLETED"], name="Good")
    await add(mia, job, ["RUNNING", "FAILED"], name="Bad")
    done(await mia.http.patch(f"{JOBS}/{job['id']}", json={"status": "FAILED"}))
    done(await mia.http.post(f"{JOBS}/{job['id']}/retry", json={}))
    id = UUID(job["id"])

    def told(steps: Any) -> list[tuple[str, str]]:
        return [(step.name, step.status) for step in steps]

    async with mia.work() as work:
        [one] = await overview.phase_sums(work, id, 1)
        [two] = await overview.phase_sums(work, id, 2)
        before = await overview.window(work, id, 1, one, 1)
        after = await overview.window(work, id, 2, two, 1)
    assert (one.counts, two.counts) == (
        {"COMPLETED": 1, "FAILED": 1},
        {"COMPLETED": 1, "PENDING": 1},
    )
    assert told(before) == [("Good", "COMPLETED"), ("Bad", "FAILED")]
    assert told(after) == [("Good", "COMPLETED"), ("Bad", "PENDING")]


async def test_tokens_by_model_and_step(world: World) -> None:
    mia, job = world.mia, await start(world.mia)
    for model, given, made in (("big", 10, 5), ("small", 2, None), ("big", 1, 1)):
        step = await add(mia, job, ["RUNNING"], type="AI_ACTION", name=f"{model} {given}")
        done(await change(mia, step, model=model, tokensInput=given, tokensOutput=made))
    async with mia.work() as work:
        models = await overview.by_model(work, UUID(job["id"]))
        steps = await overview.costly(work, UUID(job["id"]), 2)
    assert models == [("big", 2, 11, 6), ("small", 1, 2, 0)]
    assert [step.name for step in steps] == ["big 10", "small 2"]


async def test_gates_that_wait(world: World) -> None:
    mia = world.mia
    asks, other = await start(mia), await start(mia)
    gate = await add(mia, asks, ["RUNNING"], type="GATE", name="Release?")
    await add(mia, other, type="GATE")
    ids = [UUID(asks["id"]), UUID(other["id"])]
    async with mia.work() as work:
        assert await overview.asking(work, ids) == {ids[0]}
        [found] = await overview.open_gates(work, ids[0])
        assert isinstance(found, JobStep)
        assert str(found.id) == gate["id"]
    async with world.bo.work() as work:
        assert await overview.asking(work, ids) == set()


async def test_what_happened_goes_backwards_without_gap_or_repeat(world: World) -> None:
    mia, job = world.mia, await start(world.mia)
    await _many(mia, job, 20)
    found: list[int] = []
    before = None
    async with mia.work() as work:
        while rows := await overview.happened(work, UUID(job["id"]), before, 6):
            found += [event.id for event, _ in rows]
            before = found[-1]
    assert found == sorted(set(found), reverse=True)
    assert len(found) == 21


async def test_steps_of_two_runs_are_put_together(world: World) -> None:
    mia = world.mia
    a, b = await start(mia), await start(mia)
    for name in ("Collect", "Write", "Write"):
        await add(mia, a, ["RUNNING", "COMPLETED"], name=name)
    await add(mia, b, ["RUNNING", "COMPLETED"], name="Collect")
    await add(mia, b, ["RUNNING", "FAILED"], name="Write")
    await add(mia, b, name="Put away", phase="CLEANUP")
    async with mia.work() as work:
        pairs, total = await compare(work, UUID(a["id"]), UUID(b["id"]))
        differing, _ = await compare(work, UUID(a["id"]), UUID(b["id"]), differing=True)
    told = [
        (pair.name, pair.a.status if pair.a else None, pair.b.status if pair.b else None)
        for pair in pairs
    ]
    assert total == 4
    assert sorted(told, key=str) == [
        ("Collect", "COMPLETED", "COMPLETED"),
        ("Put away", None, "PENDING"),
        ("Write", "COMPLETED", "FAILED"),
        ("Write", "COMPLETED", None),
    ]
    assert {pair.name for pair in differing} == {"Put away", "Write"}
    async with world.bo.work() as work:
        assert await compare(work, UUID(a["id"]), UUID(b["id"])) == ([], 0)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"view": "times", "attempt": "2"},
        {"phases": ""},
        {"phases": "SETUP,EXECUTION", "pages": "EXECUTION:3", "open": "a,b"},
        {"view": "events", "before": "812"},
    ],
)
def test_a_place_is_read_from_its_own_address(asked: dict[str, str]) -> None:
    place = Place.read("/w/x/jobs/1", asked)
    address = place.address()
    query = dict(part.split("=") for part in address.partition("?")[2].split("&") if part)
    assert Place.read("/w/x/jobs/1", query) == place
    assert query == asked


def test_an_address_that_somebody_bent_is_read_as_well_as_can_be() -> None:
    bent = {
        "view": "x",
        "attempt": "-1",
        "phases": "SETUP,<b>",
        "pages": "A:1,SETUP:9x,:",
        "open": ",,",
    }
    place = Place.read("/w/x/jobs/1", bent)
    assert (place.view, place.attempt, place.phases, place.opened) == ("steps", 0, ("SETUP",), ())
    assert place.pages == {"SETUP": 1}


def test_opening_and_closing_keeps_the_rest() -> None:
    place = Place("/x", opened=("a",))
    assert place.with_step("b") == "/x?open=a,b"
    assert place.with_step("a") == "/x"
    assert place.with_phase("SETUP", True, ("EXECUTION",)) == "/x?phases=EXECUTION,SETUP&open=a"
    assert place.with_phase("EXECUTION", False, ("EXECUTION",)) == "/x?phases=&open=a"
