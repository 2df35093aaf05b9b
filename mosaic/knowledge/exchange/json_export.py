"""The wiki as an archive of JSON: a file for each page with its versions, attachments beside."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zipfile import ZipFile

from sqlalchemy import Row, select, text
from sqlmodel import col

from mosaic.core.portions import portions
from mosaic.core.work import Work
from mosaic.knowledge.exchange.archive import OWN
from mosaic.knowledge.exchange.file_names import Taken, page_file
from mosaic.knowledge.exchange.growing import put
from mosaic.knowledge.exchange.json_file import (
    ATTACHMENTS,
    LISTED,
    PAGES,
    AttachmentFile,
    FieldsFile,
    LinkFile,
    Listed,
    PageFile,
    TagFile,
    VersionFile,
    write_json,
)
from mosaic.knowledge.exchange.places import (
    Place,
    attachment_places,
    write_attachments,
)
from mosaic.knowledge.models import Entry
from mosaic.knowledge.resolution import OLD, OLD_PATH, OLD_SLUG, OLD_TITLE
from mosaic.knowledge.tags import tags_of

MOST_HISTORY = 20_000_000  # bytes of a page's versions; an import takes files of 25 MB


async def write_archive(work: Work, archive: ZipFile) -> None:
    """Write every page that the actor sees into an archive, and every attachment."""
    attachments = await attachment_places(work, Taken(), ATTACHMENTS)
    places = await _places(work)
    listed = Listed(
        format="mosaic",
        format_version=1,
        exported_at=datetime.now(UTC),
        workspace=work.workspace_name,
        pages=len(places),
        attachments=[AttachmentFile(file=one.file, path=one.path or "") for one in attachments],
    )
    await asyncio.to_thread(put, archive, LISTED, write_json(listed), listed.exported_at)
    for portion in portions(places):
        files = await _files(work, [place.id for place in portion])
        await asyncio.to_thread(_write, archive, portion, files)
    for portion in portions(attachments):
        await write_attachments(work, archive, portion)
    archive.comment = OWN


def _write(archive: ZipFile, places: Sequence[Place], files: Sequence[PageFile]) -> None:
    for place, page in zip(places, files, strict=True):
        put(archive, f"{place.file}.json", write_json(page), page.updated_at)


async def _places(work: Work) -> list[Place]:
    taken = Taken()
    return [
        Place(row.id, PAGES + taken.take_free(page_file(row.slug)), None, row.size)
        for row in await work.session.execute(_PAGES)
    ]


_PAGES = text(
    "SELECT e.id, e.slug, octet_length(e.content) + least(:most, coalesce((SELECT "
    "sum(octet_length(v.content) + octet_length(coalesce(v.fields::text, ''))) "
    "FROM entry_versions v WHERE v.entry_id = e.id), 0)) AS size "
    "FROM entries e WHERE e.workspace_id = app_workspace() "
    'ORDER BY e.slug COLLATE "C", e.private_to NULLS FIRST'
).bindparams(most=MOST_HISTORY)


async def _files(work: Work, ids: Sequence[UUID]) -> list[PageFile]:
    entries = await work.session.scalars(select(Entry).where(col(Entry.id).in_(ids)))
    found = {entry.id: entry for entry in entries}
    tags = await tags_of(work, list(ids))
    old, links, versions = [
        await _by_entry(work, query, ids) for query in (_OLD_NAMES, _LINKS, _VERSIONS)
    ]
    files = []
    for id in ids:
        entry = found[id]
        kept = entry.model_dump(exclude={"id", "html", "created_by", "updated_by"})
        named = [TagFile(name=tag.name, color=tag.color) for tag in tags[id]]
        files.append(
            PageFile.model_construct(
                **kept,
                tags=sorted(named, key=lambda tag: tag.name),
                old_slugs=_keys(old[id], OLD_SLUG),
                old_paths=_keys(old[id], OLD_PATH),
                old_titles=_keys(old[id], OLD_TITLE),
                links=[LinkFile.model_construct(**row._mapping) for row in links[id]],
                versions=[_version(row) for row in versions[id]],
            )
        )
    work.session.expunge_all()
    return files


async def _by_entry(work: Work, query: Any, ids: Sequence[UUID]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in await work.session.execute(query, {"ids": list(ids)}):
        found[row.entry_id].append(row)
    return found


def _keys(rows: Sequence[Row[Any]], step: int) -> list[str]:
    return [row.key for row in rows if row.step == step]


def _version(row: Row[Any]) -> VersionFile:
    fields = row.fields and FieldsFile.model_construct(**row.fields)
    return VersionFile.model_construct(**{**row._mapping, "fields": fields})


_OLD_NAMES = text(
    "SELECT entry_id, step, key FROM entry_names WHERE entry_id = ANY(:ids) AND step = ANY(:steps) "
    'ORDER BY entry_id, key COLLATE "C"'
).bindparams(steps=list(OLD))
_LINKS = text(
    "SELECT l.source_id AS entry_id, l.kind, l.target, l.heading, l.label AS text, l.embed, "
    "(SELECT t.slug FROM entries t WHERE t.id = l.target_id) AS leads_to "
    "FROM links l WHERE l.source_id = ANY(:ids) ORDER BY l.source_id, l.ordinal"
)
# Of a history that is larger than an import takes, the oldest are left out.
_VERSIONS = text(
    "SELECT entry_id, title, content, change_note, created_at, fields FROM (SELECT v.*, "
    "sum(octet_length(content) + octet_length(coalesce(fields::text, ''))) "
    "OVER (PARTITION BY entry_id ORDER BY version DESC) AS above "
    "FROM entry_versions v WHERE entry_id = ANY(:ids)) v WHERE above <= :most OR above IS NULL "
    "ORDER BY entry_id, version"
).bindparams(most=MOST_HISTORY)
