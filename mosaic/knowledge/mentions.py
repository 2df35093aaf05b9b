"""Pages that name another page without a link to it, and the link written there."""

import asyncio
import re
from collections.abc import Iterator, Sequence

from sqlalchemy import text

from mosaic.core.errors import Conflict
from mosaic.core.work import Role, Work
from mosaic.knowledge.front_matter import split_front_matter
from mosaic.knowledge.link_shapes import Backlink
from mosaic.knowledge.links import list_backlinks
from mosaic.knowledge.models import Entry
from mosaic.knowledge.names import link_key, path_key
from mosaic.knowledge.renaming_plan import own_name
from mosaic.knowledge.render.markdown import parse
from mosaic.knowledge.render.reading import sentence
from mosaic.knowledge.resolution import PATH, SLUG, TITLE
from mosaic.knowledge.search.letters import UNSPACED
from mosaic.knowledge.service import change_entry, get_entry
from mosaic.knowledge.shapes import EntryPublic, EntryUpdate

_MOST = 50
_MOST_TRIED = 20
_READ = 200_000  # characters of a page in which a name is looked for


async def list_mentions(work: Work, entry: Entry) -> list[Backlink]:
    """Return pages that name `entry`, by its title or another name, and have no link to it."""
    names = names_in_texts(entry.title, entry.aliases)
    if not names:
        return []
    rows = await work.session.execute(
        _MENTIONS, {"id": entry.id, "names": names, "most": 4 * _MOST, "read": _READ}
    )
    found = [
        Backlink(slug=row.slug, title=row.title, context=context, linked=False)
        for row in rows
        if (context := sentence_with(names, row.body))
    ]
    return found[:_MOST]


_MENTIONS = text(
    "SELECT e.slug, e.title, left(t.body, CAST(:read AS int)) AS body "
    "FROM app_mentions(CAST(:names AS text[]), CAST(:most AS int)) m "
    "JOIN entries e ON e.id = m.id AND e.id <> :id JOIN entry_texts t ON t.entry_id = e.id "
    "WHERE NOT EXISTS (SELECT 1 FROM links l WHERE l.source_id = e.id AND l.target_id = :id) "
    "ORDER BY e.updated_at DESC, e.id"
)


async def list_both(work: Work, entry: Entry) -> list[Backlink]:
    """Return the pages that link to `entry`, then those that only name it."""
    links = await list_backlinks(work, entry)
    told = [one.model_copy(update={"linked": True}) for one in links]
    return [*told, *await list_mentions(work, entry)]


def names_in_texts(title: str, aliases: Sequence[str]) -> list[str]:
    """Return the names of a page that are long enough to be meant when they stand in a text."""
    names = dict.fromkeys((title.strip(), *map(str.strip, aliases)))
    return [name for name in names if len(name) >= (2 if UNSPACED.match(name) else 3)]


def sentence_with(names: Sequence[str], body: str) -> str:
    """Return the first sentence of a text that has one of the names; empty where none has."""
    place = _pattern(names).search(body)
    if place is None:
        return ""
    # Each paragraph and each item of a list is a line of its own.
    start, end = body.rfind("\n", 0, place.start()) + 1, body.find("\n", place.end())
    line = body[start : end if end >= 0 else None]
    return sentence(line, place.start() - start, place.end() - start)


def _pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Return what finds one of the names as a whole word; longer ones first."""
    parts = []
    for name in sorted(names, key=len, reverse=True):
        said = re.escape(name)
        parts.append(said if UNSPACED.search(name) else rf"(?<!\w){said}(?!\w)")
    return re.compile("|".join(parts), re.IGNORECASE)


async def link_mention(work: Work, slug: str, source: str) -> EntryPublic:
    """Make a link of the first mention of the page at `slug` on the page at `source`. MEMBER.

    The words stay as they are. Conflict when nothing there can become a link.
    """
    work.require(Role.MEMBER)
    entry = await get_entry(work, slug)
    page = await get_entry(work, source)
    called = [(TITLE, link_key(entry.title)), (PATH, path_key(entry.path or ""))]
    target = await own_name(work, entry, [*called, (SLUG, entry.slug)]) or ""
    # What others read does not tell the name of a page that they cannot see.
    tells = entry.private_to is not None and page.private_to is None
    names = [n for n in names_in_texts(entry.title, entry.aliases) if n == target or not tells]
    written = await asyncio.to_thread(_linked, page.content, names, target)
    if written is None:
        raise Conflict("There is no mention on this page that can become a link.")
    note = f"Linked to {entry.title}"[:500]
    change = EntryUpdate(content=written, version=page.version, change_note=note)
    return await change_entry(work, source, change)


def _linked(content: str, names: Sequence[str], target: str) -> str | None:
    if not (names and target):
        return None
    before = parse(content)
    made = ("wiki", target)
    for written in _tried(content, names, target):
        after = parse(written)
        others = [(link.kind, link.target) for link in after.links]
        # The words are the same, so it stands in no code and in no other link.
        if after.text != before.text or made not in others:
            continue
        others.remove(made)
        if sorted(others) == sorted((link.kind, link.target) for link in before.links):
            return written
    return None


def _tried(content: str, names: Sequence[str], target: str) -> Iterator[str]:
    start = len(split_front_matter(content)[0])
    for number, place in enumerate(_pattern(names).finditer(content, start)):
        if number == _MOST_TRIED:
            return
        said = place[0]
        link = f"[[{said}]]" if said == target else f"[[{target}|{said}]]"
        yield content[: place.start()] + link + content[place.end() :]
