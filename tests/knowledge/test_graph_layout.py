"""Where pages are drawn: computed in the background, one run at a time, from what all may see."""

import asyncio
from itertools import permutations
from random import Random
from typing import Any
from uuid import UUID

import networkx as nx
import pytest

from mosaic.core.work import Work
from mosaic.jobs import service as jobs
from mosaic.jobs.engine.performing import leave_all, perform
from mosaic.knowledge.graph import arranging, layout
from mosaic.knowledge.graph.models import GraphLayout
from mosaic.knowledge.rows import Draft
from mosaic.knowledge.writing import insert_entries
from tests.answers import listed, problem
from tests.jobs.runs import JOBS, done
from tests.knowledge.test_graph import GRAPH, ask
from tests.knowledge.wiki import write
from tests.performer import once, performing
from tests.waiting import until
from tests.world import Person, World

FAR = "/api/knowledge/communities"
FIRST, SECOND = [f"red-{n}" for n in range(6)], [f"blue-{n}" for n in range(6)]


async def _two_groups(person: Person) -> None:
    drafts = [
        Draft(name, " ".join(f"[[{other}]]" for other in group if other != name))
        for group in (FIRST, SECOND)
        for name in group
    ]
    drafts[0].content += f" [[{SECOND[0]}]]"
    async with person.work() as work:
        await insert_entries(work, [*drafts, Draft("alone", "")])


async def _arranged(person: Person) -> UUID:
    id = done(await person.http.post(GRAPH))["jobId"]

    async def ended() -> bool:
        return done(await person.http.get(f"{JOBS}/{id}"))["status"] == "COMPLETED"

    await until(ended)
    return UUID(id)


def _by_slug(graph: dict[str, Any], *fields: str) -> dict[str, list[Any]]:
    return {node["slug"]: [node[field] for field in fields] for node in graph["nodes"]}


async def test_what_belongs_together_is_put_together(world: World) -> None:
    await _two_groups(world.ana)
    before = _by_slug(await ask(world.gil), "community")
    assert {tuple(one) for one in before.values()} == {(None,)}
    far = done(await world.gil.http.get(FAR))
    assert (far["nodes"], far["scattered"], far["waiting"]) == ([], 0, 13)
    async with performing():
        await _arranged(world.mia)
    found = _by_slug(await ask(world.gil), "community", "x", "y")
    communities = [{found[name][0] for name in group} for group in (FIRST, SECOND, ["alone"])]
    assert [len(one) for one in communities] == [1, 1, 1]
    assert len(set.union(*communities)) == 3
    far = done(await world.gil.http.get(FAR))
    assert [one["size"] for one in far["nodes"]] == [6, 6]
    assert [one["links"] for one in far["edges"]] == [1]
    assert (far["scattered"], far["waiting"]) == (1, 0)
    of_red = await ask(world.gil, community=far["nodes"][0]["community"])
    assert {node["slug"] for node in of_red["nodes"]} in (set(FIRST), set(SECOND))


async def test_a_new_page_is_put_beside_its_neighbours_and_nothing_jumps(world: World) -> None:
    await _two_groups(world.ana)
    async with performing():
        await _arranged(world.ana)
        before = _by_slug(await ask(world.ana), "x", "y", "community")
        await write(world.ana, "Fresh", f"[[{FIRST[0]}]]")
        fresh = _by_slug(await ask(world.ana), "x", "y")
        beside = fresh.pop("fresh")
        assert fresh == {slug: place[:2] for slug, place in before.items()}
        assert max(abs(a - b) for a, b in zip(beside, fresh[FIRST[0]], strict=True)) < 2
        await _arranged(world.ana)
        after = _by_slug(await ask(world.ana), "x", "y", "community")
    for slug, (x, y, community) in before.items():
        assert abs(after[slug][0] - x) + abs(after[slug][1] - y) < 1, slug
        assert after[slug][2] == community
    assert after["fresh"][2] == before[FIRST[0]][2]


async def test_hidden_pages_move_nothing(world: World) -> None:
    await _two_groups(world.ana)
    async with performing():
        await _arranged(world.ana)
        before = await ask(world.gil)
        words = f"[[{FIRST[0]}]] [[{SECOND[0]}]]"
        async with world.mia.work() as work:
            hidden = [Draft(f"Secret {n}", words, status="DRAFT") for n in range(30)]
            await insert_entries(work, hidden)
        await _arranged(world.mia)
        async with world.ana.work() as work:
            await arranging.arrange_if_due(work)
    assert _close(await ask(world.gil), before)
    mine = await ask(world.mia)
    assert mine["meta"]["totalNodes"] == 43
    assert len({(node["x"], node["y"]) for node in mine["nodes"]}) == 43
    runs = listed(await world.gil.http.get(JOBS, params={"type": arranging.ARRANGE}))
    assert len(runs) == 2, "none was asked for because of what Mia hides"


def _close(one: dict[str, Any], other: dict[str, Any]) -> bool:
    places = [_by_slug(graph, "x", "y") for graph in (one, other)]
    near = all(
        abs(a - b) < 0.5
        for slug in places[0]
        for a, b in zip(places[0][slug], places[1][slug], strict=True)
    )
    return near and one["edges"] == other["edges"] and one["meta"] == other["meta"]


async def test_what_mosaic_does_by_itself_is_nothing_that_somebody_did(world: World) -> None:
    async with performing():
        await _two_groups(world.mia)
        await _arranged(world.mia)
    lines = listed(await world.ana.http.get("/api/activity?entityType=job"))
    assert lines == []


async def test_one_run_at_a_time(world: World) -> None:
    await write(world.ana, "Page")
    problem(await world.gil.http.post(GRAPH), 403)
    people = (world.ana, world.mia, world.adam, world.mia)
    asked = [done(await person.http.post(GRAPH))["jobId"] for person in people]
    assert len(set(asked)) == 1
    async with world.mia.work() as work:
        await arranging.arrange_if_due(work)
    assert len(listed(await world.ana.http.get(JOBS))) == 1


async def test_it_is_due_when_much_has_changed(world: World) -> None:
    async def asked(person: Person) -> int:
        async with person.work() as work:
            await arranging.arrange_if_due(work)
        return len(listed(await person.http.get(JOBS)))

    assert await asked(world.ana) == 0, "there is nothing to arrange"
    await _two_groups(world.ana)
    assert await asked(world.gil) == 0, "who only reads starts nothing"
    async with performing():
        await _arranged(world.ana)
    await write(world.ana, "One more")
    assert await asked(world.ana) == 1
    async with world.ana.work() as work:
        await insert_entries(work, [Draft(f"More {n}", "") for n in range(20)])
    assert await asked(world.ana) == 2


async def test_a_run_that_was_killed_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await _two_groups(world.ana)
    begun = asyncio.Event()
    compute = arranging._compute

    async def stuck(*_: Any) -> Any:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(arranging, "_compute", stuck)
    id = UUID(done(await world.ana.http.post(GRAPH))["jobId"])
    going = asyncio.create_task(perform(id, 1, 1, "test", once))
    await begun.wait()
    leave_all()
    going.cancel()
    await asyncio.gather(going, return_exceptions=True)
    assert {node["community"] for node in (await ask(world.ana))["nodes"]} == {None}
    monkeypatch.setattr(arranging, "_compute", compute)
    await perform(id, 1, 1, "test", once)
    async with world.ana.work() as work:
        assert (await jobs.read_job(work, id)).status == "COMPLETED"
        assert (await _layout(work)) == (13, 61)
    assert None not in {node["community"] for node in (await ask(world.ana))["nodes"]}


async def _layout(work: Work) -> tuple[int, int]:
    kept = await work.session.get_one(GraphLayout, work.tenant)
    assert kept.generation == work.generations["knowledge"]
    return kept.nodes, kept.edges


def test_the_same_pages_are_arranged_the_same() -> None:
    random = Random(3)
    edges = random.sample(list(permutations(range(80), 2)), 160)
    first = layout.arrange(90, edges, {})
    assert layout.arrange(90, edges, {}) == first
    graph = nx.Graph(edges)
    ranks = nx.pagerank(graph)
    assert [place[3] for place in first[:80]] == pytest.approx([ranks[n] for n in range(80)])
    groups = [{n for n, place in enumerate(first[:80]) if place[2] == c} for c in range(80)]
    found = nx.community.modularity(graph, [group for group in groups if group])
    expected = nx.community.modularity(graph, nx.community.louvain_communities(graph, seed=1))
    assert found > expected - 0.05


@pytest.mark.parametrize(("count", "edges"), [(0, []), (1, []), (3, []), (2, [(0, 1)])])
def test_little_is_arranged_too(count: int, edges: list[tuple[int, int]]) -> None:
    places = layout.arrange(count, edges, {})
    assert len({place[:2] for place in places}) == count
