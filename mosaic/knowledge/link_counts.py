"""How many links on the pages of an import lead to a page, to none, or to several."""

from uuid import UUID

from sqlalchemy import text

from mosaic.core.work import Work
from mosaic.knowledge.link_shapes import LinkCounts
from mosaic.knowledge.links import SELECT_LINKS
from mosaic.knowledge.names import fold
from mosaic.knowledge.wholes import FILED, whole


async def count_links(work: Work, job_id: UUID) -> LinkCounts:
    """Count the links on the pages of an import, as `list_links` has them for each."""
    found = await work.session.execute(_PAGES_OF_IMPORT, {"id": job_id})
    ids = list(found.scalars())
    [shared] = await whole(work, _COUNTS, {"ids": ids})
    counts = LinkCounts(pages=len(ids), **shared._mapping)
    if keys := await own_names(work):
        own = (await work.session.execute(_OWN_COUNTS, {"ids": ids, "keys": keys})).one()
        counts.resolved += own.resolved
        counts.ambiguous += own.ambiguous
        counts.broken -= own.resolved + own.ambiguous
    return counts


async def own_names(work: Work) -> list[str]:
    """Return what links to the actor's own hidden pages say, without regard to case."""
    names = await work.session.scalars(_OWN_NAMES)
    return sorted({fold(name) for name in names})


_OWN_NAMES = text(
    "SELECT n.key FROM entries e JOIN entry_names n ON n.entry_id = e.id "
    "WHERE e.private_to = app_user() AND e.workspace_id = app_workspace() "
    "AND e.status <> 'ARCHIVED' LIMIT 10000"
)
_PAGES_OF_IMPORT = text(
    "SELECT id FROM (SELECT (SELECT e.id FROM entries e WHERE e.id = i.entry_id) AS id "
    "FROM import_lines i WHERE i.job_id = :id) found WHERE id IS NOT NULL"
)
_COUNTS = (
    "SELECT count(l.target_id) AS resolved, "  # noqa: S608  (no value in it)
    "count(*) FILTER (WHERE l.target_id IS NULL AND l.ambiguous) AS ambiguous, "
    "count(*) FILTER (WHERE l.target_id IS NULL AND NOT l.ambiguous "
    f"AND NOT (l.target LIKE '%.%' AND {FILED})) AS broken "
    "FROM links l WHERE l.source_id = ANY(:ids) AND l.target <> '' AND l.kind <> 'task'"
)
# Few: those that say a name of one of the actor's own hidden pages.
_OWN_COUNTS = text(
    "SELECT count(id) AS resolved, "  # noqa: S608  (no value in it)
    "count(*) FILTER (WHERE id IS NULL AND ambiguous) AS ambiguous "
    f"FROM ({SELECT_LINKS} = ANY(:ids) AND l.target_id IS NULL AND NOT l.ambiguous "
    "AND l.folded = ANY(:keys)) found"
)
