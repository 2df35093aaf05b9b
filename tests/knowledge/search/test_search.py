"""Search finds pages by words, beginnings, parts, letters that are nearly right; in any script."""

from typing import Any

import pytest
from sqlalchemy import text

from mosaic.jobs import service as jobs
from mosaic.knowledge.search import deriving
from mosaic.knowledge.search.words import DERIVATION
from tests.answers import listed, problem
from tests.knowledge.wiki import change, write
from tests.waiting import until
from tests.world import Person, World

SEARCH = "/api/knowledge/search"


async def _search(person: Person, q: str, **more: Any) -> list[dict[str, Any]]:
    return listed(await person.http.get(SEARCH, params={"q": q, **more}))


async def _titles(person: Person, q: str, **more: Any) -> list[str]:
    return [hit["title"] for hit in await _search(person, q, **more)]


async def test_a_title_comes_before_the_text(world: World) -> None:
    await write(world.mia, "Compost", "About gardens, gardens and the garden.")
    await write(world.mia, "Garden", "About compost.")
    found = await _search(world.mia, "garden")
    assert [hit["title"] for hit in found] == ["Garden", "Compost"]
    assert "title" in found[0]["matched"]
    assert found[1]["matched"] == ["text"]
    assert found[0]["score"] > found[1]["score"]


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("running", "He runs"),
        ("gard", "Garden"),
        ("arden", "Garden"),
        ("gardne", "Garden"),
        ("tulips grow", "Garden"),
        ('"yellow tulips"', "Garden"),
        ("uber", "Über uns"),
        ("ÜBER", "Über uns"),
        ("Häuser", "Über uns"),
        ("dejeuner", "Le déjeuner"),
        ("огород", "Огород"),
        ("日本", "旅行"),
        ("語", "旅行"),
        ("日本語", "旅行"),
        ("漢字", "旅行"),
        ("도서관", "한국"),
        ("مكتبة", "كتاب"),
        ("ulip", "Garden"),
        ("🌱", "Sowing"),
        ("❤️", "Sowing"),
        ("love 🌱", "Sowing"),
        ("👩‍💻", "Sowing"),
        ("👩", "Sowing"),
    ],
)
async def test_words_are_found(world: World, q: str, title: str) -> None:
    await write(world.mia, "Garden", "In spring yellow tulips grow there.", aliases=["Plot"])
    await write(world.mia, "He runs", "Every morning.")
    await write(world.mia, "Sowing", "With love ❤️ and patience: 🌱🌿👩‍💻")
    await write(world.mia, "Über uns", "Wir bauen Häuser.")
    await write(world.mia, "Le déjeuner", "Du pain.")
    await write(world.mia, "Огород", "Помидоры и огурцы.")
    await write(world.mia, "旅行", "日本語の漢字を勉強します。")
    await write(world.mia, "한국", "도서관에서 책을 읽어요.")
    await write(world.mia, "كتاب", "في مكتبة المدينة.")
    assert title in await _titles(world.mia, q)


@pytest.mark.parametrize(
    "q",
    ['"tulips yellow"', "tulips -yellow", "本日", "zzzz", "garden potato -spring", "-tulips", "🌷"],
)
async def test_what_does_not_fit_is_not_found(world: World, q: str) -> None:
    await write(world.mia, "Garden", "In spring yellow tulips grow there. 日本")
    assert await _titles(world.mia, q) == []


async def test_a_snippet_shows_why_and_is_safe(world: World) -> None:
    filler = "words " * 100
    await write(world.mia, "Page", f"{filler} `<script>` Tulips & <b>more</b> {filler}")
    [hit] = await _search(world.mia, "tulip")
    assert "&lt;script&gt; <mark>Tulips</mark> &amp; more" in hit["snippet"]
    assert len(hit["snippet"]) < 400
    assert hit["snippet"].startswith("…")


async def test_filters_and_paging(world: World) -> None:
    for number in range(5):
        await write(world.mia, f"Tulip {number}", "tulip", tags=["flower"] if number < 2 else [])
    await write(world.mia, "Old tulip", "tulip", status="ARCHIVED")
    assert len(await _titles(world.mia, "tulip")) == 5
    assert len(await _titles(world.mia, "tulip", tag="Flower")) == 2
    assert await _titles(world.mia, "tulip", tag="no such tag") == []
    assert await _titles(world.mia, "tulip", status="ARCHIVED") == ["Old tulip"]
    first = await world.mia.http.get(SEARCH, params={"q": "tulip", "limit": 2})
    assert first.json()["meta"] == {
        "total": 5,
        "page": 1,
        "limit": 2,
        "totalPages": 3,
        "mode": "text",
    }
    pages = [await _titles(world.mia, "tulip", limit=2, page=page) for page in (1, 2, 3)]
    assert len({title for page in pages for title in page}) == 5


async def test_what_is_found_follows_what_is_written(world: World) -> None:
    made = await write(world.mia, "Garden", "tulips")
    assert await _titles(world.mia, "tulips") == ["Garden"]
    await change(world.mia, made["slug"], content="roses")
    assert await _titles(world.mia, "tulips") == []
    assert await _titles(world.mia, "roses") == ["Garden"]
    await change(world.mia, made["slug"], visibility="PRIVATE")
    assert await _titles(world.ana, "roses") == []
    assert await _titles(world.bo, "roses") == []
    assert await _titles(world.mia, "roses") == ["Garden"]


@pytest.mark.parametrize(
    "q",
    ["", " ", "'", '"', ":*", "\\", "&|!()<->", "a & !b", "%", "_", "-", "😀", "x" * 1000, "a:*b"],
)
async def test_odd_questions_are_answered(world: World, q: str) -> None:
    await write(world.mia, "Garden", "text")
    await _search(world.mia, q)
    await world.mia.http.get("/api/knowledge/completions", params={"q": q[:200]})


async def test_what_cannot_be_searched_for_is_told(world: World) -> None:
    problem(await world.mia.http.get(SEARCH, params={"q": "a\x00b"}), 422)
    problem(await world.mia.http.get(SEARCH, params={"q": "x" * 1001}), 422)
    problem(await world.mia.http.get(SEARCH, params={"q": "a", "mode": "odd"}), 422)
    problem(await world.mia.http.get(SEARCH, params={"q": "a", "mode": "semantic"}), 503)


async def test_a_page_with_more_words_than_an_index_holds_is_kept_and_found(world: World) -> None:
    text = "beginning " + " ".join(f"word{n}ящик" for n in range(110_000))
    await write(world.mia, "Long", text)
    assert await _titles(world.mia, "beginning") == ["Long"]


async def test_pages_by_several_tags(world: World) -> None:
    await write(world.mia, "Both", tags=["One", "Two"])
    await write(world.mia, "First", tags=["one"])
    await write(world.mia, "Draft", tags=["one", "two"], status="DRAFT")

    async def tagged(person: Person, tags: str, **more: Any) -> set[str]:
        answer = await person.http.get(f"{SEARCH}/by-tags", params={"tags": tags, **more})
        return {row["title"] for row in listed(answer)}

    assert await tagged(world.ana, "one,#two") == {"Both"}
    assert await tagged(world.mia, "one,two") == {"Both", "Draft"}
    assert await tagged(world.ana, "one,two", match="any") == {"Both", "First"}
    assert await tagged(world.ana, "one,nothing") == set()
    assert await tagged(world.ana, ",") == set()
    assert await tagged(world.bo, "one") == set()
    assert listed(await world.mia.http.get(f"{SEARCH}/by-tags")) == []


@pytest.mark.usefixtures("performer")
async def test_pages_from_before_are_read_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they were when pairs of letters came, each by a run of who sees it."""
    await write(world.mia, "旅行", "日本語の漢字", aliases=["Voyage"])
    await write(world.mia, "Same", "図書館", status="DRAFT")
    async with world.mia.work() as work:
        await work.session.execute(_OLD)
        await work.session.execute(text("DELETE FROM entry_labels"))
    monkeypatch.setattr(deriving, "_looked", set())
    assert await _titles(world.gil, "漢字") == []  # who only reads starts no run

    async def found() -> bool:
        return await _titles(world.mia, "漢字") == ["旅行"] and bool(
            await _titles(world.mia, "図書館")
        )

    await until(found)
    assert await _titles(world.gil, "漢字") == ["旅行"]
    assert await _titles(world.gil, "voyage") == ["旅行"]
    async with world.mia.work() as work:
        kept = await work.session.scalars(text("SELECT derivation FROM entry_texts"))
        assert set(kept) == {DERIVATION}
        made = await jobs.list_rows(work, jobs.JobQuery(type=deriving.DERIVE))
        assert made.meta.total == 1


_OLD = text("UPDATE entry_texts SET body = 'old', pairs = '{}', title_pairs = '{}', derivation = 0")
