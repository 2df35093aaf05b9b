"""Tags: made when first used, one for every way of writing it."""

import asyncio
from typing import Any

import pytest

from mosaic.core.start import Ready
from tests.answers import listed, problem
from tests.knowledge.consistency import disagreements
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


async def _send(person: Person, method: str, slug: str = "", **body: Any) -> dict[str, Any]:
    place = f"{TAGS}/{slug}" if slug else TAGS
    answer = await person.http.request(method, place, json=body or None)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else {}


async def test_a_tag_is_made_before_a_page_has_it(world: World) -> None:
    made = await _send(world.mia, "POST", name="#Later", color="#336699")
    assert (made["name"], made["slug"], made["color"], made["entries"]) == (
        "Later",
        "later",
        "#336699",
        0,
    )
    assert await _names(world.gil) == ["Later"]
    problem(await world.mia.http.post(TAGS, json={"name": "later"}), 409)
    await write(world.mia, "One", tags=["later"])
    assert (await _send(world.gil, "GET", "later"))["entries"] == 1
    for wrong in ({"name": ""}, {"name": "x", "color": "red"}, {"name": "x", "color": "#12"}, {}):
        problem(await world.mia.http.post(TAGS, json=wrong), 422)


async def test_a_tag_gets_another_name_and_colour_everywhere(world: World) -> None:
    await write(world.mia, "One", tags=["tea"])
    await write(world.ana, "Hers", tags=["tea"], status="DRAFT")
    changed = await _send(world.mia, "PATCH", "tea", name="Hot drinks", color="#aa5500")
    assert (changed["slug"], changed["entries"]) == ("hot-drinks", 1)
    assert (await read(world.gil, "one"))["tags"][0]["name"] == "Hot drinks"
    assert (await read(world.ana, "hers"))["tags"][0]["color"] == "#aa5500"
    assert (await _send(world.mia, "PATCH", "hot-drinks", color=None))["color"] is None
    assert (await _send(world.mia, "PATCH", "hot-drinks", name="Hot Drinks"))["slug"] == changed[
        "slug"
    ]
    problem(await world.mia.http.get(f"{TAGS}/tea"), 404)


async def test_two_tags_become_one_also_where_nobody_sees_it(world: World) -> None:
    await write(world.mia, "One", tags=["tea"])
    await write(world.mia, "Two", tags=["tea", "drinks"])
    await write(world.ana, "Hers", tags=["tea"], status="DRAFT")
    taken = problem(await world.mia.http.patch(f"{TAGS}/tea", json={"name": "Drinks"}), 409)
    assert "drinks" in taken["detail"]
    merged = await _send(world.mia, "POST", "tea/merge", into="Drinks")
    assert (merged["slug"], merged["entries"]) == ("drinks", 2)
    assert await _names(world.gil) == ["drinks"]
    assert [tag["slug"] for tag in (await read(world.ana, "hers"))["tags"]] == ["drinks"]
    problem(await world.mia.http.post(f"{TAGS}/drinks/merge", json={"into": "drinks"}), 422)
    problem(await world.mia.http.post(f"{TAGS}/drinks/merge", json={"into": "none"}), 404)


async def test_a_tag_counts_the_pages_that_its_reader_finds(world: World, ready: Ready) -> None:
    async def counts(person: Person) -> dict[str, int]:
        found = {tag["slug"]: tag["entries"] for tag in listed(await person.http.get(TAGS))}
        for slug, number in found.items():
            assert number == len(await titles(person, tag=slug))
            assert number == (await person.http.get(f"{TAGS}/{slug}")).json()["entries"]
        assert disagreements(ready, world.ana.workspace) == []
        return found

    for title, tags in [("One", ["a", "b"]), ("Two", ["a"]), ("Three", ["a", "c"])]:
        await write(world.mia, title, tags=tags)
    await write(world.mia, "Hers", tags=["a", "d"], status="DRAFT")
    await _send(world.mia, "POST", name="kept")
    assert await counts(world.gil) == {"a": 3, "b": 1, "c": 1, "kept": 0}
    assert await counts(world.mia) == {"a": 4, "b": 1, "c": 1, "d": 1, "kept": 0}
    await remove(world.mia, "three")
    await change(world.mia, "two", visibility="PRIVATE")
    await change(world.mia, "one", tags=["b", "d"])
    assert await counts(world.gil) == {"b": 1, "d": 1, "kept": 0}
    assert await counts(world.mia) == {"a": 2, "b": 1, "d": 2, "kept": 0}
    assert (await _send(world.gil, "GET", "c"))["entries"] == 0  # an archived page has it
    await change(world.mia, "three", status="PUBLISHED", tags=["c", "kept"])
    await change(world.mia, "two", visibility="WORKSPACE")
    await _send(world.mia, "POST", "b/merge", into="d")
    assert await counts(world.gil) == {"a": 1, "c": 1, "d": 1, "kept": 1}
    await remove(world.ana, "one", permanent=True)
    await remove(world.mia, "two")
    await remove(world.ana, "two", permanent=True)
    await _send(world.mia, "DELETE", "c")
    assert await counts(world.gil) == {"kept": 1}
    assert await counts(world.mia) == {"a": 1, "d": 1, "kept": 1}


async def test_a_tag_is_taken_off_and_the_pages_stay(world: World) -> None:
    await write(world.mia, "One", tags=["tea", "green"])
    await _send(world.mia, "DELETE", "tea")
    assert [tag["name"] for tag in (await read(world.gil, "one"))["tags"]] == ["green"]
    problem(await world.mia.http.delete(f"{TAGS}/tea"), 404)


async def test_a_tag_on_hidden_pages_only_is_not_there_for_others(world: World) -> None:
    await write(world.ana, "Hers", tags=["secret"], visibility="PRIVATE")
    problem(await world.mia.http.get(f"{TAGS}/secret"), 404)
    assert (await _send(world.mia, "POST", name="Secret"))["entries"] == 0
    await write(world.mia, "One", tags=["other"])
    await write(world.ana, "Hers too", tags=["hidden"], visibility="PRIVATE")
    assert (await _send(world.mia, "PATCH", "other", name="Hidden"))["entries"] == 1
    assert [tag["slug"] for tag in (await read(world.ana, "hers-too"))["tags"]] == ["hidden"]


@pytest.mark.parametrize(
    ("method", "place", "body"),
    [
        ("POST", "", {"name": "new"}),
        ("PATCH", "/tea", {"name": "new"}),
        ("DELETE", "/tea", None),
        ("POST", "/tea/merge", {"into": "green"}),
    ],
)
async def test_who_may_change_tags(world: World, method: str, place: str, body: Any) -> None:
    await write(world.mia, "One", tags=["tea", "green"])
    problem(await world.gil.http.request(method, f"{TAGS}{place}", json=body), 403)
    if place:
        problem(await world.bo.http.request(method, f"{TAGS}{place}", json=body), 404)
    assert await _names(world.mia) == ["green", "tea"]


async def test_what_is_below_a_tag_is_among_its_pages(world: World) -> None:
    await write(world.mia, "One", tags=["Hot tea"])
    await write(world.mia, "Two", tags=["hot tea/green"])
    await write(world.mia, "Three", tags=["hot teapot"])
    assert sorted(await titles(world.gil, tag="hot-tea")) == ["One", "Two"]
    assert await titles(world.gil, tag="hot tea/green") == ["Two"]
    assert sorted(await titles(world.bo, tag="hot-tea")) == []
