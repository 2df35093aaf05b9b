"""Import of a vault: in batches, each all or nothing, with a line for every file."""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlmodel import col

from mosaic.activity import service as activity
from mosaic.core.actor import Actor
from mosaic.core.errors import NotFound, Problem
from mosaic.core.ids import new_id
from mosaic.core.work import Role, Work
from mosaic.core.work import work as begin
from mosaic.knowledge import vault
from mosaic.knowledge.attachments import put_attachment
from mosaic.knowledge.links import count_links
from mosaic.knowledge.models import (
    Entry,
    Import,
    ImportLine,
    ImportLinePublic,
    ImportPublic,
    TagPublic,
)
from mosaic.knowledge.tags import slugs_of, tags_of
from mosaic.knowledge.writing import Draft, insert_entries, update_entry

log = logging.getLogger(__name__)
_BATCH = 100
_BATCH_SIZE = 8_000_000
_STOPPED_AFTER = timedelta(minutes=2)
_STOPPED = "It stopped before the end. Import again: what is here already stays as it is."
_HERE = "Already here, unchanged"
_running: set[asyncio.Task[None]] = set()

Item = vault.Page | vault.Attachment | vault.Skipped
Line = tuple[str, str, str]
Progress = Callable[[int, int], None]


async def begin_import(work: Work, source: str) -> UUID:
    """Note that an import of `source` (a name to show) begins; return its id. MEMBER."""
    work.require(Role.MEMBER)
    row = Import(
        id=new_id(),
        workspace_id=work.tenant,
        source=source[:300],
        status="RUNNING",
        created_by=work.user_id,
    )
    work.session.add(row)
    await work.session.flush()
    work.changed("imports", row.id)
    return row.id


def in_background(
    actor: Actor, workspace: UUID, id: UUID, path: Path, after: Callable[[], None]
) -> None:
    """Run an import beside the request that began it; `after` is called at its end."""

    async def run() -> None:
        try:
            await run_import(actor, workspace, id, path)
        finally:
            after()

    # A context of its own: the page that began the import may be left before it ends.
    loop = asyncio.get_running_loop()
    task = loop.create_task(run(), context=contextvars.Context())
    _running.add(task)
    task.add_done_callback(_running.discard)


async def run_import(
    actor: Actor, workspace: UUID, id: UUID, path: Path, progress: Progress | None = None
) -> None:
    """Import the folder or archive at `path`; every file gets a line in the report.

    A batch is one transaction: after a crash, pages are there with versions and links, or not at
    all, and importing again finds them.
    """
    try:
        total = await asyncio.to_thread(vault.count, path)
        items = vault.read(path)
        done = 0
        while batch := await asyncio.to_thread(_take, items):
            await _import_batch(actor, workspace, id, batch, done, total)
            done += len(batch)
            if progress:
                progress(done, max(total, done))
        await _finish(actor, workspace, id, "COMPLETED")
    except vault.Refused as refused:
        await _finish(actor, workspace, id, "FAILED", str(refused))
    except Exception:
        log.exception("import %s", id)
        await _finish(actor, workspace, id, "FAILED", _STOPPED)


def _take(items: Iterator[Item]) -> list[Item]:
    """Read the next files, outside the event loop: a hundred, or less when they are large."""
    batch: list[Item] = []
    size = 0
    while size < _BATCH_SIZE and len(batch) < _BATCH and (item := next(items, None)):
        try:
            size += len(item.data) if isinstance(item, vault.Attachment) else 0
            size += len(item.content) if isinstance(item, vault.Page) else 0
            batch.append(item)
        except vault.Unreadable as problem:
            batch.append(vault.Skipped(item.path, str(problem)))
    return batch


async def _import_batch(
    actor: Actor, workspace: UUID, id: UUID, batch: list[Item], done: int, total: int
) -> None:
    try:
        async with begin(actor, workspace) as work:
            await _note(work, id, await _write(work, id, batch), done, total)
    except Exception as problem:
        # One file that cannot be kept is not to take a hundred others with it.
        if len(batch) > 1:
            for offset, item in enumerate(batch):
                await _import_batch(actor, workspace, id, [item], done + offset, total)
            return
        log.info("import %s: %s", id, problem)
        reason = problem.detail if isinstance(problem, Problem) else "This file could not be kept."
        async with begin(actor, workspace) as work:
            await _note(work, id, [(_file(batch[0]), "failed", reason)], done, total)


def _file(item: Item) -> str:
    return item.file if isinstance(item, vault.Page) else item.path


async def _write(work: Work, id: UUID, batch: list[Item]) -> list[Line]:
    pages = [item for item in batch if isinstance(item, vault.Page)]
    outcomes = await _write_pages(work, pages)
    lines = []
    for item in batch:
        if isinstance(item, vault.Page):
            lines.append((item.file, *outcomes[item.path]))
        elif isinstance(item, vault.Attachment):
            _, outcome = await put_attachment(work, item.path, item.media_type, item.data)
            same = outcome == "unchanged"
            lines.append((item.path, "skipped" if same else outcome, _HERE if same else ""))
        else:
            lines.append((item.path, "skipped", item.reason))
    written = sum(outcome in ("created", "updated") for _, outcome, _ in lines)
    if written:
        source = await work.session.scalar(select(col(Import.source)).where(col(Import.id) == id))
        activity.record(work, "IMPORTED", "import", id, source or "", {"files": written})
    return lines


async def _write_pages(work: Work, pages: list[vault.Page]) -> dict[str, tuple[str, str]]:
    here = await _entries_at(work, [page.path for page in pages])
    tags = await tags_of(work, [entry.id for entry in here.values()])
    outcomes, fresh = {}, []
    for page in pages:
        entry = here.get(page.path)
        if entry is None:
            fresh.append(page)
            outcomes[page.path] = ("created", page.note)
            continue
        outcomes[page.path] = await _write_again(work, page, entry, tags[entry.id])
    if fresh:
        await insert_entries(work, [_draft(page) for page in fresh])
    return outcomes


async def _entries_at(work: Work, paths: list[str]) -> dict[str, Entry]:
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


async def _write_again(
    work: Work, page: vault.Page, entry: Entry, tags: list[TagPublic]
) -> tuple[str, str]:
    draft = _draft(page, entry)
    if entry.status == "ARCHIVED":
        return "skipped", "Archived here, left as it is"
    if _same(entry, draft) and {tag.slug for tag in tags} == slugs_of(page.tags):
        return "skipped", _HERE
    await update_entry(work, entry, draft)
    return "updated", page.note


def _draft(page: vault.Page, entry: Entry | None = None) -> Draft:
    return Draft(
        title=page.title[:200],
        content=page.content,
        path=page.path,
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
    )


def _same(entry: Entry, draft: Draft) -> bool:
    names = ["title", "content", "front_matter", "summary", "aliases", "properties"]
    names += ["status", "visibility"]
    return all(getattr(entry, name) == getattr(draft, name) for name in names)


async def _note(work: Work, id: UUID, lines: list[Line], done: int, total: int) -> None:
    rows = [
        {
            "workspace_id": work.tenant,
            "import_id": id,
            "ordinal": done + offset,
            "path": path[:1000],
            "outcome": outcome,
            "reason": reason,
        }
        for offset, (path, outcome, reason) in enumerate(lines)
    ]
    await work.session.execute(insert(ImportLine), rows)
    await _move(work, id, done=done + len(lines), total=max(total, done + len(lines)))


async def _move(work: Work, id: UUID, **values: Any) -> None:
    await work.session.execute(
        update(Import).where(col(Import.id) == id).values(moved_at=func.now(), **values)
    )
    work.changed("imports", id)


async def _finish(
    actor: Actor, workspace: UUID, id: UUID, status: str, problem: str | None = None
) -> None:
    async with begin(actor, workspace) as work:
        await _move(work, id, status=status, problem=problem)


async def get_import(work: Work, id: UUID) -> ImportPublic:
    """Return an import of the actor with its report. NotFound for anybody else's."""
    row = await work.session.get(Import, id)
    if row is None:
        raise NotFound("There is no such import here.")
    lines = await work.session.scalars(
        select(ImportLine).where(col(ImportLine.import_id) == id).order_by(col(ImportLine.ordinal))
    )
    report = [ImportLinePublic.model_validate(line) for line in lines]
    counts = {"created": 0, "updated": 0, "skipped": 0, "failed": 0}
    for line in report:
        counts[line.outcome] += 1
    stopped = row.status == "RUNNING" and row.moved_at < datetime.now(UTC) - _STOPPED_AFTER
    if stopped:
        row.status, row.problem = "FAILED", _STOPPED
        work.session.expunge(row)
    links = await count_links(work, id) if row.status == "COMPLETED" else None
    return ImportPublic.model_validate(
        {**row.model_dump(), "counts": counts, "links": links, "report": report}
    )
