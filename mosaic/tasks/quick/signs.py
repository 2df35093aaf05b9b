"""Parts that begin with a sign: #tag, !high, @maria, +project and ~30m."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from mosaic.knowledge.names import slugify
from mosaic.tasks.quick.day_words import AFTER, BEFORE
from mosaic.tasks.quick.line import Line, Match

_MINUTES_A_DAY = 480


def _sign(sign: str, what: str) -> "re.Pattern[str]":
    return re.compile(rf"{BEFORE}{sign}(?P<is>{what}){AFTER}", re.IGNORECASE)


_TAG = _sign("#", r"(?=[\w/-]*[^\W\d_])[\w/-]*\w")
_PRIORITY = _sign("!", "low|medium|high")
_ASSIGNEE, _PROJECT = _sign("@", r"[\w.-]*\w"), _sign(r"\+", r"[\w.-]*\w")
_NUMBER = r"[0-9]{1,3}(?:[.,][0-9]{1,2})?"
_ESTIMATE = _sign(
    "~", rf"(?:(?P<d>{_NUMBER})d)?(?:(?P<h>{_NUMBER})h)?(?:(?P<m>[0-9]{{1,4}})m(?:in)?)?"
)


@dataclass(frozen=True)
class Known:
    """A member or project that can be named: by `name`, or by `handle`, a mail address or slug."""

    id: UUID
    name: str
    handle: str = ""


def tags_said(text: str) -> set[str]:
    """Return the words of a text that may be meant as tags."""
    return {one["is"] for one in _TAG.finditer(text)}


def read_tags(line: Line, known: Iterable[str]) -> list[str]:
    """Take all tags; return them, those that are known by the name they have."""
    names = {_loosely(name): name for name in known}
    found: dict[str, str] = {}
    for one in line.places(_TAG):
        key = _loosely(one["is"])
        name = found.get(key) or names.get(key, one["is"])
        if line.take("tag", *one.span(), name):
            found[key] = name
    return list(found.values())


def _loosely(tag: str) -> str:
    return "-".join(re.split(r"[\s_-]+", tag.casefold()))


def read_priority(line: Line) -> Literal["LOW", "MEDIUM", "HIGH"] | None:
    """Take a priority."""
    return line.take_last("priority", _PRIORITY, _priority)


def _priority(one: Match) -> tuple[Literal["LOW", "MEDIUM", "HIGH"], str] | None:
    match one["is"].upper():
        case "LOW" | "MEDIUM" | "HIGH" as priority:
            return priority, priority
    return None


def read_known(
    line: Line, kind: Literal["assignee", "project"], known: Sequence[Known]
) -> UUID | None:
    """Take who or what is named: by a slug, a handle, or as much of it as only one has."""

    def read(one: Match) -> tuple[UUID, str] | None:
        found = _named(one["is"], known)
        return (found.id, found.name) if found else None

    return line.take_last(kind, _ASSIGNEE if kind == "assignee" else _PROJECT, read)


def _named(said: str, known: Sequence[Known]) -> Known | None:
    key = slugify(said)
    names = [(one, {slugify(name) for name in _names(one)}) for one in known]
    exact = [one for one, slugs in names if key in slugs]
    begun = [one for one, slugs in names if any(slug.startswith(key) for slug in slugs)]
    found = exact or begun
    return found[0] if len(found) == 1 else None


def _names(one: Known) -> Iterator[str]:
    for name in (one.name, one.handle.split("@")[0]):
        if any(letter.isalnum() for letter in name):
            yield name


def read_estimate(line: Line) -> int | None:
    """Take an estimate; return its minutes. A day has eight hours of them."""
    return line.take_last("estimate", _ESTIMATE, _minutes)


def _minutes(one: Match) -> tuple[int, str] | None:
    days, hours, minutes = (float((one[unit] or "0").replace(",", ".")) for unit in "dhm")
    whole = round(days * _MINUTES_A_DAY + hours * 60 + minutes)
    return (whole, str(whole)) if whole else None
