"""Words for runs."""

import re
from pathlib import Path
from typing import get_args

import pytest

from mosaic.jobs.shapes import JobStatus, Phase, StepStatus, StepType
from mosaic.jobs.values import EventType
from mosaic.shell import run_words, words
from tests.shell.test_words import NOW


def test_every_value_has_words() -> None:
    said = [run_words.job_status(value).label for value in get_args(JobStatus)]
    said += [run_words.step_status(value).label for value in get_args(StepStatus)]
    said += [run_words.phase(value) for value in get_args(Phase)]
    said += [run_words.kind(value) for value in get_args(StepType)]
    said += [run_words.event(value) for value in get_args(EventType)]
    assert all(said)
    assert not [one for one in said if re.search(r"fail|error|[A-Z]{2}(?<!AI)|[._]", one)]


def test_what_stopped_is_plum_and_a_gate_asks() -> None:
    assert run_words.job_status("FAILED") == ("Did not finish", "stopped")
    assert run_words.step_status("RUNNING", "GATE").tone == "attention"
    assert run_words.step_status("PENDING", "GATE").tone == ""


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (None, ""),
        (0, "0 ms"),
        (999, "999 ms"),
        (1_000, "1.0 s"),
        (9_999, "9.9 s"),
        (59_999, "59 s"),
        (60_000, "1 min 0 s"),
        (3_599_999, "59 min 59 s"),
        (3_600_000, "1 h 0 min"),
        (172_800_000, "2 days 0 h"),
    ],
)
def test_durations(ms: int | None, said: str) -> None:
    assert run_words.duration(ms) == said


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 B"), (999, "999 B"), (2_400, "2.4 kB"), (10_000_000, "10.0 MB")]
)
def test_sizes(count: int, said: str) -> None:
    assert run_words.size(count) == said


def test_tokens_and_money() -> None:
    assert [run_words.tokens(n) for n in (999, 12_400, 3_100_000)] == ["999", "12.4k", "3.1M"]
    assert run_words.money(None, "EUR") == ""
    assert run_words.money(0.0012, "EUR") == "0.0012 EUR"
    assert run_words.money(12.5, "EUR") == "12.50 EUR"


def test_ahead() -> None:
    from datetime import timedelta

    said = [words.ahead(NOW + timedelta(minutes=m), NOW) for m in (0, 5, 90, 3_000)]
    assert said == ["in a moment", "in 5 minutes", "in 1 hour", "16 March at 14:00"]


def test_the_browser_counts_durations_in_the_same_words() -> None:
    script = (Path(words.__file__).parents[2] / "assets" / "ui" / "lasting.jsx").read_text()
    for unit in (" ms`", " s`", " min ", " h ", " days "):
        assert unit in script
