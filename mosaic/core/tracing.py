"""Traces for OpenTelemetry, where OTEL_EXPORTER_OTLP_ENDPOINT names a receiver.

FastAPI and Reflex tell of requests and events by themselves, Mosaic of statements and steps. What
leaves the process are names and times: attributes that are not listed here, texts of exceptions
and values never do.
"""

import logging
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from opentelemetry import trace

from mosaic.core.config import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

log = logging.getLogger(__name__)
tracer = trace.get_tracer("mosaic")
_LEAVES = frozenset(
    {
        "http.request.method",
        "http.route",
        "http.response.status_code",
        "url.scheme",
        "error.type",
        "reflex.event.name",
        "reflex.event.txid",
        "reflex.event.parent_txid",
        "reflex.event.background",
        "code.function.name",
        "db.system.name",
        "db.query.text",
        "mosaic.request_id",
        "mosaic.run",
        "mosaic.attempt",
    }
)
_provider: Any = None


def start(settings: Settings) -> bool:
    """Send traces from now on, where the settings say so; return whether they do.

    Only the first call in a process has an effect.
    """
    global _provider
    if _provider is None and settings.otel_exporter_otlp_endpoint:
        try:
            _provider = _make(settings.otel_exporter_otlp_endpoint)
        except ImportError:
            log.warning(
                "OTEL_EXPORTER_OTLP_ENDPOINT is set, and the packages for traces are not installed."
            )
            return False
        trace.set_tracer_provider(_provider)
    return _provider is not None


def _make(endpoint: str) -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult

    class Careful(OTLPSpanExporter):
        def export(self, spans: Sequence["ReadableSpan"]) -> SpanExportResult:
            return super().export([_careful(span) for span in spans])

    name = os.environ.get("OTEL_SERVICE_NAME") or "mosaic"
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    exporter = Careful(endpoint=f"{endpoint}/v1/traces", timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def _careful(span: "ReadableSpan") -> "ReadableSpan":
    from opentelemetry.sdk.trace import ReadableSpan

    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={k: v for k, v in (span.attributes or {}).items() if k in _LEAVES},
        kind=span.kind,
        status=trace.Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
