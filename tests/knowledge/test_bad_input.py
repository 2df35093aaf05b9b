"""Whatever is sent is kept as it is, or answered in calm words; nothing is half-written."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from mosaic.core.start import Ready
from tests.answers import escaped, listed, problem
from tests.knowledge.consistency import disagreements
from tests.knowledge.wiki import ENTRIES, backlinks, change, links, read, titles, write
from tests.world import World

VALID: dict[str, Any] = {"title": "Tea", "content": "Green"}
WRONG: list[tuple[dict[str, Any], list[str | int]]] = [
    ({"title": "x" * 1_000_000}, ["body", "title"]),
    ({"title": "🙂" * 500}, ["body", "title"]),
    ({"title": "a\x00b"}, ["body", "title"]),
    ({"title": "\ud800"}, ["body", "title"]),
    ({"title": None}, ["body", "title"]),
    ({"title": 1}, ["body", "title"]),
    ({"content": "x" * 2_000_001}, ["body", "content"]),
    ({"content": "a\x00b"}, ["body", "content"]),
    ({"content": ["x"]}, ["body", "content"]),
    ({"tags": ["ok", "x" * 201]}, ["body", "tags", 1]),
    ({"tags": ["  "]}, ["body", "tags", 0]),
    ({"tags": ["a\x00"]}, ["body", "tags", 0]),
    ({"tags": "one"}, ["body", "tags"]),
    ({"tags": [str(n) for n in range(101)]}, ["body", "tags"]),
    ({"aliases": [None]}, ["body", "aliases", 0]),
    ({"aliases": [str(n) for n in range(101)]}, ["body", "aliases"]),
    ({"slug": "a b"}, ["body", "slug"]),
    ({"slug": "a\x00"}, ["body", "slug"]),
    ({"summary": "x" * 1001}, ["body", "summary"]),
    ({"status": "GONE"}, ["body", "status"]),
    ({"status": "published"}, ["body", "status"]),
    ({"visibility": 1}, ["body", "visibility"]),
    ({"changeNote": "x" * 501}, ["body", "changeNote"]),
]


@pytest.mark.parametrize(("values", "where"), WRONG, ids=lambda v: repr(v)[:40])
async def test_what_does_not_fit_is_told_where(
    world: World, values: dict[str, Any], where: list[str | int]
) -> None:
    body = problem(await world.mia.http.post(ENTRIES, **escaped(VALID | values)), 422)
    assert body["errors"][0]["loc"] == where
    assert len(json.dumps(body)) < 2_000
    assert await titles(world.mia) == []
    await write(world.mia, "Cup")
    answer = await world.mia.http.patch(f"{ENTRIES}/cup", **escaped(values))
    if None in values.values():
        assert answer.json()["version"] == 1
    else:
        assert problem(answer, 422)["errors"][0]["loc"] == where
    assert (await read(world.mia, "cup"))["version"] == 1


async def test_what_is_no_json_is_told(world: World) -> None:
    for body in (b"{", b"", b"[1", b"\xff\xfe", b'{"title": "a" "b"}'):
        sent = {"content": body, "headers": {"Content-Type": "application/json"}}
        answer = await world.mia.http.post(ENTRIES, **sent)
        problem(answer, answer.status_code)
        assert answer.status_code in {400, 422}
    for body in (b"[]", b"1", b'"x"', b"null"):
        sent = {"content": body, "headers": {"Content-Type": "application/json"}}
        problem(await world.mia.http.post(ENTRIES, **sent), 422)
    deep = b'{"title": "x", "content": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    sent = {"content": deep, "headers": {"Content-Type": "application/json"}}
    answer = await world.mia.http.post(ENTRIES, **sent)
    problem(answer, answer.status_code)
    assert answer.status_code < 500
    assert await titles(world.mia) == []


async def test_as_much_as_fits_is_kept(world: World) -> None:
    title = "🙂" * 200
    content = "word 🙂 " * 285_714 + "xx"
    assert len(content) == 2_000_000
    made = await write(world.mia, title, content, tags=[f"{n:0>100}" for n in range(100)])
    assert (made["title"], made["content"]) == (title, content)
    assert len(made["tags"]) == 100
    assert (await read(world.mia, made["slug"]))["content"] == content


async def test_a_page_of_nothing_but_links(world: World, ready: Ready) -> None:
    names = "\n\n".join(f"[[{number}]]" for number in range(15_000))
    made = await write(world.mia, "Links", names)
    assert made["contentHtml"].count("wikilink missing") == 15_000
    assert (await change(world.mia, "links", content="few"))["version"] == 2
    assert disagreements(ready, world.mia.workspace) == []


async def test_naughty_strings_in_addresses_find_nothing(world: World, shared: Path) -> None:
    strings = json.loads((shared / "fixtures" / "blns" / "blns.json").read_text())
    await write(world.mia, "Tea", "Green")
    for text in [*strings[::5], "a\x00b", "\ud800", "%", "_", "\\", "'; DROP TABLE entries; --"]:
        named = quote(text, safe="", errors="surrogatepass")
        answer = await world.gil.http.get(f"{ENTRIES}?q={named}&tag={named}")
        assert answer.status_code in {200, 422}, (text, answer.text)
        if text.strip("./ ") and "/" not in text:
            answer = await world.gil.http.get(f"{ENTRIES}/{named}")
            assert answer.status_code in {404, 422}, (text, answer.text)
    assert await titles(world.mia) == ["Tea"]


async def test_odd_questions_are_answered(world: World) -> None:
    await write(world.mia, "Tea", "Green")
    for query in (
        {"page": 10**18},
        {"page": "1e3"},
        {"limit": -1},
        {"updatedAfter": "0000-00-00"},
        {"updatedAfter": "9999-12-31T23:59:59-23:59"},
        {"q": "x" * 201},
        {"tag": "x" * 201},
    ):
        problem(await world.gil.http.get(ENTRIES, params=query), 422)
    for sort in ("unknown", "-", "", "title;", "updated_at"):
        answer = await world.gil.http.get(ENTRIES, params={"sort": sort})
        assert answer.status_code in {200, 400}
    assert listed(await world.gil.http.get(ENTRIES, params={"page": 1_000_000})) == []
    assert len(listed(await world.gil.http.get(ENTRIES, params={"nothing": "x", "q": ""}))) == 1


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "[x](javascript:alert(1))",
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    "</a><iframe srcdoc='<script>alert(1)</script>'>",
    "]]<b onmouseover=alert(1)>",
]


class _Looking(HTMLParser):
    """Collects elements and attributes as a browser would find them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def _is_inert(html: str) -> None:
    looking = _Looking()
    looking.feed(html)
    looking.close()
    assert not {"script", "svg", "iframe", "style", "object", "form", "math"} & {*looking.elements}
    for name, value in looking.attributes:
        assert not name.startswith("on"), html
        assert name not in {"style", "srcdoc", "formaction"}
        if name in {"href", "src"}:
            assert value.startswith(("/", "#", "http://", "https://", "mailto:")), value


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_nothing_that_is_shown_runs(world: World, payload: str) -> None:
    """In the page itself, and as the name of another that it links to, shows or lacks."""
    plain = payload.replace("[", "").replace("]", "").replace("|", "")
    await write(world.mia, plain, f"# {payload}\n\n{payload}", aliases=[f"alias {plain}"[:200]])
    content = (
        f"{payload}\n\n[[{plain}]] ![[{plain}]] [[{plain}|{plain}]] [[missing {plain}]] "
        f"![[{plain}.png]] [[{plain}#{plain}]] [{payload}]({quote(plain)}) `{payload}`\n\n"
        f"```\n{payload}\n```\n\n![[alias {plain}#{payload}]]"
    )
    made = await write(world.mia, "Source", content, summary=payload, tags=[payload])
    assert made["content"] == content
    _is_inert(made["contentHtml"])
    for page in listed(await world.mia.http.get(ENTRIES)):
        _is_inert(page["contentHtml"])
        await links(world.mia, quote(page["slug"]))
        await backlinks(world.mia, quote(page["slug"]))
