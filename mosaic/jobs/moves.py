"""Changing steps: by the rules, and a thousand of them with the few statements of one."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from mosaic.core.errors import Conflict, Invalid
from mosaic.core.work import Work
from mosaic.jobs import events
from mosaic.jobs.events import Happened
from mosaic.jobs.lookup import ensure_open
from mosaic.jobs.models import Job, JobStep
from mosaic.jobs.service import start
from mosaic.jobs.shapes import StepStatus, StepUpdate

MOVES = frozenset(
    {
        ("PENDING", "RUNNING"),
        ("PENDING", "SKIPPED"),
        ("RUNNING", "COMPLETED"),
        ("RUNNING", "FAILED"),
    }
)
Change = tuple[JobStep, StepUpdate]


async def move_step(
    work: Work,
    job: Job,
    step: JobStep,
    status: StepStatus,
    *,
    error: str | None = None,
    result: Any = None,
    tokens_input: int | None = None,
    tokens_output: int | None = None,
    model: str | None = None,
) -> None:
    """Move a step of a run that is held, and write that down; `step` is up to date afterwards.

    Raises Conflict for a move that is not allowed, Invalid for tokens on what is no AI_ACTION.
    """
    change = StepUpdate.model_construct(
        status=status,
        error=error,
        result=result,
        tokens_input=tokens_input,
        tokens_output=tokens_output,
        model=model,
    )
    [happened] = await change_steps(work, job, [(step, change)])
    await events.record_many(work, job.id, happened)


async def change_steps(work: Work, job: Job, changes: Sequence[Change]) -> list[list[Happened]]:
    """Change steps of a run that is held; return for each change what is to be written down.

    A step may be changed several times, in order. It moves twice at most, so this takes two
    statements however many changes there are, and one more when the run begins with them.
    """
    happened: list[list[Happened]] = []
    turns: dict[UUID, list[dict[str, Any]]] = {}
    now: dict[UUID, str] = {}
    for step, change in changes:
        _check(job, step, now.get(step.id, step.status), change)
        begun = await start(work, job) if change.status == "RUNNING" else []
        happened.append([*begun, *_happened(step, change)])
        said = {name: value for name in _FIELDS if (value := getattr(change, name)) is not None}
        turn = turns.setdefault(step.id, [{}])
        if change.status:
            now[step.id] = change.status
            turn.extend([{}] if "status" in turn[-1] else [])
        turn[-1].update(said)
    while turns:
        await _write(work, {id: turn.pop(0) for id, turn in turns.items()})
        turns = {id: turn for id, turn in turns.items() if turn}
    return happened


def _check(job: Job, step: JobStep, now: str, change: StepUpdate) -> None:
    counted = (change.tokens_input, change.tokens_output, change.model)
    if step.type != "AI_ACTION" and any(value is not None for value in counted):
        raise Invalid("Tokens and a model belong to steps of type AI_ACTION.", "tokensInput")
    if change.status:
        ensure_open(job)
        if (now, change.status) not in MOVES:
            told = "The status of a step only goes forward, one move at a time."
            raise Conflict(told, current=now)


def _happened(step: JobStep, change: StepUpdate) -> list[Happened]:
    counts = {"input": change.tokens_input, "output": change.tokens_output}
    used = {name: value for name, value in counts.items() if value is not None}
    payload = {**used, "model": change.model or step.model}
    said = [Happened("ai.tokens_used", step.id, payload)] if used else []
    moved: list[Happened] = []
    if change.status:
        moved = events.of_step(step.type, step.id, change.status, change.error)
    return in_order(change, moved, said)


def in_order(change: StepUpdate, moved: list[Happened], said: list[Happened]) -> list[Happened]:
    """Put what a step said to its move: it begins before that, and ends after all of it."""
    return [*moved, *said] if change.status == "RUNNING" else [*said, *moved]


_FIELDS = ("status", "error", "result", "model", "tokens_input", "tokens_output")


async def _write(work: Work, rows: dict[UUID, dict[str, Any]]) -> None:
    rows = {id: row for id, row in rows.items() if row}
    if not rows:
        return
    values = {"ids": list(rows), "rows": json.dumps({str(id): row for id, row in rows.items()})}
    query = select(JobStep).from_statement(_UPDATE).execution_options(populate_existing=True)
    (await work.session.scalars(query, values)).all()


# By ids alone, and each row looked up in one document: a join with many rows would be planned by
# statistics, which are far off while a run grows.
_UPDATE = text(
    "WITH said AS MATERIALIZED (SELECT CAST(:rows AS jsonb) AS rows) "
    "UPDATE job_steps s SET status = coalesce(said.rows -> s.id::text ->> 'status', s.status), "
    "error = coalesce(said.rows -> s.id::text ->> 'error', s.error), "
    "result = coalesce(said.rows -> s.id::text -> 'result', s.result), "
    "model = coalesce(said.rows -> s.id::text ->> 'model', s.model), "
    "tokens_input = coalesce("
    "CAST(said.rows -> s.id::text ->> 'tokens_input' AS bigint), s.tokens_input), "
    "tokens_output = coalesce("
    "CAST(said.rows -> s.id::text ->> 'tokens_output' AS bigint), s.tokens_output) "
    "FROM said WHERE s.id = ANY(CAST(:ids AS uuid[])) RETURNING s.*"  # not read by people: SQL
)
