"""Single fields of a task, the way a form has them."""

import pytest

from mosaic.core.errors import Conflict, Invalid, NotAllowed, NotFound
from mosaic.tasks.estimates import minutes
from mosaic.tasks.fields import change_fields, read_numbered
from mosaic.tasks.service import create_task
from mosaic.tasks.shapes import TaskCreate, TaskUpdate
from tests.world import World


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("90", 90),
        ("1 h 30 min", 90),
        ("1.5h", 90),
        ("1,5 hours", 90),
        ("2 days", 960),
        ("1w", 2400),
        ("0 min", 0),
    ],
)
def test_estimates_as_people_write_them(text: str, expected: int | None) -> None:
    assert minutes(text) == expected


@pytest.mark.parametrize("text", ["soon", "1 fortnight", "h", "-5 min", "1 h!", "٣" * 9])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(Invalid):
        minutes(text)


async def test_a_field_that_changed_meanwhile_is_kept(world: World) -> None:
    async with world.mia.work() as work:
        made = await create_task(work, TaskCreate(title="Prune", description="one\r\ntwo"))
    async with world.ana.work() as work:
        found = await read_numbered(work, made.number)
        assert found.id == made.id
        change = TaskUpdate(title="Prune the roses")
        found = await change_fields(work, found.id, change, {"title": "Prune"})
        assert found.version == made.version + 1
    async with world.mia.work() as work:  # another field than the one that has changed
        text = TaskUpdate(description="three")
        await change_fields(work, made.id, text, {"description": "one\ntwo"})
        with pytest.raises(Conflict) as problem:
            await change_fields(work, made.id, TaskUpdate(title="Cut"), {"title": "Prune"})
        assert problem.value.extra["current"]["title"] == "Prune the roses"
        same = TaskUpdate(title="Prune the roses")
        assert (await change_fields(work, made.id, same, {"title": "Prune"})).version == 3


async def test_whose_task_it_is(world: World) -> None:
    async with world.mia.work() as work:
        made = await create_task(work, TaskCreate(title="Prune"))
    for number in (made.number + 1, 2**40):
        async with world.mia.work() as work:
            with pytest.raises(NotFound):
                await read_numbered(work, number)
    async with world.bo.work() as work:
        with pytest.raises(NotFound):
            await read_numbered(work, made.number)
        with pytest.raises(NotFound):
            await change_fields(work, made.id, TaskUpdate(title="Mine"), {})
    async with world.gil.work() as work:
        with pytest.raises(NotAllowed):
            await change_fields(work, made.id, TaskUpdate(title="Mine"), {"title": "Prune"})
