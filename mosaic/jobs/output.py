"""The log of a step: chunks in order, up to a limit."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col

from mosaic.core.config import settings
from mosaic.core.errors import TooLarge
from mosaic.core.work import Work
from mosaic.jobs import events
from mosaic.jobs.events import Happened
from mosaic.jobs.lookup import get_reported_job, get_step
from mosaic.jobs.models import Job, JobOutput, JobStep
from mosaic.jobs.shapes import OutputState

MOST_CHUNK = 1_048_576  # bytes of UTF-8


async def report(work: Work, job_id: UUID, step_id: UUID, content: str) -> OutputState:
    """Append what an outside runner's step printed; also after the run has ended. MEMBER."""
    job = await get_reported_job(work, job_id)
    return await append(work, job, await get_step(work, job_id, step_id), content)


async def append(work: Work, job: Job, step: JobStep, content: str) -> OutputState:
    """Append to the log of a step. What does not fit any more is dropped, and `full` says so.

    The run is to be held. Raises TooLarge for more than 1 MB at once.
    """
    await append_many(work, job, [(step, content)])
    return OutputState(size=step.output_size, full=step.output_full)


async def append_many(work: Work, job: Job, chunks: Sequence[tuple[JobStep, str]]) -> None:
    """Append to the logs of several steps, with few statements however many chunks."""
    stored = await store(work, chunks)
    await events.record_many(work, job.id, [one for each in stored for one in each])


async def store(work: Work, chunks: Sequence[tuple[JobStep, str]]) -> list[list[Happened]]:
    """Keep chunks, in two statements; return for each what is to be written down about it."""
    rows: list[tuple[UUID, int, str]] = []
    happened: list[list[Happened]] = []
    changed: dict[UUID, JobStep] = {}
    for step, content in chunks:
        happened.append([])
        if step.output_full or not content:
            continue
        start, (kept, full) = step.output_size, _fitting(content, step.output_size)
        payload = {"start": start, "size": len(kept.encode())} | ({"full": True} if full else {})
        happened[-1].append(Happened("step.output", step.id, payload))
        rows += [(step.id, start, kept)] if kept else []
        # The row is changed below, by one statement for all.
        set_committed_value(step, "output_size", start + payload["size"])
        set_committed_value(step, "output_full", full)
        changed[step.id] = step
    await _write(work, rows, list(changed.values()))
    return happened


def _fitting(content: str, size: int) -> tuple[str, bool]:
    given, room = content.encode(), settings().job_output_limit - size
    if len(given) > MOST_CHUNK:
        raise TooLarge(f"At most {MOST_CHUNK:,} bytes of output are taken at once.")
    if len(given) <= room:
        return content, False
    return given[: max(room, 0)].decode(errors="ignore"), True


async def _write(work: Work, rows: list[tuple[UUID, int, str]], changed: list[JobStep]) -> None:
    values: dict[str, Any]
    if rows:
        ids, starts, contents = zip(*rows, strict=True)
        values = {"ids": list(ids), "starts": list(starts), "contents": list(contents)}
        await work.session.execute(_INSERT, {"workspace": work.tenant, **values})
    if changed:
        values = {
            "ids": [step.id for step in changed],
            "sizes": json.dumps({str(step.id): step.output_size for step in changed}),
            "full": [step.id for step in changed if step.output_full],
        }
        await work.session.execute(_UPDATE, values)


_INSERT = text(
    "INSERT INTO job_output (workspace_id, step_id, start, content) "
    "SELECT :workspace, * FROM unnest(CAST(:ids AS uuid[]), CAST(:starts AS bigint[]), "
    "CAST(:contents AS text[]))"
)
_UPDATE = text(
    "WITH now AS MATERIALIZED (SELECT CAST(:sizes AS jsonb) AS sizes) "
    "UPDATE job_steps s SET output_size = CAST(now.sizes ->> s.id::text AS bigint), "
    "output_full = s.id = ANY(CAST(:full AS uuid[])) "
    "FROM now WHERE s.id = ANY(CAST(:ids AS uuid[]))"
)


async def read(
    work: Work, job_id: UUID, step_id: UUID, after: int = 0, limit: int = 262_144
) -> tuple[str, int, int, bool]:
    """Return the log from the byte `after` on: text, where to go on, whole size, whether full.

    At most `limit` bytes; a character is never torn.
    """
    step = await get_step(work, job_id, step_id)
    first = select(func.max(col(JobOutput.start))).where(
        col(JobOutput.step_id) == step_id, col(JobOutput.start) <= after
    )
    rows = await work.session.scalars(
        select(JobOutput)
        .where(
            col(JobOutput.step_id) == step_id,
            col(JobOutput.start) >= first.scalar_subquery(),
            col(JobOutput.start) < after + limit,
        )
        .order_by(col(JobOutput.start))
    )
    chunks = rows.all()
    skipped = after - chunks[0].start if chunks else 0
    whole = "".join(chunk.content for chunk in chunks).encode()[skipped:]
    begun = whole[: limit + 3].lstrip(_CONTINUING)
    cut = len(whole[: limit + 3]) - len(begun)
    shown = begun[:limit].decode(errors="ignore")
    return shown, after + cut + len(shown.encode()), step.output_size, step.output_full


_CONTINUING = bytes(range(0x80, 0xC0))  # bytes of UTF-8 that begin no character


async def beginnings(work: Work, step_ids: Sequence[UUID], characters: int) -> dict[UUID, str]:
    """Return how the log of each step begins, for steps that have one."""
    values = {"ids": list(step_ids), "most": characters}
    rows = await work.session.execute(_BEGINNINGS, values)
    return {row.step_id: row.content for row in rows}


_BEGINNINGS = text(
    "SELECT step_id, left(string_agg(left(content, :most), '' ORDER BY start), :most) AS content "
    "FROM job_output WHERE step_id = ANY(CAST(:ids AS uuid[])) AND start < :most "
    "GROUP BY step_id"
)
