"""The statements that are sent to the database, collected."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from mosaic.core import database


@contextmanager
def recorded() -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that are sent to the database, with their values."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        seen.append((statement, values))

    engine = database._engine
    assert engine
    event.listen(engine.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)


def scans(plan: Any) -> Iterator[str]:
    """Yield the tables that a plan (EXPLAIN, FORMAT JSON) reads from end to end."""
    if isinstance(plan, dict):
        if plan.get("Node Type") == "Seq Scan":
            yield plan["Relation Name"]
        plan = list(plan.values())
    if isinstance(plan, list):
        for inner in plan:
            yield from scans(inner)


def most_read(plan: Any) -> int:
    """Return how many rows the greediest step of a plan (EXPLAIN, ANALYZE, FORMAT JSON) read."""
    if isinstance(plan, list):
        return max(map(most_read, plan), default=0)
    if not isinstance(plan, dict):
        return 0
    rows = plan.get("Actual Rows", 0) + plan.get("Rows Removed by Filter", 0)
    return max(int(rows * plan.get("Actual Loops", 1)), most_read(list(plan.values())))
