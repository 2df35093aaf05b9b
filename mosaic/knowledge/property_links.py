"""Links in the front matter of a page: values that are one wiki link, as `"[[Page]]"` is."""

from collections.abc import Iterator, Mapping
from typing import Any

from mosaic.knowledge.front_matter import Unchangeable, change_values
from mosaic.knowledge.properties import NAMES, read_properties
from mosaic.knowledge.render.reading import Link
from mosaic.knowledge.render.wikilinks import LINK, WikiLink, read, target_of, task_number
from mosaic.knowledge.resolution import key_of

FIRST = 1_000_000
"""The number of the first link in front matter; those in the text come before."""
_MOST_CONTEXT = 300
_FIELDS = ("title", "slug", "path", "aliases", "tags", "summary")
# What has a place of its own beside the front matter; a status or a date is never a link there.
_KEPT_APART = {name for field in _FIELDS for name in NAMES[field]}


def links_in(front_matter: str) -> list[Link]:
    """Return the links in front matter, in order; `context` says of which property each is."""
    if "[[" not in front_matter:
        return []
    found = enumerate(_found(read_properties(front_matter)[0].rest), FIRST)
    return [
        Link(
            ordinal=number,
            target=link.target,
            heading=link.heading,
            text=link.text,
            embed=False,
            kind="wiki",
            context=f"{name}: {link.label}"[:_MOST_CONTEXT],
        )
        for number, (name, link) in found
    ]


def _found(properties: Mapping[str, Any]) -> Iterator[tuple[str, WikiLink]]:
    for name, value in properties.items():
        if name.lower() not in _KEPT_APART:
            yield from ((name, link) for one in _values(value) if (link := link_in(one)))


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _values(one)
    else:
        yield value


def link_in(value: Any) -> WikiLink | None:
    """Return the link that a value is; None for one that is no link to a page, or more than one."""
    found = LINK.fullmatch(value.strip()) if isinstance(value, str) else None
    link = read(found[2]) if found and not found[1] else None
    return link if link and link.target and task_number(link.target) is None else None


def with_targets(front_matter: str, names: Mapping[str, str], words: str = "") -> str | None:
    """Return front matter whose links have other targets; nothing else in it changes.

    `names` has the new target by the one that is kept. `words`, with the bar before them, are what
    links without words are to read. None where it cannot be written so.
    """

    def change(name: str, value: str) -> str:
        link = None if name.lower() in _KEPT_APART else link_in(value)
        return value if link is None else _said(value.strip()[2:-2], link, names, words)

    try:
        changed = change_values(front_matter, change)
    except Unchangeable:
        return None
    now = [key_of("wiki", link.target, None) for link in links_in(changed)]
    was = [key_of("wiki", link.target, None) for link in links_in(front_matter)]
    return changed if now == [names.get(key, key) for key in was] else None


def _said(inside: str, link: WikiLink, names: Mapping[str, str], words: str) -> str:
    name = names.get(key_of("wiki", link.target, None))
    if name is None:
        return f"[[{inside}]]"
    start, end = target_of(inside)
    bare = not inside[end:].strip()
    return f"[[{inside[:start]}{name}{words * bare}{inside[end:]}]]"
