"""Reads the tokens of a page: its links with the sentence around each, its headings, its words."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from typing import Literal
from urllib.parse import unquote

from markdown_it.token import Token

from mosaic.knowledge.names import heading_anchor
from mosaic.knowledge.render.wikilinks import WikiLink, image_size, task_number

_MAX_CONTEXT = 300
_MAX_HREF = 4_000
MAX_TITLE = 1_000
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|[/#?\\]|$")
# Not after one letter: "e.g." and "J. Doe" end no sentence.
_SENTENCE = re.compile(r"(?<=[\w\"'”’`)\]]{2}[.!?…])[\"'”’)\]]*\s+|(?<=[。！？])")
_TAG = re.compile(r"<[^<>]*>")
# Of scripts without spaces between words, each character is one.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTERS = rf"(?:(?![{_UNSPACED}])[^\W_])+"
_WORD = re.compile(rf"[{_UNSPACED}]|{_LETTERS}(?:['’.-]{_LETTERS})*")
_CONTROL = re.compile("[\x00-\x1f]")


@dataclass(frozen=True)
class Link:
    """A link between pages, to a file or to a task, as written. `target` is empty for the page.

    `target` is the page's part, trimmed; for kind `markdown` a path relative to the page, for kind
    `task` what names a task by its number, as in `task:12`.
    `context` is the sentence around the link in plain words, at most 300 characters.
    """

    ordinal: int
    target: str
    heading: str | None
    text: str | None
    embed: bool
    kind: Literal["wiki", "markdown", "task"]
    context: str


@dataclass(frozen=True)
class Heading:
    """A heading; `anchor` is its id on the page."""

    level: int
    text: str
    anchor: str


@dataclass
class Reading:
    """What has been read of a page so far."""

    links: list[Link] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    anchors: Counter[str] = field(default_factory=Counter)
    room: int = 0


def read(tokens: list[Token], size: int) -> Reading:
    """Read all tokens of a page of `size` characters.

    Numbers the links (`meta["ordinal"]`), gives headings their ids, and takes addresses away
    that are too long to keep.
    """
    reading = Reading(room=max(2 * size, 100_000))
    for at, token in enumerate(tokens):
        if token.type == "inline":
            text = _read_inline(token.children or [], reading)
            reading.words.append(text)
            if at and tokens[at - 1].type == "heading_open":
                _add_heading(tokens[at - 1], text, reading)
        elif token.type in {"fence", "code_block"}:
            reading.words.append(token.content)
        elif token.type == "html_block":
            reading.words.append(" ".join(unescape(_TAG.sub(" ", token.content)).split()))
    return reading


def _add_heading(token: Token, text: str, reading: Reading) -> None:
    anchor = heading_anchor(text)
    reading.anchors[anchor] += 1
    if reading.anchors[anchor] > 1:
        anchor = f"{anchor}-{reading.anchors[anchor]}"
    token.attrs["id"] = anchor
    reading.headings.append(Heading(int(token.tag[1]), text.strip(), anchor))


def _read_inline(children: list[Token], reading: Reading) -> str:
    """Return the words of a paragraph, and add its links."""
    parts: list[str] = []
    found: list[tuple[Token, int, int]] = []
    position = 0
    for token in children:
        _settle_address(token, reading)
        start, position = position, position + len(words(token))
        parts.append(words(token))
        if token.meta.get("link"):
            found.append((token, start, position))
        elif token.type == "link_close" and found and found[-1][0].type == "link_open":
            opened, start, end = found[-1]
            found[-1] = (opened, start, position if end == start else end)
    text = "".join(parts)
    for token, start, end in found:
        _add_link(token, text, start, end, reading)
    return text


def words(token: Token) -> str:
    if token.type in {"text", "text_special", "code_inline", "wikilink"}:
        return token.content
    if token.type == "image":
        return image_size("".join(map(words, token.children or [])))[0]
    if token.type in {"softbreak", "hardbreak"} or token.content.startswith("<br"):
        return " "
    return ""


def _settle_address(token: Token, reading: Reading) -> None:
    """Make a relative address a link, an anchor one of ours; drop what is too long."""
    if token.type not in {"link_open", "image"}:
        return
    name = "src" if token.type == "image" else "href"
    href, title = str(token.attrs.pop(name, "")), str(token.attrs.pop("title", ""))
    # A reference is short to write and may stand for a long address, any number of times.
    reading.room -= len(href) + len(title)
    if reading.room < 0:
        return
    if title:
        token.attrs["title"] = title[:MAX_TITLE]
    if href.startswith("#") and len(href) > 1:
        token.attrs[name] = f"#{heading_anchor(unquote(href))}"
    elif link := local_link(href, token.type == "image"):
        token.meta = {"link": link}
    elif len(href) <= _MAX_HREF and not href.startswith("data:"):
        token.attrs[name] = href


def local_link(href: str, embed: bool = False) -> WikiLink | None:
    """Return the link that an address beside the page is; None for one that leads elsewhere."""
    if _ELSEWHERE.match(href):
        return None
    path, _, heading = _CONTROL.sub("", unquote(href)).partition("#")
    return WikiLink(path.partition("?")[0].strip(), heading or None, None, embed)


def _add_link(token: Token, text: str, start: int, end: int, reading: Reading) -> None:
    link: WikiLink = token.meta["link"]
    ordinal = len(reading.links)
    token.meta = {"ordinal": ordinal}
    wiki = token.type == "wikilink"
    names_task = wiki and task_number(link.target) is not None
    reading.links.append(
        Link(
            ordinal=ordinal,
            target=link.target,
            heading=link.heading,
            text=link.text if wiki else text[start:end].strip() or None,
            embed=link.embed,
            kind="task" if names_task else "wiki" if wiki else "markdown",
            context=sentence(text, start, end),
        )
    )


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around `text[start:end]`, cut where it is long."""
    end = min(end, start + _MAX_CONTEXT - 2)
    first = low = max(0, start - _MAX_CONTEXT)
    for found in _SENTENCE.finditer(text, low, start):
        first = found.end()
    following = _SENTENCE.search(text, end, end + _MAX_CONTEXT)
    last = following.start() if following else min(len(text), end + _MAX_CONTEXT)
    room = (_MAX_CONTEXT - 2 - (end - start)) // 2
    left = first if last - first < _MAX_CONTEXT else max(first, start - room)
    right = last if last - left < _MAX_CONTEXT else min(last, end + room)
    sentence = " ".join(text[left:right].split())
    return f"{'…' * (left > first)}{sentence}{'…' * (right < last)}"


def count_words(html: str) -> int:
    """Return how many words a page has, as it is shown: its HTML comes from `fill`."""
    return sum(1 for _ in _WORD.finditer(unescape(_TAG.sub("", html))))
