"""What links to a page, with the sentence around each link."""

from tests.knowledge.wiki import backlinks, change, read, remove, write
from tests.world import World


async def test_the_sentence_around_each_link(world: World) -> None:
    await write(world.mia, "Tea")
    content = (
        "# On [[Tea]] itself\n\nFirst one. I *like* [[Tea|a cup]] in winter! Not now.\n\n"
        "- water\n- `[[Tea]]` is code\n- [[tea]]\n\n"
        "| a | b |\n|---|---|\n| x | [[Tea\\|y]] here |\n"
    )
    await write(world.mia, "Source", content)
    assert await backlinks(world.gil, "tea") == [
        {"slug": "source", "title": "Source", "context": context}
        for context in ("On Tea itself", "I like a cup in winter!", "tea", "y here")
    ]


async def test_the_latest_pages_come_first(world: World) -> None:
    await write(world.mia, "Tea")
    for title in ("One", "Two", "Three"):
        await write(world.mia, title, "[[Tea]]")
    await change(world.mia, "one", content="Again [[Tea]]")
    assert [b["title"] for b in await backlinks(world.gil, "tea")] == ["One", "Three", "Two"]


async def test_the_same_words_are_said_once(world: World) -> None:
    await write(world.mia, "Tea", "[[Tea]]")
    await write(world.mia, "Source", "[[Tea]]\n\n[[Tea]]\n\nMore [[Tea]]\n\n![[Tea]]")
    assert [b["context"] for b in await backlinks(world.gil, "tea")] == ["Tea", "More Tea"]


async def test_links_by_every_name_count(world: World) -> None:
    await write(world.mia, "Tea", aliases=["Chai"])
    await change(world.mia, "tea", slug="green")
    words = ("Tea", "tea", "green", "Chai", "TEA")
    for number, word in enumerate(words):
        await write(world.mia, f"Page {number}", f"[[{word}]]")
    assert [b["context"] for b in await backlinks(world.gil, "green")] == [*reversed(words)]


async def test_what_is_put_away_or_removed_links_no_more(world: World) -> None:
    await write(world.mia, "Tea")
    for title in ("One", "Two", "Three"):
        await write(world.mia, title, f"{title} [[Tea]]")
    await remove(world.mia, "one")
    await remove(world.adam, "two", permanent=True)
    await change(world.mia, "three", content="No more")
    assert await backlinks(world.gil, "tea") == []
    await change(world.mia, "one", status="PUBLISHED")
    assert [b["title"] for b in await backlinks(world.gil, "tea")] == ["One"]


async def test_hidden_pages_have_backlinks_for_their_author(world: World) -> None:
    await write(world.mia, "Straße", aliases=["Road"], status="DRAFT")
    await write(world.ana, "Exact", "[[Straße]] [[Road]] [[STRASSE]]")
    await write(world.ana, "Not quite", "[[road]] [[ROAD]] [[Strass]]")
    assert [b["title"] for b in await backlinks(world.mia, "strasse")] == ["Exact"]
    await write(world.adam, "Road")
    assert [b["context"] for b in await backlinks(world.mia, "strasse")] == ["Straße Road STRASSE"]
    await write(world.adam, "Strasse")
    assert (await read(world.mia, "strasse"))["title"] == "Straße"
    assert await backlinks(world.mia, "strasse") == []
