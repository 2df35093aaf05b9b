"""Pages from the cache: they outlast changes that do not concern them, and no other."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.knowledge.wiki import ENTRIES, change, read, remove, write
from tests.world import Person, World

Change = Callable[[World], Awaitable[Any]]


async def _hits(person: Person) -> int:
    answer = await person.http.get("/api/knowledge/cache/stats")
    return int(answer.json()["stats"]["hits"])


async def _is_kept(person: Person, slug: str) -> bool:
    before = await _hits(person)
    await read(person, slug)
    return await _hits(person) == before + 1


async def test_a_page_outlasts_what_is_written_in_others(world: World) -> None:
    await write(world.mia, "Tea", "Green, see [[Leaf]]")
    await write(world.mia, "Leaf", "Small")
    await read(world.gil, "tea")
    assert await _is_kept(world.gil, "tea")
    await change(world.ana, "leaf", content="Large, see [[Tea]]", tags=["garden"])
    assert await _is_kept(world.gil, "tea")
    await change(world.ana, "tea", content="Black")
    assert not await _is_kept(world.gil, "tea")
    assert (await read(world.gil, "tea"))["content"] == "Black"


@pytest.mark.parametrize(
    "how",
    [
        lambda world: write(world.ana, "Root", "Deep"),
        lambda world: change(world.mia, "leaf", title="Leaves"),
        lambda world: change(world.mia, "leaf", aliases=["Root"]),
        lambda world: change(world.mia, "leaf", status="ARCHIVED"),
        lambda world: change(world.mia, "leaf", visibility="PRIVATE"),
        lambda world: remove(world.ana, "leaf", permanent=True),
        lambda world: world.ana.http.patch("/api/knowledge/tags/drinks", json={"name": "Cups"}),
        lambda world: change(world.mia, "tea", tags=[]),
        lambda world: change(world.mia, "tea", summary="Warm"),
    ],
    ids=["made", "title", "alias", "archived", "hidden", "removed", "tag", "tags", "summary"],
)
async def test_what_concerns_a_page_is_seen_at_once(world: World, how: Change) -> None:
    await write(world.mia, "Tea", "Green, see [[Leaf]] and [[Root]]", tags=["drinks"])
    await write(world.mia, "Leaf", "Small")
    await read(world.gil, "tea")
    await how(world)
    seen = await read(world.gil, "tea")
    # What is not in the cache is read anew.
    assert (await world.adam.http.post("/api/knowledge/cache/clear")).status_code == 204
    assert seen == await read(world.gil, "tea")


async def test_what_is_embedded_is_seen_at_once(world: World) -> None:
    """Three pages deep, also where whoever writes cannot see the page that embeds."""
    await write(world.ana, "Mine", "![[Tea]]", visibility="PRIVATE")
    await write(world.mia, "Tea", "Green ![[Leaf]]")
    await write(world.mia, "Leaf", "![[Root]]")
    await write(world.mia, "Root", "first")
    for slug in ("mine", "tea"):
        assert "first" in (await read(world.ana, slug))["contentHtml"]
    await change(world.mia, "root", content="second")
    for slug in ("mine", "tea"):
        assert "second" in (await read(world.ana, slug))["contentHtml"]


async def test_a_hidden_page_of_ones_own_at_the_same_address_comes_first(world: World) -> None:
    made = await write(world.mia, "Tea", "Hers", status="DRAFT")
    await write(world.ana, "Tea", "Everybody's")
    for _ in range(2):
        assert (await read(world.mia, made["slug"]))["content"] == "Hers"
        assert (await read(world.gil, "tea"))["content"] == "Everybody's"
    await change(world.ana, "tea", visibility="PRIVATE")
    assert (await world.gil.http.get(f"{ENTRIES}/tea")).status_code == 404
