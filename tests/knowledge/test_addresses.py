"""Slugs: how they are made, which are taken, and how old ones and aliases lead on."""

import asyncio
from typing import Any

import pytest

from mosaic.knowledge.shapes import RESERVED_SLUGS
from tests.answers import problem
from tests.knowledge.wiki import ENTRIES, change, links, read, remove, write
from tests.world import Person, World


async def test_a_slug_is_made_from_the_title(world: World) -> None:
    made = [
        (await write(world.mia, title))["slug"] for title in ("Über uns!", "日本語", "🙂", "🙃")
    ]
    assert made[:2] == ["uber-uns", "日本語"]
    assert len({*made}) == 4
    for slug in made:
        assert (await read(world.gil, slug))["slug"] == slug


async def test_a_taken_slug_gets_a_number(world: World) -> None:
    slugs = [(await write(world.mia, "Same"))["slug"] for _ in range(20)]
    assert slugs == ["same", *(f"same-{n}" for n in range(2, 21))]
    await remove(world.adam, "same-7", permanent=True)
    assert (await write(world.mia, "Same!"))["slug"] == "same-7"


async def test_a_long_slug_has_room_for_its_number(world: World) -> None:
    first, second = [(await write(world.mia, "a" * 200))["slug"] for _ in range(2)]
    assert first != second
    assert max(len(first), len(second)) <= 120


async def test_an_asked_slug_is_taken_or_refused_but_never_altered(world: World) -> None:
    assert (await write(world.mia, "Tea", slug="My_Tea"))["slug"] == "My_Tea"
    problem(await world.mia.http.post(ENTRIES, json={"title": "x", "slug": "My_Tea"}), 409)
    await write(world.mia, "Coffee")
    problem(await world.mia.http.patch(f"{ENTRIES}/coffee", json={"slug": "My_Tea"}), 409)
    await remove(world.mia, "coffee")
    problem(await world.mia.http.post(ENTRIES, json={"title": "x", "slug": "coffee"}), 409)
    assert (await write(world.bo, "Tea", slug="My_Tea"))["slug"] == "My_Tea"
    assert (await read(world.mia, "coffee"))["version"] == 2


@pytest.mark.parametrize("slug", ["", " ", "a b", "a/b", "a?b", "a#b", "a%2fb", "a\\b", "x" * 121])
async def test_an_address_fits_into_an_address(world: World, slug: str) -> None:
    problem(await world.mia.http.post(ENTRIES, json={"title": "Tea", "slug": slug}), 422)


@pytest.mark.parametrize("slug", [*sorted(RESERVED_SLUGS), "New", "IMPORT"])
async def test_addresses_of_the_app_are_no_pages(world: World, slug: str) -> None:
    answer = await world.mia.http.post(ENTRIES, json={"title": "Tea", "slug": slug})
    assert problem(answer, 422)["errors"][0]["loc"] == ["body", "slug"]
    await write(world.mia, "Tea")
    problem(await world.mia.http.patch(f"{ENTRIES}/tea", json={"slug": slug}), 422)


@pytest.mark.parametrize("title", ["New", "Import", "Graph"])
async def test_titles_like_addresses_of_the_app_get_a_number(world: World, title: str) -> None:
    assert (await write(world.mia, title))["slug"] == f"{title.lower()}-2"


async def _moved(person: Person, method: str, path: str, **more: Any) -> str:
    answer = await person.http.request(method, f"{ENTRIES}/{path}", **more)
    assert answer.status_code == 308, answer.text
    return answer.headers["location"]


async def test_an_old_slug_and_an_alias_lead_to_the_page_and_all_that_hangs_on_it(
    world: World,
) -> None:
    await write(world.mia, "Tea", "Green", aliases=["Chai", "Grüner-Tee"])
    await change(world.mia, "tea", slug="té")
    for old in ("tea", "Chai", "Grüner-Tee"):
        assert await _moved(world.gil, "GET", old) == f"{ENTRIES}/t%C3%A9"
        assert await _moved(world.gil, "GET", f"{old}/versions/1") == (
            f"{ENTRIES}/t%C3%A9/versions/1"
        )
        listed = await _moved(world.gil, "GET", f"{old}/versions?page=2&limit=1")
        assert listed == f"{ENTRIES}/t%C3%A9/versions?page=2&limit=1"
        for sub in ("links", "backlinks"):
            assert await _moved(world.gil, "GET", f"{old}/{sub}") == f"{ENTRIES}/t%C3%A9/{sub}"
        for method in ("PATCH", "PUT"):
            assert await _moved(world.mia, method, old, json={"content": "x"}) == (
                f"{ENTRIES}/t%C3%A9"
            )
        assert await _moved(world.mia, "DELETE", old) == f"{ENTRIES}/t%C3%A9"
        gone = await _moved(world.adam, "DELETE", f"{old}?permanent=true")
        assert gone == f"{ENTRIES}/t%C3%A9?permanent=true"
        assert await _moved(world.mia, "POST", f"{old}/restore/1") == f"{ENTRIES}/t%C3%A9/restore/1"
    assert (await read(world.mia, "té"))["version"] == 2


async def test_a_client_that_follows_ends_where_it_wanted(world: World) -> None:
    await write(world.mia, "Tea", aliases=["Chai"])
    change = {"content": "Masala"}
    answer = await world.mia.http.patch(f"{ENTRIES}/Chai", json=change, follow_redirects=True)
    assert (answer.status_code, answer.json()["content"]) == (200, "Masala")


async def test_a_page_comes_before_old_slugs_and_aliases(world: World) -> None:
    await write(world.mia, "Tea")
    await change(world.mia, "tea", slug="chai")
    await write(world.mia, "Other", aliases=["tea"])
    new = await write(world.mia, "Tea")
    assert new["slug"] == "tea"
    assert (await read(world.mia, "tea"))["id"] == new["id"]
    await change(world.mia, "tea", slug="thé")
    assert await _moved(world.mia, "GET", "tea") == f"{ENTRIES}/th%C3%A9"


async def test_a_slug_that_comes_back_leads_nowhere_else(world: World) -> None:
    await write(world.mia, "Tea")
    for slug in ("chai", "tea", "chai", "tea"):
        await change(world.mia, (await _place(world.mia, "tea")), slug=slug)
    assert (await read(world.mia, "tea"))["version"] == 5
    assert await _moved(world.mia, "GET", "chai") == f"{ENTRIES}/tea"


async def _place(person: Person, slug: str) -> str:
    answer = await person.http.get(f"{ENTRIES}/{slug}", follow_redirects=True)
    return answer.json()["slug"]


async def test_links_by_an_old_slug_follow_the_page(world: World) -> None:
    await write(world.mia, "Tea")
    await write(world.mia, "Cup", "[[tea]]")
    await change(world.mia, "tea", slug="chai", title="Chai")
    [link] = await links(world.mia, "cup")
    assert (link["resolved"], link["slug"]) == (True, "chai")
    await remove(world.mia, "chai")
    [link] = await links(world.mia, "cup")
    assert (link["resolved"], link["slug"]) == (False, None)
    await change(world.mia, "chai", status="PUBLISHED")
    assert (await links(world.mia, "cup"))[0]["resolved"]
    await remove(world.adam, "chai", permanent=True)
    assert not (await links(world.mia, "cup"))[0]["resolved"]


async def test_a_foreign_address_leads_nowhere(world: World) -> None:
    await write(world.mia, "Tea", aliases=["Chai"])
    await change(world.mia, "tea", slug="green")
    for path in ("green", "tea", "Chai", "green/versions", "green/links", "green/backlinks"):
        problem(await world.bo.http.get(f"{ENTRIES}/{path}"), 404)


async def test_pages_of_one_title_made_at_once_have_an_address_each(world: World) -> None:
    people = [world.mia, world.adam, world.ana] * 5
    made = await asyncio.gather(*(write(person, "Same") for person in people))
    assert sorted(one["slug"] for one in made) == sorted(
        ["same", *(f"same-{n}" for n in range(2, len(people) + 1))]
    )


async def test_of_two_who_ask_for_one_slug_at_once_one_gets_it(world: World) -> None:
    asked = [
        person.http.post(ENTRIES, json={"title": "Tea", "slug": "tea"})
        for person in [world.mia, world.adam, world.ana] * 3
    ]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 8
