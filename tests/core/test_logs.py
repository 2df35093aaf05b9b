"""What a line of the log looks like, and what it never holds."""

import json
import logging
import sys
from collections.abc import Iterator
from uuid import uuid4

import pydantic
import pytest

from mosaic.core import logs
from mosaic.core.config import load
from mosaic.knowledge.shapes import EntryCreate

log = logging.getLogger("mosaic.something")
SECRET = "open-Sesame.7f3a"


@pytest.fixture
def configured() -> Iterator[None]:
    """Let a test configure the log, and put it back as it was."""
    root, mosaic = logging.getLogger(), logging.getLogger("mosaic")
    before = root.handlers[:], root.level, mosaic.level
    yield
    root.handlers[:], root.level, mosaic.level = before


@pytest.mark.usefixtures("configured")
def test_a_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load())
    log.info("not said")
    with logs.bound(request_id="r-1"):
        log.warning("said to %s", "Ana", extra={"ms": 4, "unknown": "left out"})
    [line] = capsys.readouterr().err.splitlines()
    assert line.split("Z ", 1)[1].split() == [
        *("[warning", "]", "said", "to", "Ana", "[mosaic.something]", "ms=4", "request_id=r-1")
    ]


@pytest.mark.usefixtures("configured")
def test_a_line_of_json_and_the_level(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):  # once more changes nothing
        logs.configure(load(log_format="JSON", log_level="INFO"))
    log.debug("not said")
    logging.getLogger("httpx").info("libraries say less")
    with logs.bound(request_id="r-2"):
        log.info("said", extra={"route": "/api/{x}", "status": 200})
    [line] = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told.pop("timestamp").endswith("Z")
    assert told == {
        "event": "said",
        "level": "info",
        "logger": "mosaic.something",
        "request_id": "r-2",
        "route": "/api/{x}",
        "status": 200,
    }


@pytest.mark.usefixtures("configured")
def test_a_line_that_cannot_be_made_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load())
    [handler] = [one for one in logging.getLogger().handlers if isinstance(one, logs._Handler)]
    handler.handle(logging.makeLogRecord({"name": "x", "msg": "%d", "args": (SECRET,)}))
    said = capsys.readouterr().err
    assert "could not be logged" in said
    assert SECRET not in said


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://mosaic:{}@db/mosaic",
        "https://ana@example.org:{}@cloud/feed",
        "GET https://id.example/cb?code={}&state=x",
        "at /api/auth/oidc/callback?state=1&code={}",
        "Authorization: Bearer {}",
        "{{'authorization': 'Basic {}'}}",
        "token={}",
        "password='{}'",
        '{{"currentPassword": "{}", "name": "Ana"}}',
        "{{'client_secret': '{}'}}",
        "Cookie: mosaic_session=1; other={}",
        "Authorization: Digest username=ana, response={}",
        "postgresql://ana:p@ss/{}@db/mosaic",
        "code_verifier={}&x=1",
        "mos_{}",
        "eyJhbGciOiJIUzI1NiJ9.{}.c2ln",
        "https://wiki.example/p/{}",
        "/api/invitations/{}/acceptance",
        "duplicate key\nDETAIL:  Key (email)=({}) already exists.",
        "1 validation error [type=x, input_value='{}', input_type=str]",
    ],
)
def test_what_looks_like_a_secret_is_left_out(lines: list[str], text: str) -> None:
    whole = text.format(SECRET)
    log.warning("at %s", whole)
    log.warning("at", extra={"statement": whole})
    try:
        raise RuntimeError(whole)
    except RuntimeError:
        log.exception("came across")
    assert len(lines) == 3
    assert [line for line in lines if SECRET in line] == []
    assert all("…" in json.loads(line).__str__() for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/knowledge/entries/{slug} 200",
        "Is this so? Yes, see https://example.org/a/b.",
        "import: Somebody changed the same thing at this moment. Try again.",
        "SELECT id, name FROM api_tokens WHERE token_hash = %(token_hash_1)s",
        "The worker ended with -9; the next starts in 1 s.",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert logs.mask(text) == text


def test_secrets_of_the_settings_are_left_out_whatever_they_look_like() -> None:
    settings = load(
        database_url="postgresql://mosaic:first%2Fpass@db/mosaic",
        valkey_url="redis://:secondpass@cache",
        oidc_client_secret="third secret words",
        metrics_token="fourth secret words",
        jwt_secret="fifth secret words that are long enough",
    )
    said = "a first/pass b first%2Fpass c secondpass d third secret words e fourth secret words"
    record = logging.makeLogRecord(
        {"name": "x", "msg": f"{said} f fifth secret words that are long enough", "level": "INFO"}
    )
    line = logs.formatter(settings).format(record)
    assert "a … b … c … d … e … f …" in line


def test_nobody_can_write_a_line_by_what_they_send(lines: list[str]) -> None:
    log.warning("asked for %s", "a\n2026-01-01 [info] all is well\r\u2028b")
    assert json.loads(lines[0])["event"] == "asked for a 2026-01-01 [info] all is well  b"


def test_values_of_variables_and_of_shapes_are_not_in_a_traceback(lines: list[str]) -> None:
    held = uuid4().hex
    with pytest.raises(pydantic.ValidationError) as problem:
        EntryCreate.model_validate({"title": {"kept": held}})
    log.error("came across", exc_info=problem.value)
    assert "validation error" in lines[0]
    assert held not in lines[0]


def test_libraries_that_quote_people_are_not_quoted(lines: list[str]) -> None:
    for name in ("reflex.app", "reflex_base.event.processor", "reflex_components_core.upload"):
        logging.getLogger(name).warning("Error transforming {'password': '%s'}", SECRET)
    try:
        raise KeyError(SECRET)
    except KeyError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved: %s", SECRET)
    told = [json.loads(line) for line in lines]
    here = sys._getframe().f_code.co_name
    assert {one["event"].partition(",")[0] for one in told} == {here}
    assert told[-1]["exception"].endswith("KeyError")
    assert __file__ in told[-1]["exception"]
    assert SECRET not in "".join(lines)


@pytest.mark.usefixtures("configured")
def test_no_library_writes_past_it(capsys: pytest.CaptureFixture[str]) -> None:
    """The sockets' library brings a handler of its own, which quotes what was sent."""
    library = logging.getLogger("engineio.server")
    library.addHandler(logging.StreamHandler(sys.stderr))
    logs.configure(load())
    library.error("message async handler: %s", SECRET)
    [line] = capsys.readouterr().err.splitlines()
    assert SECRET not in line
