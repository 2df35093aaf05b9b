"""Entries over REST: list, read, create, change, archive, remove."""

from uuid import UUID

import pytest
from sqlalchemy import text

from tests.answers import listed, problem
from tests.knowledge.wiki import ENTRIES, change, read, remove, titles, write
from tests.world import World

FIELDS = {
    "id", "slug", "title", "content", "contentHtml", "summary", "status", "visibility", "tags",
    "aliases", "properties", "version", "createdBy", "updatedBy", "createdAt", "updatedAt",
}  # fmt: skip


async def test_a_page_has_every_field_of_the_contract(world: World) -> None:
    made = await write(
        world.mia,
        "  Rose garden ",
        "# Roses\n\nRed *ones*.",
        tags=["Flowers", "#to do"],
        aliases=["Roses"],
        summary="About roses",
    )
    assert made.keys() == FIELDS
    assert UUID(made["id"])
    assert made["slug"] == "rose-garden"
    assert made["title"] == "Rose garden"
    assert made["content"] == "# Roses\n\nRed *ones*."
    assert "<em>ones</em>" in made["contentHtml"]
    assert (made["summary"], made["aliases"]) == ("About roses", ["Roses"])
    assert (made["status"], made["visibility"]) == ("PUBLISHED", "WORKSPACE")
    assert [(tag["name"], tag["slug"]) for tag in made["tags"]] == [
        ("Flowers", "flowers"),
        ("to do", "to-do"),
    ]
    assert made["tags"][0].keys() == {"id", "name", "slug", "color"}
    assert made["properties"] == {}
    assert made["version"] == 1
    assert made["createdBy"] == made["updatedBy"] == str(world.mia.actor.user_id)
    assert made["createdAt"] == made["updatedAt"]
    assert made["createdAt"].endswith("Z")
    assert await read(world.gil, "rose-garden") == made


async def test_only_a_title_is_needed(world: World) -> None:
    made = await write(world.mia, "Bare")
    assert (made["content"], made["summary"], made["tags"], made["aliases"]) == ("", None, [], [])
    problem(await world.mia.http.post(ENTRIES, json={"content": "x"}), 422)
    problem(await world.mia.http.post(ENTRIES, json={"title": " \t "}), 422)


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_what_is_named_changes_and_the_rest_stays(world: World, method: str) -> None:
    made = await write(world.mia, "Tea", "Green.", tags=["drinks"], summary="Hot", aliases=["Chai"])
    answer = await world.adam.http.request(
        method, f"{ENTRIES}/tea", json={"content": "Black.", "version": 1}
    )
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert now["content"] == "Black."
    assert "Black" in now["contentHtml"]
    assert (now["version"], now["updatedBy"]) == (2, str(world.adam.actor.user_id))
    assert now["createdBy"] == made["createdBy"]
    assert now["updatedAt"] > made["updatedAt"]
    same = ("id", "slug", "title", "summary", "aliases", "tags", "status", "createdAt")
    assert [now[name] for name in same] == [made[name] for name in same]
    assert await read(world.gil, "tea") == now


async def test_every_value_can_be_changed(world: World) -> None:
    await write(world.mia, "Tea", tags=["a"], summary="Hot", aliases=["Chai"])
    values = {
        "title": "Coffee",
        "content": "Black",
        "summary": None,
        "status": "DRAFT",
        "visibility": "PUBLIC",
        "aliases": ["Kaffee", "Caffè"],
        "slug": "kaffee",
    }
    now = await change(world.mia, "tea", **values, tags=["b", "c"])
    assert {name: now[name] for name in values} == values
    assert [tag["slug"] for tag in now["tags"]] == ["b", "c"]
    cleared = await change(world.mia, "kaffee", tags=[], aliases=[], content="")
    assert (cleared["tags"], cleared["aliases"], cleared["content"]) == ([], [], "")


async def test_a_change_that_changes_nothing_is_no_version(world: World) -> None:
    made = await write(world.mia, "Tea", "Green", tags=["One", "Two"], aliases=["Chai"])
    names = ("title", "content", "status", "visibility", "aliases", "summary", "slug")
    again = {name: made[name] for name in names}
    same = await change(world.adam, "tea", **again, tags=["two", "#One"], changeNote="Nothing")
    assert same == made
    assert await change(world.adam, "tea") == made
    assert await change(world.adam, "tea", title=None, content=None, tags=None) == made


async def test_the_older_version_is_refused_with_what_is_there_now(world: World) -> None:
    await write(world.mia, "Tea", "Green")
    now = await change(world.adam, "tea", content="Black", version=1)
    stale = await world.mia.http.patch(f"{ENTRIES}/tea", json={"content": "White", "version": 1})
    assert problem(stale, 409)["current"] == now
    ahead = await world.mia.http.patch(f"{ENTRIES}/tea", json={"content": "White", "version": 3})
    assert problem(ahead, 409)["current"]["version"] == 2
    assert await read(world.mia, "tea") == now
    assert (await change(world.mia, "tea", content="White"))["version"] == 3


async def test_the_list_has_whole_pages_the_latest_first(world: World) -> None:
    for title in ("One", "Two", "Three"):
        await write(world.mia, title, f"About {title}", tags=["t"])
    await change(world.mia, "one", content="Again")
    rows = listed(await world.gil.http.get(ENTRIES))
    assert [row["title"] for row in rows] == ["One", "Three", "Two"]
    assert rows[0] == await read(world.gil, "one")


async def test_the_list_sorts(world: World) -> None:
    for title in ("beta", "Alpha", "Gamma"):
        await write(world.mia, title)
    assert await titles(world.mia, sort="title") == ["Alpha", "beta", "Gamma"]
    assert await titles(world.mia, sort="-title") == ["Gamma", "beta", "Alpha"]
    assert await titles(world.mia, sort="createdAt") == ["beta", "Alpha", "Gamma"]
    words = problem(await world.mia.http.get(ENTRIES, params={"sort": "content"}), 400)["detail"]
    assert "updatedAt" in words


async def test_the_list_comes_in_pages(world: World) -> None:
    for number in range(5):
        await write(world.mia, f"Page {number}")
    answer = await world.mia.http.get(ENTRIES, params={"limit": 2, "page": 3, "sort": "title"})
    assert [row["title"] for row in listed(answer)] == ["Page 4"]
    assert answer.json()["meta"] == {"total": 5, "page": 3, "limit": 2, "totalPages": 3}
    beyond = await world.mia.http.get(ENTRIES, params={"page": 1000})
    assert (listed(beyond), beyond.json()["meta"]["total"]) == ([], 5)
    for wrong in ({"page": 0}, {"page": 10**18}, {"limit": 101}, {"limit": 0}, {"page": "x"}):
        problem(await world.mia.http.get(ENTRIES, params=wrong), 422)


async def test_the_list_filters(world: World) -> None:
    await write(world.mia, "Tea", "From China: 100% leaves", tags=["Hot drinks"])
    await write(world.mia, "Coffee", "From Ethiopia", visibility="PUBLIC")
    middle = (await write(world.mia, "Milk", "From_cows", status="DRAFT"))["updatedAt"]
    await write(world.mia, "Water", "", tags=["hot drinks", "cold"])
    assert await titles(world.mia, tag="hot-drinks") == ["Water", "Tea"]
    assert await titles(world.mia, tag="Hot drinks") == ["Water", "Tea"]
    assert await titles(world.mia, tag="none") == []
    assert await titles(world.mia, visibility="PUBLIC") == ["Coffee"]
    assert await titles(world.mia, status="DRAFT") == ["Milk"]
    assert await titles(world.mia, q="FROM") == ["Milk", "Coffee", "Tea"]
    assert await titles(world.mia, q="tea") == ["Tea"]
    assert await titles(world.mia, q="100%") == ["Tea"]
    assert await titles(world.mia, q="m_c") == ["Milk"]
    assert await titles(world.mia, updatedAfter=middle) == ["Water"]
    assert await titles(world.mia, tag="cold", q="water", status="PUBLISHED") == ["Water"]
    for wrong in ({"status": "GONE"}, {"visibility": "x"}, {"updatedAfter": "yesterday"}):
        problem(await world.mia.http.get(ENTRIES, params=wrong), 422)


async def test_an_archived_page_is_put_away_and_brought_back(world: World) -> None:
    await write(world.mia, "Tea", "Green")
    await write(world.mia, "Cup", "Of [[Tea]]")
    await remove(world.mia, "tea")
    assert await titles(world.mia) == ["Cup"]
    assert await titles(world.mia, status="ARCHIVED") == ["Tea"]
    away = await read(world.gil, "tea")
    assert (away["status"], away["version"], away["content"]) == ("ARCHIVED", 2, "Green")
    assert "missing" in (await read(world.gil, "cup"))["contentHtml"]
    await remove(world.mia, "tea")
    assert (await read(world.gil, "tea"))["version"] == 2
    back = await change(world.mia, "tea", status="PUBLISHED")
    assert (back["status"], back["version"]) == ("PUBLISHED", 3)
    assert await titles(world.mia) == ["Tea", "Cup"]
    assert "missing" not in (await read(world.gil, "cup"))["contentHtml"]


async def test_a_page_removed_for_good_leaves_nothing_but_links_that_wait(world: World) -> None:
    made = await write(world.mia, "Tea", "Green", aliases=["Chai"], tags=["drinks"])
    await write(world.mia, "Cup", "Of [[Tea]] and [[Chai]]")
    problem(await world.mia.http.delete(f"{ENTRIES}/tea?permanent=true"), 403)
    await remove(world.adam, "tea", permanent=True)
    for path in ("tea", "chai", "Chai", "tea/versions", "tea/versions/1", "tea/backlinks"):
        problem(await world.mia.http.get(f"{ENTRIES}/{path}"), 404)
    problem(await world.adam.http.delete(f"{ENTRIES}/tea?permanent=true"), 404)
    assert (await read(world.mia, "cup"))["contentHtml"].count("missing") == 2
    again = await write(world.mia, "Tea")
    assert (again["slug"], again["version"]) == ("tea", 1)
    assert again["id"] != made["id"]
    assert (await read(world.mia, "cup"))["contentHtml"].count("missing") == 1


async def test_html_of_an_older_renderer_is_made_again(world: World) -> None:
    await write(world.mia, "Tea", "**Green**")
    async with world.mia.work() as work:
        await work.session.execute(text("UPDATE entries SET html = 'old', renderer = 0"))
        work.changed("knowledge")
    assert "<strong>Green</strong>" in (await read(world.mia, "tea"))["contentHtml"]
    [row] = listed(await world.mia.http.get(ENTRIES))
    assert "<strong>Green</strong>" in row["contentHtml"]
