"""What this process counts, for Prometheus. No label holds what people or addresses say."""

from secrets import compare_digest

from prometheus_client import (
    REGISTRY,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from mosaic.core.config import Settings

disable_created_metrics()  # type: ignore[no-untyped-call]

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_LONG = (1, 5, 15, 60, 300, 900, 3600, 14400, 86400)

REQUESTS = Counter("mosaic_requests", "HTTP requests answered", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "mosaic_request_seconds", "How long they took", ["method", "route"], buckets=_QUICK
)
EVENTS = Counter("mosaic_events", "Events of pages handled", ["event", "outcome"])
EVENT_SECONDS = Histogram("mosaic_event_seconds", "How long they took", ["event"], buckets=_QUICK)
SUBSCRIBERS = Gauge("mosaic_live_subscribers", "Parts of pages that wait for changes")
CACHE = Counter("mosaic_cache_reads", "Answers asked of the cache", ["kind", "outcome"])
POOL = Gauge("mosaic_database_connections", "Connections of the pool", ["state"])
POOL_WAITING = Gauge("mosaic_database_waiting", "Who waits for a connection at this moment")
DATABASE = Gauge("mosaic_database_up", "Whether the database answers")
SLOW_STATEMENTS = Counter("mosaic_slow_statements", "Statements that took SLOW_QUERY_MS or longer")
RUNS = Gauge("mosaic_runs", "Runs for Mosaic's workers", ["type", "status"])
RUN_SECONDS = Histogram(
    "mosaic_run_seconds", "How long runs took that have ended", ["type", "outcome"], buckets=_LONG
)


def may_read(
    settings: Settings, client: str | None, host: str | None, authorization: str | None
) -> bool:
    """Whether somebody may read the figures, told by their address and two headers.

    With METRICS_TOKEN, whoever sends it. Without, only programs on this machine, and only as long
    as Mosaic is for this machine alone: whom a proxy speaks for is not told.
    """
    if settings.metrics_token:
        wanted = f"Bearer {settings.metrics_token}"
        return compare_digest((authorization or "").encode(), wanted.encode())
    return settings.for_this_machine and settings.asked_here(client, host)


def exposed() -> bytes:
    """Return what was counted, as Prometheus reads it."""
    return generate_latest(REGISTRY)
