"""What an import writes: pages and files in batches, with a line for every file."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.jobs.report import Line, write_or_tell
from mosaic.knowledge.attachments import put_attachment
from mosaic.knowledge.exchange import vault
from mosaic.knowledge.models import Attachment, Entry
from mosaic.knowledge.names import slugify
from mosaic.knowledge.rows import Draft
from mosaic.knowledge.shapes import Conflicts, TagPublic
from mosaic.knowledge.tags import add_colors, slugs_of, tags_of
from mosaic.knowledge.writing import insert_entries, update_entry

_HERE = "Already here, unchanged"
_LEFT = "Another version is here, left as it is"
_MOST_BESIDE = 50  # versions of one file that are kept beside each other

Item = vault.Page | vault.Attachment | vault.Skipped


async def write(work: Work, batch: Sequence[Item], conflicts: Conflicts = "replace") -> list[Line]:
    """Write files into the workspace; return a line for each, in their order.

    `conflicts` says what becomes of a file of which another version is here. One file that cannot
    be kept does not take the others with it.
    """

    async def some(part: Sequence[Item]) -> list[Line]:
        return await _write(work, part, conflicts)

    return await write_or_tell(work, batch, some, _file, "This file could not be kept.")


def _file(item: Item) -> str:
    return item.file if isinstance(item, vault.Page) else item.path


async def _write(work: Work, batch: Sequence[Item], conflicts: Conflicts) -> list[Line]:
    pages = [item for item in batch if isinstance(item, vault.Page)]
    found = await _write_pages(work, pages, conflicts)
    lines = []
    for item in batch:
        if isinstance(item, vault.Page):
            lines.append(found[item.file])
        elif isinstance(item, vault.Attachment):
            lines.append(await _write_attachment(work, item, conflicts))
        else:
            lines.append(Line(item.path, "skipped", item.reason))
    return lines


async def _write_pages(
    work: Work, pages: list[vault.Page], conflicts: Conflicts
) -> dict[str, Line]:
    """Write pages; return a line for each, by its file."""
    here = await _found(work, pages)
    tags = await tags_of(work, [entry.id for entry in here.values()])
    lines, others = {}, []
    fresh = [(page, _draft(page)) for page in pages if page.file not in here]
    for page in pages:
        entry = here.get(page.file)
        if entry is None:
            continue
        if _same(page, entry, tags[entry.id]):
            lines[page.file] = Line(page.file, "skipped", _HERE, entry.id)
        elif entry.status == "ARCHIVED":
            reason = "Archived here, left as it is"
            lines[page.file] = Line(page.file, "skipped", reason, entry.id)
        elif conflicts == "skip":
            lines[page.file] = Line(page.file, "skipped", _LEFT, entry.id)
        elif conflicts == "keep":
            others.append(replace(page, path=page.path or page.title))
        else:
            await update_entry(work, entry, _draft(page, entry))
            lines[page.file] = Line(page.file, "updated", page.note, entry.id)
    beside, kept = await _beside(work, others)
    ids = await _insert(work, fresh + beside)
    for (page, draft), id in zip(fresh + beside, ids, strict=True):
        reason = page.note if draft.path == page.path else f"Kept beside as {draft.title}"
        lines[page.file] = Line(page.file, "created", reason, id)
    return lines | kept


async def _insert(work: Work, fresh: list[tuple[vault.Page, Draft]]) -> list[UUID]:
    if not fresh:
        return []
    ids = await insert_entries(work, [draft for _, draft in fresh])
    await add_colors(work, {tag: c for page, _ in fresh for tag, c in page.colors.items()})
    return ids


async def _beside(
    work: Work, pages: list[vault.Page]
) -> tuple[list[tuple[vault.Page, Draft]], dict[str, Line]]:
    """Return drafts for pages that are kept beside another version, with a number in their names;
    and lines for those that are there already.
    """
    numbers = range(2, _MOST_BESIDE + 2)
    here = await _entries_at(work, [f"{page.path} {n}" for page in pages for n in numbers])
    tags = await tags_of(work, [entry.id for entry in here.values()])
    drafts, lines = [], {}
    for page in pages:
        number, same = 2, None
        while (entry := here.get(f"{page.path} {number}")) and not same:
            same = entry if _same(page, entry, tags[entry.id], f" {number}") else None
            number += 1
        if same:
            lines[page.file] = Line(page.file, "skipped", _HERE, same.id)
        else:
            drafts.append((page, _draft(page, ending=f" {number}")))
    return drafts, lines


async def _found(work: Work, pages: list[vault.Page]) -> dict[str, Entry]:
    """Return the entries that files are another version of, by file: at their path, or, of those
    that were written here and have none, with their address and title.
    """
    at_path = await _entries_at(work, [page.path for page in pages if page.path])
    found = {page.file: at_path[page.path] for page in pages if page.path in at_path}
    return found | await _written_here(work, [page for page in pages if page.file not in found])


async def _entries_at(work: Work, paths: list[str]) -> dict[str, Entry]:
    if not paths:
        return {}
    # Locked in one order, so that two imports at once wait for each other and for nothing else.
    rows = await work.session.scalars(
        select(Entry)
        .where(col(Entry.workspace_id) == work.tenant, col(Entry.path).in_(paths))
        .order_by(col(Entry.id))
        .with_for_update(key_share=True)
    )
    # One's own hidden page comes before one that others have made at the same place.
    ordered = sorted(rows, key=lambda entry: entry.private_to is not None)
    return {entry.path: entry for entry in ordered if entry.path}


async def _written_here(work: Work, pages: list[vault.Page]) -> dict[str, Entry]:
    wanted = {(page.slug or slugify(page.title), page.title): page.file for page in pages}
    if not wanted:
        return {}
    rows = await work.session.scalars(
        select(Entry)
        .where(
            col(Entry.workspace_id) == work.tenant,
            col(Entry.path).is_(None),
            col(Entry.slug).in_([slug for slug, _ in wanted]),
        )
        .order_by(col(Entry.id))
        .with_for_update(key_share=True)
    )
    return {
        wanted[entry.slug, entry.title]: entry
        for entry in rows
        if (entry.slug, entry.title) in wanted
    }


def _draft(page: vault.Page, entry: Entry | None = None, ending: str = "") -> Draft:
    slug = None if ending else page.slug
    return Draft(
        title=page.title[: 200 - len(ending)] + ending,
        slug=slug or (entry.slug if entry else None),
        slug_or_other=True,
        content=page.content,
        path=page.path + ending if page.path else None,
        front_matter=page.front_matter,
        summary=page.summary,
        status=page.status or (entry.status if entry else "PUBLISHED"),
        visibility=page.visibility or (entry.visibility if entry else "WORKSPACE"),
        tags=page.tags,
        aliases=page.aliases,
        properties=page.properties,
        created_at=page.created,
        updated_at=page.updated,
        change_note="Imported",
        document=page.document,
        history=[] if entry or ending else page.history,
        old_names=set() if ending else page.old_names,
    )


def _same(page: vault.Page, entry: Entry, tags: list[TagPublic], ending: str = "") -> bool:
    draft = _draft(page, entry, ending)
    names = ["title", "summary", "aliases", "status", "visibility"]
    ours, theirs = entry.content, page.content
    if entry.path:
        names += ["front_matter", "properties"]
    else:  # its file has front matter by the export alone, and line ends of its own
        ours, theirs = ours.replace("\r\n", "\n"), theirs.replace("\r\n", "\n")
    same = all(getattr(entry, name) == getattr(draft, name) for name in names)
    return same and ours == theirs and slugs_of(page.tags) == {tag.slug for tag in tags}


async def _write_attachment(work: Work, item: vault.Attachment, conflicts: Conflicts) -> Line:
    path, reason = item.path, ""
    if conflicts != "replace":
        digest = hashlib.sha256(item.data).hexdigest()
        here = await _digests(work, path)
        if here.get(path, digest) != digest:
            if conflicts == "skip":
                return Line(path, "skipped", _LEFT)
            path = next(path for path in here if here[path] in {"", digest})
            reason = f"Kept beside as {PurePosixPath(path).name}"
    _, outcome = await put_attachment(work, path, item.media_type, item.data)
    if outcome == "unchanged":
        return Line(item.path, "skipped", _HERE)
    return Line(item.path, "created" if outcome == "created" else "updated", reason)


async def _digests(work: Work, path: str) -> dict[str, str]:
    """Return what is at a path, if anything, and at those beside it, with nothing where it is
    free.
    """
    ending = PurePosixPath(path).suffix
    stem = path.removesuffix(ending)
    beside = [f"{stem} {number}{ending}" for number in range(2, _MOST_BESIDE + 2)]
    rows = await work.session.execute(
        select(col(Attachment.path), col(Attachment.digest)).where(
            col(Attachment.path).in_([path, *beside])
        )
    )
    found: dict[str, str] = {row.path: row.digest for row in rows}
    at_path = {path: found[path]} if path in found else {}
    return at_path | {place: found.get(place, "") for place in beside}
