"""How much the tests of reliability do, and where their figures go.

One variable decides: without CHAOS they take their short form, as in `make test`. `make chaos` sets
it to a folder: then they take their full counts, and leave their figures there.
"""

import json
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import TypeVar

T = TypeVar("T")

FOLDER = os.environ.get("CHAOS")


def times(short: T, full: T) -> T:
    """Return how much is to be done in this run."""
    return full if FOLDER else short


def note(promise: str, *figures: str) -> None:
    """Keep what was measured about a promise, a key of `report.ROWS`."""
    if FOLDER:
        told = {"figures": "; ".join(figures), "on": f"{date.today():%-d %B %Y}"}
        Path(FOLDER, f"{promise}.json").write_text(json.dumps(told))


def seconds(values: Sequence[float]) -> str:
    """Return median and longest of some times."""
    return f"{median(values):.1f} s at the median, {max(values):.1f} s at most"
