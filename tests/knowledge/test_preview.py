"""A preview is what the page would be, for whoever looks."""

from typing import Any

import pytest

from tests.answers import problem
from tests.knowledge.wiki import ENTRIES, read, titles, write
from tests.world import Person, World

TEXT = """# Head
[[Shared]] [[shared|words]] [[hidden page]] [[Nothing]] [[Twice]] ![[Shared]] ![[Loop]] [[#Head]]
"""


async def _preview(person: Person, content: str, **more: Any) -> str:
    answer = await person.http.post("/api/knowledge/preview", json={"content": content, **more})
    assert answer.status_code == 200, answer.text
    html: str = answer.json()["html"]
    return html


async def test_a_preview_is_what_the_saved_page_is(world: World) -> None:
    await write(world.mia, "Shared", "Told to all. [[Loop]]")
    await write(world.mia, "Loop", "![[Loop]]")
    await write(world.mia, "Hidden page", "Mine", visibility="PRIVATE")
    await write(world.ana, "Nothing", "Hers", status="DRAFT")
    for _ in range(2):
        await write(world.mia, "Twice")
    mine, his = await _preview(world.mia, TEXT), await _preview(world.gil, TEXT)
    assert len(await titles(world.mia)) == 5
    await write(world.mia, "Fresh", TEXT)
    assert mine == (await read(world.mia, "fresh"))["contentHtml"]
    assert his == (await read(world.gil, "fresh"))["contentHtml"]
    assert "/knowledge/hidden-page" in mine
    assert "/knowledge/hidden-page" not in his
    assert "Mine" not in his
    assert "Hers" not in mine + his


async def test_paths_are_seen_from_the_page(world: World) -> None:
    await write(world.mia, "Plain")
    here = await _preview(world.mia, "[a](plain.md)", slug="plain")
    assert "missing" in here
    assert await _preview(world.mia, "a", slug="nowhere") == "<p>a</p>\n"


@pytest.mark.parametrize("content", ["x" * 2_000_001, "a\x00b"])
async def test_what_cannot_be_shown_is_told(world: World, content: str) -> None:
    problem(await world.mia.http.post("/api/knowledge/preview", json={"content": content}), 422)


async def test_nothing_of_another_workspace_is_shown(world: World) -> None:
    await write(world.bo, "Theirs", "secret")
    html = await _preview(world.mia, "![[Theirs]] [[Theirs]]")
    assert "secret" not in html
    assert html.count("missing") == 2
    assert (await world.mia.http.get(f"{ENTRIES}/theirs")).status_code == 404
