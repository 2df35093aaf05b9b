"""Pages, parts of pages and pictures shown inside a page."""

import time

from mosaic.knowledge.attachments import put_attachment
from tests.knowledge.wiki import change, read, write
from tests.world import Person, World


async def _html(person: Person, slug: str) -> str:
    html: str = (await read(person, slug))["contentHtml"]
    return html


async def test_a_page_is_shown_inside_another_and_follows_it(world: World) -> None:
    await write(world.mia, "Tea", "Green *leaves*")
    await write(world.mia, "Cup", "Before\n\n![[Tea]]\n\nAfter")
    html = await _html(world.gil, "cup")
    assert '<div class="embed">' in html
    assert "<em>leaves</em>" in html
    assert f'href="/w/{world.gil.workspace}/knowledge/tea"' in html
    await change(world.mia, "tea", content="Black")
    assert "Black" in await _html(world.gil, "cup")


async def test_a_part_of_a_page_is_shown(world: World) -> None:
    content = "Top\n\n## Green\n\nFirst\n\n### Deep\n\nSecond\n\n## Black\n\nThird"
    await write(world.mia, "Tea", content)
    await write(world.mia, "Cup", "![[Tea#Green]]")
    html = await _html(world.gil, "cup")
    assert [word in html for word in ("Top", "First", "Second", "Third")] == [
        False, True, True, False,
    ]  # fmt: skip
    await write(world.mia, "Mug", "![[Tea#Nowhere]]")
    assert "First" not in await _html(world.gil, "mug")


async def test_circles_are_cut(world: World) -> None:
    await write(world.mia, "A", "in a ![[B]]")
    await write(world.mia, "B", "in b ![[C]]")
    await write(world.mia, "C", "in c ![[A]] ![[C]]")
    html = await _html(world.gil, "a")
    assert [html.count(f"in {name}") for name in "abc"] == [1, 1, 1]
    assert f'href="/w/{world.gil.workspace}/knowledge/a"' in html
    await write(world.mia, "Self", "me ![[Self]]")
    assert (await _html(world.gil, "self")).count("me") == 1


async def test_embeds_go_three_levels_deep(world: World) -> None:
    for number in range(6):
        await write(world.mia, f"Level {number}", f"text {number} ![[Level {number + 1}]]")
    html = await _html(world.gil, "level-0")
    assert [f"text {number} " in html for number in range(6)] == [True] * 4 + [False] * 2
    assert "Level 4" in html


async def test_embeds_of_embeds_stay_within_bounds(world: World) -> None:
    """A hundred of a hundred of a hundred would be a million pieces."""
    for number in range(4):
        await write(world.mia, f"Level {number}", f"![[Level {number + 1}]]\n\n" * 100)
    begun = time.monotonic()
    html = await _html(world.gil, "level-0")
    assert time.monotonic() - begun < 5
    assert html.count('class="embed"') <= 100
    assert html.count("Level 1") >= 100


async def test_large_pages_embedded_many_times_stay_within_bounds(world: World) -> None:
    for number in range(8):
        await write(world.mia, f"Large {number}", "word " * 100_000)
    await write(world.mia, "Source", "\n\n".join(f"![[Large {n % 8}]]" for n in range(80)))
    html = await _html(world.gil, "source")
    assert 1_000_000 < len(html) < 3_000_000
    assert html.count('class="embed"') < 8


async def _picture(person: Person, path: str, media_type: str = "image/png") -> str:
    async with person.work() as work:
        file, _ = await put_attachment(work, path, media_type, b"data")
    return file.url.replace("&", "&amp;")


async def test_pictures_are_shown_by_name_or_path(world: World) -> None:
    first = await _picture(world.mia, "images/cat.png")
    second = await _picture(world.mia, "other/cat.png")
    await write(world.mia, "Cats", "![[cat.png]] ![[other/cat.png|300]] ![A cat](images/cat.png)")
    html = await _html(world.gil, "cats")
    assert html.count(f'src="{first}"') == 2
    assert html.count(f'src="{second}"') == 1
    assert 'width="300"' in html
    assert 'alt="A cat"' in html
    assert "missing" not in html


async def test_files_that_are_no_pictures_are_links(world: World) -> None:
    url = await _picture(world.mia, "tea.csv", "text/csv")
    await write(world.mia, "Tea", "![[tea.csv]] [[tea.csv|the table]] [too](tea.csv)")
    html = await _html(world.gil, "tea")
    assert "<img" not in html
    assert html.count(f'href="{url}"') == 3
    assert "the table" in html


async def test_a_picture_that_comes_later_is_found(world: World) -> None:
    await write(world.mia, "Cats", "![[cat.png]]")
    assert "missing" in await _html(world.gil, "cats")
    url = await _picture(world.mia, "cat.png")
    assert f'src="{url}"' in await _html(world.gil, "cats")


async def test_pictures_of_others_are_not_there(world: World) -> None:
    await _picture(world.bo, "cat.png")
    await write(world.mia, "Cats", "![[cat.png]]")
    assert "missing" in await _html(world.mia, "cats")
