"""Every edit is a version: listed, read, restored."""

from tests.answers import listed, problem
from tests.knowledge.wiki import ENTRIES, change, links, read, remove, write
from tests.world import World

TEA = f"{ENTRIES}/tea"


async def test_every_change_is_a_version(world: World) -> None:
    await write(world.mia, "Tea", "Green", changeNote="Begun")
    await change(world.adam, "tea", content="Black", changeNote="Nights are long")
    await change(world.mia, "tea", title="Teas")
    await change(world.mia, "tea", tags=["drinks"])
    await change(world.mia, "tea", status="ARCHIVED")
    rows = listed(await world.gil.http.get(f"{TEA}/versions"))
    assert [(row["version"], row["title"], row["content"]) for row in rows] == [
        (5, "Teas", "Black"),
        (4, "Teas", "Black"),
        (3, "Teas", "Black"),
        (2, "Tea", "Black"),
        (1, "Tea", "Green"),
    ]
    fields = {"version", "title", "content", "changeNote", "createdBy", "createdAt"}
    assert rows[0].keys() == fields
    assert [row["changeNote"] for row in rows] == ["", "", "", "Nights are long", "Begun"]
    assert [row["createdBy"] for row in rows][3:] == [
        str(world.adam.actor.user_id),
        str(world.mia.actor.user_id),
    ]
    moments = [row["createdAt"] for row in rows]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] == (await read(world.mia, "tea"))["updatedAt"]


async def test_versions_come_in_pages_and_one_by_one(world: World) -> None:
    await write(world.mia, "Tea", "1")
    for number in range(2, 6):
        await change(world.mia, "tea", content=str(number))
    answer = await world.gil.http.get(f"{TEA}/versions?page=2&limit=2&sort=version")
    assert [row["content"] for row in listed(answer)] == ["3", "4"]
    assert answer.json()["meta"] == {"total": 5, "page": 2, "limit": 2, "totalPages": 3}
    one = await world.gil.http.get(f"{TEA}/versions/4")
    assert (one.json()["version"], one.json()["content"]) == (4, "4")
    for number in (0, 6, -1):
        problem(await world.gil.http.get(f"{TEA}/versions/{number}"), 404)
    for number in (10**18, 10**40, "x", "1.5"):
        answer = await world.gil.http.get(f"{TEA}/versions/{number}")
        assert answer.status_code in {404, 422}, answer.text


async def test_restoring_adds_a_version(world: World) -> None:
    await write(world.mia, "Tea", "Green [[Leaf]]", tags=["drinks"])
    await change(world.mia, "tea", title="Coffee", content="Black", tags=["hot"])
    answer = await world.adam.http.post(f"{TEA}/restore/1")
    assert answer.status_code == 200, answer.text
    back = answer.json()
    assert (back["title"], back["content"], back["version"]) == ("Tea", "Green [[Leaf]]", 3)
    assert (back["slug"], back["updatedBy"]) == ("tea", str(world.adam.actor.user_id))
    assert [link["target"] for link in await links(world.mia, "tea")] == ["Leaf"]
    rows = listed(await world.gil.http.get(f"{TEA}/versions"))
    assert [row["version"] for row in rows] == [3, 2, 1]
    assert "1" in rows[0]["changeNote"]


async def test_restoring_what_is_there_changes_nothing(world: World) -> None:
    await write(world.mia, "Tea", "Green")
    assert (await world.mia.http.post(f"{TEA}/restore/1")).json()["version"] == 1
    problem(await world.mia.http.post(f"{TEA}/restore/2"), 404)


async def test_versions_of_a_removed_page_are_gone(world: World) -> None:
    await write(world.mia, "Tea", "Green")
    await remove(world.adam, "tea", permanent=True)
    await write(world.mia, "Tea", "Black")
    [row] = listed(await world.mia.http.get(f"{TEA}/versions"))
    assert row["content"] == "Black"
