"""Figures of runs: how many, how long, how many tokens; by day, type or model."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import text

from mosaic.core.work import Work
from mosaic.jobs import prices
from mosaic.jobs.shapes import StatsRow

GroupBy = Literal["day", "type", "model"]
WINDOW = timedelta(days=30)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


async def read_stats(
    work: Work,
    group_by: GroupBy = "day",
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[StatsRow]:
    """Return a row for each day (UTC), type or model, by key; of runs asked for in that time.

    Without a time, the last 30 days. Percentiles are of the durations of runs that have ended
    (Hyndman and Fan's type 7); by model, everything but tokens is of the runs that used it.
    """
    values = dict(zip(("since", "until"), window(since, until), strict=True))
    rows = await work.session.execute(_RUNS[group_by], values)
    costs = await _costs(work, group_by, values) if prices.known() else {}
    return [
        StatsRow.model_validate({**row, "cost": costs.get(row["key"])}) for row in rows.mappings()
    ]


def window(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """Return the time that is meant: up to now, and for 30 days, unless said otherwise."""
    until = until or datetime.now(UTC)
    return since or until - min(WINDOW, until - _EARLIEST), until


async def _costs(
    work: Work, group_by: GroupBy, values: dict[str, datetime]
) -> dict[str, float | None]:
    used: dict[str, list[Any]] = defaultdict(list)
    for row in await work.session.execute(_TOKENS[group_by], values):
        used[row.key].append((row.model, row.tokens_input, row.tokens_output))
    return {key: prices.total(each) for key, each in used.items()}


_KEYS: dict[GroupBy, str] = {
    "day": "to_char(j.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
    "type": "j.type",
    "model": "s.model",
}
_USED = (
    "SELECT {key} AS key, s.model, sum(s.tokens_input) AS tokens_input, "
    "sum(s.tokens_output) AS tokens_output FROM jobs j JOIN job_steps s ON s.job_id = j.id "
    "WHERE s.type = 'AI_ACTION' AND coalesce(s.tokens_input, s.tokens_output) IS NOT NULL "
    "AND j.created_at BETWEEN :since AND :until GROUP BY 1, 2"
)
_OF_MODELS = (
    "SELECT s.job_id, s.model AS key, coalesce(sum(s.tokens_input), 0) AS tokens_input, "
    "coalesce(sum(s.tokens_output), 0) AS tokens_output FROM jobs j "
    "JOIN job_steps s ON s.job_id = j.id "
    "WHERE s.type = 'AI_ACTION' AND s.model IS NOT NULL "
    "AND j.created_at BETWEEN :since AND :until GROUP BY 1, 2"
)
_COUNTS = (
    "SELECT u.key, count(*) AS jobs, count(*) FILTER (WHERE j.status = 'COMPLETED') AS completed, "
    "count(*) FILTER (WHERE j.status = 'FAILED') AS failed, "
    "count(*) FILTER (WHERE j.status = 'CANCELLED') AS cancelled, "
    "round(percentile_cont(0.5) WITHIN GROUP (ORDER BY j.duration_ms)) AS p50_ms, "
    "round(percentile_cont(0.95) WITHIN GROUP (ORDER BY j.duration_ms)) AS p95_ms, "
    "sum(u.tokens_input) AS tokens_input, sum(u.tokens_output) AS tokens_output "
    "FROM ({source}) u JOIN jobs j ON j.id = u.job_id "
    "GROUP BY u.key ORDER BY u.key"  # not read by people: SQL
)
_OF_JOBS = (
    "SELECT j.id AS job_id, {key} AS key, j.tokens_input, j.tokens_output "
    "FROM jobs j WHERE j.created_at BETWEEN :since AND :until"
)
_TOKENS = {group: text(_USED.format(key=key)) for group, key in _KEYS.items()}
_RUNS = {
    "day": text(_COUNTS.format(source=_OF_JOBS.format(key=_KEYS["day"]))),
    "type": text(_COUNTS.format(source=_OF_JOBS.format(key=_KEYS["type"]))),
    "model": text(_COUNTS.format(source=_OF_MODELS)),
}
