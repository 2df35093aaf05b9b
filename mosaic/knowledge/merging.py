"""Puts together what two people made of one text.

By lines, after the text that both began with: `merge3`, the algorithm of Bazaar and of `diff3`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from merge3 import Merge3
from patiencediff import PatienceSequenceMatcher


@dataclass(frozen=True)
class Agreed:
    """Lines that are settled: nobody changed them, one did, or both did the same."""

    text: str


@dataclass(frozen=True)
class Collision:
    """Lines that both changed, each in another way."""

    mine: str
    theirs: str


Piece = Agreed | Collision
# More than this many questions nobody answers: then the two texts stand as one choice.
MOST_COLLISIONS = 200
_MATCHER: Any = PatienceSequenceMatcher


def merge(base: str, mine: str, theirs: str) -> list[Piece]:
    """Return the two texts put together, as pieces that join to it."""
    merged = Merge3(_lines(base), _lines(mine), _lines(theirs), sequence_matcher=_MATCHER)
    pieces = [_piece(group) for group in merged.merge_groups()]
    many = sum(isinstance(piece, Collision) for piece in pieces) > MOST_COLLISIONS
    return [Collision(mine, theirs)] if many else pieces


def _piece(group: Sequence[object]) -> Piece:
    kind, *parts = group
    texts = ["".join(part) for part in parts if isinstance(part, list)]
    if kind == "conflict":
        # Of (base, mine, theirs) the base comes along only where there is one.
        return Collision(mine=texts[-2], theirs=texts[-1])
    return Agreed(texts[0])


def joined(pieces: Sequence[Piece]) -> str | None:
    """Return the text that the pieces make; None while any of them collide."""
    if any(isinstance(piece, Collision) for piece in pieces):
        return None
    return "".join(piece.text for piece in pieces if isinstance(piece, Agreed))


def settled(pieces: Sequence[Piece], choices: Sequence[str]) -> str:
    """Return the text with each collision settled: "mine", "theirs", or "both" in this order."""
    left = iter(choices)
    texts = []
    for piece in pieces:
        if isinstance(piece, Agreed):
            texts.append(piece.text)
            continue
        choice = next(left, "both")
        if choice == "both":
            first = piece.mine
            first += "" if not first or first.endswith("\n") or not piece.theirs else "\n"
            texts.append(first + piece.theirs)
        else:
            texts.append(piece.mine if choice == "mine" else piece.theirs)
    return "".join(texts)


def value(base: object, mine: object, theirs: object) -> object:
    """Return the one of two values that somebody changed; `mine` where both did.

    Of lists, what both added is there and what either removed is not.
    """
    if isinstance(base, list) and isinstance(mine, list) and isinstance(theirs, list):
        kept = [one for one in theirs if one in mine or one not in base]
        return kept + [one for one in mine if one not in base and one not in kept]
    return theirs if mine == base else mine


def _lines(text: str) -> list[str]:
    """Return lines with their ends; only `\\n` ends one."""
    parts = text.split("\n")
    lines = [f"{part}\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines
