"""The lines of a page's history, and the addresses at which it is looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from mosaic.knowledge.timeline import Edits
from mosaic.knowledge.version_shapes import VersionRow
from mosaic.shell import words
from mosaic.shell.paging import address


@dataclass(frozen=True)
class Look:
    """What the address asks for: two versions, the one that is `kept` for comparing, if any, and
    the page of the time line.
    """

    place: str
    old: int
    new: int
    kept: int = 0
    page: int = 1

    def at(self, old: int, new: int, **more: str) -> str:
        """Return the address at which two versions are compared."""
        kept = {"keep": str(self.kept)} if self.kept else {}
        given = {"from": str(old), "to": str(new), **kept, **more}
        return address(self.place, self.page, **given)

    def at_page(self, page: int) -> str:
        """Return the address of another part of the time line, whichever versions are compared."""
        return f"{replace(self, page=1).at(self.old, self.new)}&page={page}"

    def beside(self, first: int, last: int) -> str:
        """Return the address that shows what versions changed; or what lies between them and the
        one that is kept.
        """
        old, new = max(1, first - 1), last
        if self.kept:
            old, new = min(self.kept, last), max(self.kept, last)
        return self.at(old, new)

    def keeping(self, number: int, latest: int) -> str:
        """Return the address at which a version is kept; 0 lets go of it."""
        kept = {"keep": str(number)} if number else {}
        old = {"from": str(number or self.old), "to": str(latest if number else self.new)}
        return address(self.place, self.page, **old, **kept)


def look(
    place: str, asked: Mapping[str, str], latest: int, newest: Edits | None, page: int
) -> Look:
    """Return what an address asks for; without any versions, what was saved last."""
    last = newest if newest and "to" not in asked else None
    new = number(asked, "to") or latest
    old = number(asked, "from") or max(1, last.first - 1 if last else new - 1)
    kept = number(asked, "keep")
    return Look(place, old, new, kept if kept <= latest else 0, page)


def number(asked: Mapping[str, str], name: str) -> int:
    """Return a number that an address asks for; 0 for anything else."""
    text = asked.get(name, "")[:8]
    return int(text) if text.isdecimal() else 0


@dataclass
class VersionLine:
    """A version in the time line, or several together: `edits` says how many, `open` whether each
    has a line of its own below. `href` shows what changed, `keep` keeps it for comparing, and so it
    may be `kept`. `part`: of several.
    """

    first: int
    number: int
    name: str
    href: str
    keep: str
    kept: bool
    who: str
    when: str
    exactly: str
    note: str
    size: str
    shown: str
    edits: str = ""
    open: bool = False
    part: bool = False


@dataclass(frozen=True)
class Known:
    """What is known of versions: lines by their numbers, and people's names."""

    rows: Mapping[int, VersionRow]
    names: Mapping[UUID, str]
    latest: int


def wanted(found: Sequence[Edits], opened: Sequence[int]) -> set[int]:
    """Return the numbers of the versions that the lines are made from."""
    numbers = {number for one in found for number in (one.first - 1, one.last)}
    return numbers | {n for one in found if one.first in opened for n in _inside(one)}


def _inside(one: Edits) -> range:
    return range(one.last, one.first - 1, -1)


def around(found: Sequence[Edits], look: Look) -> list[int]:
    """Return the first of the edits that are to be opened, as what is looked at lies among them."""
    return [
        one.first
        for one in found
        if one.first <= look.new <= one.last and not _covers(one.first, one.last, look)
    ]


def _covers(first: int, last: int, look: Look) -> bool:
    return look.new == last and (look.old <= max(1, first - 1) or first == last)


def lines(
    found: Sequence[Edits], known: Known, look: Look, opened: Sequence[int]
) -> Iterator[VersionLine]:
    """Yield the lines of what was saved, each of those that are opened with its parts."""
    for one in found:
        if one.first == one.last:
            yield _line(one.last, one.last, known, look)
            continue
        line = _line(one.first, one.last, known, look)
        line.name = f"Versions {one.first} to {one.last}"
        line.edits = words.count(one.last - one.first + 1, "edit")
        line.open = one.first in opened
        yield line
        for number in _inside(one) if line.open else ():
            part = _line(number, number, known, look)
            part.part = True
            if line.shown == "true":
                part.shown = "false"
            yield part


def _line(first: int, last: int, known: Known, look: Look) -> VersionLine:
    row, before = known.rows[last], known.rows.get(first - 1)
    grown = row.size - before.size if before else 0
    return VersionLine(
        first=first,
        number=last,
        name=f"Version {last}",
        href=look.beside(first, last),
        keep="" if last in (known.latest, look.kept) else look.keeping(last, known.latest),
        kept=last == look.kept,
        who=known.names.get(row.created_by, "Somebody who has left"),
        when=words.ago(row.created_at),
        exactly=f"{row.created_at:%Y-%m-%d %H:%M:%S} UTC",
        note=row.change_note or ("Written" if first == 1 else ""),
        size=f"{grown:+,} letters".replace("-", "−") if grown else "",
        shown="true" if _is_shown(first, last, look) else "false",
    )


def _is_shown(first: int, last: int, look: Look) -> bool:
    if look.kept:
        return last == (look.new if look.old == look.kept else look.old)
    return _covers(first, last, look)
