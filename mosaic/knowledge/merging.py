"""Puts together what two people made of one text.

By lines, after the text that both began with, as `diff3` does: what all three have in common
stands fast, and of what is between, the text that differs from the beginning counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mosaic.knowledge.matching import Matcher


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


def merge(base: str, mine: str, theirs: str) -> list[Piece]:
    """Return the two texts put together, as pieces that join to it."""
    # A break stands between lines: who goes on below the last one leaves it as it is.
    parts = list(_parts(*(text.split("\n") for text in (base, mine, theirs))))
    last = len(parts) - 1
    pieces = [_piece(*sides, end="\n" * (at < last)) for at, sides in enumerate(parts)]
    many = sum(isinstance(piece, Collision) for piece in pieces) > MOST_COLLISIONS
    return [Collision(mine, theirs)] if many else pieces


def _piece(mine: list[str], theirs: list[str], end: str) -> Piece:
    ours, others = ("\n".join(lines) + (end if lines else "") for lines in (mine, theirs))
    return Agreed(ours) if mine is theirs else Collision(ours, others)


def _parts(
    base: list[str], mine: list[str], theirs: list[str]
) -> Iterator[tuple[list[str], list[str]]]:
    """Yield lines that are settled, as the same list twice; and those that collide, of both."""
    at = in_mine = in_theirs = 0
    for start, my_start, their_start, size in _common(base, mine, theirs):
        was, mine_now = base[at:start], mine[in_mine:my_start]
        theirs_now = theirs[in_theirs:their_start]
        settled = theirs_now if mine_now in (was, theirs_now) else mine_now
        if mine_now in (was, theirs_now) or theirs_now == was:
            yield from [(settled, settled)] if settled else []
        else:
            yield mine_now, theirs_now
        at, in_mine, in_theirs = start + size, my_start + size, their_start + size
        same = base[start:at]
        yield from [(same, same)] if size else []


def _common(
    base: list[str], mine: list[str], theirs: list[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield runs of lines that all have, by their starts and size; at the end an empty one."""
    ours, others = (iter(Matcher(base, text).get_matching_blocks()) for text in (mine, theirs))
    our, other = next(ours), next(others)
    while our.size and other.size:
        start, end = max(our.a, other.a), min(our.a + our.size, other.a + other.size)
        if start < end:
            yield start, our.b + start - our.a, other.b + start - other.a, end - start
        if our.a + our.size == end:
            our = next(ours)
        else:
            other = next(others)
    yield len(base), len(mine), len(theirs), 0


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
