"""Makes HTML from people safe to show.

Two steps. `RawHtml` takes the tags that people write inside Markdown and lets through those on the
list, well formed and balanced: an HTML parser repeats an unclosed `<b>` in every paragraph that
follows, so 20 kB can grow to 20 MB. `sanitize` then parses the whole page and keeps what is
allowed; safety rests on this second step alone.
"""

import re
from collections.abc import Mapping
from html import escape

import nh3
from markdown_it.common.html_re import HTML_OPEN_CLOSE_TAG_STR
from pygments.token import STANDARD_TYPES

HIGHLIGHT_PREFIX = "hl-"

_BLOCKS = (
    "p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table caption thead tbody tfoot "
    "tr th td details summary div section figure figcaption img"
)
_PHRASES = "span kbd samp var ins del sub sup mark q cite abbr dfn ruby rt rp"
# What the HTML standard calls formatting: a parser opens these again after a misplaced end tag.
_FORMATTING = {"a", "b", "code", "em", "i", "s", "small", "strong", "u"}
_RAW = {*_BLOCKS.split(), *_PHRASES.split(), *_FORMATTING}
# Elements whose content is no text for people.
_HIDDEN = (
    "script style title textarea iframe noembed noframes noscript xmp plaintext svg math template "
    "object select"
)
# Elements of HTML that pages do without. What is no element at all, `<like this>`, stays as text.
_LEFT_OUT = (
    "html head body base link meta embed param video audio source track picture canvas map area "
    "form input button label option optgroup fieldset legend datalist output progress meter dialog "
    "menu slot frame frameset font center big tt strike marquee blink nobr acronym applet basefont "
    "main article aside header footer nav address hgroup search time data bdi bdo wbr colgroup col"
)
_NO_TEXT = {*_HIDDEN.split(), *_LEFT_OUT.split()}

_MAX_RAW_TAGS = 3_000
_MAX_OPEN = 16
_MAX_TAG = 2_048
_TAG = re.compile(HTML_OPEN_CLOSE_TAG_STR.removeprefix("^"))
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_IMAGE = '<img loading="lazy" referrerpolicy="no-referrer" '
_LONG_TEXT = 5_000
_TEXT = re.compile(r"<?[^<>]+")
_REFERENCES = re.compile(r"(?:[&\xa0][^&\xa0]*){500}")
_REL = "noopener noreferrer nofollow"

_ATTRIBUTES: Mapping[str, set[str]] = {
    "*": {"id"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "code": {"data-language"},
    "details": {"open"},
    "div": {"data-callout"},
    "img": {"src", "alt", "title", "width", "height"},
    "input": {"type", "checked", "disabled", "aria-label"},
    "ol": {"start"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
_CLASSES: Mapping[str, set[str]] = {
    "a": {"footnote-backref"},
    "div": {"callout"},
    "p": {"callout-title"},
    "pre": {"plain"},
    "section": {"footnotes"},
    "sup": {"footnote-ref"},
    "li": {"task", "footnote-item"},
    "span": {HIGHLIGHT_PREFIX + name for name in STANDARD_TYPES.values() if name},
}


def _inside(url: str) -> str | None:
    # Relative addresses of people are links between pages and have become placeholders by now.
    return url if url[:1] in {"/", "#"} else None


_CLEANER = nh3.Cleaner(
    tags=_RAW | {"input"},
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    set_tag_attribute_values={"input": {"type": "checkbox"}},
    url_schemes={"http", "https", "mailto", "tel"},
    url_relative=_inside,
    link_rel=_REL,
    id_prefix="h-",
)


def sanitize(html: str) -> str:
    """Return HTML with nothing in it that acts: elements, attributes and addresses by a list.

    The result is balanced, holds no comment, and has every `<` and `>` of text and attributes
    escaped.
    """
    if html.count("&") + html.count("\xa0") > _LONG_TEXT:
        html = _TEXT.sub(_split, html)
    return _CLEANER.clean(html).replace("<img ", _IMAGE)


def _split(text: re.Match[str]) -> str:
    # Writing out each `&` of a text takes time by the length of that text: a comment makes two.
    if len(text[0]) < _LONG_TEXT or text[0].startswith("<"):
        return text[0]
    return _REFERENCES.sub(r"\g<0><!---->", text[0])


_BALANCER = nh3.Cleaner(
    tags=_RAW | {"input"},
    attributes={
        **_ATTRIBUTES,
        "*": {"id", "class", "data-link", "data-wrap", "rel", "loading", "referrerpolicy"},
    },
    link_rel=None,
)


def balance(html: str) -> str:
    """Return a piece cut out of HTML that `sanitize` or `fill` has made, with its tags in pairs."""
    return _BALANCER.clean(html)


class RawHtml:
    """The tags written by hand in one page, let through up to a number and balanced."""

    def __init__(self) -> None:
        self._left = _MAX_RAW_TAGS
        self._open: list[str] = []

    def tag(self, source: str) -> str:
        """Return a tag as it may stand in the page: as it is, as text, or not at all."""
        found = _NAME.match(source)
        name = found[1].lower() if found else ""
        if name not in _RAW and name and name not in _NO_TEXT:
            return escape(source)
        if name not in _RAW or len(source) > _MAX_TAG or self._left <= 0:
            return ""
        self._left -= 1
        if name not in _FORMATTING:
            return source
        return self._close(name) if source[1] == "/" else self._start(name, source)

    def _start(self, name: str, source: str) -> str:
        before = self._close("a") if name == "a" else ""
        if len(self._open) >= _MAX_OPEN:
            return before
        self._open.append(name)
        return before + (source if name == "a" else f"<{name}>")

    def _close(self, name: str) -> str:
        if name not in self._open:
            return ""
        at = len(self._open) - 1 - self._open[::-1].index(name)
        return self._end_from(at)

    def _end_from(self, at: int) -> str:
        ended = "".join(f"</{name}>" for name in reversed(self._open[at:]))
        del self._open[at:]
        return ended

    def end(self) -> str:
        """Return the end tags for what is still open in this paragraph or block."""
        return self._end_from(0) if self._open else ""

    def block(self, source: str) -> str:
        """Return a block of HTML with comments, hidden content and strange tags left out."""
        out, position = [], 0
        while (start := source.find("<", position)) >= 0:
            out.append(source[position:start])
            kept, position = self._piece(source, start)
            out.append(kept)
        return "".join((*out, source[position:], self.end()))

    def _piece(self, source: str, start: int) -> tuple[str, int]:
        if source.startswith(("<!", "<?"), start):
            close = "-->" if source.startswith("<!--", start) else ">"
            return "", _after(source, close, start)
        tag = _TAG.match(source, start, start + _MAX_TAG)
        if tag is None:
            return "&lt;", start + 1
        found = _NAME.match(tag[0])
        name = found[1].lower() if found else ""
        if name in _HIDDEN.split() and source[start + 1] != "/":
            return "", _after_end_tag(source, name, tag.end())
        return self.tag(tag[0]), tag.end()


def _after(source: str, close: str, start: int) -> int:
    found = source.find(close, start + 2)
    return len(source) if found < 0 else found + len(close)


def _after_end_tag(source: str, name: str, start: int) -> int:
    found = re.compile(rf"</{name}\b", re.IGNORECASE).search(source, start)
    return _after(source, ">", found.start()) if found else len(source)
