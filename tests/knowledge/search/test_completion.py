"""Names are completed while one types."""

from typing import Any

from tests.knowledge.wiki import links as wiki_links
from tests.knowledge.wiki import remove, write
from tests.world import Person, World


async def _complete(person: Person, q: str, **more: Any) -> list[dict[str, Any]]:
    params = {"q": q, **more}
    answer = await person.http.get("/api/knowledge/completions", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


async def test_titles_and_other_names(world: World) -> None:
    await write(world.mia, "Garden plan", aliases=["Plot"])
    await write(world.mia, "Garden")
    await write(world.mia, "My garden")
    await write(world.mia, "Éclair")
    found = await _complete(world.mia, "gar")
    assert [one["title"] for one in found] == ["Garden", "Garden plan", "My garden"]
    [plot] = await _complete(world.mia, "PLO")
    assert plot == {"title": "Garden plan", "slug": "garden-plan", "alias": "Plot"}
    assert [one["title"] for one in await _complete(world.mia, "ecl")] == ["Éclair"]
    assert len(await _complete(world.mia, "", limit=2)) == 2
    assert await _complete(world.bo, "gar") == []


async def test_a_name_that_a_link_cannot_say_comes_with_one_that_can(world: World) -> None:
    links = {
        "Room #3": "room-3|Room #3",
        "task:5": "task-5|task:5",
        "Meeting @12": "meeting-12|Meeting @12",
        "Left|right": "left-right|Left|right",
        "An [odd]] one": "an-odd-one",
        "Plain (one)": None,
    }
    for title in links:
        await write(world.mia, title)
    offered = {one["title"]: one.get("link") for one in await _complete(world.mia, "")}
    assert offered == links
    said = [f"[[{link or title}]]" for title, link in links.items()]
    await write(world.mia, "All", " and ".join(said))
    resolved = await wiki_links(world.mia, "all")
    assert [one["title"] for one in resolved] == list(links)
    assert [one["text"] for one in resolved if one["text"]] == [*links][:4]


async def test_hidden_and_archived_pages_are_not_offered(world: World) -> None:
    draft = await write(world.mia, "Secret", status="DRAFT")
    assert [one["slug"] for one in await _complete(world.mia, "secr")] == [draft["slug"]]
    assert await _complete(world.ana, "secr") == []
    await remove(world.mia, draft["slug"])
    assert await _complete(world.mia, "secr") == []


async def test_tags_and_headings(world: World) -> None:
    await write(world.mia, "A", "# One\n## Two two\ntext", tags=["flower", "sunflower", "home"])
    assert [one["name"] for one in await _complete(world.mia, "#flo", kind="tag")] == [
        "flower",
        "sunflower",
    ]
    found = await _complete(world.mia, "", kind="heading", slug="a")
    assert found == [{"heading": "One"}, {"heading": "Two two"}]
    assert await _complete(world.mia, "tw", kind="heading", slug="a") == [{"heading": "Two two"}]
    assert await _complete(world.mia, "", kind="heading", slug="nowhere") == []
