"""The graph over REST, held against networkx."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import networkx as nx
import psycopg
import pytest

from mosaic.core.start import Ready
from mosaic.knowledge.rows import Draft
from mosaic.knowledge.writing import insert_entries
from tests.answers import problem
from tests.knowledge.wiki import change, remove, write
from tests.world import Person, World

GRAPH = "/api/knowledge/graph"


async def ask(person: Person, path: str = "", **params: Any) -> dict[str, Any]:
    """Return an answer about the graph."""
    answer = await person.http.get(f"{GRAPH}{path}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def links_of(graph: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the edges by the slugs of both ends."""
    slug = {node["id"]: node["slug"] for node in graph["nodes"]}
    return {(slug[edge["source"]], slug[edge["target"]]) for edge in graph["edges"]}


def slugs(graph: dict[str, Any]) -> set[str]:
    """Return the slugs of the nodes."""
    return {node["slug"] for node in graph["nodes"]}


async def plant(person: Person, pages: int = 40, links: int = 60) -> "nx.DiGraph[str]":
    """Write pages that link each other at random; return the same graph as networkx has it."""
    random = Random(7)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(f"page-{n}" for n in range(pages))
    names = list(graph)[: pages - 5]  # the last ones stay alone
    while graph.number_of_edges() < links:
        source, target = random.sample(names, 2)
        graph.add_edge(source, target)
    # Some links stand twice on a page.
    drafts = [
        Draft(name, " ".join(f"[[{target}]]" for target in [*graph[name], *list(graph[name])[:1]]))
        for name in graph
    ]
    async with person.work() as work:
        await insert_entries(work, drafts)
    return graph


async def test_the_whole_graph_is_that_of_networkx(world: World) -> None:
    expected = await plant(world.ana)
    found = await ask(world.gil)
    assert slugs(found) == set(expected)
    assert links_of(found) == set(expected.edges)
    plain = expected.to_undirected()
    assert {node["slug"]: node["degree"] for node in found["nodes"]} == dict(plain.degree)
    assert found["meta"] == {"truncated": False, "totalNodes": 40, "totalEdges": 60}
    places = {(node["x"], node["y"]) for node in found["nodes"]}
    assert len(places) == 40, "no two pages lie on one point"
    linked = await ask(world.gil, orphans=False)
    assert slugs(linked) == {name for name, degree in plain.degree if degree}
    few = await ask(world.gil, limit=7)
    assert few["meta"] == {"truncated": True, "totalNodes": 40, "totalEdges": 60}
    best = sorted((degree for _, degree in plain.degree), reverse=True)[:7]
    assert [node["degree"] for node in few["nodes"]] == best
    assert links_of(few) == {edge for edge in expected.edges if set(edge) <= slugs(few)}


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
async def test_a_neighbourhood_is_that_of_networkx(world: World, depth: int) -> None:
    expected = await plant(world.ana)
    for name in ("page-3", "page-20", "page-39"):
        around = nx.ego_graph(expected.to_undirected(), name, depth)
        found = await ask(world.mia, f"/{name}", depth=depth)
        assert slugs(found) == set(around)
        assert found["nodes"][0]["slug"] == name
        assert links_of(found) == {edge for edge in expected.edges if set(edge) <= set(around)}


async def test_a_hub_is_cut_and_says_so(world: World) -> None:
    names = [f"leaf-{n}" for n in range(510)]
    async with world.ana.work() as work:
        await insert_entries(work, [Draft("Hub", " ".join(f"[[{name}]]" for name in names))])
        await insert_entries(work, [Draft(name, "[[Hub]]") for name in names])
    found = await ask(world.ana, "/hub", depth=2)
    assert len(found["nodes"]) == 500
    assert found["meta"]["truncated"]
    assert slugs(await ask(world.ana, "/leaf-7")) == {"hub", "leaf-7"}


async def test_the_graph_follows_what_is_written(world: World) -> None:
    """The spans that the graph is read from are always what the links of pages say."""
    await write(world.ana, "One", "[[Two]] [[Three]] [[Two]] [[One]]")
    assert links_of(await ask(world.ana)) == set()
    await write(world.mia, "Two", "[[One]]")
    assert links_of(await ask(world.ana)) == {("one", "two"), ("two", "one")}
    await change(world.ana, "one", content="[[Three]]")
    await write(world.mia, "Three", tags=["Ideas"])
    assert links_of(await ask(world.ana)) == {("two", "one"), ("one", "three")}
    await change(world.mia, "three", title="Third", slug="third")
    assert links_of(await ask(world.ana)) == {("two", "one")}
    await change(world.mia, "third", title="Three")
    assert links_of(await ask(world.ana)) == {("two", "one"), ("one", "third")}
    assert slugs(await ask(world.ana, tag="ideas")) == {"third"}
    await change(world.mia, "third", status="ARCHIVED")
    assert slugs(await ask(world.ana)) == {"one", "two"}
    assert slugs(await ask(world.ana, status="ARCHIVED")) == {"third"}
    await change(world.mia, "third", status="PUBLISHED")
    assert links_of(await ask(world.ana)) == {("two", "one"), ("one", "third")}
    await remove(world.ana, "two", permanent=True)
    assert links_of(await ask(world.ana)) == {("one", "third")}


async def test_other_names_lead_on(world: World) -> None:
    await write(world.ana, "Roses", aliases=["Rosa"], slug="roses")
    answer = await world.ana.http.get(f"{GRAPH}/Rosa?depth=2", follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"] == f"{GRAPH}/roses?depth=2"
    problem(await world.ana.http.get(f"{GRAPH}/nothing"), 404)
    problem(await world.bo.http.get(f"{GRAPH}/roses"), 404)


@pytest.mark.parametrize(
    "query", ["depth=0", "depth=6", "limit=0", "limit=9999", "at=yesterday", "community=-1"]
)
async def test_what_cannot_be_asked_is_said(world: World, query: str) -> None:
    await write(world.ana, "Page")
    path = "/page" if "depth" in query else ""
    problem(await world.ana.http.get(f"{GRAPH}{path}?{query}"), 422)


async def test_the_numbers_are_those_of_networkx(world: World) -> None:
    expected = await plant(world.ana)
    plain = expected.to_undirected()
    await change(world.ana, "page-39", content="[[Nobody]] and [[Nothing]]", tags=["b", "a"])
    stats = await ask(world.gil, "/stats")
    ends = sum(degree for _, degree in plain.degree)
    assert (stats["totalNodes"], stats["totalEdges"]) == (40, 60)
    assert stats["orphans"] == len(list(nx.isolates(plain)))
    assert stats["brokenLinks"] == 2
    assert stats["averageDegree"] == round(ends / 40, 2)
    best = sorted((degree for _, degree in plain.degree), reverse=True)[:10]
    assert [one["degree"] for one in stats["mostConnected"]] == best
    assert [one["slug"] for one in stats["tagDistribution"]] == ["a", "b"]


async def test_a_draft_is_in_its_authors_graph(world: World) -> None:
    await write(world.ana, "Shared", "See [[Secret]].")
    await write(world.mia, "Secret", "[[Shared]]", status="DRAFT")
    assert links_of(await ask(world.mia)) == {("shared", "secret"), ("secret", "shared")}
    around = await ask(world.mia, "/shared")
    assert links_of(around) == {("shared", "secret"), ("secret", "shared")}
    stats = await ask(world.mia, "/stats")
    assert (stats["totalEdges"], stats["brokenLinks"], stats["orphans"]) == (2, 0, 0)
    assert links_of(await ask(world.ana)) == set()
    assert (await ask(world.ana, "/stats"))["brokenLinks"] == 1


async def test_what_is_hidden_now_is_hidden_on_every_day(world: World) -> None:
    await write(world.mia, "Open", "[[Shared]]")
    await write(world.ana, "Shared", "[[Open]]")
    today = str(datetime.now(UTC).date() + timedelta(days=1))
    assert links_of(await ask(world.ana, at=today)) == {("open", "shared"), ("shared", "open")}
    await change(world.mia, "open", visibility="PRIVATE")
    for params in ({}, {"at": today}):
        found = await ask(world.ana, **params)
        assert (slugs(found), links_of(found)) == ({"shared"}, set())
        around = await ask(world.ana, "/shared", depth=3, **params)
        assert (slugs(around), links_of(around)) == ({"shared"}, set())
    assert (await world.ana.http.get(f"{GRAPH}/open")).status_code == 404


def a_day_passes(ready: Ready, world: World) -> None:
    """Make everything of Ana's workspace a day older."""
    with psycopg.connect(ready.admin_dsn) as owner:
        for table in ("entry_spans", "link_spans"):
            owner.execute(
                f"UPDATE {table} SET since = since - interval '1 day', "
                "until = until - interval '1 day' WHERE workspace_id = "
                "(SELECT id FROM workspaces WHERE slug = %s)",
                [world.ana.workspace],
            )


async def test_a_day_is_shown_as_it_was(world: World, ready: Ready) -> None:
    """A history of edits, and then the graph at the end of each day."""
    days: list[tuple[set[str], set[tuple[str, str]]]] = []

    async def evening() -> None:
        now = await ask(world.ana)
        days.append((slugs(now), links_of(now)))
        a_day_passes(ready, world)

    await write(world.ana, "One", "[[Two]]")
    await evening()
    await write(world.ana, "Two", "[[One]]")
    await evening()
    await change(world.ana, "one", content="Nothing any more")
    await write(world.ana, "Three", "[[Two]]")
    await evening()
    await change(world.ana, "one", content="Again [[Two]]")
    await change(world.ana, "three", status="ARCHIVED")
    await evening()
    await change(world.ana, "three", status="PUBLISHED")
    with psycopg.connect(ready.admin_dsn) as owner:
        row = owner.execute("SELECT (now() AT TIME ZONE 'UTC')::date").fetchone()
    today = row[0] if row else None
    assert today
    for age, (pages, links) in enumerate(reversed(days), 1):
        then = await ask(world.gil, at=str(today - timedelta(days=age)))
        assert (slugs(then), links_of(then)) == (pages, links), f"{age} days ago"
    before = await ask(world.gil, at=str(today - timedelta(days=9)))
    assert before["nodes"] == before["edges"] == []
    around = await ask(world.gil, "/three", at=str(today - timedelta(days=2)), depth=2)
    assert links_of(around) == {("three", "two"), ("two", "one")}
    assert (await ask(world.gil, "/three", at=str(today - timedelta(days=1))))["nodes"] == []
    assert slugs(await ask(world.gil, at=str(today))) == {"one", "two", "three"}


async def test_an_imported_page_is_as_old_as_it_says(world: World) -> None:
    async with world.ana.work() as work:
        old, new = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
        await insert_entries(work, [Draft("Old", "[[Young]]", created_at=old)])
        await insert_entries(work, [Draft("Young", "[[Old]]", created_at=new)])
    assert slugs(await ask(world.ana, at="2020-06-01")) == {"old"}
    then = await ask(world.ana, at="2021-06-01")
    assert links_of(then) == {("old", "young"), ("young", "old")}
    await change(world.ana, "old", content="Only text")
    assert links_of(await ask(world.ana, at="2021-06-01")) == {("old", "young"), ("young", "old")}
    assert links_of(await ask(world.ana)) == {("young", "old")}
