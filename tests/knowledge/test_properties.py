"""Properties: kept, filtered by, changed, and said by the front matter."""

from typing import Any

import pytest
from sqlmodel import col, select

from mosaic.knowledge.facts import having, link_in, shown
from mosaic.knowledge.models import Entry
from tests.answers import problem
from tests.knowledge.wiki import ENTRIES, change, read, titles, write
from tests.world import World

BOOK = {"rating": 5, "kind": ["book", "essay"], "read": True, "when": "2026-01-02", "none": None}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("rating:5", ["Walden"]),
        ("kind:essay", ["Walden"]),
        ("read:true", ["Walden"]),
        ("when: 2026-01-02", ["Walden"]),
        ("none:null", ["Walden"]),
        ("rating:4", []),
        ("kind:e", []),
        ("title:Walden", []),
        ("a'b\"c:%", []),
    ],
)
async def test_pages_are_found_by_a_property(world: World, asked: str, found: list[str]) -> None:
    await write(world.mia, "Walden", properties=BOOK)
    await write(world.mia, "Other", properties={"rating": "five"})
    await write(world.ana, "Hers", properties=BOOK, visibility="PRIVATE")
    assert await titles(world.gil, property=asked) == found
    assert await titles(world.bo, property=asked) == []


@pytest.mark.parametrize("asked", ["rating", ":5", " : "])
async def test_what_is_no_property(world: World, asked: str) -> None:
    problem(await world.gil.http.get(ENTRIES, params={"property": asked}), 422)


async def test_properties_change_and_the_front_matter_says_so(world: World) -> None:
    made = await write(world.mia, "Walden", properties={**BOOK, "tags": ["no"], "<b>": "[[x]]"})
    assert made["properties"] == {**BOOK, "<b>": "[[x]]"}
    assert made["tags"] == []
    changed = await change(world.mia, "walden", properties={**BOOK, "rating": 4, "kind": "book"})
    assert changed["version"] == 2
    again = await change(world.mia, "walden", properties=changed["properties"])
    assert again["version"] == 2
    async with world.mia.work() as w:
        text = await w.session.scalar(select(Entry.front_matter).where(col(Entry.slug) == "walden"))
    assert text == ('---\nrating: 4\nkind: book\nread: true\nwhen: "2026-01-02"\nnone: null\n---\n')
    await change(world.mia, "walden", content="new")
    assert (await read(world.gil, "walden"))["properties"]["rating"] == 4


@pytest.mark.parametrize(
    "properties", [{"a": [0] * 6000}, {str(n): 1 for n in range(300)}, [1], {"a": "x" * 70_000}]
)
async def test_too_much_is_declined(world: World, properties: Any) -> None:
    await write(world.mia, "Walden", properties={"rating": 5})
    sent = {"properties": properties}
    problem(await world.mia.http.patch(f"{ENTRIES}/walden", json=sent), 422)
    assert (await read(world.mia, "walden"))["properties"] == {"rating": 5}
    problem(await world.gil.http.patch(f"{ENTRIES}/walden", json={"properties": {}}), 403)


def test_values_that_are_links() -> None:
    assert link_in("[[A page#Part|words]]") == ("A page", "words")
    assert link_in("see [[A page]]") is None
    assert shown({"Tags": ["a"], "kind": "b", "list": [1]}) == {"kind": ["b"], "list": [1]}
    assert having("a:b") is not None
