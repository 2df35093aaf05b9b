"""A line of the table of figures."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass
class Row:
    """What was measured, what is wished for, the least it could be, what it is, and how.

    `ratio` is how many times the floor the median is.
    """

    what: str
    goal: str
    ours: str
    floor: str = ""
    ratio: str = ""
    how: str = ""


def against(
    what: str, goal: str, ours: Sequence[float], floor: Sequence[float], how: str = ""
) -> Row:
    """Return the row of times in milliseconds and their floor of the same run."""
    least = at(floor, 0.5)
    return Row(what, goal, quantiles(ours), f"{least:.2f} ms", f"{at(ours, 0.5) / least:.1f}", how)


def timed(act: Callable[[T], object], each: Iterable[T]) -> list[float]:
    """Return how many milliseconds `act` took for each, one after the other."""
    took = []
    for one in each:
        begun = time.perf_counter()
        act(one)
        took.append((time.perf_counter() - begun) * 1000)
    return took


def quantiles(values: Sequence[float]) -> str:
    """Return median, 95th and 99th percentile of values in milliseconds."""
    three = [at(values, part) for part in (0.5, 0.95, 0.99)]
    return " / ".join(f"{value:.{0 if value >= 100 else 1}f}" for value in three) + " ms"


def at(values: Sequence[float], part: float) -> float:
    """Return the value below which this part of the values lies."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(part * len(ranked)))]
