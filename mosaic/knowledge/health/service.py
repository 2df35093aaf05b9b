"""How the links of a workspace stand: what waits, what leads nowhere, what means several pages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from mosaic.core.pagination import Page, PageQuery, page_of
from mosaic.core.work import Work
from mosaic.knowledge.health import findings
from mosaic.knowledge.health.looking import look_if_due
from mosaic.knowledge.health.shapes import Kind, LinkCounted, LinkHealth, PageCounted
from mosaic.knowledge.links import find_candidates
from mosaic.knowledge.names import fold, heading_anchor
from mosaic.knowledge.wholes import FILED, whole

_MOST_HEADINGS = 2_000


async def read_health(work: Work) -> LinkHealth:
    """Return how many there are of each kind, as the actor sees it."""
    await look_if_due(work)
    counts = {}
    for kind, query in _QUERIES.items():
        counted = f"SELECT count(*) AS count FROM ({query}) found"  # noqa: S608  (no value in it)
        [row] = await _found(work, kind, counted)
        counts[kind] = row.count
    return LinkHealth(**counts, headings=len(await _headings(work)))


async def list_health(work: Work, kind: Kind, query: PageQuery) -> Page[LinkCounted]:
    """Return what there is of a kind, the most wanted first."""
    await look_if_due(work)
    start = (query.page - 1) * query.limit
    if kind == "headings":
        found = await _headings(work)
        return page_of(found[start : start + query.limit], len(found), query)
    values = {"start": start, "most": query.limit}
    rows = await _found(work, kind, _listed(kind), values)
    total = rows[0].total if rows else 0
    lines = [_counted(row) for row in rows]
    if kind == "ambiguous":
        await _tell_meanings(work, lines)
    elif kind == "mentions":
        lines = await findings.tell_mentions(work, rows, lines)
    elif kind == "alike":
        lines = await findings.tell_likeness(work, rows, lines)
    return page_of(lines, total, query)


async def _found(
    work: Work, kind: str, statement: str, values: dict[str, int] | None = None
) -> Sequence[Row[Any]]:
    """What a look has found is little; for the others all links are read."""
    if kind in _ORDERS:
        return (await work.session.execute(text(statement), values)).all()
    return await whole(work, statement, values)


async def _tell_meanings(work: Work, lines: Sequence[LinkCounted]) -> None:
    """Add what ambiguous links could mean, and the sentences in which they stand."""
    found = await find_candidates(work, {("wiki", line.name) for line in lines})
    values = {
        "slugs": [page.slug for line in lines for page in line.pages],
        "names": [fold(line.name) for line in lines for _ in line.pages],
    }
    rows = await whole(work, _CONTEXTS, values)
    said = {(row.slug, row.folded): row.context for row in rows}
    for line in lines:
        line.candidates = found[("wiki", line.name)]
        for page in line.pages:
            page.context = said.get((page.slug, fold(line.name)), "")


_CONTEXTS = (
    "SELECT a.slug, a.folded, min(l.context) AS context "
    "FROM unnest(CAST(:slugs AS text[]), CAST(:names AS text[])) AS a (slug, folded) "
    "JOIN entries e ON e.workspace_id = app_workspace() AND e.slug = a.slug "
    "JOIN links l ON l.source_id = e.id AND l.folded = a.folded AND l.ambiguous "
    "GROUP BY a.slug, a.folded"
)


# Of what a look has found. Names of several words are meant most surely.
_ORDERS = {"alike": "texts DESC NULLS LAST, name", "mentions": "sure DESC, count DESC, name"}


def _listed(kind: Kind) -> str:
    order = _ORDERS.get(kind, "count DESC, name")
    return (
        "SELECT f.*, (SELECT json_agg(json_build_object('slug', e.slug, 'title', e.title, "  # noqa: S608  (no value in it)
        "'version', e.version, 'path', e.path) ORDER BY array_position(f.ids, e.id)) "
        "FROM entries e WHERE e.id = ANY(f.ids[1:5])) AS pages FROM ("
        f"SELECT found.*, count(*) OVER () AS total FROM ({_QUERIES[kind]}) found "
        f"ORDER BY {order} OFFSET :start LIMIT :most) f ORDER BY {order}"
    )


def _counted(row: Row[Any]) -> LinkCounted:
    return LinkCounted(name=row.name, count=row.count, pages=row.pages or [])


# A link to a file says so by its ending. What leads to a page of one's own does not wait.
_IS_FILE = r"l.target ~ '\.[A-Za-z0-9]{1,5}$'"
_OWN_NAMES = (
    "(SELECT n.key FROM entry_names n JOIN entries o ON o.id = n.entry_id "
    "WHERE n.workspace_id = app_workspace() "
    "AND o.private_to = app_user() AND o.status <> 'ARCHIVED')"
)
_OWN = f"(l.target IN {_OWN_NAMES} OR l.folded IN {_OWN_NAMES})"
_WAITING = (
    "SELECT min(l.target) AS name, count(DISTINCT l.source_id) AS count, "
    "array_agg(DISTINCT l.source_id) AS ids FROM links l JOIN entries s ON s.id = l.source_id "
    "WHERE l.workspace_id = app_workspace() AND s.status <> 'ARCHIVED' AND l.target <> '' "
    "AND l.target_id IS NULL AND l.kind <> 'task' AND {} GROUP BY l.folded"
)
_QUERIES: dict[str, str] = {
    "wanted": _WAITING.format(f"NOT l.ambiguous AND NOT {_IS_FILE} AND NOT {_OWN}"),
    "ambiguous": _WAITING.format("l.ambiguous"),
    "files": _WAITING.format(f"NOT l.ambiguous AND {_IS_FILE} AND NOT {FILED} AND NOT {_OWN}"),
    "orphans": (
        "SELECT e.title AS name, 1 AS count, ARRAY[e.id] AS ids FROM entries e "
        "WHERE e.workspace_id = app_workspace() AND e.status <> 'ARCHIVED' AND NOT EXISTS ("
        "SELECT 1 FROM links l WHERE l.source_id = e.id AND l.target_id IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM links l WHERE l.target_id = e.id)"
    ),
    "mentions": findings.NAMED,
    "alike": findings.ALIKE,
}


async def _headings(work: Work) -> list[LinkCounted]:
    """Return links to headings that their page does not have, of the first two thousand."""
    rows = await whole(work, _HEADINGS, {"most": _MOST_HEADINGS})
    missing = await _without(work, [(row.target_id, heading_anchor(row.heading)) for row in rows])
    return [
        LinkCounted(
            name=f"{row.title}#{row.heading}",
            count=row.count,
            pages=[PageCounted.model_validate(page) for page in row.pages[:5]],
        )
        for row in rows
        if (row.target_id, heading_anchor(row.heading)) in missing
    ]


async def _without(work: Work, asked: Sequence[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    values = {"ids": [id for id, _ in asked], "anchors": [anchor for _, anchor in asked]}
    rows = await work.session.execute(_WITHOUT, values)
    return {(row.id, row.anchor) for row in rows}


_HEADINGS = (
    "SELECT l.target_id, l.heading, t.title, count(DISTINCT s.id) AS count, "
    "json_agg(DISTINCT jsonb_build_object("
    "'slug', s.slug, 'title', s.title, 'version', s.version)) AS pages "
    "FROM links l JOIN entries s ON s.id = l.source_id AND s.status <> 'ARCHIVED' "
    "JOIN entries t ON t.id = l.target_id "
    "WHERE l.workspace_id = app_workspace() AND l.heading IS NOT NULL "
    "GROUP BY l.target_id, l.heading, t.title ORDER BY count DESC, t.title LIMIT :most"
)
_WITHOUT = text(
    "SELECT e.id, a.anchor FROM unnest(CAST(:ids AS uuid[]), CAST(:anchors AS text[])) "
    "AS a (id, anchor) JOIN entries e ON e.id = a.id "
    "WHERE strpos(e.html, 'id=\"' || a.anchor || '\"') = 0"
)
