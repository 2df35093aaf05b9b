"""Pages that name another one without a link, and how a link comes of it."""

from typing import Any

import pytest

from tests.answers import problem
from tests.knowledge.wiki import ENTRIES, backlinks, read, write
from tests.world import Person, World


async def _mentions(person: Person, slug: str) -> list[dict[str, Any]]:
    answer = await person.http.get(f"{ENTRIES}/{slug}/backlinks", params={"unlinked": "true"})
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json() if not one["linked"]]


async def test_pages_that_name_a_page_are_told(world: World) -> None:
    await write(world.mia, "Rose garden", aliases=["Roses"])
    await write(world.mia, "Plan", "First the rose GARDEN. Then tea.")
    await write(world.mia, "Other", "Many roses.")
    await write(world.mia, "Linked", "See [[Rose garden]], the rose garden.")
    await write(world.mia, "Not", "primroses and a rose gardener")
    await write(world.ana, "Hers", "the rose garden", status="DRAFT")
    found = await _mentions(world.gil, "rose-garden")
    assert [(one["title"], one["context"]) for one in found] == [
        ("Other", "Many roses."),
        ("Plan", "First the rose GARDEN."),
    ]
    assert [one["slug"] for one in await backlinks(world.gil, "rose-garden")] == ["linked"]
    assert {one["title"] for one in await _mentions(world.ana, "rose-garden")} == {
        "Hers",
        "Other",
        "Plan",
    }


async def test_names_in_scripts_without_spaces(world: World) -> None:
    await write(world.mia, "日本")
    await write(world.mia, "旅", "来年日本へ行く。")
    assert [one["title"] for one in await _mentions(world.mia, "日本")] == ["旅"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The Garden is green.", "The [[Garden]] is green."),
        ("the garden", "the [[Garden|garden]]"),
        ("`Garden` and Garden", "`Garden` and [[Garden]]"),
        ("[Garden](http://a.b) Garden", "[Garden](http://a.b) [[Garden]]"),
        ("[[Shed|Garden]] Garden", "[[Shed|Garden]] [[Garden]]"),
        ("```\nGarden\n```\r\nGarden", "```\nGarden\n```\r\n[[Garden]]"),
        ("a Plot", "a [[Garden|Plot]]"),
    ],
)
async def test_a_mention_becomes_a_link(world: World, before: str, after: str) -> None:
    await write(world.mia, "Garden", aliases=["Plot"])
    await write(world.mia, "Shed")
    await write(world.mia, "Page", before)
    place = f"{ENTRIES}/garden/mentions"
    answer = await world.mia.http.post(place, json={"source": "page"})
    assert answer.status_code == 200, answer.text
    page = await read(world.mia, "page")
    assert (page["content"], page["version"]) == (after, 2)
    assert [one["slug"] for one in await backlinks(world.mia, "garden")] == ["page"]
    assert await _mentions(world.mia, "garden") == []


async def test_what_cannot_become_a_link_is_told(world: World) -> None:
    await write(world.mia, "Garden")
    await write(world.mia, "Page", "`Garden`")
    place = f"{ENTRIES}/garden/mentions"
    problem(await world.mia.http.post(place, json={"source": "page"}), 409)
    problem(await world.mia.http.post(place, json={"source": "none"}), 404)
    problem(await world.gil.http.post(place, json={"source": "page"}), 403)
    problem(await world.bo.http.post(place, json={"source": "page"}), 404)
    assert (await read(world.mia, "page"))["version"] == 1


async def test_of_two_pages_with_one_title_the_address_is_written(world: World) -> None:
    first = await write(world.mia, "Garden")
    await write(world.mia, "Garden")
    await write(world.mia, "Page", "Garden")
    await world.mia.http.post(f"{ENTRIES}/{first['slug']}/mentions", json={"source": "page"})
    assert (await read(world.mia, "page"))["content"] == "[[garden|Garden]]"


@pytest.mark.parametrize(
    ("title", "slug", "after"),
    [
        ("task:5", "task-5", "See [[task-5|task:5]]."),
        ("Room #3", "room-3", "See [[room-3|Room #3]]."),
        ("Meeting @12", "meeting-12", "See [[meeting-12|Meeting @12]]."),
    ],
)
async def test_a_title_that_a_link_cannot_say_is_linked_by_the_address(
    world: World, title: str, slug: str, after: str
) -> None:
    await write(world.mia, title)
    await write(world.mia, "Page", f"See {title}.")
    answer = await world.mia.http.post(f"{ENTRIES}/{slug}/mentions", json={"source": "page"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["content"] == after
    assert [one["slug"] for one in await backlinks(world.mia, slug)] == ["page"]


async def test_an_address_that_is_the_title_of_another_page_is_not_written(world: World) -> None:
    await write(world.mia, "Room #3", slug="room")
    await write(world.mia, "room", slug="another")
    await write(world.mia, "Page", "Into Room #3.")
    problem(await world.mia.http.post(f"{ENTRIES}/room/mentions", json={"source": "page"}), 409)
    assert (await read(world.mia, "page"))["version"] == 1


async def test_a_hidden_title_is_not_written_where_others_read(world: World) -> None:
    await write(world.ana, "Surprise for Mia", aliases=["The party"], visibility="PRIVATE")
    await write(world.mia, "Page", "After The party.")
    place = f"{ENTRIES}/surprise-for-mia/mentions"
    problem(await world.ana.http.post(place, json={"source": "page"}), 409)
    await write(world.ana, "Mine", "Before The party.", status="DRAFT")
    answer = await world.ana.http.post(place, json={"source": "mine"})
    assert answer.json()["content"] == "Before [[Surprise for Mia|The party]]."


async def test_the_sentence_ends_with_its_item(world: World) -> None:
    await write(world.mia, "Rose garden")
    await write(world.mia, "Plan", "# Do\n\n- Water it\n- Dig the rose garden. Then rest\n- Sow")
    [found] = await _mentions(world.mia, "rose-garden")
    assert found["context"] == "Dig the rose garden."
