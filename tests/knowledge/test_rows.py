"""What pages of the browser ask for: lines of the list, titles to jump to, tags in use."""

from mosaic.knowledge import service, tags
from mosaic.knowledge.search import completion
from tests.knowledge.wiki import remove, write
from tests.world import Person, World


async def _found(person: Person, words: str, limit: int = 8) -> list[str]:
    async with person.work() as work:
        return [row.title for row in await completion.pages(work, words, limit)]


async def test_lines_are_the_list_without_content(world: World) -> None:
    for title in ("One", "Two", "Three"):
        await write(world.mia, title, "much text", summary=f"About {title}")
    await write(world.ana, "Hers", status="DRAFT")
    async with world.mia.work() as work:
        page = await service.list_rows(work, service.EntryQuery(limit=2))
        assert await service.count_entries(work) == 3
    assert [(row.title, row.summary) for row in page.data] == [
        ("Three", "About Three"),
        ("Two", "About Two"),
    ]
    assert (page.meta.total, page.meta.total_pages) == (3, 2)


async def test_titles_are_found_by_what_they_begin_with_first(world: World) -> None:
    for title in ("Green tea", "Tea", "Teapots", "Tea time", "100% tea", "Cup"):
        await write(world.mia, title)
    await write(world.ana, "Tea of hers", visibility="PRIVATE")
    await write(world.mia, "Tea put away")
    await remove(world.mia, "tea-put-away")
    assert await _found(world.mia, "tea") == ["Tea", "Teapots", "Tea time", "100% tea", "Green tea"]
    assert await _found(world.mia, "tea", limit=2) == ["Tea", "Teapots"]
    assert await _found(world.mia, "0% t") == ["100% tea"]
    assert await _found(world.ana, "hers") == ["Tea of hers"]
    assert await _found(world.bo, "tea") == []


async def test_the_most_used_tags_are_those_one_sees(world: World) -> None:
    for number, names in enumerate((["a", "b"], ["b", "c"], ["c", "b"])):
        await write(world.mia, f"Page {number}", tags=names)
    for number in range(5):
        await write(world.ana, f"Hers {number}", tags=["hers", "c"], status="DRAFT")
    async with world.mia.work() as work:
        assert [tag.name for tag in await tags.most_used(work, 9)] == ["b", "c", "a"]
        assert [tag.name for tag in await tags.most_used(work, 1)] == ["b"]
    async with world.ana.work() as work:
        assert [tag.name for tag in await tags.most_used(work, 2)] == ["c", "hers"]
