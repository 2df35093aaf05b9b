"""Finds in a text where the targets of its links stand, and writes others there.

Nothing else changes by a byte. What stands in code looks like a link, too: each place is tried out
by reading the text with a mark in it, and what was written is read again before it counts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Literal
from urllib.parse import quote

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.helpers import parseLinkDestination

from mosaic.knowledge.front_matter import split_front_matter
from mosaic.knowledge.render.markdown import Document, parse
from mosaic.knowledge.render.reading import local_link
from mosaic.knowledge.render.wikilinks import LINK, read, target_of, task_number
from mosaic.knowledge.resolution import key_of, link_row

_OPEN = re.compile(r"(?=\[\[)")
_ADDRESS = re.compile(r"\]\([ \t\r\n]*")
_REFERENCE = re.compile(
    r"^[ \t>*+\-\d.)]*\[(?:[^\[\]\\]|\\.){1,999}\]:[ \t]*(?:\r?\n[ \t>]*)?", re.MULTILINE
)
_MAX_ADDRESS = 4_000
_AFTER_PATH = re.compile(r"(?<!\\)[#?]")
_NOT_BARE = re.compile(r"[\x00-\x20\x7f%()<>\"\\#?&*`\[\]|]")
_NOT_ANGLE = re.compile(r"[\x00-\x1f\x7f%<>\\#?&|]")
_COMPARED = ("kind", "target", "heading", "label", "embed")

Key = tuple[str, str]


@dataclass(frozen=True)
class Place:
    """`content[start:end]` is what a link names: of a wiki link its target, else its file's name.

    Neither has the `.md` at its end. `key` is kind and target of the link as they are kept. Of a
    `bare` wiki link nothing but the target is written, which is what people read there.
    """

    start: int
    end: int
    key: Key
    style: Literal["wiki", "bare", "angle"]
    shared: bool = False
    bare: bool = False


def with_targets(
    content: str,
    path: str | None,
    links: Sequence[Mapping[str, Any]],
    names: Mapping[Key, str],
    words: str = "",
) -> tuple[str, Document] | None:
    """Return a page's text with other targets, and what is read in it.

    `links` are all links of the page, as `link_row` has them; `names` is the new target (of a
    Markdown link the new name of the file) by the kept kind and target. `words`, with the bar
    before them, are what bare links are to read, if anything. None where the links cannot be told
    from what only looks like them.
    """
    wanted = [link for link in links if (link["kind"], link["target"]) in names]
    places = [place for place in _places(content, path, names) if place.key in names]
    if len(places) != len(wanted) or any(place.shared for place in places):
        places = _real(content, places)
    changes = [(place, names[place.key] + words * place.bare) for place in places]
    changed = _put(content, changes)
    document = parse(changed)
    now = [link_row(link, path) for link in document.links]
    if len(now) != len(links):
        return None
    for before, after in zip(links, now, strict=True):
        key = (before["kind"], before["target"])
        target = _target(before, names[key]) if key in names else before["target"]
        expected = {**{name: before[name] for name in _COMPARED}, "target": target}
        if words and key in names and _is_bare(before):
            expected["label"] = words.lstrip("\\|")
        if expected != {name: after[name] for name in _COMPARED}:
            return None
    return changed, document


def with_tasks(content: str, numbers: Mapping[int, int], elsewhere: bool = False) -> str:
    """Return a text that mentions tasks by other numbers.

    Those that have none stay as they are, or, in a text from `elsewhere`, are words that mention
    nothing.
    """
    found = [
        (place, numbers.get(number))
        for place in _wiki_places(content, 0)
        if (number := task_number(place.key[1])) and (elsewhere or number in numbers)
    ]
    real = set(_real(content, [place for place, _ in found])) if found else ()
    return _put(
        content,
        [
            (place, f"task:{number}") if number else (_before(content, place), "\\")
            for place, number in found
            if place in real
        ],
    )


def _before(content: str, link: Place) -> Place:
    at = content.rindex("[[", 0, link.start)
    return replace(link, start=at, end=at)


def _is_bare(link: Mapping[str, Any]) -> bool:
    return link["kind"] == "wiki" and not (link["heading"] or link["label"] or link["embed"])


def _target(link: Mapping[str, Any], name: str) -> str:
    folder, slash, _ = link["target"].rpartition("/")
    path = f"{folder}{slash}{name}" if link["kind"] == "markdown" else name
    return key_of(link["kind"], path, None)


def _real(content: str, places: list[Place]) -> list[Place]:
    # Nobody can write the hash of a text into that text.
    mark = f"x{blake2b(content.encode('utf-8', 'replace'), digest_size=12).hexdigest()}x"
    tried = _put(content, [(place, f"{mark}{at}x") for at, place in enumerate(places)])
    found = {link.target for link in parse(tried).links}
    numbers = {int(n) for target in found for n in re.findall(rf"{mark}(\d+)x", target)}
    return [place for at, place in enumerate(places) if at in numbers]


def _put(content: str, changes: Sequence[tuple[Place, str]]) -> str:
    parts, position = [], 0
    for place, name in sorted(changes, key=lambda change: change[0].start):
        parts += [content[position : place.start], _written(place, name)]
        position = place.end
    return "".join([*parts, content[position:]])


def _written(place: Place, name: str) -> str:
    if place.style == "wiki":
        return name
    unwanted = _NOT_BARE if place.style == "bare" else _NOT_ANGLE
    return unwanted.sub(lambda one: quote(one[0], safe=""), name)


def _places(content: str, path: str | None, names: Mapping[Key, str]) -> Iterator[Place]:
    start = len(split_front_matter(content)[0])
    kinds = {kind for kind, _ in names}
    if "wiki" in kinds:
        yield from _wiki_places(content, start)
    if "markdown" in kinds:
        yield from _markdown_places(content, start, path)


def _wiki_places(content: str, start: int) -> Iterator[Place]:
    for opened in _OPEN.finditer(content, start):
        found = LINK.match(content, opened.start())
        link = read(found[2]) if found else None
        if found is None or link is None or not link.target:
            continue
        at, end = target_of(found[2])
        bare = not found[1] and not found[2][end:].strip()
        end -= 3 * (found[2][at:end][-3:].lower() == ".md")
        key = ("wiki", key_of("wiki", link.target, None))
        yield Place(found.start(2) + at, found.start(2) + end, key, "wiki", bare=bare)


def _markdown_places(content: str, start: int, path: str | None) -> Iterator[Place]:
    for shared, opening in ((False, _ADDRESS), (True, _REFERENCE)):
        for opened in opening.finditer(content, start):
            at = opened.end()
            found = parseLinkDestination(content, at, min(len(content), at + _MAX_ADDRESS))
            link = local_link(normalizeLink(found.str)) if found.ok else None
            if link is None or not link.target:
                continue
            key = key_of("markdown", link.target, path)
            angle = content.startswith("<", at)
            low, high = at + angle, found.pos - angle
            ended = _AFTER_PATH.search(content, low, high)
            high = ended.start() if ended else high
            low = max(low, content.rfind("/", low, high) + 1)
            high -= 3 * (content[low:high][-3:].lower() == ".md")
            yield Place(low, high, ("markdown", key), "angle" if angle else "bare", shared)
