"""What happened in a run: written once, numbered by the database, never changed."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.jobs.lookup import get_job
from mosaic.jobs.models import JobEvent
from mosaic.jobs.shapes import EventPublic, EventsMeta, EventsPublic

_MOST_TEXT = 4_000_000  # bytes of output in one answer
_GATE = {"started": "gate.started", "completed": "gate.passed", "failed": "gate.failed"}
_KINDS = {"session": "user", "token": "token"}


class Happened(NamedTuple):
    """Something that happened, before it is written down."""

    type: str
    step_id: UUID | None = None
    payload: dict[str, Any] = {}


async def record(
    work: Work,
    job_id: UUID,
    type: str,
    payload: dict[str, Any] | None = None,
    step_id: UUID | None = None,
) -> int:
    """Write down one event and return its id."""
    return await record_many(work, job_id, [Happened(type, step_id, payload or {})]) or 0


async def record_many(work: Work, job_id: UUID, happened: Sequence[Happened]) -> int | None:
    """Write down events in their order, with one statement; return the id of the last."""
    work.changed("jobs", job_id)
    if not happened:
        return None
    values = {
        "workspace": work.tenant,
        "job": job_id,
        "actor": json.dumps(actor_of(work)),
        "types": [one.type for one in happened],
        "steps": [one.step_id for one in happened],
        "payloads": [json.dumps(one.payload) for one in happened],
    }
    ids: list[int] = list(await work.session.scalars(_INSERT, values))
    return max(ids)


_INSERT = text(
    "INSERT INTO job_events (id, workspace_id, job_id, step_id, type, actor, payload) "
    "SELECT 0, :workspace, :job, e.step_id, e.type, CAST(:actor AS jsonb), "
    "CAST(e.payload AS jsonb) "
    "FROM unnest(CAST(:types AS text[]), CAST(:steps AS uuid[]), CAST(:payloads AS text[])) "
    "WITH ORDINALITY AS e (type, step_id, payload, n) ORDER BY e.n RETURNING id"
)


def of_step(type: str, step_id: UUID, status: str, error: str | None = None) -> list[Happened]:
    """Return what is written down when a step of this type gets this status."""
    words = "started" if status == "RUNNING" else status.lower()
    payload = {"error": error} if error else {}
    happened = [Happened(f"step.{words}", step_id, payload)]
    if type == "GATE" and words in _GATE:
        happened.append(Happened(_GATE[words], step_id))
    return happened


def actor_of(work: Work) -> dict[str, Any]:
    """Return who acts, as events name them."""
    actor = work.actor
    return {
        "kind": _KINDS.get(actor.kind, "mosaic"),
        "id": str(actor.user_id) if actor.user_id else None,
        "name": actor.name,
    }


async def list_events(work: Work, job_id: UUID, after: int = 0, limit: int = 200) -> EventsPublic:
    """Return what happened after the event `after`, in order, with the output that came.

    At most `limit` events and about 4 MB of output; `meta.more` says that there is more.
    """
    await get_job(work, job_id)
    return await events_after(work, job_id, after, limit)


async def events_after(work: Work, job_id: UUID, after: int, limit: int) -> EventsPublic:
    """Return the same, of a run that is known to be here."""
    rows = await work.session.scalars(
        select(JobEvent)
        .where(col(JobEvent.job_id) == job_id, col(JobEvent.id) > after)
        .order_by(col(JobEvent.id))
        .limit(limit + 1)
    )
    found = rows.all()
    shown = _bounded(found[:limit])
    texts = await _texts(work, shown)
    data = [_public(row, texts) for row in shown]
    meta = EventsMeta(last_id=data[-1].id if data else after, more=len(shown) < len(found))
    return EventsPublic(data=data, meta=meta)


def _bounded(rows: Sequence[JobEvent]) -> list[JobEvent]:
    shown: list[JobEvent] = []
    size = 0
    for row in rows:
        size += row.payload["size"] if row.type == "step.output" else 0
        if shown and size > _MOST_TEXT:
            break
        shown.append(row)
    return shown


Texts = dict[tuple[UUID | None, int], str]


async def _texts(work: Work, rows: Sequence[JobEvent]) -> Texts:
    wanted = [(row.step_id, row.payload["start"]) for row in rows if row.type == "step.output"]
    if not wanted:
        return {}
    steps, starts = zip(*wanted, strict=True)
    values = {"steps": list(steps), "starts": list(starts)}
    found = await work.session.execute(_TEXTS, values)
    return {(one.step_id, one.start): one.content for one in found}


_TEXTS = text(
    "SELECT o.step_id, o.start, o.content "
    "FROM unnest(CAST(:steps AS uuid[]), CAST(:starts AS bigint[])) AS w (step_id, start), "
    "LATERAL (SELECT * FROM job_output c "
    "WHERE c.step_id = w.step_id AND c.start = w.start OFFSET 0) o"
)


def _public(row: JobEvent, texts: Texts) -> EventPublic:
    event = EventPublic.model_validate(row)
    if row.type == "step.output":
        content = texts.get((row.step_id, row.payload["start"]), "")
        event.payload = {**row.payload, "content": content}
    return event
