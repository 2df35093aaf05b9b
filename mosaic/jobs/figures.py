"""What is counted of runs: which wait, and how long those took that have ended."""

from sqlalchemy import text

from mosaic.core import metrics
from mosaic.core.actor import ENGINE
from mosaic.core.work import work
from mosaic.jobs import types


def ended(type: str, status: str, duration_ms: int | None) -> None:
    """Count a run that has ended; one that never began took no time."""
    metrics.RUN_SECONDS.labels(_known(type), status).observe((duration_ms or 0) / 1000)


async def count() -> None:
    """Write down how many runs wait for Mosaic's workers, or are with one. Unavailable."""
    async with work(ENGINE) as looking:
        rows = (await looking.session.execute(_RUNS)).all()
    metrics.RUNS.clear()
    for type in types.JOB_TYPES:
        # So that "nothing waits" is a figure, too.
        for status in ("QUEUED", "RUNNING"):
            metrics.RUNS.labels(type, status)
    for type, status, number in rows:
        metrics.RUNS.labels(_known(type), status).inc(number)


def _known(type: str) -> str:
    # Outside runners call their runs as they like.
    return type if types.find(type) else "outside"


_RUNS = text(
    "SELECT type, status, count(*) FROM jobs "
    "WHERE engine AND status IN ('QUEUED', 'RUNNING') GROUP BY type, status"
)
