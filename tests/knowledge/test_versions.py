"""Every edit is a version: listed, read, restored."""

from typing import Any

import psycopg
import pytest

from mosaic.core.pagination import PageQuery
from mosaic.core.start import Ready
from mosaic.knowledge import timeline
from mosaic.knowledge.service import get_entry
from tests.answers import listed, problem
from tests.knowledge.test_round_trip import export, unpacked
from tests.knowledge.vaults import bring_zip
from tests.knowledge.wiki import ENTRIES, change, links, read, remove, write
from tests.world import World

TEA = f"{ENTRIES}/tea"
BEFORE: dict[str, Any] = {
    "tags": ["Drinks", "leaf"],
    "aliases": ["Cha"],
    "summary": None,
    "properties": {"rating": 5},
}
AFTER: dict[str, Any] = {
    "tags": ["hot"],
    "aliases": [],
    "summary": "A drink",
    "properties": {"origin": ["Assam"]},
}


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
    always = {"version", "title", "content", "changeNote", "createdBy", "createdAt"}
    assert rows[0].keys() == always | {"fields"}
    assert [row["fields"]["tags"] for row in rows] == [["drinks"], ["drinks"], [], [], []]
    assert [row["fields"]["status"] for row in rows[:2]] == ["ARCHIVED", "PUBLISHED"]
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
    for sort in ("createdAt", "version"):
        answer = await world.gil.http.get(f"{TEA}/versions?sort={sort}")
        assert [row["version"] for row in listed(answer)] == [1, 2, 3, 4, 5]
    one = await world.gil.http.get(f"{TEA}/versions/4")
    assert (one.json()["version"], one.json()["content"]) == (4, "4")
    for number in (0, 6, -1):
        problem(await world.gil.http.get(f"{TEA}/versions/{number}"), 404)
    for number in (10**18, 10**40, "x", "1.5"):
        answer = await world.gil.http.get(f"{TEA}/versions/{number}")
        assert answer.status_code in {404, 422}, answer.text


async def test_restoring_adds_a_version(world: World) -> None:
    await write(world.mia, "Tea", "Green [[Leaf]]", **BEFORE, visibility="PUBLIC")
    await change(world.mia, "tea", title="Coffee", content="Black", **AFTER, visibility="WORKSPACE")
    found = (await world.gil.http.get(f"{TEA}/versions/1/diff/2")).json()["fields"]
    changed = {"visibility": ("PUBLIC", "WORKSPACE")}
    changed |= {name: (BEFORE[name], AFTER[name]) for name in BEFORE}
    assert {name: (one["old"], one["new"]) for name, one in found.items()} == changed
    answer = await world.adam.http.post(f"{TEA}/restore/1")
    assert answer.status_code == 200, answer.text
    back = answer.json()
    assert (back["title"], back["content"], back["version"]) == ("Tea", "Green [[Leaf]]", 3)
    back["tags"] = [tag["name"] for tag in back["tags"]]
    assert {name: back[name] for name in BEFORE} == BEFORE
    # Nothing is shown to more people by this.
    assert back["visibility"] == "WORKSPACE"
    assert (back["slug"], back["updatedBy"]) == ("tea", str(world.adam.actor.user_id))
    assert [link["target"] for link in await links(world.mia, "tea")] == ["Leaf"]
    rows = listed(await world.gil.http.get(f"{TEA}/versions"))
    assert [row["version"] for row in rows] == [3, 2, 1]
    assert "1" in rows[0]["changeNote"]


@pytest.mark.usefixtures("performer")
async def test_front_matter_is_brought_back_to_the_byte(world: World) -> None:
    old = "---\nrating:   5  # of 5\n---\nGreen"
    for text in (old, "---\nrating: [\n---\nBlack"):
        await bring_zip(world.mia, {"Tea.md": text})
    assert (await read(world.mia, "tea"))["properties"] == {}
    back = (await world.mia.http.post(f"{TEA}/restore/1")).json()
    assert (back["content"], back["properties"]) == ("Green", {"rating": 5})
    assert unpacked(await export(world.mia))["Tea.md"].decode() == old


async def test_what_an_old_version_does_not_know_stays(world: World, ready: Ready) -> None:
    await write(world.mia, "Tea", "Green", **BEFORE)
    with psycopg.connect(ready.admin_dsn) as owner:
        owner.execute("UPDATE entry_versions SET fields = NULL")
    await change(world.mia, "tea", content="Black", **AFTER)
    assert (await world.mia.http.get(f"{TEA}/versions/1")).json()["fields"] is None
    assert (await world.mia.http.get(f"{TEA}/versions/1/diff/2")).json()["fields"] is None
    back = (await world.mia.http.post(f"{TEA}/restore/1")).json()
    back["tags"] = [tag["name"] for tag in back["tags"]]
    assert {name: back[name] for name in ("content", *AFTER)} == {"content": "Green", **AFTER}


async def test_restoring_what_is_there_changes_nothing(world: World) -> None:
    await write(world.mia, "Tea", "Green")
    assert (await world.mia.http.post(f"{TEA}/restore/1")).json()["version"] == 1
    problem(await world.mia.http.post(f"{TEA}/restore/2"), 404)


async def test_what_one_person_saved_within_minutes_is_together(world: World, ready: Ready) -> None:
    entry_id = (await write(world.mia, "Tea", "0"))["id"]
    with psycopg.connect(ready.admin_dsn) as owner:
        # Version, minutes after the first, whether by Adam, note.
        rows = [(2, 9, 0, ""), (3, 19, 0, ""), (4, 30, 0, ""), (5, 31, 1, ""), (6, 32, 1, "so")]
        rows += [(number, 33, 1, "") for number in range(7, 103)]
        for number, minutes, by_adam, note in rows:
            person = (world.mia, world.adam)[by_adam].actor.user_id
            owner.execute(
                "INSERT INTO entry_versions (workspace_id, entry_id, version, title, content, "
                "change_note, created_by, created_at) "
                "SELECT workspace_id, entry_id, %s, title, %s, %s, %s, "
                "created_at + %s * interval '1 minute' FROM entry_versions "
                "WHERE version = 1 AND entry_id = %s",
                [number, "x" * number, note, person, minutes, entry_id],
            )
    async with world.gil.work() as work:
        entry = await get_entry(work, "tea")
        found = await timeline.list_edits(work, entry, PageQuery(limit=4))
        more = await timeline.list_edits(work, entry, PageQuery(limit=4, page=2))
        there = await timeline.list_edits(work, entry, PageQuery(limit=2), around=5)
        lines = await timeline.rows_of(work, entry, [1, 102, 103])
    assert found.meta.total == 7
    assert (there.meta.page, [one.last for one in there.data]) == (3, [5, 4])
    together = [(one.first, one.last) for one in (*found.data, *more.data)]
    assert together == [(101, 102), (51, 100), (7, 50), (6, 6), (5, 5), (4, 4), (1, 3)]
    assert {number: line.size for number, line in lines.items()} == {1: 1, 102: 102}


async def test_versions_of_a_removed_page_are_gone(world: World) -> None:
    await write(world.mia, "Tea", "Green")
    await remove(world.adam, "tea", permanent=True)
    await write(world.mia, "Tea", "Black")
    [row] = listed(await world.mia.http.get(f"{TEA}/versions"))
    assert row["content"] == "Black"
