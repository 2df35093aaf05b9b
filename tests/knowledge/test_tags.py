"""Tags: made when first used, one for every way of writing it."""

import asyncio

from tests.answers import listed
from tests.knowledge.wiki import change, read, remove, titles, write
from tests.world import Person, World

ODD = {"#", "🙂", "C", "C#", "C++", "a/b/c", "日本"}
TAGS = "/api/knowledge/tags"


async def _names(person: Person) -> list[str]:
    return [tag["name"] for tag in listed(await person.http.get(TAGS))]


async def test_tags_are_one_however_they_are_written(world: World) -> None:
    first = await write(world.mia, "One", tags=["Green Tea", "#green-tea", "GREEN TEA", "ä"])
    second = await write(world.mia, "Two", tags=["green tea", "A"])
    assert [tag["name"] for tag in first["tags"]] == ["Green Tea", "ä"]
    assert {tag["id"] for tag in second["tags"]} == {tag["id"] for tag in first["tags"]}
    assert await _names(world.gil) == ["Green Tea", "ä"]
    assert sorted(await titles(world.gil, tag="green-tea")) == ["One", "Two"]


async def test_tags_are_listed_by_name_while_they_are_used(world: World) -> None:
    await write(world.mia, "One", tags=["b", "A", "c"])
    assert await _names(world.gil) == ["A", "b", "c"]
    answer = await world.gil.http.get(TAGS, params={"limit": 2, "sort": "-name"})
    assert [tag["name"] for tag in listed(answer)] == ["c", "b"]
    assert answer.json()["meta"]["total"] == 3
    await change(world.mia, "one", tags=["c"])
    assert await _names(world.gil) == ["c"]
    await remove(world.adam, "one", permanent=True)
    assert await _names(world.gil) == []


async def test_tags_of_others_are_others(world: World) -> None:
    ours = await write(world.mia, "One", tags=["shared", "ours"])
    theirs = await write(world.bo, "One", tags=["shared"])
    assert ours["tags"][0]["id"] != theirs["tags"][0]["id"]
    assert await _names(world.bo) == ["shared"]
    assert await titles(world.bo, tag="ours") == []


async def test_odd_tags_are_kept(world: World) -> None:
    made = await write(world.mia, "One", tags=[*ODD])
    assert {tag["name"] for tag in made["tags"]} == ODD
    for tag in made["tags"]:
        assert tag["slug"]
        assert await titles(world.mia, tag=tag["slug"]) == ["One"]


async def test_tags_made_at_once_are_made_once(world: World) -> None:
    names = ["alpha", "beta", "gamma", "delta"]
    people = [world.mia, world.adam, world.ana]
    await asyncio.gather(
        *(
            write(people[number % 3], f"Page {number}", tags=names[:: 1 if number % 2 else -1])
            for number in range(12)
        )
    )
    assert await _names(world.gil) == sorted(names)
    for number in range(12):
        tags = (await read(world.gil, f"page-{number}"))["tags"]
        assert [tag["name"] for tag in tags] == sorted(names)
