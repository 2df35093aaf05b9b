"""A small receiver of OTLP over HTTP, which keeps the spans that it is sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Span:
    """A span as it arrived."""

    name: str
    id: bytes
    parent: bytes
    trace: bytes
    failed: bool
    attributes: dict[str, Any]


@dataclass
class Receiver:
    """What arrived: as spans, and as it was sent."""

    url: str
    spans: list[Span] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    def named(self, name: str) -> list[Span]:
        """The spans of this name, in the order in which they ended."""
        return [span for span in self.spans if span.name == name]

    def under(self, parent: Span) -> list[Span]:
        """The spans that `parent` is the parent of."""
        return [span for span in self.spans if span.parent == parent.id]

    def take(self, body: bytes) -> None:
        """Keep what was sent."""
        self.raw.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                self.spans += map(_span, scope.spans)


def _span(sent: Any) -> Span:
    values = {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in sent.attributes}
    assert not sent.events
    assert not sent.status.message
    failed = sent.status.code == 2
    return Span(sent.name, sent.span_id, sent.parent_span_id, sent.trace_id, failed, values)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Within this context a receiver listens on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Encoding"] == "gzip":
                raise AssertionError("asked for plain")
            found.take(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Receiver(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()
