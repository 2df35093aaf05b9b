"""What the log says about pages."""

from typing import Any

import pytest

from mosaic.activity import service as activity
from tests.answers import listed
from tests.knowledge.wiki import ENTRIES, change, remove, titles, write
from tests.world import Person, World


async def _log(person: Person, **filters: Any) -> list[dict[str, Any]]:
    rows = listed(await person.http.get("/api/activity", params=filters))
    return [row for row in rows if row["entityType"] == "entry"]


async def test_each_change_is_a_line(world: World) -> None:
    made = await write(world.mia, "Tea", "Green")
    await change(world.adam, "tea", content="Black")
    await change(world.mia, "tea", title="Teas", slug="teas")
    await remove(world.mia, "teas")
    await change(world.mia, "teas", status="PUBLISHED")
    await world.mia.http.post(f"{ENTRIES}/teas/restore/1")
    await remove(world.ana, "teas", permanent=True)
    lines = await _log(world.gil, entityId=made["id"])
    assert [(line["action"], line["entityTitle"]) for line in lines] == [
        ("DELETED", "Tea"),
        ("UPDATED", "Tea"),
        ("RESTORED", "Teas"),
        ("ARCHIVED", "Teas"),
        ("UPDATED", "Teas"),
        ("UPDATED", "Tea"),
        ("CREATED", "Tea"),
    ]
    who = [line["userName"] for line in lines]
    assert who == ["Ana", "Mia", "Mia", "Mia", "Mia", "Adam", "Mia"]
    assert lines[-1]["details"] == {"slug": "tea"}
    assert lines[4]["details"] == {"slug": "teas", "version": 3}
    assert not await _log(world.bo)


async def test_what_changed_nothing_is_no_line(world: World) -> None:
    await write(world.mia, "Tea")
    before = await _log(world.mia)
    await change(world.mia, "tea", title="Tea")
    await world.mia.http.patch(f"{ENTRIES}/tea", json={"content": "x", "version": 9})
    await world.gil.http.patch(f"{ENTRIES}/tea", json={"content": "x"})
    await world.mia.http.delete(f"{ENTRIES}/tea?permanent=true")
    await world.mia.http.post(ENTRIES, json={"title": "x", "slug": "tea"})
    assert await _log(world.mia) == before


async def test_no_line_without_its_change_and_no_change_without_its_line(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await write(world.mia, "Tea", "Green")
    before = await _log(world.mia)

    def broken(*_: object) -> None:
        raise RuntimeError("no log today")

    with monkeypatch.context() as patched:
        patched.setattr(activity, "record", broken)
        assert (await world.mia.http.post(ENTRIES, json={"title": "Cup"})).status_code == 500
        answer = await world.mia.http.patch(f"{ENTRIES}/tea", json={"content": "x"})
        assert answer.status_code == 500
        assert (await world.ana.http.delete(f"{ENTRIES}/tea?permanent=true")).status_code == 500
    assert await titles(world.mia) == ["Tea"]
    assert (await world.mia.http.get(f"{ENTRIES}/tea")).json()["version"] == 1
    assert await _log(world.mia) == before
