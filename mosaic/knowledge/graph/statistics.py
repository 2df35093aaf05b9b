"""The graph in numbers, and from far away."""

from sqlalchemy import text

from mosaic.core import cache
from mosaic.core.work import Work
from mosaic.knowledge.graph.reading import cache_key
from mosaic.knowledge.graph.scope import as_values, links_to_own, pages_and_links
from mosaic.knowledge.graph.shapes import (
    Communities,
    Community,
    CommunityEdge,
    Connected,
    GraphMeta,
    GraphQuery,
    GraphStats,
    Moment,
    TagCount,
)
from mosaic.knowledge.wholes import FILED, whole

_MOST_COMMUNITIES = 500


async def read_stats(work: Work) -> GraphStats:
    """Return the graph in numbers: of pages the actor sees, archived ones aside."""
    key = cache_key(work, "stats")
    kept = await cache.get(work, key)
    if kept is not None:
        return GraphStats.model_validate(kept)
    own = await links_to_own(work)
    scope, values = pages_and_links(GraphQuery())
    values |= as_values(own)
    [totals] = await whole(work, scope + _TOTALS, values)
    [broken] = await whole(work, _BROKEN)
    tags = await work.session.execute(_TAGS)
    stats = GraphStats(
        total_nodes=totals.nodes,
        total_edges=totals.edges,
        orphans=totals.nodes - totals.linked,
        broken_links=max(0, broken.links - len(own)),
        average_degree=round(totals.ends / totals.nodes, 2) if totals.nodes else 0.0,
        most_connected=[Connected.model_validate(one) for one in totals.most],
        tag_distribution=[TagCount.model_validate(row) for row in tags],
    )
    await cache.put(work, key, stats.model_dump(mode="json"))
    return stats


_TOTALS = (
    ", degree AS (SELECT id, count(*) AS degree FROM ("
    "SELECT source_id AS id, target_id AS other FROM edge "
    "UNION SELECT target_id, source_id FROM edge) ends GROUP BY id), "
    "most AS (SELECT n.slug, n.title, d.degree FROM degree d JOIN node n ON n.id = d.id "
    "ORDER BY d.degree DESC, n.title, n.id LIMIT 10) "
    "SELECT (SELECT count(*) FROM node) AS nodes, (SELECT count(*) FROM edge) AS edges, "
    "(SELECT count(*) FROM degree) AS linked, "
    "(SELECT coalesce(sum(degree), 0) FROM degree) AS ends, "
    "(SELECT coalesce(jsonb_agg(most ORDER BY degree DESC, title), '[]') FROM most) AS most"
)
# Files are no pages: what names one that is here is not broken.
_BROKEN = (
    "SELECT count(*) AS links FROM links l "  # noqa: S608  (no value in it)
    "JOIN entries s ON s.id = l.source_id AND s.status <> 'ARCHIVED' "
    "WHERE l.workspace_id = app_workspace() AND l.target_id IS NULL AND NOT l.ambiguous "
    f"AND l.target <> '' AND l.kind <> 'task' AND NOT (l.target LIKE '%.%' AND {FILED})"
)
_TAGS = text(
    "SELECT t.slug, t.name, count(*) AS pages FROM entry_tags et JOIN tags t ON t.id = et.tag_id "
    "JOIN entries e ON e.id = et.entry_id AND e.status <> 'ARCHIVED' "
    "WHERE et.workspace_id = app_workspace() GROUP BY t.id, t.slug, t.name "
    "ORDER BY count(*) DESC, t.slug LIMIT 100"
)


async def read_communities(work: Work, query: Moment) -> Communities:
    """Return the communities of several pages, the largest first, and the links between them."""
    key = cache_key(work, "communities", query.model_dump_json())
    kept = await cache.get(work, key)
    if kept is not None:
        return Communities.model_validate(kept)
    scope, values = pages_and_links(GraphQuery(at=query.at))
    values |= as_values([])
    rows = await whole(work, scope + _COMMUNITIES, values)
    values["communities"] = [row.community for row in rows]
    links = await whole(work, scope + _BETWEEN, values)
    [total] = await whole(work, scope + _COUNT, values)
    found = Communities(
        nodes=[Community.model_validate(row) for row in rows],
        edges=[CommunityEdge.model_validate(row) for row in links],
        scattered=total.nodes - total.waiting - sum(row.size for row in rows),
        waiting=total.waiting,
        meta=GraphMeta(truncated=False, total_nodes=total.nodes, total_edges=total.edges),
    )
    await cache.put(work, key, found.model_dump(mode="json"))
    return found


# One's own pages that nobody else sees are never arranged: they wait for nothing.
_COUNT = (
    " SELECT (SELECT count(*) FROM node) AS nodes, (SELECT count(*) FROM edge) AS edges, "
    "(SELECT count(*) FROM node n JOIN entries e ON e.id = n.id AND e.private_to IS NULL "
    "LEFT JOIN graph_places p ON p.entry_id = n.id WHERE p.entry_id IS NULL) AS waiting"
)
_COMMUNITIES = (
    " SELECT p.community, count(*) AS size, avg(p.x) AS x, avg(p.y) AS y, "  # noqa: S608
    "(array_agg(n.title ORDER BY p.centrality DESC, n.id))[1] AS title "
    "FROM node n JOIN graph_places p ON p.entry_id = n.id "
    "GROUP BY p.community HAVING count(*) > 1 "
    f"ORDER BY size DESC, p.community LIMIT {_MOST_COMMUNITIES}"
)
_BETWEEN = (
    " SELECT least(s.community, t.community) AS source, greatest(s.community, t.community) "
    "AS target, count(*) AS links FROM edge e "
    "JOIN graph_places s ON s.entry_id = e.source_id "
    "JOIN graph_places t ON t.entry_id = e.target_id "
    "WHERE s.community <> t.community AND s.community = ANY(:communities) "
    "AND t.community = ANY(:communities) GROUP BY 1, 2 ORDER BY 1, 2"
)
