"""What the address of a run's page says: which view, which attempt, what is opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from mosaic.jobs.overview import PHASES

VIEWS = ("steps", "times", "tokens", "events", "data")
_MOST_OPENED = 8


@dataclass(frozen=True)
class Place:
    """A place on the page of a run, kept in its address so that nothing is lost with a reload.

    `phases` are those that are opened; None leaves that to how the run stands. `pages` says which
    part of a phase is shown, where somebody chose one.
    """

    base: str
    view: str = "steps"
    attempt: int = 0
    phases: tuple[str, ...] | None = None
    pages: dict[str, int] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    before: int | None = None

    @classmethod
    def read(cls, base: str, asked: Mapping[str, str]) -> "Place":
        """Read the query of an address; what does not fit is passed over."""
        view, phases = asked.get("view", ""), asked.get("phases")
        pairs = (part.partition(":") for part in asked.get("pages", "").split(","))
        return cls(
            base,
            view if view in VIEWS else "steps",
            number(asked.get("attempt", "")),
            None if phases is None else tuple(p for p in phases.split(",") if p in PHASES),
            {phase: number(page) or 1 for phase, _, page in pairs if phase in PHASES},
            tuple(filter(None, asked.get("open", "").split(",")))[:_MOST_OPENED],
            number(asked.get("before", "")) or None,
        )

    def address(self, **changes: Any) -> str:
        """Return the address of this place with some changes."""
        to = replace(self, **changes)
        given = {
            "view": "" if to.view == "steps" else to.view,
            "attempt": str(to.attempt or ""),
            "phases": None if to.phases is None else ",".join(to.phases),
            "pages": ",".join(f"{phase}:{page}" for phase, page in to.pages.items()),
            "open": ",".join(to.opened),
            "before": str(to.before or ""),
        }
        kept = {k: v for k, v in given.items() if v or (k == "phases" and v is not None)}
        return f"{to.base}?{urlencode(kept, safe=':,')}" if kept else to.base

    def with_phase(self, phase: str, shown: bool, others: tuple[str, ...]) -> str:
        """Return the address at which a phase is opened or closed, `others` being open now."""
        rest = tuple(one for one in others if one != phase)
        return self.address(phases=(*rest, phase) if shown else rest)

    def with_step(self, step: str) -> str:
        """Return the address at which a step is opened, or closed if it is open."""
        rest = tuple(one for one in self.opened if one != step)
        opened = rest if step in self.opened else (*rest, step)
        return self.address(opened=opened[-_MOST_OPENED:])


def number(text: str) -> int:
    """Return a number that somebody wrote into an address; 0 for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
