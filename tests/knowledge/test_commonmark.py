"""Every example of the CommonMark specification, and why some of them differ."""

import json
import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest

from mosaic.knowledge.render.markdown import fill, parse
from tests.conftest import SHARED
from tests.knowledge.inert import read_inert

SPEC = SHARED / "fixtures/commonmark/spec.json"
pytestmark = pytest.mark.skipif(not SPEC.exists(), reason="../shared/fixtures is not here")

# fmt: off
# By what makes them differ. An example that is listed and does not differ fails, too.
DIFFERENT = {
    "front matter is left out, even when it is empty": {98},
    "raw HTML is cleaned, its tags are closed, what is no element is text": {
        21, 31, 148, 149, 150, 151, 152, 153, 154, 155, 159, 160, 162, 163, 164, 165, 166, 170,
        171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 185, 186, 189, 192, 193, 203,
        310, 311, 346, 477, 478, 479, 493, 496, 526, 538, 615, 616, 617, 618, 619, 625, 627,
        628, 630, 632, 633, 645, 646,
    },
    "addresses in the text become links": {604, 610, 613},
    "an address that is empty, or that no page needs, is left out": {
        202, 487, 488, 489, 569, 598, 600, 601, 603,
    },
    "anchors on the page have a prefix of their own": {503},
    "double brackets are wiki links": {550, 561, 592},
}
# fmt: on
_OURS = {"id", "rel", "loading", "referrerpolicy"}
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|[/#]|$")


class _Canonical(HTMLParser):
    """The same events for the same page: colours, void tags and relative addresses aside."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            return
        given = {name: value or "" for name, value in attrs if name not in _OURS}
        if given.get("class", "").startswith("language-"):
            given = {"data-language": given["class"].removeprefix("language-")}
        address = given.get("href") or given.get("src")
        if "data-wrap" in given or "data-link" in given or (address and _is_relative(address)):
            given = {"between pages": "", "alt": given.get("alt", "")}
        self.events.append((tag, given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag != "span":
            self.events.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self.events and isinstance(self.events[-1], list):
            self.events[-1][0] += data
        else:
            self.events.append([data])

    def handle_comment(self, data: str) -> None:
        self.events.append(("comment", data))


def _is_relative(address: str) -> bool:
    return not _ELSEWHERE.match(address)


def _canonical(html: str) -> list[Any]:
    reader = _Canonical()
    reader.feed(html)
    reader.close()
    return [e for e in reader.events if not isinstance(e, list) or e[0].strip()]


@cache
def _spec() -> list[dict[str, Any]]:
    examples: list[dict[str, Any]] = json.loads(SPEC.read_text("utf-8"))
    return examples


def test_every_example_is_read_as_specified_or_has_its_reason() -> None:
    found = {
        example["example"]
        for example in _spec()
        if _canonical(parse(example["markdown"]).html) != _canonical(example["html"])
    }
    listed = [number for numbers in DIFFERENT.values() for number in numbers]
    assert len(listed) == len(set(listed))
    assert found == set(listed)


def test_every_example_is_safe() -> None:
    assert len(_spec()) == 655
    for example in _spec():
        read_inert(fill(parse(example["markdown"]).html, {}))
