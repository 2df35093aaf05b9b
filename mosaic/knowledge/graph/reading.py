"""The graph as the actor sees it: the whole of it, or around a page."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from mosaic.core import cache
from mosaic.core.work import Work
from mosaic.knowledge.graph.placing import Place, fill_in
from mosaic.knowledge.graph.scope import (
    LINKED,
    Pairs,
    as_values,
    links_to_own,
    moment,
    pages_and_links,
    there,
)
from mosaic.knowledge.graph.shapes import (
    MOST_NEIGHBOURS,
    Graph,
    GraphMeta,
    GraphQuery,
    NeighbourhoodQuery,
)
from mosaic.knowledge.service import get_entry
from mosaic.knowledge.wholes import whole

# Of a page with very many neighbours no more are looked at, nor of all pages of a step together.
_MOST_OF_ONE, _MOST_OF_STEP = MOST_NEIGHBOURS + 1, 4_000


def cache_key(work: Work, name: str, *parts: object) -> str:
    """Return the key of an answer that holds until pages change or are arranged anew."""
    return cache.key(work, "knowledge", "graph", work.generations.get("graph", 0), name, *parts)


async def read_graph(work: Work, query: GraphQuery) -> Graph:
    """Return the pages that fit, those that are linked most first, and the links between them."""
    key = cache_key(work, "all", query.model_dump_json())
    kept = await cache.get(work, key)
    if kept is not None:
        return Graph.model_validate(kept)
    own = await links_to_own(work, query.at)
    scope, values = pages_and_links(query)
    values |= as_values(own) | {"limit": query.limit, "orphans": query.orphans}
    rows = await whole(work, scope + _NODES, values)
    ids = [row.id for row in rows]
    edges = await _links_between(work, ids, query.at, own)
    total = rows[0].nodes if rows else 0
    meta = GraphMeta(
        truncated=total > len(rows),
        total_nodes=total,
        total_edges=rows[0].edges if rows else 0,
    )
    degrees = {row.id: row.degree for row in rows}
    graph = _graph(rows, degrees, await _tags_of(work, ids), edges, meta)
    await cache.put(work, key, graph.model_dump(mode="json"))
    return graph


_NODES = (
    ", degree AS (SELECT id, count(*) AS degree FROM ("
    "SELECT source_id AS id, target_id AS other FROM edge "
    "UNION SELECT target_id, source_id FROM edge) ends GROUP BY id), "
    "shown AS (SELECT n.*, coalesce(d.degree, 0) AS degree, count(*) OVER () AS nodes "
    "FROM node n LEFT JOIN degree d ON d.id = n.id "
    "WHERE :orphans OR d.degree > 0 ORDER BY degree DESC, n.id LIMIT :limit) "
    "SELECT n.*, p.x, p.y, p.community, (SELECT count(*) FROM edge) AS edges "
    "FROM shown n LEFT JOIN graph_places p ON p.entry_id = n.id ORDER BY n.degree DESC, n.id"
)


async def read_neighbourhood(work: Work, slug: str, query: NeighbourhoodQuery) -> Graph:
    """Return a page with what is up to `depth` links away, in either direction; 500 at most.

    Raises Moved for an alias or an old slug, NotFound. On a day on which the page was not there,
    there is nothing.
    """
    key = cache_key(work, "around", slug, query.model_dump_json())
    kept = await cache.get(work, key)
    if kept is not None:
        return Graph.model_validate(kept)
    entry = await get_entry(work, slug)
    own = await links_to_own(work, query.at)
    found, reached = await _walk(work, entry.id, query, own)
    edges = await _links_between(work, found, query.at, own)
    rows = (await work.session.execute(_PLACED, {"ids": found})).all()
    meta = GraphMeta(truncated=reached > len(found), total_nodes=reached, total_edges=len(edges))
    graph = _graph(rows, _degrees(edges), await _tags_of(work, found), edges, meta)
    await cache.put(work, key, graph.model_dump(mode="json"))
    return graph


async def _walk(
    work: Work, start: UUID, query: NeighbourhoodQuery, own: Pairs
) -> tuple[list[UUID], int]:
    """Return the pages around `start`, nearest first, and how many were found before the cut."""
    at = moment(query.at)
    if query.at and not await work.session.scalar(
        text(f"SELECT true FROM entries e WHERE e.id = :id AND {there(query.at)}"),  # noqa: S608
        {"id": start, "at": at},
    ):
        return [], 0
    seen = {start: None}
    frontier = [start]
    for _ in range(query.depth):
        beside = {b for a, b in own if a in seen} | {a for a, b in own if b in seen}
        values = {"frontier": frontier, "own": list(beside), "at": at}
        step = text(_STEP.format(linked=LINKED, there=there(query.at)))
        ids = (await work.session.scalars(step, values)).all()
        frontier = [id for id in ids if id not in seen]
        seen |= dict.fromkeys(frontier)
        if len(seen) > MOST_NEIGHBOURS or not frontier:
            break
    return list(seen)[:MOST_NEIGHBOURS], len(seen)


_STEP = (
    "SELECT e.id FROM (SELECT DISTINCT id FROM ("  # noqa: S608
    "SELECT n.id FROM unnest(CAST(:frontier AS uuid[])) f (id) CROSS JOIN LATERAL ("
    "(SELECT p.target_id AS id FROM link_spans p WHERE p.source_id = f.id AND {linked} "
    f"ORDER BY p.target_id LIMIT {_MOST_OF_ONE}) UNION ALL "
    "(SELECT p.source_id FROM link_spans p WHERE p.target_id = f.id AND {linked} "
    f"ORDER BY p.source_id LIMIT {_MOST_OF_ONE})) n LIMIT {_MOST_OF_STEP}) near "
    "UNION SELECT unnest(CAST(:own AS uuid[]))) found "
    "JOIN entries e ON e.id = found.id AND {there} ORDER BY e.id"
)
_PLACED = text(
    "SELECT e.id, e.slug, e.title, p.x, p.y, p.community "
    "FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY asked (id, place) "
    "JOIN entries e ON e.id = asked.id LEFT JOIN graph_places p ON p.entry_id = e.id "
    "ORDER BY asked.place"
)


async def _links_between(work: Work, ids: list[UUID], at: date | None, own: Pairs) -> Pairs:
    values = {"ids": ids, "at": moment(at)}
    found = {(row.source_id, row.target_id) for row in await work.session.execute(_EDGES, values)}
    here = set(ids)
    found |= {(a, b) for a, b in own if a in here and b in here}
    return sorted(found)


_EDGES = text(
    "SELECT p.source_id, p.target_id FROM link_spans p "  # noqa: S608
    f"WHERE p.source_id = ANY(:ids) AND p.target_id = ANY(:ids) AND {LINKED}"
)


async def _tags_of(work: Work, ids: list[UUID]) -> dict[UUID, list[str]]:
    """Return the slugs of the tags of each of these pages.

    In two steps: joined, all tags would be compared with each page where there are few of them.
    """
    pairs = (await work.session.execute(_TAGGED, {"ids": ids})).all()
    rows = await work.session.execute(_TAGS, {"ids": list({pair.tag_id for pair in pairs})})
    slugs = {row.id: row.slug for row in rows}
    tags: dict[UUID, list[str]] = {}
    for pair in pairs:
        if pair.tag_id in slugs:
            tags.setdefault(pair.entry_id, []).append(slugs[pair.tag_id])
    return {id: sorted(found) for id, found in tags.items()}


_TAGGED = text("SELECT entry_id, tag_id FROM entry_tags WHERE entry_id = ANY(:ids)")
_TAGS = text("SELECT id, slug FROM tags WHERE id = ANY(:ids)")


def _degrees(edges: Pairs) -> dict[UUID, int]:
    pairs = {(a, b) for a, b in edges} | {(b, a) for a, b in edges}
    counts: dict[UUID, int] = {}
    for one, _ in pairs:
        counts[one] = counts.get(one, 0) + 1
    return counts


def _graph(
    rows: Sequence[Row[Any]],
    degrees: dict[UUID, int],
    tags: dict[UUID, list[str]],
    edges: Pairs,
    meta: GraphMeta,
) -> Graph:
    places = fill_in({row.id: _place(row) for row in rows}, edges)
    nodes = [
        {
            "id": row.id,
            "slug": row.slug,
            "title": row.title,
            "x": round(places[row.id][0], 3),
            "y": round(places[row.id][1], 3),
            "degree": degrees.get(row.id, 0),
            "community": row.community,
            "tags": tags.get(row.id, []),
        }
        for row in rows
    ]
    ends = [{"source": source, "target": target} for source, target in edges]
    # Validated as a whole, which takes a third of the time that one by one would.
    return Graph.model_validate({"nodes": nodes, "edges": ends, "meta": meta})


def _place(row: Row[Any]) -> Place | None:
    return None if row.x is None else (row.x, row.y)


async def extent(work: Work) -> tuple[date | None, int]:
    """Return the day (UTC) of the first page that the actor sees, and how many there are now."""
    first, pages = (await work.session.execute(_EXTENT)).one()
    return first, pages


_EXTENT = text(
    "SELECT min(created_at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE status <> 'ARCHIVED') "
    "FROM entries WHERE workspace_id = app_workspace()"
)
