"""What an import writes: pages and files in batches, with a line for every file."""

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from mosaic.core.errors import NotFound, Problem
from mosaic.core.work import Work
from mosaic.jobs import service as jobs
from mosaic.jobs.models import Job, JobStep
from mosaic.knowledge.attachments import put_attachment
from mosaic.knowledge.exchange import vault
from mosaic.knowledge.links import count_links
from mosaic.knowledge.models import Entry, ImportLine
from mosaic.knowledge.names import slugify
from mosaic.knowledge.shapes import ImportLinePublic, ImportPublic, TagPublic
from mosaic.knowledge.tags import slugs_of, tags_of
from mosaic.knowledge.writing import Draft, insert_entries, update_entry

log = logging.getLogger(__name__)
IMPORT = "KNOWLEDGE_IMPORT"
_OUTCOMES = ("created", "updated", "skipped", "failed")
_HERE = "Already here, unchanged"

Item = vault.Page | vault.Attachment | vault.Skipped
Line = tuple[str, str, str]


async def write(work: Work, batch: Sequence[Item]) -> list[Line]:
    """Write files into the workspace; return (path, outcome, reason) for each, in their order.

    One file that cannot be kept does not take the others with it.
    """
    try:
        async with work.attempt():
            return await _write(work, batch)
    except Exception as problem:
        if getattr(problem, "connection_invalidated", False):
            raise
        if len(batch) > 1:
            return [line for item in batch for line in await write(work, [item])]
        log.info("import: %s", problem)
        reason = problem.detail if isinstance(problem, Problem) else "This file could not be kept."
        return [(_file(batch[0]), "failed", reason)]


def _file(item: Item) -> str:
    return item.file if isinstance(item, vault.Page) else item.path


async def _write(work: Work, batch: Sequence[Item]) -> list[Line]:
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
    return lines


async def _write_pages(work: Work, pages: list[vault.Page]) -> dict[str, tuple[str, str]]:
    here = await _entries_at(work, [page.path for page in pages])
    here |= await _written_here(work, [page for page in pages if page.path not in here])
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


async def _written_here(work: Work, pages: list[vault.Page]) -> dict[str, Entry]:
    """Return the entries without a path that pages of an export were: by address and title."""
    wanted = {(page.slug or slugify(page.title), page.title): page.path for page in pages}
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
        slug=page.slug or (entry.slug if entry else None),
        slug_or_other=True,
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
    names = ["title", "summary", "aliases", "status", "visibility"]
    if not entry.path:  # what its file says beside that was added by the export
        same_text = entry.content.replace("\r\n", "\n") == draft.content
    else:
        same_text = entry.content == draft.content
        names += ["front_matter", "properties"]
    return same_text and all(getattr(entry, name) == getattr(draft, name) for name in names)


async def note(work: Work, job_id: UUID, start: int, lines: Sequence[Line]) -> dict[str, int]:
    """Put lines into the report from the place `start` on; return how many had which outcome."""
    rows = [
        {
            "workspace_id": work.tenant,
            "job_id": job_id,
            "ordinal": start + offset,
            "path": path[:1000],
            "outcome": outcome,
            "reason": reason,
        }
        for offset, (path, outcome, reason) in enumerate(lines)
    ]
    if rows:
        # They are there when a run is tried again from a step that was completed.
        fresh = insert(ImportLine).values(rows)
        said = {name: fresh.excluded[name] for name in ("path", "outcome", "reason")}
        await work.session.execute(
            fresh.on_conflict_do_update(index_elements=["job_id", "ordinal"], set_=said)
        )
    return dict(Counter(outcome for _, outcome, _ in lines))


async def ids_of(work: Work, lines: Sequence[Line]) -> list[UUID]:
    """Return the ids of the pages that were made or changed."""
    paths = [
        str(PurePosixPath(path).with_suffix(""))
        for path, outcome, _ in lines
        if outcome in {"created", "updated"} and vault.is_page(path)
    ]
    return [entry.id for entry in (await _entries_at(work, paths)).values()]


async def get_import(work: Work, job_id: UUID) -> ImportPublic:
    """Return an import of the actor with its report. NotFound for anybody else's."""
    job = await jobs.get_job(work, job_id)
    if job.type != IMPORT or job.requested_by != work.actor.user_id:
        raise NotFound("There is no such import here.")
    report = await read_report(work, job_id)
    done = job.status == "COMPLETED"
    return ImportPublic(
        id=job.id,
        source=job.input.get("source", job.title),
        status=job.status if job.completed_at else "RUNNING",
        total=await _total(work, job, len(report)),
        done=len(report),
        problem=job.error,
        counts=await count_lines(work, job_id),
        links=await count_links(work, job_id) if done else None,
        report=report,
        created_at=job.created_at,
    )


async def count_lines(work: Work, job_id: UUID) -> dict[str, int]:
    """Return how many files of an import had which outcome."""
    rows = await work.session.execute(
        select(col(ImportLine.outcome), func.count())
        .where(col(ImportLine.job_id) == job_id)
        .group_by(col(ImportLine.outcome))
    )
    return dict.fromkeys(_OUTCOMES, 0) | {one[0]: one[1] for one in rows}


async def read_report(work: Work, job_id: UUID) -> list[ImportLinePublic]:
    """Return the lines of an import's report in order; none for anybody but its requester."""
    lines = await work.session.scalars(
        select(ImportLine).where(col(ImportLine.job_id) == job_id).order_by(col(ImportLine.ordinal))
    )
    return [ImportLinePublic.model_validate(line) for line in lines]


async def _total(work: Work, job: Job, done: int) -> int:
    found = await work.session.scalar(
        select(col(JobStep.result)).where(
            col(JobStep.job_id) == job.id,
            col(JobStep.key) == "look",
            col(JobStep.result).is_not(None),
        )
    )
    return max(found["files"] if found else 0, done)
