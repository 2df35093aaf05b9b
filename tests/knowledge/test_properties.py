"""Properties: kept, filtered by, changed, and said by the front matter."""

from typing import Any

import pytest
from sqlmodel import col, select

from mosaic.core.errors import Invalid, NotAllowed
from mosaic.knowledge import kinds
from mosaic.knowledge.fact_changes import Changed, FactChange, change_fact
from mosaic.knowledge.facts import having, link_in, pages_named, shown
from mosaic.knowledge.front_matter import REMOVED
from mosaic.knowledge.models import Entry
from tests.answers import problem
from tests.knowledge.wiki import ENTRIES, change, read, titles, write
from tests.world import Person, World

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
        ("rating:1e999", []),
    ],
)
async def test_pages_are_found_by_a_property(world: World, asked: str, found: list[str]) -> None:
    await write(world.mia, "Walden", properties=BOOK)
    await write(world.mia, "Other", properties={"rating": "five"})
    await write(world.ana, "Hers", properties=BOOK, visibility="PRIVATE")
    assert await titles(world.gil, property=asked) == found
    assert await titles(world.bo, property=asked) == []


@pytest.mark.parametrize("asked", ["rating", ":5", " : ", "a:\x00", "a" * 500 + ":"])
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


async def test_a_link_in_a_value_leads_on_when_its_page_gets_another_name(world: World) -> None:
    await write(world.mia, "Old tea", aliases=["Brew"])
    values: dict[str, list[Any]] = {"drinks": ["[[Old tea]]", "[[OLD tea|x]]", "[[Brew]]", "tea"]}

    async def lead_to() -> dict[str, str]:
        async with world.mia.work() as work:
            return await pages_named(work, values)

    assert await lead_to() == dict.fromkeys(["Old tea", "OLD tea", "Brew"], "old-tea")
    answer = await world.mia.http.post(f"{ENTRIES}/old-tea/rename", json={"title": "Green tea"})
    assert answer.status_code == 200
    assert await lead_to() == dict.fromkeys(["Old tea", "OLD tea", "Brew"], "green-tea")
    # A page that is called so now comes first.
    await write(world.mia, "Old tea", slug="another")
    assert await lead_to() == {"Old tea": "another", "OLD tea": "another", "Brew": "green-tea"}


@pytest.mark.parametrize(
    ("kind", "said", "before", "value"),
    [
        ("text", " a \r\nb ", None, "a \nb"),
        ("text", "", "x", None),
        ("text", "", "", ""),
        ("text", "5", 5, "5"),
        ("number", "-3.50", None, -3.5),
        ("number", "7", 7.0, 7),
        ("date", "2026-02-28", None, "2026-02-28"),
        ("checkbox", "yes", None, True),
        ("checkbox", "", True, False),
        ("list", "a\n\n b ", None, ["a", "b"]),
        ("list", "true\n1\n2", [True, 1], [True, 1, "2"]),
        ("list", "1\n2.5", [1], [1, 2.5]),
        ("list", "", ["a"], []),
    ],
)
def test_what_is_typed_is_a_value(kind: str, said: str, before: Any, value: Any) -> None:
    assert repr(kinds.read(kind, said, before)) == repr(value)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("number", "1e5"),
        ("number", "x"),
        ("number", ""),
        ("number", "9" * 16),
        ("number", "٣"),
        ("date", "2026-02-30"),
        ("date", ""),
        ("text", "x" * 10_001),
        ("list", "\n".join("a" * 2_000)),
    ],
)
def test_what_is_no_value_gets_a_sentence(kind: str, said: str) -> None:
    with pytest.raises(Invalid):
        kinds.read(kind, said)


@pytest.mark.parametrize("value", [{"a": 1}, [[1]], [{"a": 1}], ["two\nlines"]])
def test_what_is_nested_has_no_field(value: Any) -> None:
    assert kinds.kind_of(value) is None


async def _change_fact(person: Person, *what: Any) -> dict[str, Any]:
    async with person.work() as w:
        return (await change_fact(w, "walden", FactChange(*what))).properties


async def test_one_property_changes_beside_whatever_else_does(world: World) -> None:
    nested = {"by": {"a": [1]}, "small": 0.00001}
    made = await write(world.mia, "Walden", properties={**BOOK, **nested})
    assert made["properties"] == {**BOOK, **nested}
    await change(world.ana, "walden", content="Somebody else's text.")
    assert (await _change_fact(world.mia, "rating", 5, "stars", 4))["stars"] == 4
    await _change_fact(world.mia, "read", True, "read", 1)
    assert await _change_fact(world.mia, "", None, "Über", "<b>") == {
        **{k: v for k, v in BOOK.items() if k != "rating"},
        **nested,
        "stars": 4,
        "read": 1,
        "Über": "<b>",
    }
    page = await read(world.gil, "walden")
    assert (page["content"], page["version"]) == ("Somebody else's text.", 5)
    with pytest.raises(Changed) as meanwhile:
        await _change_fact(world.ana, "stars", 5, "stars", 3)
    assert meanwhile.value.value == 4
    with pytest.raises(Changed):
        await _change_fact(world.ana, "rating", 5, "rating", 3)
    assert "stars" not in await _change_fact(world.ana, "stars", 4, "stars", REMOVED)
    assert "stars" not in await _change_fact(world.ana, "stars", 4, "stars", REMOVED)
    assert (await read(world.gil, "walden"))["version"] == 6


@pytest.mark.parametrize("name", ["", "Tags", "KIND", "a:b", "a\nb", "x" * 101, "\x00"])
async def test_a_name_that_is_none_changes_nothing(world: World, name: str) -> None:
    await write(world.mia, "Walden", properties=BOOK)
    for was, before in (("", None), ("rating", 5)):
        with pytest.raises(Invalid):
            await _change_fact(world.mia, was, before, name, "x")
    with pytest.raises(NotAllowed):
        await _change_fact(world.gil, "rating", 5, "rating", 4)
    page = await read(world.mia, "walden")
    assert (page["properties"], page["version"]) == (BOOK, 1)
