"""Puts links, pictures and embedded pages into the placeholders of a page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from mosaic.knowledge.names import heading_anchor
from mosaic.knowledge.render.sanitize import balance

_MAX_EMBEDDED = 2_000_000
_PLACE = re.compile(
    r"(?P<before><p>)?"
    r'<img data-link="(?P<shown>\d+)"(?: alt="(?P<alt>[^"]*)")?[^>]*>'
    r"(?P<after></p>)?"
    r'|<a data-link="(?P<link>\d+)"[^>]*>(?P<words>[^<]*)</a>'
    r'|<a data-wrap="(?P<wrap>\d+)"[^>]*>(?P<empty></a>)?'
)
_SAFE = re.compile(r"https?://|[/#?]", re.IGNORECASE)
_ID = re.compile(r'(<[a-z][a-z0-9]*(?: [^<>]*?)?) id="[^"<>]*"')
_CLASSES = {
    "missing": "wikilink missing",
    "ambiguous": "wikilink ambiguous",
    "image": "attachment",
    "file": "attachment",
    "task": "task-link",
    "done": "task-link done",
}
_TITLES = {"missing": "Not written yet", "ambiguous": "Several pages have this name"}


@dataclass(frozen=True)
class Target:
    """What a link means for the person who reads. Nothing but `html` is trusted.

    `label` is shown (of a picture: read aloud); when empty, the words as they were written.
    `html` is what an embed shows: HTML that `fill` has returned. `width` is in pixels.
    """

    state: Literal["page", "missing", "ambiguous", "image", "file", "embed", "task", "done"]
    href: str
    label: str = ""
    title: str = ""
    html: str = ""
    width: int | None = None


def fill(html: str, targets: Mapping[int, Target]) -> str:
    """Return the HTML of a `Document` with its links, pictures and embeds in place.

    A link that `targets` does not have is shown as missing. Embeds past two million characters
    in all become links.
    """
    embedded = 0

    def put(place: re.Match[str]) -> str:
        nonlocal embedded
        target = targets.get(int(place["shown"] or place["link"] or place["wrap"]), _UNKNOWN)
        if place["wrap"]:
            label = escape(target.label or target.href) + "</a>" if place["empty"] else ""
            return _open(target) + label
        if place["link"]:
            return _link(target, place["words"])
        before, after = place["before"] or "", place["after"] or ""
        if target.state == "embed" and embedded + len(target.html) <= _MAX_EMBEDDED:
            embedded += len(target.html)
            whole = before and after
            return _embed(target) if whole else f"{before}{_embed(target)}{after}"
        shown = _image if target.state == "image" else _link
        return f"{before}{shown(target, place['alt'] or '')}{after}"

    return _PLACE.sub(put, html)


_UNKNOWN = Target("missing", "")


def section(html: str, heading: str) -> str:
    """Return the part of a page, filled or not, that a heading begins; empty when there is none.

    It ends before the next heading of the same or a higher level, or before the footnotes.
    """
    start = re.search(rf'<h([1-6]) id="{re.escape(heading_anchor(heading))}">', html)
    if start is None:
        return ""
    end = re.compile(rf'<h[1-{start[1]}][ >]|<section class="footnotes">').search(html, start.end())
    return balance(html[start.start() : end.start() if end else len(html)])


def _link(target: Target, words: str) -> str:
    return f"{_open(target)}{escape(target.label) or words}</a>"


def _open(target: Target) -> str:
    title = target.title or _TITLES.get(target.state, "")
    titled = f' title="{escape(title)}"' if title else ""
    kind = _CLASSES.get(target.state, "wikilink")
    return f'<a class="{kind}"{_address("href", target)}{titled}>'


def _image(target: Target, words: str) -> str:
    alt = escape(target.label) or words
    width = f' width="{int(target.width)}"' if target.width else ""
    return f'<img{_address("src", target)} alt="{alt}"{width} loading="lazy">'


def _embed(target: Target) -> str:
    # An id may be on a page once.
    inside = _ID.sub(r"\1", target.html)
    return f'<div class="embed"><p class="embed-title">{_link(target, "")}</p>{inside}</div>'


def _address(name: str, target: Target) -> str:
    return f' {name}="{escape(target.href)}"' if target.href and _SAFE.match(target.href) else ""
