"""How the links of a workspace stand."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from mosaic.core.start import Ready
from mosaic.knowledge.health import looking
from mosaic.knowledge.health.likeness import near_texts, near_titles, sketch
from mosaic.knowledge.rows import Draft
from mosaic.knowledge.writing import insert_entries
from tests.answers import listed, problem
from tests.jobs.runs import JOBS, done
from tests.knowledge.consistency import disagreements
from tests.knowledge.wiki import ENTRIES, change, links, read, remove, write
from tests.performer import performing
from tests.waiting import until
from tests.world import Person, World

HEALTH = "/api/knowledge/links/health"
WORDS = " ".join(f"word{n} and {n}" for n in range(60))


async def _kind(person: Person, kind: str, **more: Any) -> list[tuple[str, int, list[str]]]:
    params = {"kind": kind, **more}
    rows = listed(await person.http.get("/api/knowledge/links", params=params))
    return [
        (row["name"], row["count"], sorted(page["title"] for page in row["pages"])) for row in rows
    ]


async def test_of_several_who_ask_at_once_one_looks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was later to keep what they found could have begun before."""
    await write(world.mia, "Garden", "Beds.")
    await write(world.mia, "Plan", "In the garden.")
    looks: list[looking.Opened] = []
    look = looking._look

    async def counted(opened: looking.Opened) -> looking._Found:
        looks.append(opened)
        return await look(opened)

    async def ask() -> None:
        async with world.gil.work() as work:
            await looking.look_if_due(work)

    monkeypatch.setattr(looking, "_look", counted)
    async with world.mia.work() as first, world.bo.work() as watching:

        async def waits() -> bool:
            return bool(await watching.session.scalar(_WAITING))

        await looking.look_if_due(first)
        second = asyncio.create_task(ask())
        await until(waits)
        await first.session.commit()
        await second
    assert len(looks) == 1
    assert await _kind(world.gil, "mentions") == [("Garden", 1, ["Plan"])]


_WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


async def test_what_deserves_a_look(world: World) -> None:
    await write(world.mia, "One", "[[Nowhere]] [[nowhere]] [[Two#Gone]] ![[lost.png]] [[Twice]]")
    await write(
        world.mia, "Two", "# There\n[[Nowhere]] [[Other]] [[One#x]] [[#There]] [[Two#There]]"
    )
    for _ in range(2):
        await write(world.mia, "Twice", "[[One]]")
    await write(world.mia, "Alone", WORDS)
    await write(world.mia, "Copy", f"{WORDS} [[One]]")
    await write(world.mia, "Two gardens", "[[One]]")
    await write(world.mia, "Garden, two", "[[One]] and more")
    await write(world.ana, "Hers", "[[Nowhere]] [[Only hers]]", status="DRAFT")
    await write(world.mia, "Away", "[[Long gone]]")
    await remove(world.mia, "away")
    assert await _kind(world.gil, "wanted") == [
        ("Nowhere", 2, ["One", "Two"]),
        ("Other", 1, ["Two"]),
    ]
    assert await _kind(world.gil, "ambiguous") == [("Twice", 1, ["One"])]
    assert await _kind(world.gil, "files") == [("lost.png", 1, ["One"])]
    headings = await _kind(world.gil, "headings")
    assert headings == [("One#x", 1, ["Two"]), ("Two#Gone", 1, ["One"])]
    assert [name for name, *_ in await _kind(world.gil, "orphans")] == ["Alone"]
    alike = await _kind(world.gil, "alike")
    assert sorted(alike) == [
        ("Alone", 2, ["Alone", "Copy"]),
        ("Twice", 2, ["Twice", "Twice"]),
        ("Two gardens", 2, ["Garden, two", "Two gardens"]),
    ]
    mentions = await _kind(world.gil, "mentions")
    counts = (await world.gil.http.get(HEALTH)).json()
    assert counts == {
        "wanted": 2,
        "ambiguous": 1,
        "headings": 2,
        "files": 1,
        "orphans": 1,
        "mentions": len(mentions),
        "alike": len(alike),
    }
    assert ("Nowhere", 3, ["Hers", "One", "Two"]) in await _kind(world.ana, "wanted")
    assert await _kind(world.bo, "wanted") == []
    assert await _kind(world.gil, "wanted", limit=1, page=2) == [("Other", 1, ["Two"])]
    problem(await world.gil.http.get("/api/knowledge/links?kind=odd"), 422)


async def test_what_is_written_is_wanted_no_more(world: World) -> None:
    await write(world.mia, "One", "[[Nowhere]]")
    assert len(await _kind(world.mia, "wanted")) == 1
    await write(world.mia, "nowhere", status="DRAFT")
    assert await _kind(world.mia, "wanted") == []
    assert len(await _kind(world.gil, "wanted")) == 1


TWICE = (
    "One [[Twice]] and [[TWICE|a word]], `[[Twice]]`, [[Twice#There]].\n\n"
    "| a |\n|---|\n| [[Twice]] |\n"
)


async def _settle(person: Person, slug: str, **wanted: Any) -> Any:
    return await person.http.post(f"{ENTRIES}/{slug}/links/settle", json=wanted)


async def test_a_link_with_several_meanings_is_given_one(world: World, ready: Ready) -> None:
    async with world.ana.work() as work:
        drafts = [Draft("Twice", "", path=f"{folder}/Twice") for folder in ("Trips", "Houses")]
        await insert_entries(work, drafts)
    await write(world.mia, "One", TWICE)
    await write(world.mia, "Plain", "[[Twice]] here.")
    [line] = listed(await world.gil.http.get("/api/knowledge/links?kind=ambiguous"))
    assert (line["count"], line["pages"][1]["context"]) == (2, "Twice here.")
    paths = {one["path"]: one["slug"] for one in line["candidates"]}
    assert set(paths) == {"Trips/Twice", "Houses/Twice"}
    means = paths["Houses/Twice"]
    problem(await _settle(world.gil, "plain", target="Twice", means=means), 403)
    problem(await _settle(world.mia, "plain", target="Twice", means="one"), 409)
    problem(await _settle(world.mia, "plain", target="Twice", means=means, version=7), 409)
    problem(await _settle(world.bo, "plain", target="Twice", means=means), 404)
    answer = await _settle(world.mia, "plain", target="twice", means=means, version=1)
    assert answer.status_code == 200, answer.text
    assert answer.json()["content"] == "[[Houses/Twice|Twice]] here."
    assert (await _settle(world.adam, "one", target="Twice", means=means)).status_code == 200
    one = await read(world.gil, "one")
    assert one["content"] == (
        "One [[Houses/Twice\\|Twice]] and [[Houses/Twice|a word]], `[[Twice]]`, "
        "[[Houses/Twice#There]].\n\n| a |\n|---|\n| [[Houses/Twice\\|Twice]] |\n"
    )
    assert {link["slug"] for link in await links(world.gil, "one")} == {means}
    assert await _kind(world.gil, "ambiguous") == []
    problem(await _settle(world.mia, "plain", target="Twice", means=means), 409)
    assert disagreements(ready, world.ana.workspace) == []


async def test_pages_without_a_path_are_meant_by_their_address(world: World) -> None:
    for _ in range(2):
        await write(world.ana, "Twice")
    await write(world.mia, "Plain", "[[Twice]]")
    assert (await _settle(world.mia, "plain", target="Twice", means="twice-2")).status_code == 200
    assert (await read(world.mia, "plain"))["content"] == "[[twice-2|Twice]]"


async def test_a_name_is_given_one_meaning_on_all_pages_and_back(
    world: World, ready: Ready
) -> None:
    async with world.ana.work() as work:
        drafts = [Draft("Twice", "", path=f"{folder}/Twice") for folder in ("Trips", "Houses")]
        await insert_entries(work, drafts)
    for title in ("One", "Two"):
        await write(world.mia, title, f"{title} has [[Twice]] and [[TWICE]].")
    await write(world.mia, "Odd", "[[Twice]]\n\n| [[Twice]] |\n|---|")
    await write(world.ana, "Hers", "[[Twice]]", status="DRAFT")
    [line] = listed(await world.mia.http.get("/api/knowledge/links?kind=ambiguous"))
    means = next(one["slug"] for one in line["candidates"] if one["path"] == "Trips/Twice")
    place, back = "/api/knowledge/links/settle", "/api/knowledge/links/undo"
    wanted = {"target": "Twice", "means": means}
    problem(await world.gil.http.post(place, json=wanted), 403)
    problem(await world.bo.http.post(place, json=wanted), 404)
    nothing = {"pages": [], "left": []}
    assert (await world.mia.http.post(place, json={**wanted, "means": "one"})).json() == nothing
    done = (await world.mia.http.post(place, json=wanted)).json()
    assert sorted(page["version"] for page in done["pages"]) == [2, 2, 2], done
    written = "Two has [[Trips/Twice|Twice]] and [[Trips/Twice|Twice]]."
    assert (await read(world.gil, "two"))["content"] == written
    assert (await read(world.ana, "hers"))["content"] == "[[Twice]]"
    assert await _kind(world.mia, "ambiguous") == []
    assert len(await _kind(world.ana, "ambiguous")) == 1
    await change(world.mia, "two", content=f"{written} More.")
    problem(await world.gil.http.post(back, json={"pages": done["pages"]}), 403)
    assert (await world.bo.http.post(back, json={"pages": done["pages"]})).json() == {
        "undone": [],
        "left": [],
    }
    undone = (await world.adam.http.post(back, json={"pages": done["pages"]})).json()
    assert sorted(page["slug"] for page in undone["undone"]) == ["odd", "one"]
    assert [page["slug"] for page in undone["left"]] == ["two"]
    assert (await read(world.gil, "one"))["content"] == "One has [[Twice]] and [[TWICE]]."
    problem(await world.mia.http.post(back, json={"pages": [{"id": "x", "version": 1}]}), 422)
    assert disagreements(ready, world.ana.workspace) == []


async def test_pages_that_are_named_without_a_link(world: World) -> None:
    await write(world.mia, "Rose garden", aliases=["Roses"])
    await write(world.mia, "The")
    await write(world.mia, "日本")
    for _ in range(2):
        await write(world.mia, "Twice", "twice")
    await write(world.mia, "Plan", "First the rose GARDEN, twice. `Roses` The 来年日本へ行く。")
    await write(world.mia, "Other", "Many roses. [[日本]] 日本")
    await write(world.mia, "Not", "primroses, [[Rose garden|the rose garden]], #roses")
    await write(world.mia, "Hers", "the rose garden", status="DRAFT")
    await write(world.mia, "Zeppelin", status="DRAFT")
    await write(world.mia, "Shown", "the zeppelin")
    found = sorted(await _kind(world.gil, "mentions"))
    assert found == [("Rose garden", 2, ["Other", "Plan"]), ("日本", 1, ["Plan"])]
    assert found == sorted(await _kind(world.mia, "mentions"))
    rows = listed(await world.gil.http.get("/api/knowledge/links?kind=mentions"))
    said = {(row["slug"], page["slug"]): page["context"] for row in rows for page in row["pages"]}
    assert said["rose-garden", "other"] == "Many roses."
    place = f"{ENTRIES}/rose-garden/mentions"
    assert (await world.mia.http.post(place, json={"source": "plan"})).status_code == 200
    assert ("Rose garden", 1, ["Other"]) in await _kind(world.gil, "mentions")
    await change(world.mia, "other", content="Many tulips. [[日本]]")
    assert await _kind(world.gil, "mentions") == [("日本", 1, ["Plan"])]
    assert await _kind(world.bo, "mentions") == []


APART = "/api/knowledge/links/apart"


async def test_pages_that_are_nearly_the_same(world: World) -> None:
    await write(world.mia, "Colour theory")
    await write(world.mia, "Color theory")
    await write(world.mia, "Meeting notes")
    await write(world.mia, "Meeting notes 2")
    await write(world.mia, "One", f"{WORDS} by hand")
    await write(world.mia, "Another", f"By hand: {WORDS}")
    await write(world.mia, "Half of it", WORDS[: len(WORDS) // 2])
    await write(world.mia, "Mine", f"{WORDS} by hand", status="DRAFT")
    rows = listed(await world.gil.http.get("/api/knowledge/links?kind=alike"))
    told = [(row["pages"][0]["slug"], row["titles"], round(row["texts"] or 0, 1)) for row in rows]
    assert told == [("one", None, 1.0), ("colour-theory", "letter", 0.0)]
    pair = {"one": "color-theory", "other": "colour-theory"}
    problem(await world.gil.http.post(APART, json=pair), 403)
    problem(await world.bo.http.post(APART, json=pair), 404)
    problem(await world.mia.http.post(APART, json={**pair, "other": "color-theory"}), 422)
    for _ in range(2):
        assert (await world.mia.http.post(APART, json=pair)).status_code == 204
    assert len(await _kind(world.gil, "alike")) == 1
    await change(world.mia, "one", content=WORDS[:200])
    assert await _kind(world.gil, "alike") == []
    await world.adam.http.post(APART, json={**pair, "apart": False})
    assert len(await _kind(world.gil, "alike")) == 1
    await change(world.mia, "color-theory", title="Light")
    assert await _kind(world.gil, "alike") == []


LOOK = "/api/knowledge/links/look"


async def test_many_pages_are_looked_through_by_a_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "_FEW", 0)
    await write(world.mia, "Rose garden")
    await write(world.mia, "Plan", "First the rose garden.")
    problem(await world.gil.http.post(LOOK), 403)
    assert await _kind(world.gil, "mentions") == []
    assert listed(await world.ana.http.get(JOBS)) == [], "who only reads starts nothing"
    assert await _kind(world.mia, "mentions") == []
    [run] = listed(await world.ana.http.get(JOBS))
    assert (await world.ana.http.post(LOOK)).json() == {"jobId": run["id"]}, "it is one run"

    async def ended() -> bool:
        return done(await world.ana.http.get(f"{JOBS}/{run['id']}"))["status"] == "COMPLETED"

    async with performing():
        await until(ended)
    assert await _kind(world.gil, "mentions") == [("Rose garden", 1, ["Plan"])]
    await write(world.ana, "Hers", "the rose garden", status="DRAFT")
    await write(world.mia, "Other", "the rose garden")
    assert len(await _kind(world.mia, "mentions")) == 1
    assert len(listed(await world.ana.http.get(JOBS))) == 1, "it was not long ago"
    async with world.gil.work() as work:
        looked = await looking.last_look(work)
    assert looked
    assert looked[0] is not None
    assert not looked[1]


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Colour theory", "Color theory", True),
        ("Recieve mail", "receive mail", True),
        ("Note book", "Notebook", True),
        ("Organise", "Organize", True),
        ("Meeting notes", "Meeting notes 2", False),
        ("Chapter 1", "Chapter 2", False),
        ("Plan A", "Plan B", False),
        ("Symmetric", "Asymmetric", False),
        ("Text", "Test", False),
        ("", "a", False),
    ],
)
def test_titles_that_a_letter_tells_apart(one: str, other: str, near: bool) -> None:
    assert (near_titles([one, other], ["", ""], [None, None]) == [(0, 1)]) is near


def test_what_is_made_from_a_form_is_not_alike() -> None:
    texts = [f"{WORDS} day {n}" for n in range(9)] + [WORDS.upper(), WORDS.replace("and", "or")]
    assert near_texts([sketch(text) for text in texts]) == {}
    assert sorted(near_texts([sketch(text) for text in texts[7:10]])) == [(0, 1), (1, 2)]
    assert near_texts([]) == {}
    assert sketch("too little text") is None
