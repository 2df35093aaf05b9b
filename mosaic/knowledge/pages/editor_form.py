"""What the form of a page holds, and what two people made of it, put together."""

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from mosaic.core.errors import NotFound
from mosaic.core.work import Work
from mosaic.knowledge import service, templates, versions
from mosaic.knowledge.diffing import words as compare_words
from mosaic.knowledge.matching import Matcher
from mosaic.knowledge.merging import Collision, Piece, joined, merge, value
from mosaic.knowledge.properties import inline_tags
from mosaic.knowledge.shapes import EntryCreate, EntryPublic, EntryUpdate
from mosaic.knowledge.tags import slugs_of, tag_slug

_MOST_TAGS = 100
# A name in a field that holds several: in quotes, where it has a comma or a quote of its own.
_NAME = re.compile(r'\s*(?:"((?:[^"]|"")+)"\s*(?=,|\Z)|([^,]*))(?:,|\Z)')


@dataclass
class Choice:
    """Lines that two people changed at once, each as safe HTML with what differs marked."""

    name: str
    mine: str
    theirs: str


@dataclass
class Colliding:
    """What was not saved, since two people changed the same lines: `choices` of them."""

    pending: dict[str, Any]
    choices: list[Choice]


async def beginning(work: Work, asked: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Return the fields of a new page: with `title`, `tags` and `template` of the address.

    `properties` names those that the template gives.
    """
    title, slug = asked.get("title", "")[:200], asked.get("template", "")[:200]
    values = {"title": title, "tags": asked.get("tags", "")[:200]}
    if slug:
        try:
            begun = await templates.begin_with(work, slug, title, now)
        except (NotFound, service.Moved):
            return values
        values |= {
            "content": begun.content,
            "tags": names_as_text(begun.tags),
            "summary": begun.summary,
            "template": slug,
            "properties": ", ".join(begun.properties),
        }
    return values


async def read_anywhere(work: Work, slug: str) -> EntryPublic:
    """Return the page, also when it has been renamed while somebody was writing."""
    try:
        return await service.read_entry(work, slug)
    except service.Moved as moved:
        return await service.read_entry(work, moved.slug)


async def create(
    work: Work, values: dict[str, Any], base: dict[str, Any], now: datetime
) -> EntryPublic:
    """Make the page; what came from a template gets its properties, the date of `now`, a title."""
    if base["template"]:
        values |= await _filled(work, base["template"], values, now)
    values["tags"] = _tagged(values["tags"], "", values["content"])
    return await service.create_entry(work, EntryCreate(**values))


async def _filled(
    work: Work, template: str, values: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Return the text that was begun with a template, with the places in it filled, and its
    properties; none when the template is not there any more.
    """
    title = str(values["title"])
    content = templates.fill(values["content"], now, title)
    try:
        begun = await templates.begin_with(work, template, title, now)
    except (NotFound, service.Moved):
        return {"content": content}
    return {"content": content, "properties": begun.properties}


async def change(
    work: Work, slug: str, values: dict[str, Any], seen: int, base: dict[str, Any]
) -> EntryPublic | Colliding:
    """Save the page, begun at version `seen` with the values `base`.

    What somebody else saved meanwhile is put together with it. Where both changed the same lines,
    nothing is saved: those are to be chosen from first.
    """
    current = await read_anywhere(work, slug)
    if current.version == seen:
        return await _write(work, current, values, values["content"])
    merged, pieces = await _put_together(work, current, values, seen, base)
    text = joined(pieces)
    if text is None:
        now = typed(values_of(current))
        pending = {**merged, "pieces": pieces, "version": current.version, "base": now}
        return Colliding(pending, await asyncio.to_thread(_choices, pieces))
    return await _write(work, current, merged, text)


async def _write(
    work: Work, current: EntryPublic, values: dict[str, Any], text: str
) -> EntryPublic:
    tags = _tagged(values["tags"], current.content, text)
    values = {**values, "tags": tags, "content": _ended_like(current.content, text)}
    wanted = EntryUpdate(**values, version=current.version)
    return await service.change_entry(work, current.slug, wanted)


def _tagged(tags: list[str], before: str, after: str) -> list[str]:
    """Return tags with each `#word` that a text has now and had not before.

    So what was taken off a page does not come back because its text goes on saying it.
    """
    known = slugs_of([*tags, *inline_tags(before)])
    fresh = [word for word in inline_tags(after) if tag_slug(word) not in known]
    return [*tags, *fresh[: max(0, _MOST_TAGS - len(tags))]]


async def take_over(work: Work, slug: str, form: dict[str, Any]) -> dict[str, str] | None:
    """Return the fields of a form with what somebody else has saved since it was begun.

    `steps` lead from its text to the new one. None when both changed the same lines.
    """
    mine, base = typed(form), begun_with(form.get("base"))
    current = await read_anywhere(work, slug)
    seen = number(form.get("version"))
    merged, pieces = await _put_together(work, current, mine, seen, base)
    text = joined(pieces)
    if text is None:
        return None
    fields = {
        name: names_as_text(said) if isinstance(said, list) else said or ""
        for name, said in merged.items()
    }
    return {
        **fields,
        "content": text,
        "steps": await asyncio.to_thread(steps, mine["content"], text),
        "version": str(current.version),
        "base": base_of(values_of(current)),
    }


async def _put_together(
    work: Work, current: EntryPublic, mine: dict[str, Any], seen: int, base: dict[str, Any]
) -> tuple[dict[str, Any], list[Piece]]:
    begun = await versions.get_version(work, await service.get_entry(work, current.slug), seen)
    was, theirs = (one.content.replace("\r\n", "\n") for one in (begun, current))
    pieces = await asyncio.to_thread(merge, was, mine["content"], theirs)
    now = typed(values_of(current))
    return {name: value(base.get(name), mine[name], now.get(name)) for name in mine}, pieces


def _ended_like(page: str, text: str) -> str:
    """Return a text from a browser with the line ends of the page, which may be from Windows."""
    is_from_windows = "\n" in page and page.count("\n") == page.count("\r\n")
    return text.replace("\n", "\r\n") if is_from_windows else text


def begun_with(base: Any) -> dict[str, Any]:
    """Return the values that the form began with; a form that does not say began with nothing."""
    try:
        said = json.loads(str(base))
    except ValueError:
        said = None
    begun = said if isinstance(said, dict) else {}
    return {**typed(begun), "template": begun.get("template", "")}


def _choices(pieces: list[Piece]) -> list[Choice]:
    found = [piece for piece in pieces if isinstance(piece, Collision)]
    return [
        Choice(f"choice-{at}", *_marked_sides(piece.mine, piece.theirs))
        for at, piece in enumerate(found)
    ]


def _marked_sides(mine: str, theirs: str) -> tuple[str, str]:
    parts = compare_words(mine, theirs)
    sides = []
    for op in ("delete", "insert"):
        kept = [part for part in parts if part.op in ("equal", op)]
        sides.append(
            "".join(
                f"<mark>{escape(part.text)}</mark>" if part.op == op else escape(part.text)
                for part in kept
            )
        )
    return sides[0], sides[1]


def values_of(entry: EntryPublic) -> dict[str, str]:
    return {
        "slug": entry.slug,
        "title": entry.title,
        "content": entry.content,
        "summary": entry.summary or "",
        "tags": names_as_text(tag.name for tag in entry.tags),
        "aliases": names_as_text(entry.aliases),
        "status": entry.status,
        "visibility": entry.visibility,
    }


def typed(form: dict[str, Any]) -> dict[str, Any]:
    """Return the form's values as the service takes them; browsers send lines that end in CRLF."""
    values: dict[str, Any] = {n: str(form.get(n, "")) for n in ("title", "change_note")}
    values["content"] = str(form.get("content", "")).replace("\r\n", "\n")
    values["summary"] = str(form.get("summary") or "") or None
    tags, aliases = (names_in_text(str(form.get(name, ""))) for name in ("tags", "aliases"))
    lists = {"tags": [tag for tag in tags if tag.strip(" #")], "aliases": aliases}
    chosen = {name: form[name] for name in ("status", "visibility") if form.get(name)}
    return {**values, **lists, **chosen}


def number(text: Any) -> int:
    return int(text) if str(text).isdecimal() else 0


def names_as_text(names: Iterable[str]) -> str:
    """Return names as they stand in a field, with commas between them."""
    return ", ".join(
        '"' + name.replace('"', '""') + '"' if "," in name or name.startswith('"') else name
        for name in names
    )


def names_in_text(text: str) -> list[str]:
    """Return the names in a field, as `names_as_text` has written them or somebody typed them."""
    found = (
        one[1].replace('""', '"') if one[1] else one[2].strip() for one in _NAME.finditer(text)
    )
    return [name for name in found if name.strip()]


def base_of(values: dict[str, str]) -> str:
    """Return what a form keeps of the values that it began with."""
    return json.dumps({name: values[name] for name in values if name != "content"})


def steps(before: str, after: str) -> str:
    """Return, as JSON, what makes `after` of `before` by lines: from, to and the new text.

    Places are counted as browsers count them, in UTF-16.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    places = [0]
    for line in old:
        places.append(places[-1] + len(line.encode("utf-16-le", "surrogatepass")) // 2)
    matcher = Matcher(old, new)
    return json.dumps(
        [
            [places[start], places[end], "".join(new[first:last])]
            for op, start, end, first, last in matcher.get_opcodes()
            if op != "equal"
        ]
    )
