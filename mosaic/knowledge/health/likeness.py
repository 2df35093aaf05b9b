"""Tells which pages are nearly the same, by title or by text, without comparing each with each."""

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from mosaic.knowledge.names import fold

_WORD = re.compile(r"\w+")
_FEWEST_WORDS = 20  # a shorter text says too little
_AT_ONCE = 3  # words that are compared together
_ROWS, _BANDS = 4, 15
_ALIKE = 0.7  # the share of a text above which it is nearly another
_MOST_OF_ONE_FORM = 5  # more pages with one title, or one text, are made from a form
_RANDOM = np.random.default_rng(7)  # the same each time, so that the same texts are alike
_FACTORS = _RANDOM.integers(1, 2**63, _ROWS * _BANDS, dtype=np.uint64) | np.uint64(1)
_ADDED = _RANDOM.integers(0, 2**63, _ROWS * _BANDS, dtype=np.uint64)

Pair = tuple[int, int]
Sketch = NDArray[np.uint32]


def sketch(text: str) -> Sketch | None:
    """Return sixty numbers, of which two texts share about as many as of what they say (MinHash).

    None where there is too little text. See Broder, "On the resemblance and containment of
    documents", 1997.
    """
    parts = _parts(text)
    if parts is None:
        return None
    mixed = parts[:, None] * _FACTORS + _ADDED
    least: Sketch = (mixed >> np.uint64(32)).min(axis=0).astype(np.uint32)
    return least


def share(one: str, other: str) -> float:
    """Return how much of two texts is the same, 0 to 1: of the runs of words in either."""
    here, there = _parts(one), _parts(other)
    if here is None or there is None:
        return 0.0
    both = np.intersect1d(here, there, assume_unique=True).size
    return float(both / (here.size + there.size - both))


def _parts(text: str) -> NDArray[np.uint64] | None:
    words = _WORD.findall(text.lower())
    if len(words) < _FEWEST_WORDS:
        return None
    known = {word: crc32(word.encode()) for word in set(words)}
    numbers = np.array([known[word] for word in words], dtype=np.uint64)
    runs = np.zeros(len(words) - _AT_ONCE + 1, dtype=np.uint64)
    for place in range(_AT_ONCE):
        runs = runs * np.uint64(0x9E3779B97F4A7C15) + numbers[place : place + runs.size]
    return np.unique(runs)


def near_texts(sketches: Sequence[Sketch]) -> dict[Pair, float]:
    """Return pairs of texts that are nearly the same, by their place, with about how much of them
    is; the nearest first.
    """
    drawn = np.array(sketches, dtype=np.uint32).reshape(-1, _ROWS * _BANDS)
    found = [_neighbours(drawn[:, at : at + _ROWS]) for at in range(0, _ROWS * _BANDS, _ROWS)]
    pairs = np.unique(np.concatenate(found), axis=0)
    near = (drawn[pairs[:, 0]] == drawn[pairs[:, 1]]).mean(axis=1)
    order = [at for at in np.argsort(-near, kind="stable") if near[at] >= _ALIKE]
    shares = {(int(pairs[at, 0]), int(pairs[at, 1])): float(near[at]) for at in order}
    kept = set(_no_forms(list(shares)))
    return {pair: share for pair, share in shares.items() if pair in kept}


def _neighbours(band: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return each two rows that are the same and follow each other when they are sorted."""
    order = np.lexsort(band.T)
    same = (band[order[:-1]] == band[order[1:]]).all(axis=1)
    return np.sort(np.stack([order[:-1][same], order[1:][same]], axis=1), axis=1)


def _no_forms(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs that do not belong to more pages that are all alike."""
    parent: dict[int, int] = {}

    def root(one: int) -> int:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    for one, other in pairs:
        parent[root(one)] = root(other)
    size: defaultdict[int, int] = defaultdict(int)
    for one in parent:
        size[root(one)] += 1
    return [pair for pair in pairs if size[root(pair[0])] <= _MOST_OF_ONE_FORM]


def near_titles(
    titles: Sequence[str], stems: Sequence[str], folders: Sequence[str | None]
) -> list[Pair]:
    """Return pairs of titles that are nearly the same, by their place.

    Those that one letter tells apart, and in one folder those of the same `stems`, as PostgreSQL
    has told: words in whatever form and order. Titles with other numbers are different.
    """
    groups: defaultdict[tuple[str | None, str], list[int]] = defaultdict(list)
    for place, words in enumerate(stems):
        if words:
            groups[folders[place], words].append(place)
    pairs = {pair for group in groups.values() for pair in _each_two(group)}
    hashes, places = array("q"), array("q")
    for place, one in enumerate(map(_letters, titles)):
        for form in _forms(*one):
            hashes.append(hash(form))
            places.append(place)
    order = np.lexsort((places, hashes))
    forms, whose = np.array(hashes)[order], np.array(places)[order]
    near = (forms[:-1] == forms[1:]) & (whose[:-1] != whose[1:])
    for one, other in zip(whose[:-1][near].tolist(), whose[1:][near].tolist(), strict=True):
        spelled = not stems[one] or stems[one] != stems[other]
        if spelled and one_letter_apart(titles[one], titles[other]):
            pairs.add((one, other))
    return sorted(pairs)


def _each_two(group: list[int]) -> Iterator[Pair]:
    if len(group) <= _MOST_OF_ONE_FORM:
        yield from ((a, b) for at, a in enumerate(group) for b in group[at + 1 :])


def _letters(title: str) -> tuple[str, str]:
    words = " ".join(_WORD.findall(fold(title)))
    return re.sub(r"\d+", "", words), " ".join(re.findall(r"\d+", words))


def _forms(letters: str, numbers: str) -> Iterator[tuple[str, str]]:
    yield letters, numbers
    if len(letters) <= 100:
        yield from ((letters[:at] + letters[at + 1 :], numbers) for at in range(len(letters)))


def one_letter_apart(one: str, other: str) -> bool:
    """Tell whether two titles differ by one letter of a long word, or by the space in one.

    A letter more or less counts from six letters on, two in each other's place from five, another
    one from seven; the first letter changes the meaning too often.
    """
    (here, numbers), (there, others) = _letters(one), _letters(other)
    if numbers != others or here == there:
        return False
    before, after = here.split(), there.split()
    if len(before) != len(after):
        return len(here) >= 8 and "".join(before) == "".join(after)
    differ = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    return len(differ) == 1 and _one_letter(*sorted(differ[0], key=len))


def _one_letter(short: str, long: str) -> bool:
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if at == 0:
        return False
    if len(short) < len(long):
        return len(long) >= 6 and short[at:] == long[at + 1 :]
    if short[at + 2 :] == long[at + 2 :] and short[at : at + 2] == long[at : at + 2][::-1]:
        return len(long) >= 5
    return len(long) >= 7 and short[at + 1 :] == long[at + 1 :]
