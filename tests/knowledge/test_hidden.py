"""Drafts and private pages are there for their author, and nowhere for anybody else."""

from typing import Any
from uuid import uuid4

import psycopg
import pytest

from mosaic.core.messages import CHANNEL
from mosaic.core.start import Ready
from tests.answers import listed, problem
from tests.knowledge.wiki import ENTRIES, backlinks, change, links, read, remove, titles, write
from tests.world import Person, World

WORD = "zqxw"
DAY = "2026-02-03"
HIDDEN = [{"status": "DRAFT"}, {"visibility": "PRIVATE"}]
hidden = pytest.mark.parametrize("how", HIDDEN, ids=["draft", "private"])


def _others(world: World) -> list[Person]:
    return [world.ana, world.adam, world.gil]


async def _hide(person: Person, how: dict[str, str], **more: Any) -> dict[str, Any]:
    values = {
        "title": f"{WORD} title",
        "content": f"{WORD} content about [[Shared]]",
        "summary": f"{WORD} summary",
        "tags": [f"{WORD}-tag", "common", "template"],
        "aliases": [f"{WORD}-alias"],
        "properties": {f"{WORD}-name": WORD, "rating": [5]},
        "slug": f"{WORD}-slug",
        "changeNote": f"{WORD} note",
    }
    return await write(person, **{**values, **how, **more})


ADDRESSES = [
    f"{ENTRIES}?limit=100",
    *(f"{ENTRIES}?status={status}" for status in ("DRAFT", "PUBLISHED", "ARCHIVED")),
    *(f"{ENTRIES}?visibility={seen}" for seen in ("PRIVATE", "WORKSPACE", "PUBLIC")),
    f"{ENTRIES}?q={WORD}",
    f"{ENTRIES}?tag={WORD}-tag",
    f"{ENTRIES}?tag=common",
    f"{ENTRIES}?property={WORD}-name:{WORD}",
    f"{ENTRIES}?property=rating:5",
    f"{ENTRIES}/shared",
    f"{ENTRIES}/shared/backlinks",
    f"{ENTRIES}/shared/links",
    f"{ENTRIES}/shared/backlinks?unlinked=true",
    "/api/knowledge/links/health",
    *(
        f"/api/knowledge/links?kind={kind}"
        for kind in ("wanted", "ambiguous", "headings", "files", "mentions", "alike", "orphans")
    ),
    f"{ENTRIES}/shared/versions",
    f"{ENTRIES}/shared/public-link",
    f"{ENTRIES}/open/public-link",
    "/api/knowledge/tags",
    f"/api/knowledge/tags/{WORD}-tag",
    "/api/knowledge/templates",
    f"/api/knowledge/search?q={WORD}",
    "/api/knowledge/search?q=shared",
    f"/api/knowledge/search/by-tags?tags={WORD}-tag,common&match=any",
    f"/api/knowledge/completions?q={WORD}",
    f"/api/knowledge/completions?q={WORD}&kind=tag",
    f"/api/knowledge/completions?slug={WORD}-slug&kind=heading",
    "/api/knowledge/export",
    "/api/knowledge/graph",
    "/api/knowledge/graph?orphans=false",
    f"/api/knowledge/graph?tag={WORD}-tag",
    "/api/knowledge/graph?at=2999-01-01",
    "/api/knowledge/graph/shared?depth=3",
    "/api/knowledge/graph/shared?depth=3&at=2999-01-01",
    "/api/knowledge/graph/stats",
    "/api/knowledge/communities",
    f"/api/knowledge/graph/{WORD}-slug",
    f"/api/knowledge/graph/{WORD}-alias",
    "/api/activity?limit=100",
]


async def _answers(person: Person, hidden_id: str) -> dict[str, str]:
    """Return everything that a person is told, by address."""
    more = [
        f"{ENTRIES}/{WORD}-{name}{sub}"
        for name in ("slug", "alias")
        for sub in (
            "",
            "/versions",
            "/versions/1",
            "/versions/1/diff/1",
            "/links",
            "/backlinks",
            "/public-link",
        )
    ]
    told = {}
    for address in (*ADDRESSES, *more):
        told[address] = await _told(person, address)
    told["activity of it"] = await _told(person, f"/api/activity?entityId={hidden_id}")
    told["its day"] = await _told(person, f"/api/knowledge/daily?date={DAY}", "POST")
    shared = (await person.http.get(f"{ENTRIES}/open/public-link")).json()["url"]
    told["a public page"] = await _told(person, shared.partition("/p/")[1] + shared[-32:])
    return told


async def _told(person: Person, address: str, method: str = "GET") -> str:
    headers = {"X-Request-Id": "the-same"}
    answer = await person.http.request(method, address, headers=headers)
    return f"{answer.status_code} {answer.text}"


@hidden
async def test_nothing_that_others_are_told_depends_on_a_hidden_page(
    world: World, how: dict[str, str]
) -> None:
    """Whatever is asked, before it is written and after, the answer is the same to the letter."""
    await write(world.ana, "Shared", "About ![[Nothing]] and [[Nothing]].", tags=["common"])
    await write(
        world.ana, "Open", f"[[{WORD} title]] ![[{WORD}-slug]] [[{DAY}]]", visibility="PUBLIC"
    )
    await world.ana.http.post(f"/api/knowledge/daily?date={DAY}")
    before = [await _answers(person, str(uuid4())) for person in _others(world)]
    made = await _hide(world.mia, how)
    await change(world.mia, made["slug"], content=f"{WORD} again, [[Shared]] ![[Shared]]")
    await change(world.mia, made["slug"], slug=f"{WORD}-other", title=f"{WORD} other")
    await change(world.mia, f"{WORD}-other", slug=f"{WORD}-slug", title=DAY)
    assert [await _answers(person, made["id"]) for person in _others(world)] == before
    for path, method in ((f"{WORD}-slug", "PATCH"), (f"{WORD}-alias", "PUT")):
        answer = await world.ana.http.request(method, f"{ENTRIES}/{path}", json={"content": "x"})
        problem(answer, 404)
    for path in (f"{WORD}-slug", f"{WORD}-slug?permanent=true"):
        problem(await world.ana.http.delete(f"{ENTRIES}/{path}"), 404)
    problem(await world.ana.http.post(f"{ENTRIES}/{WORD}-slug/restore/1"), 404)


@hidden
async def test_its_author_finds_it_everywhere(world: World, how: dict[str, str]) -> None:
    await write(world.ana, "Shared", f"[[{WORD} title]]")
    made = await _hide(world.mia, how)
    assert made["status"] == how.get("status", "PUBLISHED")
    slug = made["slug"]
    assert (await read(world.mia, slug))["content"] == made["content"]
    assert made["title"] in await titles(world.mia)
    assert await titles(world.mia, q=WORD) == [made["title"], "Shared"]
    assert await titles(world.mia, tag=f"{WORD}-tag") == [made["title"]]
    assert await titles(world.mia, property=f"{WORD}-name:{WORD}") == [made["title"]]
    tags = listed(await world.mia.http.get("/api/knowledge/tags"))
    assert f"{WORD}-tag" in [tag["name"] for tag in tags]
    assert [b["slug"] for b in await backlinks(world.mia, "shared")] == [slug]
    assert [b["slug"] for b in await backlinks(world.mia, slug)] == ["shared"]
    assert (await world.mia.http.get(f"{ENTRIES}/{WORD}-alias")).status_code == 308
    lines = listed(await world.mia.http.get(f"/api/activity?entityId={made['id']}"))
    assert [line["action"] for line in lines] == ["CREATED"]


@hidden
async def test_a_link_to_it_looks_missing_to_all_but_its_author(
    world: World, how: dict[str, str]
) -> None:
    words = [f"{WORD} title", f"{WORD}-slug", f"{WORD}-alias", f"{WORD.upper()} TITLE"]
    await write(world.ana, "Shared")
    await write(world.ana, "Source", " ".join(f"[[{word}]] ![[{word}]]" for word in words))
    await write(world.ana, "Never", " ".join(f"[[never {n}]] ![[never {n}]]" for n in range(4)))
    made = await _hide(world.mia, how)
    for person in _others(world):
        never = await links(person, "never")
        assert [{**link, "target": ""} for link in await links(person, "source")] == [
            {**link, "target": ""} for link in never
        ]
        html = (await read(person, "source"))["contentHtml"]
        assert html.count("wikilink missing") == 8
        assert f"{WORD} content" not in html
    seen = await links(world.mia, "source")
    assert [(link["resolved"], link["slug"], link["title"]) for link in seen] == [
        (True, made["slug"], made["title"])
    ] * 8
    html = (await read(world.mia, "source"))["contentHtml"]
    assert "missing" not in html
    assert html.count(f"{WORD} content") == 4
    await change(world.mia, made["slug"], status="PUBLISHED", visibility="WORKSPACE")
    assert (await read(world.gil, "source"))["contentHtml"].count(f"{WORD} content") == 4


@hidden
async def test_two_own_pages_of_one_name_are_ambiguous_to_their_author(
    world: World, how: dict[str, str]
) -> None:
    await write(world.ana, "Source", "[[Twice]]")
    await write(world.mia, "Twice", **how)
    assert (await links(world.mia, "source"))[0]["resolved"]
    await write(world.mia, "Twice", **how)
    [link] = await links(world.mia, "source")
    assert (link["resolved"], link["ambiguous"]) == (False, True)
    assert [c["slug"] for c in link["candidates"]] == ["twice", "twice-2"]
    assert "wikilink ambiguous" in (await read(world.mia, "source"))["contentHtml"]
    [link] = await links(world.gil, "source")
    assert (link["ambiguous"], link["candidates"]) == (False, [])
    await write(world.adam, "Twice")
    for person in (world.mia, world.gil):
        [link] = await links(person, "source")
        assert (link["resolved"], link["ambiguous"]) == (True, False)


@hidden
async def test_the_cache_keeps_readers_apart(world: World, how: dict[str, str]) -> None:
    await write(world.ana, "Source", f"![[{WORD} title]]")
    made = await _hide(world.mia, how)
    for first, second in ((world.mia, world.ana), (world.ana, world.mia)):
        await change(world.ana, "source", summary=first.actor.name)
        for person in (first, second, first, second):
            html = (await read(person, "source"))["contentHtml"]
            assert (f"{WORD} content" in html) == (person is world.mia)
            answer = await person.http.get(f"{ENTRIES}/{made['slug']}")
            assert answer.status_code == (200 if person is world.mia else 404)


@hidden
async def test_hiding_and_showing_takes_everything_along(world: World, how: dict[str, str]) -> None:
    made = await _hide(world.mia, {})
    await write(world.ana, "Source", f"See [[{WORD} title]].")
    await write(world.ana, "Shared")
    gone = f"/api/activity?entityId={made['id']}"
    assert [b["slug"] for b in await backlinks(world.gil, "shared")] == [made["slug"]]
    assert (await links(world.gil, "source"))[0]["resolved"]
    assert len(listed(await world.gil.http.get(gone))) == 1
    await change(world.mia, made["slug"], **how)
    for person in _others(world):
        assert await backlinks(person, "shared") == []
        assert not (await links(person, "source"))[0]["resolved"]
        assert await titles(person, tag=f"{WORD}-tag") == []
        assert listed(await person.http.get(gone)) == []
        problem(await person.http.get(f"{ENTRIES}/{made['slug']}"), 404)
        tags = listed(await person.http.get("/api/knowledge/tags"))
        assert f"{WORD}-tag" not in [tag["name"] for tag in tags]
    await change(world.mia, made["slug"], status="PUBLISHED", visibility="WORKSPACE")
    for person in _others(world):
        assert [b["slug"] for b in await backlinks(person, "shared")] == [made["slug"]]
        assert (await links(person, "source"))[0]["resolved"]
        assert await titles(person, tag=f"{WORD}-tag") == [made["title"]]
        assert len(listed(await person.http.get(gone))) == 3
        versions = listed(await person.http.get(f"{ENTRIES}/{made['slug']}/versions"))
        assert len(versions) == 3


async def test_putting_a_draft_away_does_not_show_it(world: World) -> None:
    made = await _hide(world.mia, {"status": "DRAFT"})
    await remove(world.mia, made["slug"])
    for person in _others(world):
        assert await titles(person, status="ARCHIVED") == []
        problem(await person.http.get(f"{ENTRIES}/{made['slug']}"), 404)
        assert listed(await person.http.get(f"/api/activity?entityId={made['id']}")) == []
    assert await titles(world.mia, status="ARCHIVED") == [made["title"]]
    back = await change(world.mia, made["slug"], status="PUBLISHED", visibility="WORKSPACE")
    assert (back["status"], back["visibility"]) == ("PUBLISHED", "WORKSPACE")
    assert await titles(world.gil) == [made["title"]]


async def test_live_messages_carry_no_words(world: World, ready: Ready) -> None:
    with psycopg.connect(ready.app_dsn, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        for how in HIDDEN:
            made = await _hide(world.mia, how, slug=None)
            await change(world.mia, made["slug"], content=f"{WORD} more")
        heard = [note.payload for note in listening.notifies(timeout=10, stop_after=4)]
    assert len(heard) == 4
    assert not any(WORD in payload for payload in heard)


@hidden
async def test_only_the_author_hides_a_page(world: World, how: dict[str, str]) -> None:
    await write(world.mia, "Tea", "Green")
    for person in (world.ana, world.adam):
        problem(await person.http.patch(f"{ENTRIES}/tea", json=how), 403)
        answer = await person.http.patch(f"{ENTRIES}/tea", json={"content": "Black", **how})
        problem(answer, 403)
    assert (await read(world.gil, "tea"))["content"] == "Green"
    await change(world.mia, "tea", **how)
    problem(await world.ana.http.get(f"{ENTRIES}/tea"), 404)


@hidden
async def test_asking_for_the_address_of_a_hidden_page_tells_nothing(
    world: World, how: dict[str, str]
) -> None:
    hers = await _hide(world.mia, how, title="Tea", slug="tea")
    made = await write(world.ana, "Tea")
    assert made["slug"] == "tea"
    await write(world.ana, "Coffee")
    assert (await change(world.ana, "coffee", slug=f"{WORD}-alias"))["slug"] == f"{WORD}-alias"
    problem(await world.adam.http.post(ENTRIES, json={"title": "x", "slug": "tea"}), 409)
    for person in _others(world):
        assert (await read(person, "tea"))["id"] == made["id"]
    assert (await read(world.mia, "tea"))["id"] == hers["id"]
    assert (await change(world.mia, "tea", content="mine"))["id"] == hers["id"]
    assert (await read(world.ana, "tea"))["version"] == 1


@hidden
async def test_two_hide_pages_at_one_address(world: World, how: dict[str, str]) -> None:
    made = [await write(person, "Diary", person.actor.name, **how) for person in _writers(world)]
    assert [one["slug"] for one in made] == ["diary"] * 3
    for person in _writers(world):
        assert (await read(person, "diary"))["content"] == person.actor.name
    assert (await write(world.mia, "Diary", **how))["slug"] == "diary-2"


def _writers(world: World) -> list[Person]:
    return [world.ana, world.adam, world.mia]


@hidden
async def test_a_page_that_is_shown_takes_no_address_from_another(
    world: World, how: dict[str, str]
) -> None:
    await write(world.mia, "Tea", "hers", **how)
    await write(world.ana, "Tea", "shared")
    shown = await change(world.mia, "tea", status="PUBLISHED", visibility="WORKSPACE")
    assert (shown["slug"], shown["content"]) == ("tea-2", "hers")
    for person in (world.mia, world.ana, world.gil):
        assert (await read(person, "tea"))["content"] == "shared"
        assert (await read(person, "tea-2"))["content"] == "hers"
