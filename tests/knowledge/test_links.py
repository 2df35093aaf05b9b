"""What a link means: the order of the contract, step by step."""

from typing import Any

import pytest

from mosaic.knowledge.rows import Draft
from mosaic.knowledge.writing import insert_entries
from tests.knowledge.wiki import change, links, read, remove, titles, write
from tests.world import Person, World

# Each answers to "Key" at one step only, in the order in which a link looks.
STEPS: dict[str, dict[str, Any]] = {
    "title": {"title": "Key", "slug": "one"},
    "slug": {"title": "Two", "slug": "Key"},
    "path": {"title": "Three", "path": "Key"},
    "alias": {"title": "Four", "aliases": ["Key"]},
    "title without regard to case": {"title": "kEY", "slug": "five"},
}


async def _put(person: Person, content: str = "", **values: Any) -> None:
    async with person.work() as work:
        await insert_entries(work, [Draft(content=content, **values)])


async def _means(person: Person, slug: str) -> list[tuple[str | None, list[str]]]:
    """Return, for each link on a page, the title it leads to, and the titles it could mean."""
    found = await links(person, slug)
    for link in found:
        assert link["resolved"] == (link["slug"] is not None)
        assert link["ambiguous"] == bool(link["candidates"])
    return [(link["title"], sorted(c["title"] for c in link["candidates"])) for link in found]


async def test_links_look_step_by_step(world: World) -> None:
    for values in STEPS.values():
        await _put(world.mia, **values)
    await write(world.mia, "Source", "[[Key]]")
    for values in STEPS.values():
        assert await _means(world.gil, "source") == [(values["title"], [])]
        [page] = [p for p in (await _all(world.mia)) if p["title"] == values["title"]]
        await remove(world.mia, page["slug"])
    assert await _means(world.gil, "source") == [(None, [])]


async def _all(person: Person) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await person.http.get("/api/knowledge/entries")).json()["data"]
    return rows


@pytest.mark.parametrize("step", [step for step in STEPS if step not in ("slug", "path")])
async def test_several_at_one_step_are_ambiguous(world: World, step: str) -> None:
    """And an earlier step that is ambiguous is not passed over for a later one."""
    values = STEPS[step]
    for name, other in STEPS.items():
        if [*STEPS].index(name) > [*STEPS].index(step):
            await _put(world.mia, **other)
    await write(world.mia, "Source", "[[Key]]")
    again = {**values, "slug": "again"}
    if step == "alias":
        again["title"] = "Again"
    await _put(world.mia, **values)
    assert await _means(world.gil, "source") == [(values["title"], [])]
    await _put(world.mia, **again)
    both = sorted([values["title"], again["title"]])
    assert await _means(world.gil, "source") == [(None, both)]
    html = (await read(world.gil, "source"))["contentHtml"]
    assert "wikilink ambiguous" in html
    await remove(world.ana, "again", permanent=True)
    assert await _means(world.gil, "source") == [(values["title"], [])]


async def test_pages_at_one_path_are_ambiguous(world: World) -> None:
    await _put(world.mia, title="One", path="drinks/Tea", visibility="PRIVATE")
    await _put(world.ana, title="Two", path="drinks/Tea")
    await _put(
        world.mia, title="Source", path="Source", content="[a](drinks/Tea.md) [[drinks/Tea]]"
    )
    assert await _means(world.gil, "source") == [("Two", []), ("Two", [])]
    await change(world.mia, "one", visibility="WORKSPACE")
    assert await _means(world.gil, "source") == [(None, ["One", "Two"]), (None, ["One", "Two"])]


async def test_folders_name_pages(world: World) -> None:
    await _put(world.mia, title="Tea", path="drinks/hot/Tea")
    await _put(world.mia, title="Cup", path="drinks/Cup")
    targets = "[[drinks/hot/Tea]] [[drinks/hot/Tea.md]] [[hot/Tea]] [[drinks/hot/tea]]"
    await write(world.mia, "Wiki", targets)
    found = await _means(world.gil, "wiki")
    assert found == [("Tea", []), ("Tea", []), (None, []), (None, [])]
    relative = "[a](hot/Tea.md) [b](./hot/Tea.md) [c](../drinks/hot/Tea.md) [d](Tea.md) [e](/x.md)"
    await _put(world.mia, title="Md", path="drinks/Md", content=relative)
    found = await _means(world.gil, "md")
    assert [title for title, _ in found[:4]] == ["Tea", "Tea", "Tea", None]
    await _put(world.mia, title="Root", path="Root", content="[a](drinks/hot/Tea.md#Green%20ones)")
    assert await _means(world.gil, "root") == [("Tea", [])]
    html = (await read(world.gil, "root"))["contentHtml"]
    assert f'href="/w/{world.gil.workspace}/knowledge/tea#h-green-ones"' in html


async def test_spelling_that_looks_the_same_is_the_same(world: World) -> None:
    await write(world.mia, "Café  au lait", aliases=["Straße"])
    await write(
        world.mia, "Source", "[[Cafe\u0301 au lait]] [[CAFÉ AU LAIT]] [[Straße]] [[strasse]]"
    )
    found = await _means(world.gil, "source")
    assert [title is not None for title, _ in found] == [True, True, True, False]


async def test_a_link_keeps_what_was_written(world: World) -> None:
    await write(world.mia, "Tea")
    content = (
        "[[Tea|a cup]] ![[Tea#Green ones]] [[Tea#Green ones|green]] [[#Here]] `[[Tea]]` [[No]]"
    )
    await write(world.mia, "Source", content)
    fields = ("target", "heading", "text", "embed", "resolved", "slug")
    assert [tuple(link[name] for name in fields) for link in await links(world.gil, "source")] == [
        ("Tea", None, "a cup", False, True, "tea"),
        ("Tea", "Green ones", None, True, True, "tea"),
        ("Tea", "Green ones", "green", False, True, "tea"),
        ("No", None, None, False, False, None),
    ]


async def test_addresses_on_a_page(world: World) -> None:
    await write(world.mia, "Teé", "# Green")
    made = await write(
        world.mia, "Source", "# Here\n\n[[Teé#Green]] [[#Here]] [[A & <b>]] [[Source]]"
    )
    base = f"/w/{world.mia.workspace}/knowledge"
    html = made["contentHtml"]
    assert f'<a class="wikilink" href="{base}/tee#h-green" title="Teé">Teé#Green</a>' in html
    assert '<a class="wikilink" href="#h-here">Here</a>' in html
    assert f'href="{base}/new?title=A%20%26%20%3Cb%3E"' in html
    assert "<b>" not in html
    assert f'href="{base}/source"' in html


async def test_no_link_leads_to_a_page_without_a_name(world: World) -> None:
    """`[[#Heading]]` has no page in it, and neither has a title that is nothing but an ending."""
    await write(world.mia, ".md", aliases=[".MD"])
    await write(world.mia, "Source", "[[#Heading]] [here](#Heading)")
    html = (await read(world.gil, "source"))["contentHtml"]
    assert html.count('href="#h-heading"') == 2


async def test_writing_renaming_aliasing_and_removing_settle_links_that_wait(world: World) -> None:
    await write(world.mia, "Source", "[[Tea]]")
    assert await _means(world.gil, "source") == [(None, [])]
    await write(world.mia, "Chai")
    for values, found in (
        ({"aliases": ["Tea"]}, "Chai"),
        ({"aliases": []}, None),
        ({"title": "tea"}, "tea"),
        ({"title": "Chai"}, None),
        ({"slug": "Tea"}, "Chai"),
    ):
        await change(world.mia, "chai" if "slug" in values else await _slug(world.mia), **values)
        assert await _means(world.gil, "source") == [(found, [])], values
    await remove(world.adam, "Tea", permanent=True)
    assert await _means(world.gil, "source") == [(None, [])]
    await write(world.mia, "Tea")
    assert await _means(world.gil, "source") == [("Tea", [])]


async def _slug(person: Person) -> str:
    [other] = [page["slug"] for page in await _all(person) if page["slug"] != "source"]
    return other


async def test_a_title_that_becomes_an_alias_gives_way(world: World) -> None:
    """The set of names is the same before and after; only their steps are not."""
    await write(world.mia, "Tea", aliases=["Chai"])
    await write(world.mia, "Other", slug="Tea")
    await write(world.mia, "Source", "[[Tea]]")
    assert await _means(world.gil, "source") == [("Tea", [])]
    await change(world.mia, "tea", title="Chai", aliases=["Tea"])
    assert await _means(world.gil, "source") == [("Other", [])]


async def test_a_page_may_link_to_itself(world: World) -> None:
    await write(world.mia, "Self", "[[Self]] and [[self]]")
    assert await _means(world.gil, "self") == [("Self", []), ("Self", [])]
    await change(world.mia, "self", title="Myself", slug="myself")
    assert await _means(world.gil, "myself") == [(None, []), ("Myself", [])]


async def test_links_stay_in_their_workspace(world: World) -> None:
    await write(world.bo, "Tea", aliases=["Chai"])
    await write(world.mia, "Source", "[[Tea]] [[Chai]]")
    assert await _means(world.mia, "source") == [(None, []), (None, [])]
    await write(world.mia, "Tea")
    await remove(world.bo, "tea", permanent=True)
    assert await _means(world.mia, "source") == [("Tea", []), (None, [])]
    assert await titles(world.bo) == []


async def test_a_link_longer_than_any_name_is_kept_as_missing(world: World) -> None:
    made = await write(
        world.mia, "Source", f"[[{'🙂' * 1000}]] [[{'ﬃ' * 999}]] [x](<{'é' * 3000}.md>)"
    )
    assert made["contentHtml"].count("wikilink missing") == 3
    assert await _means(world.gil, "source") == [(None, [])] * 3
