"""Takes a rename back, as far as nobody has changed what it wrote."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from mosaic.core.errors import Conflict, NotFound
from mosaic.core.work import Role, Work
from mosaic.knowledge.anew import rewrite
from mosaic.knowledge.models import Entry, Rename
from mosaic.knowledge.renaming import lock, record, record_all, renamed
from mosaic.knowledge.renaming_plan import Names, named, others_named, read_pages
from mosaic.knowledge.renaming_shapes import RenameUndone
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.resolution import PATH
from mosaic.knowledge.rewriting import Rewrite, write_links, write_texts
from mosaic.knowledge.service import get_entry, show
from mosaic.knowledge.writing import update_entry


async def undo_rename(work: Work, slug: str, version: int) -> RenameUndone:
    """Take a rename back: the name, and every page that is still as the rename left it. MEMBER.

    NotFound when `version` was no rename, Conflict when the page has another name since.
    """
    work.require(Role.MEMBER)
    entry = await get_entry(work, slug)
    before = await work.session.get(Rename, (entry.id, version))
    if before is None:
        raise NotFound("This version of the page was no rename.")
    became = {UUID(id): number for id, number in before.pages}
    await lock(work, [entry.id, *became])
    old = {row.entry_id: row for row in await versions_before(work, {entry.id: version, **became})}
    if old[entry.id].title != entry.title:
        raise Conflict("This page has another name since. The rename stays.")
    pages = [one for one in await read_pages(work, list(became)) if one.id in old]
    kept = [page for page in pages if page.version == became[page.id]]
    rewrites = await asyncio.to_thread(lambda: [as_before(page, old[page.id]) for page in kept])
    names = await _old_names(work, entry, before)
    own = as_before(entry, old[entry.id]) if entry.version == version else entry
    note = f"Took back the name “{entry.title}”"
    written = await write_texts(work, rewrites, note)
    await update_entry(work, entry, renamed(entry, names, own, note))
    await write_links(work, written)
    record(work, entry, {})
    await record_all(work, rewrites)
    shown = await show(work, entry)
    return RenameUndone(
        **shown.model_dump(),
        undone=[named(page) for page in kept],
        left=[named(page) for page in pages if page.version != became[page.id]],
    )


async def last_rename(work: Work, entry: Entry) -> tuple[int, str] | None:
    """Return the version that gave a page the title it has, and the title that it had before.

    None where that was no rename.
    """
    found = await work.session.execute(_LAST, {"id": entry.id, "title": entry.title})
    row = found.one_or_none()
    return (row.version, row.title) if row else None


_LAST = text(
    "SELECT r.version, r.title FROM renames r JOIN entry_versions v "
    "ON v.entry_id = r.entry_id AND v.version = r.version "
    "WHERE r.entry_id = :id AND v.title = :title AND r.title <> :title AND NOT EXISTS ("
    "SELECT 1 FROM entry_versions a WHERE a.entry_id = r.entry_id AND a.version > r.version "
    "AND a.title <> :title) ORDER BY r.version DESC LIMIT 1"
)


async def _old_names(work: Work, entry: Entry, before: Rename) -> Names:
    taken = await others_named(work, entry, list(filter(None, [before.path])))
    path = entry.path if any(other.step == PATH for other in taken) else before.path
    return Names(before.title, before.slug, path, None, None, [])


async def versions_before(work: Work, became: Mapping[UUID, int]) -> Sequence[Row[Any]]:
    """Return the title that pages got with a version, and the text and `front` matter before it.

    The latter is null where it was not kept.
    """
    values = {"ids": list(became), "numbers": list(became.values())}
    return (await work.session.execute(_VERSIONS, values)).all()


_VERSIONS = text(
    "SELECT v.entry_id, v.title, b.content AS before, b.fields->>'front_matter' AS front "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS integer[])) a(id, number) "
    "JOIN entry_versions v ON v.entry_id = a.id AND v.version = a.number "
    "JOIN entry_versions b ON b.entry_id = a.id AND b.version = a.number - 1"
)


def as_before(page: Any, old: Row[Any]) -> Rewrite:
    """Return a page as it was before a version, of which `versions_before` has told."""
    front = page.front_matter if old.front is None else old.front
    return rewrite(page, old.before, parse(old.before), front)
