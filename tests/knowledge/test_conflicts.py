"""Importing what is here in another version: it is left, replaced, or kept beside."""

from typing import Any

import pytest

from tests.answers import problem
from tests.knowledge.vaults import GARDEN, IMPORT, PNG, bring_zip, outcomes, reasons, zipped
from tests.knowledge.wiki import read, titles
from tests.world import Person, World

pytestmark = pytest.mark.usefixtures("performer")
CHANGED = {**GARDEN, "flowers/Roses.md": "White [[Tulips]]", "images/rose.png": PNG + b"2"}
SAME = {"Index.md", "flowers/Tulips.md", "notes.txt"}


async def _bring(person: Person, conflicts: str, in_form: bool = False) -> Any:
    files = [("files", ("vault.zip", zipped(CHANGED), "application/zip"))]
    given = {"conflicts": conflicts}
    query = {"wait": "true"} | ({} if in_form else given)
    answer = await person.http.post(
        IMPORT, params=query, files=files, data=given if in_form else None
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("in_form", [False, True])
async def test_another_version_is_left(world: World, in_form: bool) -> None:
    await bring_zip(world.mia, GARDEN)
    report = await _bring(world.mia, "skip", in_form)
    assert set(outcomes(report).values()) == {"skipped"}
    assert "left as it is" in reasons(report)["flowers/Roses.md"]
    assert "left as it is" in reasons(report)["images/rose.png"]
    assert (await read(world.mia, "roses"))["version"] == 1


async def test_another_version_is_replaced(world: World) -> None:
    await bring_zip(world.mia, GARDEN)
    found = outcomes(await _bring(world.mia, "replace"))
    assert {path for path in found if found[path] == "updated"} == CHANGED.keys() - SAME
    assert (await read(world.mia, "roses"))["content"] == "White [[Tulips]]"


async def test_another_version_is_kept_beside_and_only_once(world: World) -> None:
    await bring_zip(world.mia, GARDEN)
    report = await _bring(world.mia, "keep")
    found = outcomes(report)
    assert {path for path in found if found[path] == "created"} == CHANGED.keys() - SAME
    assert "Roses 2" in reasons(report)["flowers/Roses.md"]
    assert (await read(world.mia, "roses"))["content"].startswith("# Red")
    assert (await read(world.mia, "roses-2"))["content"] == "White [[Tulips]]"
    assert set(outcomes(await _bring(world.adam, "keep")).values()) == {"skipped"}
    assert sorted(await titles(world.mia)) == ["Garden", "Roses", "Roses 2", "Tulips"]
    exported = await world.mia.http.get("/api/knowledge/export")
    assert b"images/rose 2.png" in exported.content


async def test_there_are_three_ways(world: World) -> None:
    files = [("files", ("vault.zip", zipped(GARDEN), "application/zip"))]
    asked = {"conflicts": "merge"}
    problem(await world.mia.http.post(IMPORT, params=asked, files=files), 422)
    problem(await world.mia.http.post(IMPORT, data=asked, files=files), 422)
