"""Pages of a Logseq graph: their names, and the `name:: value` lines above the text."""

import re
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from mosaic.knowledge.exchange.page_file import Page, read_page
from mosaic.knowledge.names import ordinal
from mosaic.knowledge.properties import lines_of, one_line

_DAY = re.compile(r"(\d{4})[_-](\d\d)[_-](\d\d)")
_PROPERTY = re.compile(r"(?:- |  )?([\w/.-]{1,100}):: *(.*)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_OF_THE_PROGRAM = frozenset({"id", "collapsed", "heading", "filters"})


def read_logseq_page(file: str, text: str) -> Page:
    """Return the page that a file of a graph is; its text stays as it is, with its bullets."""
    page = read_page(file, text)
    said = _properties(page.content)
    folder, _, name = str(PurePosixPath(file).with_suffix("")).partition("/")
    path, title, aliases = page.path, page.title, page.aliases
    if folder == "pages" and name:
        path = title = _CONTROL.sub("", unquote(name.replace("___", "/"))).strip("/") or name
    elif folder == "journals" and (day := _day(name)):
        path, title = f"journals/{day.isoformat()}", day.isoformat()
        aliases = [*aliases, _spoken(day)]
    return replace(
        page,
        path=path,
        title=(one_line(said.get("title")) or page.properties.get("title") or title)[:200],
        aliases=lines_of([*aliases, *_names(said.get("alias"))]),
        tags=list(dict.fromkeys([*page.tags, *_names(said.get("tags"))]))[:100],
        properties=page.properties | said,
    )


def _properties(content: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in content.split("\n"):
        said = _PROPERTY.fullmatch(line.rstrip())
        if said is None:
            break
        if said[1].lower() not in _OF_THE_PROGRAM:
            found[said[1].lower()] = said[2][:2000]
    return found


def _names(value: str | None) -> list[str]:
    """Return the names in a value like `[[one]], #two, three`."""
    parts = re.findall(r"\[\[([^\[\]]+)\]\]|([^,\[\]]+)", value or "")
    return [name for link, plain in parts if (name := (link or plain).strip().lstrip("#"))]


def _day(name: str) -> date | None:
    found = _DAY.fullmatch(name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _spoken(day: date) -> str:
    """Return a day as Logseq writes it unless told otherwise: "May 6th, 2024"."""
    return f"{_MONTHS[day.month - 1]} {ordinal(day.day)}, {day.year}"


# As Logseq writes them, whatever language this machine speaks.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
