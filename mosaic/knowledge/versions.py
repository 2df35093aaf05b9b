"""What a page was: every edit is a version."""

import asyncio
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.errors import NotFound
from mosaic.core.pagination import Page, PageQuery, page_of, paginate
from mosaic.core.work import Work
from mosaic.knowledge import links
from mosaic.knowledge.diffing import compare
from mosaic.knowledge.models import Entry, EntryVersion
from mosaic.knowledge.properties import is_known
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.service import change_entry, get_entry
from mosaic.knowledge.shapes import EntryPublic, EntryUpdate
from mosaic.knowledge.version_shapes import DiffField, DiffPublic, VersionFields, VersionPublic


async def list_versions(work: Work, entry: Entry, query: PageQuery) -> Page[VersionPublic]:
    """Return a page of an entry's versions, the newest first."""
    versions = select(EntryVersion).where(col(EntryVersion.entry_id) == entry.id)
    page = await paginate(work, versions, query, _SORTABLE, "-version")
    rows = [VersionPublic.model_validate(row) for row in page.data]
    return page_of(rows, page.meta.total, query)


_SORTABLE: dict[str, Any] = {
    "createdAt": col(EntryVersion.created_at),
    "version": col(EntryVersion.version),
}


async def get_version(work: Work, entry: Entry, number: int) -> VersionPublic:
    """Return one version of an entry. NotFound when there is none of that number."""
    return VersionPublic.model_validate(await _get(work, entry, number))


async def _get(work: Work, entry: Entry, number: int) -> EntryVersion:
    row = await work.session.get(EntryVersion, (entry.id, number))
    if row is None:
        raise NotFound("There is no such version of this page.")
    return row


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
            "fields": _changed(before.fields, after.fields),
        }
    )


def _changed(old: VersionFields | None, new: VersionFields | None) -> dict[str, DiffField] | None:
    if old is None or new is None:
        return None
    was, now = _beside(old), _beside(new)
    return {name: DiffField(old=was[name], new=now[name]) for name in was if was[name] != now[name]}


def _beside(fields: VersionFields) -> dict[str, Any]:
    own = {name: value for name, value in fields.properties.items() if not is_known(name)}
    return fields.model_dump() | {"properties": own}


async def present(work: Work, entry: Entry, number: int) -> str:
    """Return a version as safe HTML, its links as they lead now."""
    old = await get_version(work, entry, number)
    document = await asyncio.to_thread(parse, old.content)
    return await links.preview(work, document, entry.path)


async def restore_version(
    work: Work, slug: str, number: int, seen: int | None = None
) -> EntryPublic:
    """Bring back what a version was, as a new version. MEMBER.

    Its status and who sees it stay as they are now, and so does what an old version does not know
    of. Conflict when the page is at another version than the one that was `seen`.
    """
    old = await _get(work, await get_entry(work, slug), number)
    fields = old.fields or {}
    # As it was, even where a page that is written now could not be so.
    change = EntryUpdate.model_construct(
        title=old.title[:200],
        content=old.content,
        version=seen,
        change_note=f"Brought back version {number}",
        **{name: fields[name] for name in _BROUGHT_BACK if name in fields},
    )
    return await change_entry(work, slug, change, fields.get("front_matter"))


_BROUGHT_BACK = ("summary", "tags", "aliases")
