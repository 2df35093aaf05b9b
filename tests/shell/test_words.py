"""Words for wire values and times."""

from datetime import UTC, datetime, timedelta

import pytest

from mosaic.shell import account_words, words

NOW = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "yesterday"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=7), "7 March"),
        (timedelta(days=400), "7 February 2025"),
    ],
)
def test_ago(passed: timedelta, said: str) -> None:
    assert words.ago(NOW - passed, NOW) == said


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages"), (1204, "1,204 pages")]
)
def test_count(number: int, said: str) -> None:
    assert words.count(number, "page") == said


def test_a_plural_of_its_own() -> None:
    assert words.count(3, "entry", "entries") == "3 entries"


def test_what_nobody_wrote_words_for_is_still_calm() -> None:
    assert words.status("NOT_STARTED").label == "Not started"
    assert words.action("SHARED_WITH") == "shared with"
    assert words.thing("calendar_event") == "calendar event"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/142.0.0.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Another program"),
    ],
)
def test_device(agent: str, said: str) -> None:
    assert account_words.device(agent) == said


def test_the_length_of_a_text_is_said_with_the_time_it_takes() -> None:
    assert words.length(1) == "1 word"
    assert words.length(1_380) == "1,380 words, 6 min to read"
