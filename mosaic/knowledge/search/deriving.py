"""The run that reads pages anew whose words were kept by an older version of Mosaic.

A run acts as who asked for it, and so reads drafts and private pages of that person too.
"""

import asyncio
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlmodel import col

from mosaic.core.work import Role, Work
from mosaic.jobs import service as jobs
from mosaic.jobs.models import Job
from mosaic.jobs.shapes import JobCreate
from mosaic.jobs.types import Phase, job_type, step
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.search.words import (
    DERIVATION,
    change_texts,
    label_rows,
    remove_labels,
    text_row,
)

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

DERIVE = "KNOWLEDGE_WORDS"
_PAGES = 200  # at once
_looked: set[tuple[UUID, UUID]] = set()
"""Workspace and person for whom this process has looked; what it writes itself is new."""


async def derive_if_due(work: Work) -> None:
    """Ask for a run where pages wait; nothing for who only reads."""
    who = work.tenant, work.user_id
    if work.full or who in _looked:
        return
    if work.role < Role.MEMBER or "write" not in work.actor.scopes:
        return
    if await work.session.scalar(_WAITS, {"now": DERIVATION}):
        going = select(col(Job.id)).where(
            col(Job.type) == DERIVE,
            col(Job.status).in_(("QUEUED", "RUNNING")),
            col(Job.requested_by) == work.user_id,
        )
        if (await work.session.scalars(going.limit(1))).one_or_none() is None:
            await jobs.create_job(work, JobCreate(type=DERIVE))
    _looked.add(who)


# Words of any other version, also of a later one that was taken back.
_OLD = (
    "FROM entry_texts t WHERE t.workspace_id = app_workspace() "
    "AND (t.derivation < :now OR t.derivation > :now)"
)
_WAITS = text("SELECT EXISTS (SELECT 1 " + _OLD + ")")
_NEXT = text(
    "SELECT e.id, e.version, e.title, e.content, e.aliases "
    "FROM entries e JOIN (SELECT t.entry_id " + _OLD + ") o ON o.entry_id = e.id "
    "ORDER BY e.updated_at DESC, e.id LIMIT :most"
)


@step(Phase.EXECUTION, "Read pages", transaction=False, retries=3, backoff=5.0)
async def read_pages(run: "Run", number: int) -> dict[str, int]:
    """Read some pages; the latest first, as they are looked for most."""
    async with run.work() as work:
        found = await work.session.execute(_NEXT, {"now": DERIVATION, "most": _PAGES})
        pages = list(found)
    texts = await asyncio.to_thread(lambda: [parse(page.content).text for page in pages])
    async with run.work() as work:
        await _keep(work, list(zip(pages, texts, strict=True)))
        if not pages:
            work.changed("knowledge")  # once, not after each step
    run.log(f"{len(pages):,} pages\n")
    return {"pages": len(pages)}


async def _keep(work: Work, read: list[tuple[Row[Any], str]]) -> None:
    """Keep the words of pages that have not changed meanwhile: those that have are new already."""
    ids = [page.id for page, _ in read]
    rows = await work.session.execute(_LOCK, {"ids": ids})
    versions = {row.id: row.version for row in rows}
    same = [(page, words) for page, words in read if versions.get(page.id) == page.version]
    texts = [text_row(work.tenant, page.id, page.title, words) for page, words in same]
    labels = [
        label
        for page, _ in same
        for label in label_rows(work.tenant, page.id, page.title, page.aliases)
    ]
    await change_texts(work, texts)
    await remove_labels(work, [page.id for page, _ in same])
    await work.session.execute(_ADD_LABELS, {"rows": json.dumps(labels, default=str)})


_LOCK = text("SELECT id, version FROM entries WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
_ADD_LABELS = text(
    "INSERT INTO entry_labels "
    "SELECT * FROM jsonb_populate_recordset(NULL::entry_labels, CAST(:rows AS jsonb))"
)


@job_type(
    DERIVE,
    title="Read pages for search",
    about="Reads the words of pages anew that an older version of Mosaic has kept.",
    upkeep=True,
)
async def derive_words(run: "Run") -> dict[str, int]:
    """Read pages until none is left whose words are of another version."""
    pages = number = 0
    while (done := await run(read_pages.part(number, name="Read pages")))["pages"]:
        pages, number = pages + done["pages"], number + 1
    return {"pages": pages}
