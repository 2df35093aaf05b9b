"""Many people write at the same moment."""

import asyncio
from random import Random
from typing import Any

import httpx2 as httpx

from mosaic.core.start import Ready
from tests.answers import listed, problem
from tests.knowledge.consistency import disagreements
from tests.knowledge.wiki import ENTRIES, change, links, read, titles, write
from tests.world import Person, World


def _team(world: World) -> list[Person]:
    return [world.ana, world.adam, world.mia]


async def test_of_fifty_who_change_one_version_one_wins(world: World) -> None:
    await write(world.mia, "Tea", "0")
    answers = await asyncio.gather(
        *(
            _team(world)[n % 3].http.patch(f"{ENTRIES}/tea", json={"content": str(n), "version": 1})
            for n in range(1, 51)
        )
    )
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    for answer in answers:
        if answer.status_code != 503:  # the pool may be full for a moment
            assert answer is won[0] or problem(answer, 409)["current"] == won[0].json()
    versions = listed(await world.gil.http.get(f"{ENTRIES}/tea/versions"))
    assert [version["content"] for version in versions] == [won[0].json()["content"], "0"]


async def test_what_was_acknowledged_is_a_version_and_nothing_else_is(world: World) -> None:
    """Eight people write four times each and try again from what is there when they lose."""
    await write(world.mia, "Tea", "start")
    acknowledged: list[tuple[int, str]] = []

    async def writer(name: int) -> None:
        version = 1
        for number in range(4):
            while True:
                body = {"content": f"{name}.{number}", "version": version}
                answer = await _team(world)[name % 3].http.patch(f"{ENTRIES}/tea", json=body)
                if answer.status_code == 200:
                    version = answer.json()["version"]
                    acknowledged.append((version, body["content"]))
                    break
                version = problem(answer, 409)["current"]["version"]

    await asyncio.gather(*map(writer, range(8)))
    path = f"{ENTRIES}/tea/versions?limit=100&sort=version"
    versions = listed(await world.gil.http.get(path))
    assert [version["version"] for version in versions] == list(range(1, 34))
    assert [(v["version"], v["content"]) for v in versions[1:]] == sorted(acknowledged)
    assert (await read(world.gil, "tea"))["content"] == versions[-1]["content"]


async def test_pages_that_are_written_at_once_find_each_other(world: World) -> None:
    names = [f"Page {number}" for number in range(12)]
    content = " ".join(f"[[{name}]]" for name in names)
    people = _team(world)
    await asyncio.gather(*(write(people[n % 3], name, content) for n, name in enumerate(names)))
    for number in range(len(names)):
        found = await links(world.gil, f"page-{number}")
        assert [link["title"] for link in found] == names


async def test_pages_that_are_renamed_at_once_settle(world: World) -> None:
    await write(world.mia, "Left", "[[Right]] [[Left]] [[Middle]]")
    await write(world.mia, "Right", "[[Left]] [[Right]] [[Middle]]")
    for number in range(10):
        answers = await asyncio.gather(
            *(
                person.http.patch(f"{ENTRIES}/{slug}", json={"title": f"{title} {number}"})
                for person, slug, title in (
                    (world.mia, "left", "Middle"),
                    (world.adam, "right", "Middle"),
                )
            ),
            *(
                person.http.patch(
                    f"{ENTRIES}/{slug}", json={"content": f"{number} [[{other} {number}]]"}
                )
                for person, slug, other in (
                    (world.ana, "left", "Middle"),
                    (world.mia, "right", "x"),
                )
            ),
        )
        assert [answer.status_code for answer in answers] == [200] * 4
        [link] = await links(world.gil, "left")
        assert [c["slug"] for c in link["candidates"]] == ["left", "right"]


async def test_anything_at_once_is_answered_and_agrees_afterwards(
    world: World, ready: Ready
) -> None:
    chance = Random(7)
    names = [f"Page {number}" for number in range(6)]
    for name in names:
        await write(world.ana, name, tags=["t"])

    async def act(number: int) -> httpx.Response:
        person = [world.ana, world.adam][number % 2]
        slug = f"page-{chance.randrange(6)}"
        text = " ".join(f"[[{name}]]" for name in chance.sample(names, 3))
        body: dict[str, Any] = chance.choice(
            [
                {"content": text, "tags": chance.sample(["a", "b", "c"], 2)},
                {"title": chance.choice(names), "content": text},
                {"status": chance.choice(["ARCHIVED", "PUBLISHED"])},
                {"aliases": chance.sample(names, 2)},
            ]
        )
        if chance.random() < 0.15:
            return await person.http.delete(f"{ENTRIES}/{slug}?permanent=true")
        if chance.random() < 0.2:
            new = {"title": chance.choice(names), "content": text, "tags": ["a", "c"]}
            return await person.http.post(ENTRIES, json=new)
        return await person.http.patch(f"{ENTRIES}/{slug}", json=body)

    answers = await asyncio.gather(*(act(number) for number in range(80)))
    assert {answer.status_code for answer in answers} <= {200, 201, 204, 308, 404, 409, 503}
    assert sum(answer.is_success for answer in answers) > 15
    assert disagreements(ready, world.mia.workspace) == []


async def test_a_page_and_its_removal_at_once(world: World) -> None:
    for number in range(5):
        await write(world.mia, "Source", "[[Tea]]")
        await write(world.mia, "Tea", "[[Source]]")
        answers = await asyncio.gather(
            world.adam.http.delete(f"{ENTRIES}/tea?permanent=true"),
            world.mia.http.patch(f"{ENTRIES}/source", json={"content": f"{number} [[Tea]]"}),
            world.ana.http.patch(f"{ENTRIES}/tea", json={"content": f"{number} [[Source]]"}),
        )
        assert answers[0].status_code == 204
        assert answers[1].status_code == 200
        assert answers[2].status_code in {200, 404}
        assert not (await links(world.mia, "source"))[0]["resolved"]
        await change(world.mia, "source", title=f"Old {number}", slug=f"old-{number}")
    assert len(await titles(world.mia)) == 5
