"""Differences between two texts: by lines, and by words within lines that changed.

Patience diff, which takes about as long as the texts are, whatever they say.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mosaic.knowledge.matching import Matcher
from mosaic.knowledge.search.letters import UNSPACED

Op = Literal["equal", "insert", "delete", "replace"]
_AROUND = 3
_MOST_WORDS = 50_000  # in the two lines together; longer ones are compared as a whole
_NO_END = "\n\\ No newline at end of file\n"
_WORDS = re.compile(rf"{UNSPACED.pattern[:-1]}|\w+|\s+|[^\w\s]")


@dataclass
class Part:
    """A run of words on a line that changed."""

    op: Literal["equal", "insert", "delete"]
    text: str


@dataclass
class Line:
    """A line of either text, or one that became another, with its words."""

    op: Op
    old: str | None
    new: str | None
    words: list[Part] = field(default_factory=list)


@dataclass
class Hunk:
    """Lines that changed with three around them; the starts count from 1."""

    old_start: int
    new_start: int
    lines: list[Line]


@dataclass
class Difference:
    """What has to be done to one text to get the other."""

    unified: str
    hunks: list[Hunk]
    added: int
    removed: int


def compare(old: str, new: str) -> Difference:
    """Compare two texts. `unified` is what `patch` takes; added and removed count lines."""
    before, after = old.split("\n"), new.split("\n")
    hunks = []
    added = removed = 0
    for group in Matcher(before, after).get_grouped_opcodes(_AROUND):
        lines = [line for opcode in group for line in _lines(opcode, before, after)]
        hunks.append(Hunk(group[0][1] + 1, group[0][3] + 1, lines))
        added += sum(line.new is not None and line.op != "equal" for line in lines)
        removed += sum(line.old is not None and line.op != "equal" for line in lines)
    return Difference(_unified(old, new), hunks, added, removed)


def _unified(old: str, new: str) -> str:
    before, after = _kept(old), _kept(new)
    lines = [] if before == after else ["--- old\n", "+++ new\n"]
    for group in Matcher(before, after).get_grouped_opcodes(_AROUND):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        lines.append(f"@@ -{_range(i1, i2)} +{_range(j1, j2)} @@\n")
        for op, i1, i2, j1, j2 in group:
            kept = "-" if op != "equal" else " "
            lines += [f"{kept}{line}" for line in before[i1:i2]]
            lines += [f"+{line}" for line in after[j1:j2] if op != "equal"]
    return "".join(line if line.endswith("\n") else f"{line}{_NO_END}" for line in lines)


def _range(start: int, end: int) -> str:
    """Return how a unified diff names lines: it counts from 1, and none stand after a line."""
    if end - start == 1:
        return str(end)
    return f"{start + (end > start)},{end - start}"


def _kept(text: str) -> list[str]:
    """Return the lines of a text with their ends, which only `\\n` is."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _lines(
    opcode: tuple[str, int, int, int, int], before: Sequence[str], after: Sequence[str]
) -> Iterator[Line]:
    op, i1, i2, j1, j2 = opcode
    if op == "equal":
        yield from (Line("equal", line, line) for line in before[i1:i2])
        return
    both = min(i2 - i1, j2 - j1)
    for was, now in zip(before[i1 : i1 + both], after[j1 : j1 + both], strict=True):
        yield Line("replace", was, now, words(was, now))
    yield from (Line("delete", line, None) for line in before[i1 + both : i2])
    yield from (Line("insert", None, line) for line in after[j1 + both : j2])


def words(old: str, new: str) -> list[Part]:
    """Compare two lines by words; in scripts without spaces between them, by letters."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if len(before) + len(after) > _MOST_WORDS:
        before, after = [old], [new]
    parts: list[Part] = []
    for op, i1, i2, j1, j2 in Matcher(before, after).get_opcodes():
        if op == "equal":
            parts.append(Part("equal", "".join(before[i1:i2])))
            continue
        gone, come = "".join(before[i1:i2]), "".join(after[j1:j2])
        parts += [Part("delete", gone)] if gone else []
        parts += [Part("insert", come)] if come else []
    return parts
