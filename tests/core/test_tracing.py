"""Traces: what is told of requests, statements and steps, and that no value is among it."""

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from mosaic.core import tracing
from mosaic.core.config import ROOT, load
from tests.conftest import Configure
from tests.jobs.engine.runs import ask, ended
from tests.receiver import Receiver, receiving
from tests.world import World

SECRET = "open-Sesame7f3a"


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """All tests of this module send to one, as a process sends to one."""
    with receiving() as found:
        assert tracing.start(load(otel_exporter_otlp_endpoint=found.url))
        yield found
        tracing._provider.shutdown()


@pytest.fixture
def spans(receiver: Receiver) -> Receiver:
    """The receiver without what came before."""
    tracing._provider.force_flush()
    receiver.spans.clear()
    receiver.raw.clear()
    return receiver


async def test_a_request_with_its_statements(world: World, spans: Receiver) -> None:
    parent = "0af7651916cd43dd8448eb211c80319c"
    sent = {"X-Request-Id": "r-7", "traceparent": f"00-{parent}-b7ad6b7169203331-01"}
    answer = await world.ana.http.post(
        "/api/knowledge/entries",
        json={"title": SECRET, "content": SECRET},
        params={"token": SECRET},
        headers=sent,
    )
    assert answer.status_code == 201
    tracing._provider.force_flush()
    [request] = spans.named("POST /api/knowledge/entries")
    assert request.trace.hex() == parent
    assert request.attributes == {
        "http.request.method": "POST",
        "http.route": "/api/knowledge/entries",
        "http.response.status_code": 201,
        "url.scheme": "http",
        "mosaic.request_id": "r-7",
    }
    statements = [one for one in spans.under(request) if "db.query.text" in one.attributes]
    assert {"SELECT", "INSERT"} <= {one.name for one in statements}
    assert any("INTO entries" in one.attributes["db.query.text"] for one in statements)
    assert all(one.attributes["db.system.name"] == "postgresql" for one in statements)
    assert SECRET.lower().encode() not in b"".join(spans.raw).lower()


async def test_addresses_that_are_keys_and_what_breaks(
    world: World, spans: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (f"/p/{SECRET}", f"/api/invitations/{SECRET}", f"/{SECRET}"):
        await world.ana.http.get(path, params={"code": SECRET})

    def breaks() -> None:
        raise RuntimeError(f"nobody knows {SECRET}")

    monkeypatch.setattr("mosaic.core.database._sessions", breaks)
    await world.ana.http.get("/api/auth/me")
    tracing._provider.force_flush()
    [broken] = spans.named("GET /api/auth/me")
    assert broken.failed
    assert broken.attributes["error.type"].endswith("RuntimeError")
    assert len(spans.named("GET /p/{token}")) == 1
    assert SECRET.lower().encode() not in b"".join(spans.raw).lower()


@pytest.mark.usefixtures("performer")
async def test_the_steps_of_a_run(world: World, spans: Receiver) -> None:
    id = await ask(world.mia, "TEST_PHASES", SECRET, input={"password": SECRET})
    await ended(world.mia, id)
    tracing._provider.force_flush()
    [step] = spans.named("TEST_PHASES set_up")
    assert step.attributes == {"mosaic.run": str(id), "mosaic.attempt": 1}
    assert spans.under(step)
    assert len(spans.named("TEST_PHASES execute")) == 2
    assert SECRET.lower().encode() not in b"".join(spans.raw).lower()


async def test_a_statement_that_does_not_work_out(world: World, spans: Receiver) -> None:
    from sqlalchemy import text

    with tracing.tracer.start_as_current_span("around"), pytest.raises(Exception, match="nowhere"):
        async with world.ana.work() as work:
            await work.session.execute(text("SELECT 1 FROM nowhere"))
    tracing._provider.force_flush()
    [failed] = [one for one in spans.named("SELECT") if "nowhere" in str(one.attributes)]
    assert failed.failed


def test_off_without_an_endpoint_and_told_without_the_packages(
    configure: Configure, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "_provider", None)
    assert not tracing.start(configure())
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with caplog.at_level(logging.WARNING):
        assert not tracing.start(load(otel_exporter_otlp_endpoint="http://127.0.0.1:1"))
    assert "not installed" in caplog.text


def test_what_traces_need_goes_with_everything_else() -> None:
    pins = [
        {line.split()[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}
        for name in ("requirements.txt", "requirements-traces.txt", "requirements-dev.txt")
    ]
    assert pins[0] < pins[1] < pins[2]


LEAVING = """
from mosaic.core import tracing
from mosaic.core.config import load
assert tracing.start(load(otel_exporter_otlp_endpoint="http://127.0.0.1:1"))
with tracing.tracer.start_as_current_span("work"):
    pass
"""


def test_a_receiver_that_is_away_keeps_nobody(tmp_path: object) -> None:
    done = subprocess.run([sys.executable, "-c", LEAVING], timeout=60, capture_output=True)
    assert done.returncode == 0, done.stderr
