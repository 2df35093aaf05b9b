"""What a page was: every edit is a version."""

import asyncio
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from mosaic.core.errors import NotFound
from mosaic.core.pagination import Page, PageQuery, page_of, paginate
from mosaic.core.work import Work
from mosaic.knowledge import links
from mosaic.knowledge.diffing import compare
from mosaic.knowledge.models import Entry, EntryVersion
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.service import change_entry, get_entry
from mosaic.knowledge.shapes import DiffPublic, EntryPublic, EntryUpdate, VersionPublic, VersionRow


async def list_versions(work: Work, entry: Entry, query: PageQuery) -> Page[VersionPublic]:
    """Return a page of an entry's versions, the newest first."""
    versions = select(EntryVersion).where(col(EntryVersion.entry_id) == entry.id)
    page = await paginate(work, versions, query, _SORTABLE, "-version")
    rows = [VersionPublic.model_validate(row) for row in page.data]
    return page_of(rows, page.meta.total, query)


_SORTABLE: dict[str, Any] = {"version": col(EntryVersion.version)}


async def get_version(work: Work, entry: Entry, number: int) -> VersionPublic:
    """Return one version of an entry. NotFound when there is none of that number."""
    row = await work.session.get(EntryVersion, (entry.id, number))
    if row is None:
        raise NotFound("There is no such version of this page.")
    return VersionPublic.model_validate(row)


async def list_rows(work: Work, entry: Entry, page: int, limit: int) -> Page[VersionRow]:
    """Return the same page as lines, without content."""
    kept = select(EntryVersion).where(col(EntryVersion.entry_id) == entry.id)
    rows = await work.session.execute(
        kept.with_only_columns(
            *(getattr(EntryVersion, name) for name in _ROW),
            func.length(col(EntryVersion.content)).label("size"),
        )
        .order_by(col(EntryVersion.version).desc())
        .offset((page - 1) * limit)
        .limit(limit)
    )
    total = await work.session.scalar(select(func.count()).select_from(kept.subquery()))
    found = [VersionRow.model_validate(row) for row in rows]
    return page_of(found, total or 0, PageQuery(page=page, limit=limit))


_ROW = ("version", "title", "change_note", "created_by", "created_at")


async def diff_versions(work: Work, entry: Entry, old: int, new: int) -> DiffPublic:
    """Return what changed from version `old` to version `new`, by lines and by words.

    NotFound when either is not there.
    """
    before, after = await get_version(work, entry, old), await get_version(work, entry, new)
    found = await asyncio.to_thread(compare, before.content, after.content)
    return DiffPublic.model_validate(
        {
            **vars(found),
            "from": old,
            "to": new,
            "title": {"old": before.title, "new": after.title},
        }
    )


async def present(work: Work, entry: Entry, number: int) -> str:
    """Return a version as safe HTML, its links as they lead now."""
    old = await get_version(work, entry, number)
    document = await asyncio.to_thread(parse, old.content)
    return await links.preview(work, document, entry.path)


async def restore_version(work: Work, slug: str, number: int) -> EntryPublic:
    """Bring back what a version said, as a new version. MEMBER."""
    old = await get_version(work, await get_entry(work, slug), number)
    note = f"Brought back version {number}"
    change = EntryUpdate(title=old.title[:200], content=old.content, change_note=note)
    return await change_entry(work, slug, change)
