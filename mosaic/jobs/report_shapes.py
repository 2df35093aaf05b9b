"""What crosses the wire about every kind of import."""

from typing import Literal
from uuid import UUID

from mosaic.core.shapes import Instant, Shape


class ImportStarted(Shape):
    """An import that goes on in the background."""

    job_id: UUID


class ImportStanding(Shape):
    """How far an import is, with how many files or lines had which outcome.

    `kind` is what was sent, as soon as that is known.
    """

    id: UUID
    source: str
    kind: str | None
    status: Literal["RUNNING", "COMPLETED", "FAILED", "CANCELLED"]
    total: int
    done: int
    problem: str | None
    counts: dict[str, int]
    created_at: Instant
