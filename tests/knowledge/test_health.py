"""How the links of a workspace stand."""

from typing import Any

from tests.answers import listed, problem
from tests.knowledge.wiki import remove, write
from tests.world import Person, World

HEALTH = "/api/knowledge/links/health"


async def _kind(person: Person, kind: str, **more: Any) -> list[tuple[str, int, list[str]]]:
    params = {"kind": kind, **more}
    rows = listed(await person.http.get("/api/knowledge/links", params=params))
    return [
        (row["name"], row["count"], sorted(page["title"] for page in row["pages"])) for row in rows
    ]


async def test_what_deserves_a_look(world: World) -> None:
    await write(world.mia, "One", "[[Nowhere]] [[nowhere]] [[Two#Gone]] ![[lost.png]] [[Twice]]")
    await write(
        world.mia, "Two", "# There\n[[Nowhere]] [[Other]] [[One#x]] [[#There]] [[Two#There]]"
    )
    for _ in range(2):
        await write(world.mia, "Twice", "[[One]]")
    await write(world.mia, "Alone", "text " * 50)
    await write(world.mia, "Copy", "text " * 50 + "[[One]]")
    await write(world.mia, "Two gardens", "[[One]]")
    await write(world.mia, "Garden, two", "[[One]] and more")
    await write(world.ana, "Hers", "[[Nowhere]] [[Only hers]]", status="DRAFT")
    await write(world.mia, "Away", "[[Long gone]]")
    await remove(world.mia, "away")
    assert await _kind(world.gil, "wanted") == [
        ("Nowhere", 2, ["One", "Two"]),
        ("Other", 1, ["Two"]),
    ]
    assert await _kind(world.gil, "ambiguous") == [("Twice", 1, ["One"])]
    assert await _kind(world.gil, "files") == [("lost.png", 1, ["One"])]
    headings = await _kind(world.gil, "headings")
    assert headings == [("One#x", 1, ["Two"]), ("Two#Gone", 1, ["One"])]
    assert [name for name, *_ in await _kind(world.gil, "orphans")] == ["Alone"]
    alike = await _kind(world.gil, "alike")
    assert ("Garden, two", 2, ["Garden, two", "Two gardens"]) in alike
    assert ("Twice", 2, ["Twice", "Twice"]) in alike
    counts = (await world.gil.http.get(HEALTH)).json()
    assert counts == {
        "wanted": 2,
        "ambiguous": 1,
        "headings": 2,
        "files": 1,
        "orphans": 1,
        "alike": len(alike),
    }
    assert ("Nowhere", 3, ["Hers", "One", "Two"]) in await _kind(world.ana, "wanted")
    assert await _kind(world.bo, "wanted") == []
    assert await _kind(world.gil, "wanted", limit=1, page=2) == [("Other", 1, ["Two"])]
    problem(await world.gil.http.get("/api/knowledge/links?kind=odd"), 422)


async def test_what_is_written_is_wanted_no_more(world: World) -> None:
    await write(world.mia, "One", "[[Nowhere]]")
    assert len(await _kind(world.mia, "wanted")) == 1
    await write(world.mia, "nowhere", status="DRAFT")
    assert await _kind(world.mia, "wanted") == []
    assert len(await _kind(world.gil, "wanted")) == 1
