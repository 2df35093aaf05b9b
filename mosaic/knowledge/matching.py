"""Which lines or words two texts have in common: Bram Cohen's patience diff.

Takes about as long as the texts are, whatever they say.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher

_DEEPEST = 10  # times that what lies between two matches is looked at again


class Matcher(SequenceMatcher[str]):
    """The standard library's, with matches by which people see what was moved and what changed."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, old, new, autojunk=False)
        self._old, self._new = old, new

    def get_matching_blocks(self) -> list[Match]:
        """Return runs that both have, in the order of both; an empty one at the end."""
        blocks: list[Match] = []
        everything = (0, len(self._old), 0, len(self._new))
        for a, b in _pairs(self._old, self._new, everything, _DEEPEST):
            if blocks and (last := blocks[-1]).a + last.size == a and last.b + last.size == b:
                blocks[-1] = last._replace(size=last.size + 1)
            else:
                blocks.append(Match(a, b, 1))
        return [*blocks, Match(len(self._old), len(self._new), 0)]


def _pairs(
    old: Sequence[str], new: Sequence[str], within: tuple[int, int, int, int], depth: int
) -> Iterator[tuple[int, int]]:
    """Yield places that match: what both begin with, what is unique in both, what both end with."""
    a, a_end, b, b_end = within
    while a < a_end and b < b_end and old[a] == new[b]:
        yield a, b
        a, b = a + 1, b + 1
    same = 0
    while a < a_end - same and b < b_end - same and old[a_end - same - 1] == new[b_end - same - 1]:
        same += 1
    a_end, b_end = a_end - same, b_end - same
    if depth and (anchors := _anchors(old, new, (a, a_end, b, b_end))):
        for a_next, b_next in [*anchors, (a_end, b_end)]:
            yield from _pairs(old, new, (a, a_next, b, b_next), depth - 1)
            if a_next < a_end:
                yield a_next, b_next
            a, b = a_next + 1, b_next + 1
    yield from ((a_end + at, b_end + at) for at in range(same))


def _anchors(
    old: Sequence[str], new: Sequence[str], within: tuple[int, int, int, int]
) -> list[tuple[int, int]]:
    """Return the most places of what is there once in both that are in the order of both."""
    a, a_end, b, b_end = within
    here, there = Counter(old[a:a_end]), Counter(new[b:b_end])
    places = {new[at]: at for at in range(b, b_end) if there[new[at]] == 1 == here[new[at]]}
    piles: list[int] = []  # the least place in the new text that ends an order of this length
    tops: list[tuple[int, int]] = []
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    for at in range(a, a_end):
        if (place := places.get(old[at])) is None:
            continue
        pile = bisect_left(piles, place)
        before[at, place] = tops[pile - 1] if pile else None
        piles[pile : pile + 1], tops[pile : pile + 1] = [place], [(at, place)]
    found: list[tuple[int, int]] = []
    last = tops[-1] if tops else None
    while last is not None:
        found.append(last)
        last = before[last]
    return found[::-1]
