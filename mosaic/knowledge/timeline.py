"""The time line of a page: what one person saved within a short time is together."""

from collections.abc import Collection

from sqlalchemy import func, select, text
from sqlmodel import col

from mosaic.core.pagination import Page, PageQuery, page_of
from mosaic.core.shapes import Shape
from mosaic.core.work import Work
from mosaic.knowledge.models import Entry, EntryVersion
from mosaic.knowledge.version_shapes import VersionRow


class Edits(Shape):
    """Versions in a row that one person saved, `first` to `last`."""

    first: int
    last: int


async def list_edits(
    work: Work, entry: Entry, query: PageQuery, around: int | None = None
) -> Page[Edits]:
    """Return a page of what was saved, the newest first; the one with version `around` if given.

    Together are at most fifty edits of one person, each within ten minutes of the one before. One
    with a note stands for itself.
    """
    offset = (query.page - 1) * query.limit
    values = {"entry": entry.id, "limit": query.limit, "offset": offset, "around": around or 0}
    rows = (await work.session.execute(_EDITS, values)).all()
    page = rows[0].newer // query.limit + 1 if around and rows else query.page
    if page != query.page:
        return await list_edits(work, entry, PageQuery(page=page, limit=query.limit))
    return page_of([Edits.model_validate(row) for row in rows], rows[0].total if rows else 0, query)


_EDITS = text(
    "SELECT min(version) AS first, max(version) AS last, count(*) OVER () AS total, "
    "sum(CAST(min(version) > :around AS integer)) OVER () AS newer FROM ("
    "SELECT version, count(*) FILTER (WHERE by_before IS NULL OR by_before <> created_by "
    "OR created_at > before + interval '10 minutes' OR change_note <> '' OR note_before <> '' "
    "OR version % 50 = 1) OVER (ORDER BY version) AS n FROM ("
    "SELECT version, created_at, change_note, created_by, lag(created_at) OVER own AS before, "
    "lag(change_note) OVER own AS note_before, lag(created_by) OVER own AS by_before "
    "FROM entry_versions WHERE entry_id = :entry WINDOW own AS (ORDER BY version)) beside) given "
    "GROUP BY n ORDER BY n DESC LIMIT :limit OFFSET :offset"
)


async def rows_of(work: Work, entry: Entry, numbers: Collection[int]) -> dict[int, VersionRow]:
    """Return the versions of these numbers as lines, without content."""
    kept = select(EntryVersion).where(
        col(EntryVersion.entry_id) == entry.id, col(EntryVersion.version).in_(numbers)
    )
    rows = await work.session.execute(
        kept.with_only_columns(
            *(getattr(EntryVersion, name) for name in _ROW),
            func.length(col(EntryVersion.content)).label("size"),
        )
    )
    return {row.version: VersionRow.model_validate(row) for row in rows}


_ROW = ("version", "title", "change_note", "created_by", "created_at")
