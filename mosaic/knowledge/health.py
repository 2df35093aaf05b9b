"""How the links of a workspace stand: what waits, what leads nowhere, what means several pages."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, TextClause, text

from mosaic.core.pagination import Page, PageQuery, page_of
from mosaic.core.shapes import Shape
from mosaic.core.work import Work
from mosaic.knowledge.names import heading_anchor

Kind = Literal["wanted", "ambiguous", "headings", "files", "orphans", "alike"]
_MOST_HEADINGS = 2_000


class LinkCounted(Shape):
    """Something about links that deserves a look. Which fields it has depends on its kind.

    `name` is what links say, a title, or what pages have in common; `pages` are at most five of
    the pages where it stands, or that are alike; `count` is how many there are.
    """

    name: str
    count: int
    pages: list["PageNamed"]


class PageNamed(Shape):
    """A page."""

    slug: str
    title: str


class LinkHealth(Shape):
    """How many there are of each kind."""

    wanted: int
    ambiguous: int
    headings: int
    files: int
    orphans: int
    alike: int


async def read_health(work: Work) -> LinkHealth:
    """Return how many there are of each kind, as the actor sees it."""
    counts = {}
    for kind, query in _QUERIES.items():
        counted = text(f"SELECT count(*) FROM ({query}) found")  # noqa: S608  (no value in it)
        counts[kind] = await work.session.scalar(counted) or 0
    return LinkHealth(**counts, headings=len(await _headings(work)))


async def list_health(work: Work, kind: Kind, query: PageQuery) -> Page[LinkCounted]:
    """Return what there is of a kind, the most wanted first."""
    start = (query.page - 1) * query.limit
    if kind == "headings":
        found = await _headings(work)
        return page_of(found[start : start + query.limit], len(found), query)
    values = {"start": start, "most": query.limit}
    rows = (await work.session.execute(_listed(_QUERIES[kind]), values)).all()
    total = rows[0].total if rows else 0
    return page_of([_counted(row) for row in rows], total, query)


def _listed(query: str) -> TextClause:
    return text(
        "SELECT f.*, (SELECT json_agg(json_build_object('slug', e.slug, 'title', e.title)) "  # noqa: S608
        "FROM entries e WHERE e.id = ANY(f.ids[1:5])) AS pages FROM ("
        f"SELECT found.*, count(*) OVER () AS total FROM ({query}) found "
        "ORDER BY count DESC, name OFFSET :start LIMIT :most) f ORDER BY f.count DESC, f.name"
    )


def _counted(row: Row[Any]) -> LinkCounted:
    return LinkCounted(name=row.name, count=row.count, pages=row.pages or [])


# A link to a file says so by its ending. What leads to a page of one's own does not wait.
_IS_FILE = r"l.target ~ '\.[A-Za-z0-9]{1,5}$'"
_OWN = (
    "EXISTS (SELECT 1 FROM entry_names n JOIN entries o ON o.id = n.entry_id "
    "WHERE n.workspace_id = app_workspace() AND n.key IN (l.target, l.folded) "
    "AND o.private_to = app_user() AND o.status <> 'ARCHIVED')"
)
_FILED = (
    "EXISTS (SELECT 1 FROM attachments a WHERE a.workspace_id = app_workspace() "
    "AND (a.path = l.target OR a.name = regexp_replace(l.target, '^.*/', '')))"
)
_WAITING = (
    "SELECT min(l.target) AS name, count(DISTINCT l.source_id) AS count, "
    "array_agg(DISTINCT l.source_id) AS ids FROM links l JOIN entries s ON s.id = l.source_id "
    "WHERE l.workspace_id = app_workspace() AND s.status <> 'ARCHIVED' AND l.target <> '' "
    "AND l.target_id IS NULL AND {} GROUP BY l.folded"
)
_QUERIES: dict[str, str] = {
    "wanted": _WAITING.format(f"NOT l.ambiguous AND NOT {_IS_FILE} AND NOT {_OWN}"),
    "ambiguous": _WAITING.format("l.ambiguous"),
    "files": _WAITING.format(f"NOT l.ambiguous AND {_IS_FILE} AND NOT {_FILED} AND NOT {_OWN}"),
    "orphans": (
        "SELECT e.title AS name, 1 AS count, ARRAY[e.id] AS ids FROM entries e "
        "WHERE e.workspace_id = app_workspace() AND e.status <> 'ARCHIVED' AND NOT EXISTS ("
        "SELECT 1 FROM links l WHERE l.source_id = e.id AND l.target_id IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM links l WHERE l.target_id = e.id)"
    ),
    # Titles of the same words in whatever form and order, or texts that are the same.
    "alike": (
        "SELECT min(title) AS name, count(*) AS count, array_agg(id ORDER BY title) AS ids FROM ("
        "SELECT e.id, e.title, 'title ' || array_to_string(tsvector_to_array("
        "to_tsvector('mosaic_english', e.title)), ' ') AS same FROM entries e "
        "WHERE e.workspace_id = app_workspace() AND e.status <> 'ARCHIVED' "
        "UNION ALL SELECT e.id, e.title, 'text ' || md5(lower(t.body)) FROM entries e "
        "JOIN entry_texts t ON t.entry_id = e.id WHERE e.workspace_id = app_workspace() "
        "AND e.status <> 'ARCHIVED' AND length(t.body) > 100) each "
        "WHERE same <> 'title ' GROUP BY same HAVING count(*) > 1"
    ),
}


async def _headings(work: Work) -> list[LinkCounted]:
    """Return links to headings that their page does not have, of the first two thousand."""
    rows = (await work.session.execute(_HEADINGS, {"most": _MOST_HEADINGS})).all()
    missing = await _without(work, [(row.target_id, heading_anchor(row.heading)) for row in rows])
    return [
        LinkCounted(
            name=f"{row.title}#{row.heading}",
            count=row.count,
            pages=[PageNamed.model_validate(page) for page in row.pages[:5]],
        )
        for row in rows
        if (row.target_id, heading_anchor(row.heading)) in missing
    ]


async def _without(work: Work, asked: Sequence[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    values = {"ids": [id for id, _ in asked], "anchors": [anchor for _, anchor in asked]}
    rows = await work.session.execute(_WITHOUT, values)
    return {(row.id, row.anchor) for row in rows}


_HEADINGS = text(
    "SELECT l.target_id, l.heading, t.title, count(DISTINCT s.id) AS count, "
    "json_agg(DISTINCT jsonb_build_object('slug', s.slug, 'title', s.title)) AS pages "
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
LinkCounted.model_rebuild()
