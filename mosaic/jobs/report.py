"""The report of an import: a line for every file, or every line of a file."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import func, select, text
from sqlmodel import col

from mosaic.core.errors import Problem
from mosaic.core.work import Work
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.report_models import ImportLine

T = TypeVar("T")
log = logging.getLogger(__name__)
Outcome = Literal["created", "updated", "skipped", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("created", "updated", "skipped", "failed")


@dataclass
class Line:
    """What became of a file or a line, and the page that it is."""

    path: str
    outcome: Outcome
    reason: str = ""
    entry_id: UUID | None = None


async def write_or_tell(
    work: Work,
    batch: Sequence[T],
    write: Callable[[Sequence[T]], Awaitable[list[Line]]],
    named: Callable[[T], str],
    left_out: str,
) -> list[Line]:
    """Return what `write` makes of a batch: a line for each, in their order.

    One that cannot be kept does not take the others with it: its line, under the name that it has,
    says why, or `left_out` where there are no words for it.
    """
    await work.session.execute(_PLAN_ANEW)
    try:
        async with work.attempt():
            return await write(batch)
    except Exception as problem:
        if getattr(problem, "connection_invalidated", False):
            raise
        if len(batch) > 1:
            half = len(batch) // 2
            first = await write_or_tell(work, batch[:half], write, named, left_out)
            return first + await write_or_tell(work, batch[half:], write, named, left_out)
        log.info("import: %s", problem)
        reason = problem.detail if isinstance(problem, Problem) else left_out
        return [Line(named(batch[0]), "failed", reason)]


# A connection keeps how it looks for what a foreign key names. Found out while a table was nearly
# empty, that may be by reading every row of the workspace, again for every row of an import.
_PLAN_ANEW = text("DISCARD PLANS")


async def note(work: Work, job_id: UUID, start: int, lines: Sequence[Line]) -> dict[str, int]:
    """Put lines into the report from the place `start` on; return how many had which outcome."""
    return await note_at(work, job_id, dict(enumerate(lines, start)))


async def note_at(work: Work, job_id: UUID, lines: Mapping[int, Line]) -> dict[str, int]:
    """Put lines into the report at their places; return how many had which outcome."""
    rows = [
        {
            "ordinal": ordinal,
            "path": line.path[:1000],
            "outcome": line.outcome,
            "reason": line.reason,
            "entry_id": line.entry_id,
        }
        for ordinal, line in lines.items()
    ]
    if rows:
        await work.session.execute(_NOTE, {"job": job_id, "rows": to_json(rows).decode()})
    return dict(Counter(line.outcome for line in lines.values()))


# They are there when a run is tried again from a step that was completed.
_NOTE = text(
    "INSERT INTO import_lines (workspace_id, job_id, ordinal, path, outcome, reason, entry_id) "
    "SELECT app_workspace(), :job, given.* FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given "
    "(ordinal integer, path text, outcome text, reason text, entry_id uuid) "
    "ON CONFLICT (job_id, ordinal) DO UPDATE SET path = excluded.path, outcome = excluded.outcome, "
    "reason = excluded.reason, entry_id = excluded.entry_id"
)


async def looked(work: Work, job_id: UUID, step: str = "look") -> dict[str, Any]:
    """Return what a first look at what was sent, or another step, has found; nothing before it."""
    found = select(col(JobStep.result)).where(
        col(JobStep.job_id) == job_id,
        col(JobStep.key) == step,
        col(JobStep.result).is_not(None),
    )
    return await work.session.scalar(found) or {}


async def count_lines(work: Work, job_id: UUID) -> dict[str, int]:
    """Return how many lines of an import had which outcome."""
    rows = await work.session.execute(
        select(col(ImportLine.outcome), func.count())
        .where(col(ImportLine.job_id) == job_id)
        .group_by(col(ImportLine.outcome))
    )
    return dict.fromkeys(OUTCOMES, 0) | {one[0]: one[1] for one in rows}


def standing(job: Job, found: Mapping[str, Any], counts: dict[str, int]) -> dict[str, Any]:
    """Return what an import is, by its run and what a first look has `found`, without its total."""
    return {
        "id": job.id,
        "source": job.input.get("source", job.title),
        "kind": found.get("kind"),
        "status": job.status if job.completed_at else "RUNNING",
        "done": sum(counts.values()),
        "problem": job.error,
        "counts": counts,
        "created_at": job.created_at,
    }
