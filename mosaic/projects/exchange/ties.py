"""What stands below and after what in a file, without circles."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mosaic.tasks.around_shapes import DependencyType

_ROUND = "One of the tasks that it would wait for, or stand below, waits for it; that was left out."


@dataclass(slots=True, frozen=True)
class Wait:
    """That a task waits for another one, by their lines in the file."""

    task: int
    other: int
    type: DependencyType = "FS"
    lag_days: int = 0


@dataclass
class Ties:
    """Parents and dependencies, and what is to be said about some, by lines.

    `numbers` are the lines of tasks by the numbers that texts of the file mention them by.
    """

    parents: dict[int, int] = field(default_factory=dict)
    waits: list[Wait] = field(default_factory=list)
    numbers: dict[int, int] = field(default_factory=dict)
    remarks: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def remark(self, place: int) -> str:
        """Return what is to be said about a task's ties."""
        return " ".join(self.remarks.get(place, ()))

    def settle(self) -> None:
        """Leave out what would lead in a circle, and what is said twice."""
        pairs = [(task, parent) for task, parent in self.parents.items()]
        kept = _straight(pairs)
        self.parents = dict(pair for pair in pairs if pair in kept)
        once = {(one.task, one.other, one.type): one for one in self.waits}
        ways = _straight([(task, other) for task, other, _ in once])
        waits = [one for one in once.values() if (one.task, one.other) in ways]
        dropped = {one for one in once.values() if (one.task, one.other) not in ways}
        for place in {one.task for one in dropped} | {a for a, b in pairs if (a, b) not in kept}:
            self.remarks[place].append(_ROUND)
        self.waits = sorted(waits, key=lambda one: one.task)


def _straight(pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return the pairs without those that close a circle, walking from each first to the second."""
    leads: Mapping[int, list[int]] = _grouped(pairs)
    kept: set[tuple[int, int]] = set()
    done: set[int] = set()
    for start in leads:
        if start in done:
            continue
        way = [(start, iter(leads[start]))]
        on_way = {start}
        while way:
            here, left = way[-1]
            there = next(left, None)
            if there is None:
                way.pop()
                on_way.discard(here)
                done.add(here)
            elif there not in on_way:
                kept.add((here, there))
                if there not in done:
                    way.append((there, iter(leads.get(there, ()))))
                    on_way.add(there)
    return kept


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for first, second in pairs:
        found[first].append(second)
    return dict(found)
