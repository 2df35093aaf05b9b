"""Which pages and links a question about the graph is about, as parts of SQL."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from mosaic.core.work import Work
from mosaic.knowledge.graph.shapes import GraphQuery
from mosaic.knowledge.link_counts import own_names
from mosaic.knowledge.tags import tag_slug

# For parameters `at`: the first moment after what is asked for, or infinity for now.
LINKED = "p.since < CAST(:at AS timestamptz) AND (p.until IS NULL OR p.until >= :at)"
_THERE_NOW = "e.status <> 'ARCHIVED'"
# For each page by itself, as OFFSET makes it: no index has the spans of a workspace.
_THERE_THEN = (
    "EXISTS (SELECT 1 FROM entry_spans p WHERE p.entry_id = e.id AND p.since < "
    "CAST(:at AS timestamptz) AND (p.until IS NULL OR p.until >= :at) OFFSET 0)"
)


def moment(at: date | None) -> datetime | str:
    """Return the first moment after a day, or "infinity" for now."""
    if at is None or at == date.max:
        return "infinity"
    return datetime.combine(at + timedelta(days=1), datetime.min.time(), UTC)


def there(at: date | None) -> str:
    """Return the condition that the page `e` was there."""
    return _THERE_THEN if at else _THERE_NOW


def pages_and_links(query: GraphQuery) -> tuple[str, dict[str, Any]]:
    """Return CTEs `node (id, slug, title)` and `edge (source_id, target_id)`, and their values."""
    shown = ["e.workspace_id = app_workspace()"]
    if query.status != "ARCHIVED":
        shown.append(there(query.at))
    values: dict[str, Any] = {"at": moment(query.at)}
    if query.status:
        shown.append("e.status = :status")
        values["status"] = query.status
    if query.tag:
        shown.append(_TAGGED)
        values["tag"] = tag_slug(query.tag)
    if query.community is not None:
        shown.append(_OF_COMMUNITY)
        values["community"] = query.community
    return _PAGES_AND_LINKS.format(shown=" AND ".join(shown), linked=LINKED), values


# IS TRUE keeps PostgreSQL from joining: what is on the list is read once, and then looked up.
_TAGGED = (
    "(e.id IN (SELECT et.entry_id FROM entry_tags et WHERE et.tag_id = (SELECT g.id FROM tags g "
    "WHERE g.workspace_id = app_workspace() AND g.slug = :tag))) IS TRUE"
)
_OF_COMMUNITY = (
    "(e.id IN (SELECT gp.entry_id FROM graph_places gp "
    "WHERE gp.workspace_id = app_workspace() AND gp.community = :community)) IS TRUE"
)
_PAGES_AND_LINKS = (
    "WITH node AS MATERIALIZED (SELECT e.id, e.slug, e.title FROM entries e WHERE {shown}), "
    "edge AS MATERIALIZED (SELECT p.source_id, p.target_id FROM link_spans p "
    "JOIN node s ON s.id = p.source_id JOIN node t ON t.id = p.target_id "
    "WHERE p.workspace_id = app_workspace() AND {linked} "
    "UNION SELECT o.source, o.target "
    "FROM unnest(CAST(:own_sources AS uuid[]), CAST(:own_targets AS uuid[])) o (source, target) "
    "JOIN node s ON s.id = o.source JOIN node t ON t.id = o.target)"
)

Pairs = list[tuple[UUID, UUID]]


def as_values(own: Pairs) -> dict[str, Any]:
    """Return the values for links to the actor's own hidden pages."""
    return {"own_sources": [one for one, _ in own], "own_targets": [one for _, one in own]}


async def links_to_own(work: Work, at: date | None = None) -> Pairs:
    """Return the links to the actor's own hidden pages, which nobody else's answer knows of.

    Links are resolved to shared pages only, so these are looked up by name, as when they are read.
    There is no history of them: on a day there are none.
    """
    if at:
        return []
    keys = await own_names(work)
    if not keys:
        return []
    found = await work.session.execute(_LINKS_TO_OWN, {"keys": keys})
    return [(row.source_id, row.entry_id) for row in found]


_LINKS_TO_OWN = text(
    "SELECT source_id, min(entry_id::text)::uuid AS entry_id FROM ("
    "SELECT l.source_id, l.ordinal, n.entry_id, "
    "rank() OVER (PARTITION BY l.source_id, l.ordinal ORDER BY n.step) AS place "
    "FROM links l JOIN entry_names n ON n.workspace_id = l.workspace_id AND "
    "((n.key = l.target AND n.step NOT IN (5, 8) AND (l.kind = 'wiki' OR n.step IN (3, 7))) "
    "OR (n.key = l.folded AND n.step IN (5, 8) AND l.kind = 'wiki')) "
    "JOIN entries e ON e.id = n.entry_id AND e.private_to = app_user() AND e.status <> 'ARCHIVED' "
    "WHERE l.workspace_id = app_workspace() AND l.folded = ANY(:keys) "
    "AND l.target_id IS NULL AND NOT l.ambiguous AND e.id <> l.source_id) found "
    "WHERE place = 1 GROUP BY source_id, ordinal HAVING count(DISTINCT entry_id) = 1"
)
