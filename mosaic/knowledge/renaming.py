"""Gives a page another name and writes the links that mean it anew, all or nothing."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.errors import Conflict, NotFound
from mosaic.core.work import Role, Work
from mosaic.knowledge.links import linked_pages, links_on
from mosaic.knowledge.models import Entry, EntryName, Rename
from mosaic.knowledge.names import fold, link_key, path_key, slugify
from mosaic.knowledge.places import Key, with_targets
from mosaic.knowledge.renaming_shapes import (
    EntryRenamed,
    LinePair,
    PageChange,
    PageNamed,
    RenamePlan,
    RenameRequest,
    RenameUndone,
)
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.render.wikilinks import WikiLink
from mosaic.knowledge.render.wikilinks import read as read_link
from mosaic.knowledge.resolution import (
    FOLDED,
    FOLDED_TITLE,
    OLD_PATH,
    OLD_TITLE,
    PATH,
    SLUG,
    TITLE,
    names_of,
)
from mosaic.knowledge.service import get_entry, show
from mosaic.knowledge.slugs import Wanted, free_slugs
from mosaic.knowledge.writing import Draft, Rewrite, rewrite_texts, update_entry

_NO_FILE_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|#^\[\]]|^\.|\.$")


@dataclass
class _Names:
    """What a page is to be called; `wiki` and `by_slug` are what links by its title and its slug
    say, None where whatever they said would mean another page.
    """

    title: str
    slug: str
    path: str | None
    wiki: str | None
    by_slug: str | None
    same_title: list[PageNamed]


@dataclass
class _Plan:
    names: _Names
    rewrites: list[Rewrite] = field(default_factory=list)
    changes: list[PageChange] = field(default_factory=list)
    left: list[PageNamed] = field(default_factory=list)


async def preview_rename(work: Work, slug: str, wanted: RenameRequest) -> RenamePlan:
    """Return what `rename_entry` would do, and change nothing. MEMBER."""
    work.require(Role.MEMBER)
    plan = await _plan(work, await get_entry(work, slug), wanted)
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
    await _lock(work, [entry.id, *await linked_pages(work, entry)])
    plan = await _plan(work, entry, wanted)
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
        own = next((one.content for one in plan.rewrites if one.id == entry.id), entry.content)
        note = f"Renamed from “{entry.title}”"
        await update_entry(work, entry, _renamed(entry, names, own, note))
        others = [one for one in plan.rewrites if one.id != entry.id]
        await rewrite_texts(work, others, f"Link to “{before.title}” renamed to “{names.title}”")
        before.pages = [[str(one.id), one.version + 1] for one in others]
        work.session.add(before)
        _record(work, entry, {"renamedFrom": before.title})
        await _record_all(work, others)
    shown = await show(work, entry)
    return EntryRenamed(
        **shown.model_dump(),
        changes=plan.changes,
        left=plan.left,
        same_title=names.same_title,
    )


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
    await _lock(work, [entry.id, *became])
    old = {row.entry_id: row for row in await _versions(work, {entry.id: version, **became})}
    if old[entry.id].title != entry.title:
        raise Conflict("This page has another name since. The rename stays.")
    pages = [one for one in await _pages(work, list(became)) if one.id in old]
    kept = [page for page in pages if page.version == became[page.id]]
    texts = [old[page.id].before for page in kept]
    read = await asyncio.to_thread(lambda: [parse(content) for content in texts])
    names = await _old_names(work, entry, before)
    content = old[entry.id].before if entry.version == version else entry.content
    note = f"Took back the name “{entry.title}”"
    await update_entry(work, entry, _renamed(entry, names, content, note))
    rewrites = [
        _rewrite(page, content, document)
        for page, content, document in zip(kept, texts, read, strict=True)
    ]
    await rewrite_texts(work, rewrites, note)
    _record(work, entry, {})
    await _record_all(work, rewrites)
    shown = await show(work, entry)
    return RenameUndone(
        **shown.model_dump(),
        undone=[_named(page) for page in kept],
        left=[_named(page) for page in pages if page.version != became[page.id]],
    )


async def _lock(work: Work, ids: Sequence[UUID]) -> None:
    """Lock pages in one order, and read again those that are here already."""
    here = col(Entry.id).in_(set(ids))
    rows = select(Entry).where(here).order_by(col(Entry.id)).with_for_update(key_share=True)
    await work.session.scalars(rows.execution_options(populate_existing=True))


async def _plan(work: Work, entry: Entry, wanted: RenameRequest) -> _Plan:
    names = await _names(work, entry, wanted)
    plan = _Plan(names)
    if not wanted.rewrite_links:
        names.path = entry.path
        return plan
    pages = {page.id: page for page in await _pages(work, await linked_pages(work, entry))}
    links = await links_on(work, list(pages))
    called = await names_of(work, entry.id)
    jobs: list[_Job] = []
    for id, page in sorted(pages.items(), key=lambda one: (one[1].title.casefold(), one[0])):
        own = [link for link in links[id] if link.id == entry.id]
        said = {(link.kind, link.target): _said(link, called, entry, names) for link in own}
        change = {key: name for key, name in said.items() if name and name != key[1]}
        # What others read does not tell the new name of a page that they cannot see.
        tells = entry.private_to is not None and page.private_to is None
        if None in said.values() or (change and tells):
            plan.left.append(_named(page))
        if change and not tells:
            jobs.append((page, [_columns(link) for link in links[id]], change))
    await asyncio.to_thread(_rewrite_all, plan, jobs)
    return plan


_Job = tuple[Row[Any], list[dict[str, Any]], Mapping[Key, str]]


def _rewrite_all(plan: _Plan, jobs: list[_Job]) -> None:
    for page, links, change in jobs:
        found = with_targets(page.content, page.path, links, change)
        if found is None or found[0] == page.content:
            plan.left += [_named(page)] * (_named(page) not in plan.left)
            continue
        content, document = found
        plan.rewrites.append(_rewrite(page, content, document))
        plan.changes.append(
            PageChange(slug=page.slug, title=page.title, lines=_pairs(page.content, content))
        )


def _pairs(before: str, after: str) -> list[LinePair]:
    lines = zip(before.split("\n"), after.split("\n"), strict=True)
    return [
        LinePair(number=number, before=old, after=new)
        for number, (old, new) in enumerate(lines, 1)
        if old != new
    ]


def _said(
    link: Row[Any], called: set[tuple[int, str]], entry: Entry, names: _Names
) -> str | Literal[""] | None:
    """Return what a link is to say, "" when it stays, None when there is nothing it could say."""
    steps = [step for step, key in called if _matches(link, step, key)]
    step = min(steps, default=OLD_TITLE)
    by_title = step in {TITLE, FOLDED_TITLE} or fold(link.target) == fold(link_key(entry.title))
    if link.kind == "markdown":
        moved = step == PATH and names.path != entry.path
        return (names.path or "").rpartition("/")[2] if moved else ""
    if by_title and step in {TITLE, SLUG, FOLDED_TITLE}:
        changed = names.slug != entry.slug if step == SLUG else names.title != entry.title
        return names.wiki if changed else ""
    if step == SLUG:
        return names.by_slug
    return (names.path or "") if step == PATH else ""


def _matches(link: Row[Any], step: int, key: str) -> bool:
    if link.kind == "markdown":
        return step in {PATH, OLD_PATH} and key == link.target
    return key == (fold(link.target) if step in FOLDED else link.target)


async def _names(work: Work, entry: Entry, wanted: RenameRequest) -> _Names:
    slug = await _slug(work, entry, wanted)
    path = _path(entry, wanted.title)
    title = link_key(wanted.title)
    others = await _others(work, entry, [title, slug, *filter(None, [path])])
    if path != entry.path and any(other.step == PATH and other.key == path for other in others):
        path = entry.path
    taken = {other.key for other in others if other.step in {TITLE, SLUG}}
    same = [_named(other) for other in others if (other.step, other.key) == (TITLE, title)]
    free = [name if name not in taken and _can_say(name) else None for name in (title, slug)]
    return _Names(wanted.title, slug, path, free[0] or free[1], free[1], same)


async def _slug(work: Work, entry: Entry, wanted: RenameRequest) -> str:
    hidden = entry.private_to is not None
    if wanted.slug:
        if wanted.slug != entry.slug:
            await free_slugs(work, [Wanted(wanted.slug, wanted.title, hidden)])
        return wanted.slug
    made = re.fullmatch(rf"{re.escape(slugify(entry.title))}(-\d+)?", entry.slug)
    base = slugify(wanted.title)
    if not made or base == slugify(entry.title):
        return entry.slug
    return (await free_slugs(work, [Wanted(None, wanted.title, hidden)]))[0]


def _path(entry: Entry, title: str) -> str | None:
    """Return where the page's file is, which is called as the page if it was so before."""
    folder, slash, name = (entry.path or "").rpartition("/")
    key = link_key(title)
    same = entry.path and link_key(name) == link_key(entry.title)
    if not same or _NO_FILE_NAME.search(key) or path_key(key) != key:
        return entry.path
    return f"{folder}{slash}{key}"


def _can_say(name: str) -> bool:
    plain = read_link(name) == WikiLink(name, None, None, embed=False)
    return plain and not any(mark in name for mark in "`\n\r\\") and not name.startswith("!")


async def _others(work: Work, entry: Entry, keys: Sequence[str]) -> list[Row[Any]]:
    """Return other pages that have one of the names, of those that a link can mean."""
    query = (
        select(col(EntryName.step), col(EntryName.key), col(Entry.slug), col(Entry.title))
        .join(Entry, col(Entry.id) == col(EntryName.entry_id))
        .where(
            col(EntryName.workspace_id) == work.tenant,
            col(EntryName.key).in_(keys),
            col(EntryName.entry_id) != entry.id,
            col(Entry.status) != "ARCHIVED",
        )
        .order_by(col(Entry.slug))
    )
    return list(await work.session.execute(query))


async def _old_names(work: Work, entry: Entry, before: Rename) -> _Names:
    taken = await _others(work, entry, list(filter(None, [before.path])))
    path = entry.path if any(other.step == PATH for other in taken) else before.path
    return _Names(before.title, before.slug, path, None, None, [])


def _renamed(entry: Entry, names: _Names, content: str, note: str) -> Draft:
    key = link_key(entry.title)
    old = {(OLD_TITLE, fold(key))}
    if entry.path and entry.path != names.path:
        old.add((OLD_PATH, path_key(entry.path)))
    return Draft(
        names.title,
        content,
        slug=names.slug,
        path=names.path,
        front_matter=entry.front_matter,
        summary=entry.summary,
        status=entry.status,
        visibility=entry.visibility,
        aliases=entry.aliases,
        properties=entry.properties,
        change_note=note[:500],
        slug_or_other=True,
        old_names=old,
    )


def _rewrite(page: Row[Any], content: str, document: Any) -> Rewrite:
    return Rewrite(
        page.id,
        page.version,
        page.title,
        page.slug,
        page.path,
        page.aliases,
        content,
        document,
    )


def _columns(link: Row[Any]) -> dict[str, Any]:
    return {name: getattr(link, name) for name in ("kind", "target", "heading", "label", "embed")}


def _named(page: Any) -> PageNamed:
    return PageNamed(slug=page.slug, title=page.title)


async def _pages(work: Work, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    found = await work.session.execute(_PAGES, {"ids": list(ids)})
    return found.all()


_PAGES = text(
    "SELECT id, slug, title, path, aliases, version, content, private_to FROM entries "
    "WHERE id = ANY(:ids)"
)


async def _versions(work: Work, became: Mapping[UUID, int]) -> Sequence[Row[Any]]:
    values = {"ids": list(became), "numbers": list(became.values())}
    return (await work.session.execute(_VERSIONS, values)).all()


_VERSIONS = text(
    "SELECT v.entry_id, v.title, b.content AS before "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS integer[])) a(id, number) "
    "JOIN entry_versions v ON v.entry_id = a.id AND v.version = a.number "
    "JOIN entry_versions b ON b.entry_id = a.id AND b.version = a.number - 1"
)


def _record(work: Work, entry: Entry, more: dict[str, Any]) -> None:
    details = {"slug": entry.slug, "version": entry.version, **more}
    activity.record(work, "UPDATED", "entry", entry.id, entry.title, details, entry.private_to)


async def _record_all(work: Work, rewrites: Sequence[Rewrite]) -> None:
    hidden = {page.id: page.private_to for page in await _pages(work, [r.id for r in rewrites])}
    for one in rewrites:
        details = {"slug": one.slug, "version": one.version + 1}
        activity.record(work, "UPDATED", "entry", one.id, one.title, details, hidden[one.id])
