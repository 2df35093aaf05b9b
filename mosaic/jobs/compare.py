"""Two runs side by side, step by step."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from mosaic.core.work import Work

PART = 100


@dataclass
class Side:
    """How a step went in one of two runs."""

    status: str
    ms: int | None
    tokens: int


@dataclass
class Pair:
    """A step of two runs; a side is None where that run has no such step."""

    phase: str
    name: str
    a: Side | None
    b: Side | None


async def compare(
    work: Work, a: UUID, b: UUID, page: int = 1, differing: bool = False
) -> tuple[list[Pair], int]:
    """Return a part of the steps of both runs, and how many there are altogether.

    Steps belong together by phase, name and the how-manieth of that name they are; each run
    shows its latest attempt. `differing` leaves out steps that went alike in both: the same
    status, and durations less than a tenth and half a second apart.
    """
    values = {"a": a, "b": b, "all": not differing, "skip": (page - 1) * PART, "part": PART}
    rows = (await work.session.execute(_PAIRS, values)).all()
    return [Pair(r.phase, r.name, _side(r, "a"), _side(r, "b")) for r in rows], (
        rows[0].total if rows else 0
    )


def _side(row: Any, side: str) -> Side | None:
    status = getattr(row, f"{side}_status")
    if status is None:
        return None
    return Side(status, getattr(row, f"{side}_ms"), getattr(row, f"{side}_tokens"))


_CURRENT = (
    "SELECT phase, name, status, duration_ms AS ms, ordinal, "
    "coalesce(tokens_input, 0) + coalesce(tokens_output, 0) AS tokens, "
    "row_number() OVER (PARTITION BY phase, name ORDER BY ordinal) AS n "
    "FROM (SELECT DISTINCT ON (ordinal) * FROM job_steps WHERE job_id = :{side} "
    "ORDER BY ordinal, attempt DESC) latest"
)
_BOTH = (
    "WITH a AS ({a}), b AS ({b}), "
    "pairs AS (SELECT phase, name, a.status AS a_status, b.status AS b_status, a.ms AS a_ms, "
    "b.ms AS b_ms, a.tokens AS a_tokens, b.tokens AS b_tokens, a.ordinal AS a_at, "
    "b.ordinal AS b_at FROM a FULL JOIN b USING (phase, name, n)) "
    "SELECT *, count(*) OVER () AS total FROM pairs WHERE :all "
    "OR a_status IS DISTINCT FROM b_status "
    "OR abs(a_ms - b_ms) > greatest(500, least(a_ms, b_ms) / 10) "
    "ORDER BY coalesce(a_at, b_at), b_at LIMIT :part OFFSET :skip"
)
_PAIRS = text(_BOTH.format(a=_CURRENT.format(side="a"), b=_CURRENT.format(side="b")))
