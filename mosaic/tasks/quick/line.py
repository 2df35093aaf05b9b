"""A line that is being read: what of it is understood, and what stays as it is."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Literal, TypeVar

Kind = Literal[
    "date", "start", "time", "repeat", "priority", "assignee", "tag", "project", "estimate"
]
Match = re.Match[str]
Value = TypeVar("Value")
_LITERAL = re.compile(r'"[^"]*"|“[^”]*”|«[^»]*»|\[\[[^\]]*\]\]')
_TAKEN = "#"  # as of a tag, so that no pattern takes it for a word
_MOST_TRIED = 20


@dataclass(frozen=True)
class Part:
    """What was understood: `text` is what stands from `start` to `end`, `meaning` what it is for.

    The meaning of a date is as in 2026-12-24, of a time as in 09:00, of a repeat its RRULE, of a
    priority LOW, MEDIUM or HIGH, of an estimate its minutes; else it is a name.
    """

    kind: Kind
    start: int
    end: int
    text: str
    meaning: str


@dataclass
class Line:
    """The text, and the parts of it that are taken. `escapes` are backslashes that did their work.

    `ignore` names kinds of parts, or words of the text, that nobody wants to be understood.
    """

    text: str
    ignore: Collection[str] = ()
    parts: list[Part] = field(default_factory=list)
    escapes: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._literal = [one.span() for one in _LITERAL.finditer(self.text)]

    def left(self) -> str:
        """Return the text with signs in the place of what is taken."""
        left = list(self.text)
        for part in self.parts:
            left[part.start : part.end] = _TAKEN * (part.end - part.start)
        return "".join(left)

    def is_free(self, start: int, end: int) -> bool:
        """Tell whether words can be understood. With a backslash before them, they are kept."""
        if any(start < last and first < end for first, last in self._literal):
            return False
        if start and self.text[start - 1] == "\\":
            self._literal.append((start, end))
            self.escapes.add(start - 1)
            return False
        return True

    def places(self, pattern: "re.Pattern[str]") -> list[Match]:
        """Return where a pattern fits and nothing else was understood."""
        return [one for one in pattern.finditer(self.left()) if self.is_free(*one.span())]

    def take(self, kind: Kind, start: int, end: int, meaning: str) -> bool:
        """Keep what was understood, unless it is to be ignored."""
        words = self.text[start:end]
        if kind in self.ignore or words in self.ignore:
            return False
        self.parts.append(Part(kind, start, end, words, meaning))
        return True

    def take_last(
        self,
        kind: Kind,
        pattern: "re.Pattern[str]",
        read: Callable[[Match], tuple[Value, str] | None],
    ) -> Value | None:
        """Take the last place that `read` gives a value and a meaning for; return the value.

        Earlier ones stay in the title: there is one of a kind.
        """
        for one in reversed(self.places(pattern)[-_MOST_TRIED:]):
            found = read(one)
            if found and self.take(kind, *one.span(), found[1]):
                return found[0]
        return None

    def is_beside_a_day(self, start: int, end: int) -> bool:
        """Tell whether a place is next to a day, with nothing but spaces and a comma between."""
        days = [part for part in self.parts if part.kind in ("date", "start", "repeat")]
        between = [self.text[day.end : start] for day in days if day.end <= start]
        between += [self.text[end : day.start] for day in days if day.start >= end]
        return any(not words.strip(" ,") for words in between)

    def is_at_an_end(self, start: int, end: int) -> bool:
        """Tell whether there are only parts before a place, or only parts behind it."""
        left = self.left()
        return not (left[:start].strip(f" {_TAKEN}") and left[end:].strip(f" .!?{_TAKEN}"))

    def title(self) -> str:
        """Return what is left, with a single space between words."""
        parts = sorted(self.parts, key=lambda part: part.start)
        ends = [*(part.start for part in parts), len(self.text)]
        title = self._kept(0, ends[0])
        for part, end in zip(parts, ends[1:], strict=True):
            title = _joined(title, self._kept(part.end, end))
        return title.rstrip(" ,;") if parts else title

    def _kept(self, start: int, end: int) -> str:
        kept = (self.text[at] for at in range(start, end) if at not in self.escapes)
        return " ".join("".join(kept).split())


_AROUND_A_PART = re.compile(r"^(?:[\s,;:]|[-–—](?=\s))+")


def _joined(before: str, after: str) -> str:
    """Join what stood on both sides of a part, without punctuation that has lost its use."""
    if not before or before[-1] in ",;":
        after = _AROUND_A_PART.sub("", after)
    if before.endswith("(") and after.startswith(")"):
        before, after = before[:-1].rstrip(), after[1:].lstrip()
    together = not before or not after or after[0] in ",;:.!?)" or before[-1] == "("
    return before + after if together else f"{before} {after}"
