"""A line of the table of figures."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass
class Row:
    """What was measured, what is wished for, the least it could be, what it is, and how."""

    what: str
    goal: str
    ours: str
    floor: str = ""
    how: str = ""


def quantiles(values: Sequence[float]) -> str:
    """Return median, 95th percentile and maximum of values in milliseconds."""
    ranked = sorted(values)
    p95 = ranked[min(len(ranked) - 1, round(0.95 * len(ranked)))]
    return f"{ranked[len(ranked) // 2]:.0f} / {p95:.0f} / {ranked[-1]:.0f} ms"
