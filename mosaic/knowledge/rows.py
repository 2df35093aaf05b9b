"""The rows that an entry is made of, and what they are made from.

Each function takes what many entries are to be, and writes a table in one statement.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, text
from sqlmodel import col

from mosaic.core.work import Work
from mosaic.knowledge.models import Entry, EntryLink
from mosaic.knowledge.property_links import links_in
from mosaic.knowledge.render.markdown import RENDERER, Document, parse
from mosaic.knowledge.resolution import link_row, names
from mosaic.knowledge.search.words import change_texts, label_rows, remove_labels, text_row
from mosaic.knowledge.slugs import Wanted


@dataclass
class Past:
    """What an entry was after one edit. `fields` None: of the last one, what the entry has; of
    others they are not known.
    """

    title: str
    content: str
    change_note: str
    created_at: datetime
    fields: dict[str, Any] | None = None


@dataclass
class Draft:
    """What an entry is to be. `slug` None: made from the title, with a number if it is taken.

    `slug_or_other`: so, too, where `slug` is taken. `tags` None: as they are. `document`: the
    content, where it is parsed already. `history`: of a page that comes from elsewhere, all it was,
    this draft as the last. `old_names`: what it goes on answering to, as (step, key), besides what
    it has already.
    """

    title: str
    content: str
    slug: str | None = None
    path: str | None = None
    front_matter: str = ""
    summary: str | None = None
    status: str = "PUBLISHED"
    visibility: str = "WORKSPACE"
    tags: list[str] | None = None
    aliases: list[str] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    created_at: datetime | None = None
    updated_at: datetime | None = None
    change_note: str = ""
    slug_or_other: bool = False
    document: Document | None = None
    history: list[Past] = field(default_factory=list)
    old_names: set[tuple[int, str]] = field(default_factory=set)

    @property
    def wanted_slug(self) -> Wanted:
        """The address that it asks for."""
        return Wanted(self.slug, self.title, is_hidden(self), self.slug_or_other)

    def parsed(self) -> Document:
        """Return the content as it is shown and linked."""
        return self.document or parse(self.content)


@dataclass
class Written:
    """An entry as it is from `version` on, and what is read in its text."""

    id: UUID
    slug: str
    version: int
    at: datetime
    draft: Draft
    document: Document


def is_hidden(page: Entry | Draft) -> bool:
    """Tell whether only its author sees a page."""
    return page.status == "DRAFT" or page.visibility == "PRIVATE"


def text_columns(work: Work, one: Written) -> dict[str, Any]:
    """Return the columns of an entry that a new text changes."""
    return {
        "content": one.draft.content,
        "html": one.document.html,
        "renderer": RENDERER,
        "version": one.version,
        "updated_by": work.user_id,
        "updated_at": one.draft.updated_at or one.at,
    }


async def add_versions(work: Work, written: list[Written]) -> None:
    """Keep what entries are from now on, or all that they were, as versions.

    Their rows and tags are to be written before: what a version has beside its text is read there.
    """
    versions = [
        {
            "workspace_id": work.tenant,
            "entry_id": one.id,
            "version": number,
            "title": past.title,
            "content": past.content,
            "change_note": past.change_note,
            "created_by": work.user_id,
            "created_at": past.created_at,
            "fields": past.fields,
        }
        for one in written
        for number, past in _versions(one)
    ]
    await insert(work, "entry_versions", versions, fields=_FIELDS)


_FIELDS = (
    "coalesce(fields, (SELECT jsonb_build_object('summary', e.summary, 'status', e.status, "
    "'visibility', e.visibility, 'aliases', e.aliases, 'properties', e.properties, "
    "'front_matter', e.front_matter, 'tags', ARRAY(SELECT t.name FROM entry_tags g "
    "JOIN tags t ON t.id = g.tag_id WHERE g.entry_id = e.id ORDER BY lower(t.name))) "
    "FROM entries e WHERE e.id = entry_id AND e.version = given.version))"
)


def _versions(one: Written) -> Iterable[tuple[int, Past]]:
    if one.version == len(one.draft.history):
        return enumerate(one.draft.history, 1)
    draft = one.draft
    return [(one.version, Past(draft.title, draft.content, draft.change_note, one.at))]


async def add_names(work: Work, names: dict[UUID, set[tuple[int, str]]]) -> None:
    """Add names that entries answer to, as (step, key)."""
    rows = [
        {"workspace_id": work.tenant, "entry_id": id, "step": step, "key": key}
        for id, called in names.items()
        for step, key in sorted(called)
    ]
    await insert(work, "entry_names", rows)


async def add_words(work: Work, written: list[Written]) -> None:
    """Tell search the words and names of entries."""
    await insert(work, "entry_texts", _texts(work, written))
    await insert(work, "entry_labels", _labels(work, written))


async def change_words(work: Work, written: list[Written], named: bool) -> None:
    """Tell search the words of entries anew, and their names where those are others (`named`)."""
    await change_texts(work, _texts(work, written))
    if named:
        await remove_labels(work, [one.id for one in written])
        await insert(work, "entry_labels", _labels(work, written))


def _texts(work: Work, written: list[Written]) -> list[dict[str, Any]]:
    return [text_row(work.tenant, one.id, one.draft.title, one.document.text) for one in written]


def _labels(work: Work, written: list[Written]) -> list[dict[str, Any]]:
    return [
        row
        for one in written
        for row in label_rows(work.tenant, one.id, one.draft.title, one.draft.aliases)
    ]


async def remove_links(work: Work, ids: list[UUID]) -> None:
    """Remove the links of entries."""
    await work.session.execute(delete(EntryLink).where(col(EntryLink.source_id).in_(ids)))


async def add_links(work: Work, written: list[Written]) -> None:
    """Add the links of entries; what they mean is resolved afterwards."""
    await insert(work, "links", [row for one in written for row in _links(work, one)])


async def change_links(work: Work, one: Written) -> tuple[set[UUID], bool]:
    """Make the links of an entry those of its text and its properties.

    Returns what they pointed at, and whether any has changed: mostly none has, and then nothing is
    to be resolved. Wakes who looks at a task that the text begins or ends to mention.
    """
    rows = _links(work, one)
    found = await work.session.execute(_LINKS_OF, {"id": one.id})
    there = [dict(link) for link in found.mappings()]
    changed = len(there) != len(rows) or any(
        {**link, **row} != link for link, row in zip(there, rows, strict=True)
    )
    if changed:
        await remove_links(work, [one.id])
        await insert(work, "links", rows)
        tasks = {link["folded"] for link in (*there, *rows) if link["kind"] == "task"}
        work.changed("knowledge", *tasks, within=True)
    return {link["target_id"] for link in there if link["target_id"]}, changed


_LINKS_OF = text("SELECT * FROM links WHERE source_id = :id ORDER BY ordinal")


def _links(work: Work, one: Written) -> list[dict[str, Any]]:
    own = {"workspace_id": work.tenant, "source_id": one.id}
    links = [*one.document.links, *links_in(one.draft.front_matter)]
    return [{**own, **link_row(link, one.draft.path)} for link in links]


async def insert(work: Work, table: str, rows: list[dict[str, Any]], **made: str) -> None:
    """Add rows to a table; a column of `made` is what its SQL says of a row that is `given`."""
    # One statement for all rows: a page may have thousands of links.
    if rows:
        names, values = ", ".join(rows[0]), ", ".join(made.get(name, name) for name in rows[0])
        every = f"jsonb_populate_recordset(NULL::{table}, CAST(:rows AS jsonb)) given"
        statement = text(f"INSERT INTO {table} ({names}) SELECT {values} FROM {every}")  # noqa: S608
        await work.session.execute(statement, {"rows": json.dumps(rows, default=str)})


def names_to_have(one: Written) -> set[tuple[int, str]]:
    """Return the names that an entry is to answer to, as (step, key)."""
    draft = one.draft
    return names(one.slug, draft.title, draft.path, draft.aliases) | draft.old_names
