"""Field types of what crosses the wire."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from mosaic.core.shapes import Email, Instant, Line, Text


def _read(kind: Any, value: object) -> Any:
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize("kind", [Text, Line, Email])
@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a\udfff@example.org", "\x00@example.org"])
def test_what_cannot_be_stored_is_not_taken(kind: Any, text: str) -> None:
    with pytest.raises(ValidationError):
        _read(kind, text)


def test_text_stays_as_it_was_written() -> None:
    for text in ("", "  a  ", "line\r\nline\t", "🦋 e\u0301", "\u202e", "\uffff"):
        assert _read(Text, text) == text
    assert _read(Line, "  a  b\n") == "a  b"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Ana@Example.ORG ", "ana@example.org"),
        ("ana+x@sub.example.org", "ana+x@sub.example.org"),
        ("ana@server.local", "ana@server.local"),
        ("e\u0301@example.org", "é@example.org"),
        ("ana@xn--bcher-kva.example", "ana@bücher.example"),
    ],
)
def test_an_address_is_kept_in_one_form(written: str, kept: str) -> None:
    assert _read(Email, written) == kept


@pytest.mark.parametrize("text", ["", "ana", "ana@", "@example.org", "a b@c.org", "a@b", "a@b..c"])
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(ValidationError, match="look like an e-mail address"):
        _read(Email, text)


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z"),
        ("2026-01-31T09:00:00+02:00", "2026-01-31T07:00:00Z"),
        ("2026-01-31T09:00:00", "2026-01-31T09:00:00Z"),
        ("2026-01-31 09:00:00.123456Z", "2026-01-31T09:00:00.123456Z"),
    ],
)
def test_times_are_utc(sent: str, answered: str) -> None:
    adapter = TypeAdapter(Instant)
    read = adapter.validate_python(sent)
    assert read.tzinfo is UTC
    assert adapter.dump_python(read, mode="json") == answered
    assert isinstance(adapter.dump_python(read), datetime)


def test_times_beyond_the_calendar_are_told() -> None:
    for sent in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"):
        with pytest.raises(ValidationError, match="between the years 1 and 9999"):
            _read(Instant, sent)
