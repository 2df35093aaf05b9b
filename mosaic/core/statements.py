"""Looks at each statement that goes to the database: the slow ones are logged, traces have all.

Without its values, which are sent beside the statement.
"""

import logging
from time import perf_counter
from typing import Any

from opentelemetry import trace
from sqlalchemy import Engine, event

from mosaic.core import metrics
from mosaic.core.tracing import tracer

log = logging.getLogger(__name__)
_LONGEST = 2000


def watch(engine: Engine, slow_ms: int) -> None:
    """Look at the statements of `engine`; those of `slow_ms` and longer are slow, with 0 none."""

    def before(_c: Any, _cursor: Any, statement: str, _v: Any, context: Any, _m: bool) -> None:
        context.mosaic_begun = perf_counter()
        # Only as part of a trace: what nobody asked for, such as looking for work, is left out.
        if trace.get_current_span().is_recording():
            context.mosaic_span = _span(statement)

    def after(_c: Any, _cursor: Any, statement: str, _v: Any, context: Any, _m: bool) -> None:
        over(statement, context)

    def failed(problem: Any) -> None:
        if problem.execution_context is not None and problem.statement:
            over(problem.statement, problem.execution_context, well=False)

    def over(statement: str, context: Any, well: bool = True) -> None:
        if span := getattr(context, "mosaic_span", None):
            span.set_status(trace.StatusCode.UNSET if well else trace.StatusCode.ERROR)
            span.end()
        ms = (perf_counter() - getattr(context, "mosaic_begun", perf_counter())) * 1000
        if slow_ms and ms >= slow_ms:
            metrics.SLOW_STATEMENTS.inc()
            log.warning("slow query", extra={"ms": round(ms), "statement": _short(statement)})

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    event.listen(engine, "handle_error", failed)


def _span(statement: str) -> trace.Span:
    what = statement.split(maxsplit=1)[0].upper()[:20]
    about = {"db.system.name": "postgresql", "db.query.text": _short(statement)}
    return tracer.start_span(what, kind=trace.SpanKind.CLIENT, attributes=about)


def _short(statement: str) -> str:
    return " ".join(statement.split())[:_LONGEST]
