"""Writes the links of a page anew, in its text and in its front matter."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row

from mosaic.knowledge import property_links
from mosaic.knowledge.places import Key, with_targets
from mosaic.knowledge.properties import read_properties
from mosaic.knowledge.render.markdown import Document, parse
from mosaic.knowledge.rewriting import Rewrite

_COLUMNS = ("kind", "target", "heading", "label", "embed")


def anew(
    page: Any, links: Sequence[Row[Any]], names: Mapping[Key, str], words: Sequence[str] = ("",)
) -> Rewrite | None:
    """Return a page with other targets of its links, `names` by kind and target.

    `words` are what links without words are to read, with the bar before them: the first that can
    be written counts. None where nothing changes, or what would cannot be told from its look.
    """
    content, document, front = page.content, None, page.front_matter
    text = [link for link in links if link.ordinal < property_links.FIRST]
    if any((link.kind, link.target) in names for link in text):
        rows = [{column: getattr(link, column) for column in _COLUMNS} for link in text]
        tried = (with_targets(content, page.path, rows, names, one) for one in words)
        found = next((one for one in tried if one and one[0] != page.content), None)
        if found is None:
            return None
        content, document = found
    said = {target: name for (kind, target), name in names.items() if kind == "wiki"}
    if any(link.target in said for link in links[len(text) :]):
        changed = property_links.with_targets(front, said, words[0])
        if changed is None:
            return None
        front = changed
    same = (content, front) == (page.content, page.front_matter)
    return None if same else rewrite(page, content, document or parse(content), front)


def rewrite(page: Any, content: str, document: Document, front_matter: str) -> Rewrite:
    """Return what a page is to say, as `rewrite_texts` takes it."""
    same = front_matter == page.front_matter
    return Rewrite(
        page.id,
        page.version,
        page.title,
        page.slug,
        page.path,
        page.aliases,
        content,
        document,
        front_matter,
        page.properties if same else read_properties(front_matter)[0].rest,
    )
