"""Gives a page another name and writes the links that mean it anew, all or nothing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.work import Role, Work
from mosaic.knowledge.links import linked_pages
from mosaic.knowledge.models import Entry, Rename
from mosaic.knowledge.names import fold, link_key, path_key
from mosaic.knowledge.renaming_plan import Names, make_plan, read_pages
from mosaic.knowledge.renaming_shapes import EntryRenamed, RenamePlan, RenameRequest
from mosaic.knowledge.resolution import OLD_PATH, OLD_TITLE
from mosaic.knowledge.rewriting import Rewrite, write_links, write_texts
from mosaic.knowledge.rows import Draft
from mosaic.knowledge.service import get_entry, show
from mosaic.knowledge.writing import update_entry


async def preview_rename(work: Work, slug: str, wanted: RenameRequest) -> RenamePlan:
    """Return what `rename_entry` would do, and change nothing. MEMBER."""
    work.require(Role.MEMBER)
    entry = await get_entry(work, slug)
    plan = await make_plan(work, entry, wanted, await linked_pages(work, entry))
    return RenamePlan(
        title=plan.names.title,
        slug=plan.names.slug,
        changes=plan.changes,
        left=plan.left,
        same_title=plan.names.same_title,
    )


async def rename_entry(work: Work, slug: str, wanted: RenameRequest) -> EntryRenamed:
    """Rename a page and write the links to it on all pages the actor sees anew. MEMBER.

    Its old title, path and slug go on leading to it while no other page has them: for links on
    pages of others, and for those that came in at the same moment. Raises Conflict when a slug
    that was asked for is taken.
    """
    work.require(Role.MEMBER)
    entry = await get_entry(work, slug)
    # Who begins to link here from now on is not locked, and so left as it is written.
    sources = await linked_pages(work, entry)
    await lock(work, [entry.id, *sources])
    plan = await make_plan(work, entry, wanted, sources)
    names = plan.names
    before = Rename(
        workspace_id=work.tenant,
        entry_id=entry.id,
        version=entry.version + 1,
        title=entry.title,
        slug=entry.slug,
        path=entry.path,
        pages=[],
    )
    if (names.title, names.slug, names.path) != (before.title, before.slug, before.path):
        own = next((one for one in plan.rewrites if one.id == entry.id), entry)
        note = f"Renamed from “{entry.title}”"
        others = [one for one in plan.rewrites if one.id != entry.id]
        because = f"Link to “{before.title}” renamed to “{names.title}”"
        written = await write_texts(work, others, because)
        await update_entry(work, entry, renamed(entry, names, own, note))
        await write_links(work, written)
        before.pages = [[str(one.id), one.version + 1] for one in others]
        work.session.add(before)
        record(work, entry, {"renamedFrom": before.title})
        await record_all(work, others)
    shown = await show(work, entry)
    return EntryRenamed(
        **shown.model_dump(),
        changes=plan.changes,
        left=plan.left,
        same_title=names.same_title,
    )


async def lock(work: Work, ids: Sequence[UUID]) -> None:
    """Lock pages in one order, and read again those that are here already."""
    here = col(Entry.id).in_(set(ids))
    rows = select(Entry).where(here).order_by(col(Entry.id)).with_for_update(key_share=True)
    await work.session.scalars(rows.execution_options(populate_existing=True))


def renamed(entry: Entry, names: Names, says: Any, note: str) -> Draft:
    """Return what a page is to be under other names; it goes on answering to those it has.

    `says` has its text, front matter and properties.
    """
    key = link_key(entry.title)
    old = {(OLD_TITLE, fold(key))}
    if entry.path and entry.path != names.path:
        old.add((OLD_PATH, path_key(entry.path)))
    return Draft(
        names.title,
        says.content,
        slug=names.slug,
        path=names.path,
        front_matter=says.front_matter,
        summary=entry.summary,
        status=entry.status,
        visibility=entry.visibility,
        aliases=entry.aliases,
        properties=says.properties,
        change_note=note[:500],
        slug_or_other=True,
        old_names=old,
    )


def record(work: Work, entry: Entry, more: dict[str, Any]) -> None:
    """Tell the activity of a page that was given a name."""
    details = {"slug": entry.slug, "version": entry.version, **more}
    activity.record(work, "UPDATED", "entry", entry.id, entry.title, details, entry.private_to)


async def record_all(work: Work, rewrites: Sequence[Rewrite]) -> None:
    """Tell the activity of pages that were written anew."""
    hidden = {page.id: page.private_to for page in await read_pages(work, [r.id for r in rewrites])}
    for one in rewrites:
        details = {"slug": one.slug, "version": one.version + 1}
        activity.record(work, "UPDATED", "entry", one.id, one.title, details, hidden[one.id])
