"""Markdown to safe HTML, links, headings and words.

`parse` is done once, when a page is written. Its HTML has placeholders where links between pages
are, because what a link means changes with time and reader; `fill` puts them in when it is read.
"""

import logging
import re
from dataclasses import dataclass
from hashlib import blake2b
from html import escape

from mosaic.knowledge.front_matter import split_front_matter
from mosaic.knowledge.render.dialect import make_parser, split_long
from mosaic.knowledge.render.fill import Target, fill, section
from mosaic.knowledge.render.reading import Heading, Link, read
from mosaic.knowledge.render.sanitize import RawHtml, sanitize
from mosaic.knowledge.render.wikilinks import image_size

__all__ = [
    "RENDERER",
    "Document",
    "Heading",
    "Link",
    "Target",
    "fill",
    "image_size",
    "parse",
    "section",
]

RENDERER = 1
"""The version of `Document.html`: pages with another one are rendered again."""

_PARSER = make_parser()
_LINK = re.compile(
    r'<(?:a href|img loading="lazy" referrerpolicy="no-referrer" src)="/(?P<mark>[0-9a-f]{32})/'
    r'(?:(?P<link>\d+)(?P<wrap>w?)" rel="[^"]*"|(?P<picture>\d+)"(?P<alt> alt="[^"]*"))>'
)
_ANCHOR = re.compile(r'(<a href="#)(?!h-)')
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Document:
    """A page that has been read: HTML with placeholders, links in order, headings, plain words."""

    html: str
    links: list[Link]
    headings: list[Heading]
    text: str


def parse(content: str) -> Document:
    """Read Markdown. Never raises; time and memory are bounded whatever the text is.

    Front matter is left out. Text without end (see `dialect`) is shown as it was written.
    """
    content = content.encode("utf-8", "replace").decode()
    _, body = split_front_matter(content)
    try:
        return _parse(body)
    except Exception:
        log.exception("A page could not be read as Markdown and is shown as plain text.")
        return Document(sanitize(_plain(body)), [], [], body)


def _parse(body: str) -> Document:
    start, rest = split_long(body)
    # Nobody can write the hash of a text into that text, so nobody can forge a placeholder.
    mark = blake2b(body.encode(), digest_size=16).hexdigest()
    env = {"raw": RawHtml(), "mark": f"/{mark}/"}
    tokens = _PARSER.parse(start, env)
    reading = read(tokens, len(body))
    html = sanitize(_PARSER.renderer.render(tokens, _PARSER.options, env) + _plain(rest))
    html = _LINK.sub(lambda found: _place(found, mark), html)
    html = _ANCHOR.sub(r"\1h-", html)
    return Document(
        html, reading.links, reading.headings, "\n".join((*reading.words, rest)).strip()
    )


def _place(found: re.Match[str], mark: str) -> str:
    if found["mark"] != mark:
        return found[0]
    if found["alt"] is not None:
        return f'<img data-link="{found["picture"]}"{found["alt"]}>'
    return f'<a data-{"wrap" if found["wrap"] else "link"}="{found["link"]}">'


def _plain(text: str) -> str:
    return f'<pre class="plain">{escape(text)}</pre>' if text else ""
