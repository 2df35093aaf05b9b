"""What another name for a page changes: its own names, and the links that mean it."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.knowledge.anew import anew
from mosaic.knowledge.link_shapes import PageNamed
from mosaic.knowledge.links import links_on
from mosaic.knowledge.models import Entry, EntryName
from mosaic.knowledge.names import fold, link_key, path_key, slugify
from mosaic.knowledge.places import Key
from mosaic.knowledge.renaming_shapes import LinePair, PageChange, RenameRequest
from mosaic.knowledge.render.wikilinks import can_say
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
from mosaic.knowledge.rewriting import Rewrite
from mosaic.knowledge.slugs import Wanted, free_slugs

_NO_FILE_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|#^\[\]]|^\.|\.$")


@dataclass
class Names:
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
class Plan:
    """What a new name changes, and the pages whose links stay as they are written."""

    names: Names
    rewrites: list[Rewrite] = field(default_factory=list)
    changes: list[PageChange] = field(default_factory=list)
    left: list[PageNamed] = field(default_factory=list)


async def make_plan(
    work: Work, entry: Entry, wanted: RenameRequest, sources: Sequence[UUID]
) -> Plan:
    """Return what a new name changes on `sources`, pages that link to it; nothing is written."""
    names = await _names(work, entry, wanted)
    plan = Plan(names)
    if not wanted.rewrite_links:
        names.path = entry.path
        return plan
    pages = {page.id: page for page in await read_pages(work, sources)}
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
            plan.left.append(named(page))
        if change and not tells:
            jobs.append((page, links[id], change))
    await asyncio.to_thread(_rewrite_all, plan, jobs)
    return plan


_Job = tuple[Row[Any], Sequence[Row[Any]], Mapping[Key, str]]


def _rewrite_all(plan: Plan, jobs: list[_Job]) -> None:
    for page, links, change in jobs:
        found = anew(page, links, change)
        if found is None:
            plan.left += [named(page)] * (named(page) not in plan.left)
            continue
        plan.rewrites.append(found)
        said = _pairs(page.front_matter, found.front_matter, in_text=False)
        lines = [*said, *_pairs(page.content, found.content)]
        plan.changes.append(PageChange(slug=page.slug, title=page.title, lines=lines))


def _pairs(before: str, after: str, in_text: bool = True) -> list[LinePair]:
    lines = zip(before.split("\n"), after.split("\n"), strict=True)
    return [
        LinePair(number=number * in_text, before=old, after=new)
        for number, (old, new) in enumerate(lines, 1)
        if old != new
    ]


def _said(
    link: Row[Any], called: set[tuple[int, str]], entry: Entry, names: Names
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


async def _names(work: Work, entry: Entry, wanted: RenameRequest) -> Names:
    slug = await _slug(work, entry, wanted)
    path = _path(entry, wanted.title)
    title = link_key(wanted.title)
    others = await others_named(work, entry, [title, slug, *filter(None, [path])])
    if path != entry.path and any(other.step == PATH and other.key == path for other in others):
        path = entry.path
    taken = {other.key for other in others if other.step in {TITLE, SLUG}}
    same = [named(other) for other in others if (other.step, other.key) == (TITLE, title)]
    free = [name if name not in taken and can_say(name) else None for name in (title, slug)]
    return Names(wanted.title, slug, path, free[0] or free[1], free[1], same)


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


async def own_name(work: Work, page: Entry, names: Sequence[tuple[int, str]]) -> str | None:
    """Return the first of a page's names, as (step, key), by which a link means this page."""
    others = await others_named(work, page, [key for _, key in names])
    for step, key in names:
        taken = any(other.key == key and other.step <= step for other in others)
        if key and not taken and link_key(key) == key and can_say(key):
            return key
    return None


async def others_named(work: Work, entry: Entry, keys: Sequence[str]) -> list[Row[Any]]:
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


def named(page: Any) -> PageNamed:
    """Return a page by its name."""
    return PageNamed(slug=page.slug, title=page.title)


async def read_pages(work: Work, ids: Sequence[UUID]) -> Sequence[Row[Any]]:
    """Return pages, of those that the actor sees, with what their links are rewritten by."""
    found = await work.session.execute(_PAGES, {"ids": list(ids)})
    return found.all()


_PAGES = text(
    "SELECT id, slug, title, path, aliases, version, content, front_matter, properties, "
    "private_to FROM entries WHERE id = ANY(:ids)"
)
