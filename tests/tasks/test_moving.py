"""Cards in their order: moved by one, moved by fifty at once."""

import asyncio
from random import Random

import psycopg
import pytest

from mosaic.core.errors import Conflict
from mosaic.core.start import Ready
from mosaic.tasks import placing
from mosaic.tasks.moving import move_task
from mosaic.tasks.shapes import TaskMove
from tests.answers import problem
from tests.tasks.planned import Row, board, change, done, move, project, task, titles
from tests.world import Person, World

MOVES = 20


async def _cards(person: Person, garden: Row, names: str) -> dict[str, Row]:
    return {name: await task(person, name, projectId=garden["id"]) for name in names}


async def test_a_card_goes_where_it_is_put(world: World) -> None:
    garden = await project(world.mia)
    to_do, doing, _ = garden["columns"]
    cards = await _cards(world.mia, garden, "abcd")
    assert await titles(world.gil, garden) == [["a", "b", "c", "d"], [], []]
    done(await move(world.mia, cards["d"], to_do, beforeId=cards["a"]["id"]))
    done(await move(world.mia, cards["a"], to_do, afterId=cards["c"]["id"]))
    done(await move(world.mia, cards["b"], to_do))
    assert await titles(world.gil, garden) == [["d", "c", "a", "b"], [], []]
    moved = done(await move(world.mia, cards["c"], doing))
    assert moved["status"] == "IN_PROGRESS"
    done(await move(world.mia, cards["d"], doing, beforeId=cards["c"]["id"]))
    assert await titles(world.gil, garden) == [["a", "b"], ["d", "c"], []]
    # Beside itself it stays where it is; of two neighbours the one counts that is still there.
    problem(await move(world.mia, cards["c"], doing, afterId=cards["c"]["id"]), 409)
    problem(await move(world.mia, cards["c"], doing, afterId=cards["a"]["id"]), 409)
    beside = {"afterId": cards["a"]["id"], "beforeId": cards["d"]["id"]}
    done(await move(world.mia, cards["c"], doing, **beside))
    assert await titles(world.gil, garden) == [["a", "b"], ["c", "d"], []]


async def test_a_place_is_always_found_between(world: World) -> None:
    garden = await project(world.mia)
    cards = await _cards(world.mia, garden, "abc")
    for n in range(60):
        moving, other = ("b", "c") if n % 2 else ("c", "b")
        beside = {"afterId": cards["a"]["id"], "beforeId": cards[other]["id"]}
        done(await move(world.mia, cards[moving], garden["columns"][0], **beside))
    assert await titles(world.mia, garden) == [["a", "b", "c"], [], []]


async def test_places_that_grow_long_are_made_short(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "_LONGEST", 8)
    garden = await project(world.mia)
    cards = await _cards(world.mia, garden, "abcd")
    await change(world.mia, cards["d"], status="ARCHIVED")
    for n in range(40):
        moving, other = ("b", "c") if n % 2 else ("c", "b")
        beside = {"afterId": cards["a"]["id"], "beforeId": cards[other]["id"]}
        moved = done(await move(world.mia, cards[moving], garden["columns"][0], **beside))
        assert len(moved["position"]) <= 8
    assert await titles(world.mia, garden) == [["a", "b", "c"], [], []]
    await change(world.mia, cards["d"], status="NOT_STARTED")
    assert await titles(world.mia, garden) == [["a", "b", "c", "d"], [], []]


@pytest.mark.slow
async def test_fifty_move_at_once_and_one_order_comes_of_it(world: World, ready: Ready) -> None:
    garden = await project(world.mia)
    columns = [one["id"] for one in garden["columns"]]
    cards = [(await task(world.mia, str(n), projectId=garden["id"]))["id"] for n in range(50)]
    people = [world.ana, world.adam, world.mia]
    outcomes: list[str] = []
    connections = asyncio.Semaphore(20)  # of the pool; whoever waits longer than 5 s is sent away

    async def mover(n: int) -> None:
        dice = Random(n)
        for _ in range(MOVES):
            card, column, beside = dice.choice(cards), dice.choice(columns), dice.choice(cards)
            where = {dice.choice(["before_id", "after_id"]): beside}
            wanted = TaskMove(column_id=column, **(where if dice.random() < 0.4 else {}))
            try:
                async with connections, people[n % 3].work() as work:
                    await move_task(work, card, wanted)
                outcomes.append("moved")
            except Conflict as problem:
                outcomes.append(problem.detail)

    await asyncio.gather(*(mover(n) for n in range(50)))
    assert len(outcomes) == 50 * MOVES
    assert set(outcomes) <= {
        "moved",
        "The card beside it has just moved. Look again, then choose a place.",
    }
    assert outcomes.count("moved") > 50 * MOVES // 2
    with psycopg.connect(ready.admin_dsn) as owner:
        rows = owner.execute(
            "SELECT id::text, column_id::text, position, status FROM tasks WHERE project_id = %s",
            [garden["id"]],
        ).fetchall()
    assert {row[0] for row in rows} == set(cards)
    places = [(column, place) for _, column, place, _ in rows]
    assert len(set(places)) == len(cards)
    status = {one["id"]: one["status"] for one in garden["columns"]}
    assert all(status[column] == now for _, column, _, now in rows)
    # What every reader sees: the order of the bytes of the places.
    wanted = [[i for i, c, p, _ in sorted(rows, key=lambda r: r[2]) if c == one] for one in columns]
    for reader in (*people, world.gil):
        shown = await board(reader, garden)
        assert [[card["id"] for card in one["cards"]] for one in shown] == wanted
