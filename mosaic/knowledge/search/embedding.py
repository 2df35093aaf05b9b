"""The run that learns what pages mean: one that waits for each person, until nothing is left.

A run acts as who asked for it, and so learns drafts and private pages of that person too.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlmodel import col

from mosaic.core.errors import NotAllowed
from mosaic.core.work import Role, Work
from mosaic.jobs import service as jobs
from mosaic.jobs.models import Job
from mosaic.jobs.shapes import JobCreate
from mosaic.jobs.types import Phase, job_type, step
from mosaic.knowledge.search import model

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

EMBED = "KNOWLEDGE_EMBED"
_PAGES = 16  # at once
_PART = 1500  # characters
_MOST_PARTS = 40
_PATIENCE = 300.0
_PARAGRAPH = re.compile(r"\n\s*\n|\n")


async def learn(work: Work) -> UUID:
    """Ask for a run that learns what has changed, or return the one that waits. MEMBER.

    Raises Unavailable where no model is set up.
    """
    work.require(Role.MEMBER)
    model.required()
    waits = select(col(Job.id)).where(
        col(Job.type) == EMBED,
        col(Job.status) == "QUEUED",
        col(Job.requested_by) == work.user_id,
    )
    id = (await work.session.scalars(waits.limit(1))).one_or_none()
    return id or (await jobs.create_job(work, JobCreate(type=EMBED))).id


async def learn_if_set_up(work: Work) -> None:
    """Ask for a run where a model is set up; called when pages have changed."""
    if model.name() is not None:
        await learn(work)


def check(work: Work, _given: dict[str, Any]) -> None:
    """Raise unless a run can begin: NotAllowed for guests, Unavailable without a model."""
    if work.role < Role.MEMBER:
        raise NotAllowed("This is open to the role Member and above.")
    model.required()


@step(Phase.EXECUTION, "Learn pages", type="AI_ACTION", transaction=False, retries=3, backoff=5.0)
async def learn_pages(run: "Run", number: int) -> dict[str, int]:
    """Embed some pages that are new, have changed, or were learned by another model."""
    wanted = model.required()
    async with run.work() as work:
        stale = await work.session.execute(_STALE, {"model": wanted, "most": _PAGES})
        pages = list(stale)
    parts = [(page, part, words) for page in pages for part, words in enumerate(_parts(page))]
    vectors = await model.embed([words for *_, words in parts], _PATIENCE) if parts else []
    async with run.work() as work:
        await _keep(work, wanted, pages, [(page, part) for page, part, _ in parts], vectors)
    run.tokens(wanted, 0, 0)
    run.log(f"{len(pages):,} pages, {len(parts):,} parts\n")
    return {"pages": len(pages), "parts": len(parts)}


# The newest first: what somebody writes now is looked for before what lies there.
_STALE = text(
    "SELECT e.id, e.version, e.title, left(t.body, 60000) AS body FROM entries e "
    "JOIN entry_texts t ON t.entry_id = e.id "
    "WHERE e.workspace_id = app_workspace() AND NOT EXISTS (SELECT 1 FROM embeddings v "
    "WHERE v.entry_id = e.id AND v.model = :model AND v.version = e.version) "
    "ORDER BY e.updated_at DESC, e.id LIMIT :most"
)


def _parts(page: Row[Any]) -> Iterator[str]:
    """Cut a page into parts of about 1,500 characters at its paragraphs, each with the title."""
    part, number = "", 0
    for paragraph in _PARAGRAPH.split(page.body):
        for start in range(0, max(1, len(paragraph)), _PART):
            piece = paragraph[start : start + _PART]
            if part and len(part) + len(piece) > _PART:
                yield f"{page.title}\n{part}"
                part, number = "", number + 1
                if number == _MOST_PARTS:
                    return
            part = f"{part}\n{piece}".strip()
    if part or not number:
        yield f"{page.title}\n{part}"


async def _keep(
    work: Work,
    wanted: str,
    pages: list[Row[Any]],
    parts: list[tuple[Row[Any], int]],
    vectors: list[list[float]],
) -> None:
    """Put vectors in the place of older ones; a page that changed meanwhile is learned again."""
    if not pages:
        return
    ids = [page.id for page in pages]
    length = len(vectors[0])
    await work.session.execute(_FORGET, {"ids": ids, "model": wanted, "length": length})
    rows = {
        "ids": [page.id for page, _ in parts],
        "parts": [part for _, part in parts],
        "versions": [page.version for page, _ in parts],
        "vectors": [f"[{','.join(map(repr, vector))}]" for vector in vectors],
    }
    await work.session.execute(_KEEP, {**rows, "model": wanted, "length": length})
    work.changed("knowledge")


# Vectors of another length are of another model that has the same name.
_FORGET = text(
    "DELETE FROM embeddings WHERE workspace_id = app_workspace() "
    "AND (entry_id = ANY(:ids) OR (model = :model AND dimension <> :length))"
)
_KEEP = text(
    "INSERT INTO embeddings (workspace_id, entry_id, model, part, version, dimension, embedding) "
    "SELECT e.workspace_id, e.id, :model, r.part, r.version, :length, r.vector::vector "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:parts AS int[]), CAST(:versions AS int[]), "
    "CAST(:vectors AS text[])) AS r (id, part, version, vector) JOIN entries e ON e.id = r.id"
)


@job_type(
    EMBED,
    title="Learn what pages mean",
    about="Makes vectors of pages with the embedding model, for search by meaning.",
    upkeep=True,
    check=check,
)
async def embed_pages(run: "Run") -> dict[str, int]:
    """Learn pages until none is left that has changed."""
    pages = number = 0
    while (done := await run(learn_pages.part(number, name="Learn pages")))["pages"]:
        pages, number = pages + done["pages"], number + 1
    return {"pages": pages}
