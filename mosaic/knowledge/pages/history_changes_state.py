"""What lies between two versions, as safe HTML: everything that people wrote is escaped."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

from mosaic.knowledge import kinds
from mosaic.knowledge.diffing import Part
from mosaic.knowledge.diffing import words as compare_words
from mosaic.knowledge.front_matter import REMOVED
from mosaic.knowledge.version_shapes import DiffField, DiffHunk, DiffLine, DiffPart, DiffPublic
from mosaic.shell import words

_MOST_ROWS = 2_000
_LONGEST_VALUE = 2_000


def changes(found: DiffPublic) -> Iterator[str]:
    """Yield the comparison: what the versions had beside their texts, then the texts."""
    yield from _fields(found.fields or {})
    if found.title.old != found.title.new:
        yield '<p class="gap">Title</p>'
        parts = compare_words(found.title.old, found.title.new)
        yield difference(
            "replace", 0, marked(parts, "delete", "del"), 0, marked(parts, "insert", "ins")
        )
    left, at = _MOST_ROWS, 1
    for hunk in found.hunks:
        if hunk.old_start > at:
            lines = words.count(hunk.old_start - at, "line")
            yield f'<p class="gap">{lines} the same</p>'
        yield from _rows(hunk, left)
        left -= len(hunk.lines)
        at = hunk.old_start + sum(line.old is not None for line in hunk.lines)
        if left <= 0:
            yield '<p class="gap">There is more than can be shown here.</p>'
            return


def _fields(found: Mapping[str, DiffField]) -> Iterator[str]:
    rows = [row for name, one in found.items() for row in _field(name, one.old, one.new)]
    if rows:
        yield f'<dl class="fields">{"".join(rows)}</dl>'


def _field(name: str, old: Any, new: Any) -> Iterator[str]:
    if name == "properties":
        for one in sorted({*old, *new}, key=str.casefold):
            was, now = old.get(one, REMOVED), new.get(one, REMOVED)
            if was != now:
                yield _row(one, _value(was), _value(now))
    elif isinstance(new, list):
        gone = [f"− {_mark('del', one)}" for one in old if one not in new]
        come = [f"+ {_mark('ins', one)}" for one in new if one not in old]
        yield _term(words.field(name), " ".join([*gone, *come]) or escape(", ".join(new)))
    else:
        was, now = _said(name, old), _said(name, new)
        yield _row(words.field(name), was, now)


def _said(name: str, value: Any) -> str:
    if name == "status":
        return words.status(value).label
    return words.seen_by(value) if name == "visibility" else value or ""


def _value(value: Any) -> str:
    if value is REMOVED:
        return ""
    every = value if isinstance(value, list) else [value]
    return ", ".join(map(kinds.written, every))[:_LONGEST_VALUE] or "—"


def _row(name: str, was: str, now: str) -> str:
    arrow = " <span>→</span> " if was and now else ""
    return _term(name, f"{_mark('del', was)}{arrow}{_mark('ins', now)}")


def _term(name: str, value: str) -> str:
    return f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>"


def _mark(tag: str, value: str) -> str:
    return f"<{tag}>{escape(value)}</{tag}>" if value else ""


def _rows(hunk: DiffHunk, most: int) -> Iterator[str]:
    old, new = hunk.old_start, hunk.new_start
    for line in hunk.lines[:most]:
        was, now = _sides(line)
        yield difference(line.op, old, was, new, now)
        old += line.old is not None
        new += line.new is not None


def _sides(line: DiffLine) -> tuple[str, str]:
    if line.op == "replace":
        return marked(line.words, "delete", "del"), marked(line.words, "insert", "ins")
    return escape(line.old or ""), escape(line.new or "")


def marked(parts: Iterable[DiffPart | Part], op: str, tag: str) -> str:
    """Return one side of a line as safe HTML, what only it has (`op`) in a `tag`."""
    kept = [part for part in parts if part.op in ("equal", op)]
    return "".join(
        f"<{tag}>{escape(part.text)}</{tag}>" if part.op == op else escape(part.text)
        for part in kept
    )


def difference(op: str, old: int, was: str, new: int, now: str) -> str:
    """Return a line as it was beside what it is, both safe HTML, with their numbers."""
    left = f'<i>{old or ""}</i><span class="old">{was}</span>'
    right = f'<i>{new or ""}</i><span class="new">{now}</span>'
    return f'<div class="difference {op}">{left}{right}</div>'
