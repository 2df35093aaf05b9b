"""What links point at for the person who reads, and what points back."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlmodel import col

from mosaic.core.ids import new_id
from mosaic.core.work import Work
from mosaic.knowledge.attachments import Found, find_files
from mosaic.knowledge.link_shapes import Backlink, Candidate, LinkPublic
from mosaic.knowledge.models import Entry, EntryName
from mosaic.knowledge.names import fold, heading_anchor
from mosaic.knowledge.render.markdown import Document, Target, fill, image_size, section
from mosaic.knowledge.render.wikilinks import task_number
from mosaic.knowledge.resolution import FOLDED, OLD_PATH, PATH, link_row
from mosaic.tasks.around_shapes import TaskOf
from mosaic.tasks.mentions import find_tasks

_DEEPEST_EMBED = 3
_MOST_EMBEDS = 50
# Characters embedded in one page: two million, in at most a hundred pieces. What is over is a link.
_MOST_EMBEDDED = 2_000_000
_COST_OF_EMBED = 20_000
_MOST_BACKLINKS = 500


@dataclass
class _Page:
    id: UUID
    title: str
    html: str


async def fill_links(work: Work, entries: Sequence[Entry]) -> dict[UUID, str]:
    """Return the HTML of each entry with links, images and embeds as the actor sees them.

    A few statements for all entries together; embeds go three levels deep, never in a circle.
    """
    pages = {entry.id: _Page(entry.id, entry.title, entry.html) for entry in entries}
    links = await _load(work, list(pages))
    return await _fill(work, pages, links)


async def preview(work: Work, document: Document, path: str | None = None) -> str:
    """Return the HTML of a text as the actor would see it as a page at `path`; writes nothing."""
    return (await previews(work, [document], path))[0]


async def previews(work: Work, documents: Sequence[Document], path: str | None = None) -> list[str]:
    """Return the HTML of each text, as `preview` does, in as few statements as for one."""
    ids = [new_id() for _ in documents]
    texts = list(zip(ids, documents, strict=True))
    rows = [{**link_row(link, path), "source_id": id} for id, one in texts for link in one.links]
    links: dict[UUID, list[Row[Any]]] = {id: [] for id in ids}
    for row in await meant(work, rows):
        links[row.source_id].append(row)
    html = await _fill(work, {id: _Page(id, "", one.html) for id, one in texts}, links)
    return [html[id] for id in ids]


async def meant(work: Work, rows: Sequence[dict[str, Any]]) -> Sequence[Row[Any]]:
    """Return what links mean to the actor that stand on no page: `id` of the page, or None.

    The links are rows as `link_row` makes them, each with a `source_id`.
    """
    if not rows:
        return []
    found = await work.session.execute(_MEANT, {"rows": json.dumps(rows, default=str)})
    return found.all()


async def _fill(
    work: Work, pages: dict[UUID, _Page], links: dict[UUID, list[Row[Any]]]
) -> dict[UUID, str]:
    """Put links into `pages`, with what they embed, level by level."""
    asked, found = list(pages), links
    for _ in range(_DEEPEST_EMBED):
        embedded = [row for rows in found.values() for row in rows if row.embed and row.html]
        pages |= {row.id: _Page(row.id, row.title, row.html) for row in embedded}
        waiting = [id for id in dict.fromkeys(row.id for row in embedded) if id not in links]
        if not waiting:
            break
        found = await _load(work, waiting[:_MOST_EMBEDS])
        links |= found
    rows = [row for found in links.values() for row in found]
    files = await find_files(work, [row.target for row in rows if row.id is None])
    tasks = await find_tasks(work, [row.target for row in rows if row.kind == "task"])
    seen = work.workspace_slug, pages, links, files, tasks
    return {id: _View(*seen).html(id, ()) for id in asked}


@dataclass
class _View:
    workspace: str
    pages: dict[UUID, _Page]
    links: dict[UUID, list[Row[Any]]]
    files: dict[str, Found]
    tasks: dict[str, TaskOf]
    room: int = _MOST_EMBEDDED

    def html(self, id: UUID, above: tuple[UUID, ...]) -> str:
        inside = (*above, id)
        targets = {row.ordinal: self.target(row, inside) for row in self.links.get(id, ())}
        return fill(self.pages[id].html, targets)

    def target(self, row: Row[Any], inside: tuple[UUID, ...]) -> Target:
        anchor = f"#{heading_anchor(row.heading)}" if row.heading else ""
        label = row.label or (f"{row.target}#{row.heading}" if row.heading else row.target)
        if row.id is not None:
            return self.page(row, inside, anchor, label)
        if row.kind == "task":
            return self.task(row)
        file = self.files.get(row.target)
        if file is not None:
            shown, width = image_size(row.label) if row.embed else (row.label, None)
            is_image = row.embed and file.is_image
            return Target(
                "image" if is_image else "file", file.url, shown or file.name, width=width
            )
        if not row.target:
            return Target("page", anchor, row.label or row.heading or "")
        if row.ambiguous:
            return Target("ambiguous", f"{self.base}?q={quote(row.target)}", label)
        return Target("missing", f"{self.base}/new?title={quote(row.target)}", label)

    def page(self, row: Row[Any], inside: tuple[UUID, ...], anchor: str, label: str) -> Target:
        href = f"{self.base}/{quote(row.slug)}{anchor}"
        can_show = row.embed and row.id in self.pages and row.id not in inside and self.room > 0
        if can_show and len(inside) <= _DEEPEST_EMBED and row.id in self.links:
            self.room -= len(self.pages[row.id].html) + _COST_OF_EMBED
            html = self.html(row.id, inside)
            html = section(html, row.heading) if row.heading else html
            return Target("embed", href, row.title, html=html)
        return Target("page", href, label, title=row.title)

    def task(self, row: Row[Any]) -> Target:
        number, task = task_number(row.target), self.tasks.get(row.target)
        href = f"/w/{self.workspace}/tasks?task={number}"
        label = row.label or (f"#{number} {task.title}" if task else f"#{number}")
        return Target("done" if task and task.status == "COMPLETED" else "task", href, label)

    @property
    def base(self) -> str:
        return f"/w/{self.workspace}/knowledge"


async def _load(work: Work, ids: list[UUID]) -> dict[UUID, list[Row[Any]]]:
    if len(ids) == 1:
        return {ids[0]: list(await work.session.execute(_LINKS_OF_ONE, {"id": ids[0]}))}
    rows = await work.session.execute(_LINKS, {"ids": ids})
    found: dict[UUID, list[Row[Any]]] = {id: [] for id in ids}
    for row in rows:
        found[row.source_id].append(row)
    return found


# Shared pages were found when the link was written. A reader's own hidden page is looked up now.
# Not `coalesce`: PostgreSQL does not know that it tells nothing, and under row-level security
# would read all of the workspace instead of looking pages up by their id.
_MEANS = (
    "((n.key = l.target AND n.step NOT IN (5, 8) AND (l.kind = 'wiki' OR n.step IN (3, 7))) "
    "OR (n.key = l.folded AND n.step IN (5, 8) AND l.kind = 'wiki'))"
)
SELECT_LINKS = (
    "SELECT l.source_id, l.ordinal, l.kind, l.target, l.heading, l.label, l.embed, "  # noqa: S608
    "l.ambiguous OR coalesce(own.several, false) AS ambiguous, t.id, t.slug, t.title, "
    "CASE WHEN l.embed THEN t.html END AS html FROM links l LEFT JOIN LATERAL ("
    "SELECT min(entry_id::text)::uuid AS id, count(DISTINCT entry_id) > 1 AS several FROM ("
    "SELECT n.entry_id, rank() OVER (ORDER BY n.step) AS place FROM entry_names n "
    "JOIN entries e ON e.id = n.entry_id WHERE l.target_id IS NULL AND NOT l.ambiguous "
    "AND n.workspace_id = l.workspace_id AND e.private_to = app_user() AND e.status <> 'ARCHIVED' "
    f"AND {_MEANS}) found WHERE place = 1) own ON l.target_id IS NULL "
    "LEFT JOIN entries t ON t.id = CASE WHEN l.target_id IS NOT NULL THEN l.target_id "
    "WHEN NOT own.several THEN own.id END WHERE l.source_id "
)
_LINKS = text(f"{SELECT_LINKS} = ANY(:ids) ORDER BY l.source_id, l.ordinal")
# PostgreSQL keeps the plan of this one; for the other it makes one each time, which takes longer
# than to find the links.
_LINKS_OF_ONE = text(f"{SELECT_LINKS} = :id ORDER BY l.ordinal")


# What links of a text would mean that nobody has saved.
_MEANT = text(
    "SELECT l.source_id, l.ordinal, l.kind, l.target, l.heading, l.label, l.embed, "  # noqa: S608
    "coalesce(f.several, false) AS ambiguous, t.id, t.slug, t.title, "
    "CASE WHEN l.embed THEN t.html END AS html "
    "FROM jsonb_populate_recordset(NULL::links, CAST(:rows AS jsonb)) l LEFT JOIN LATERAL ("
    "SELECT min(entry_id::text)::uuid AS id, count(DISTINCT entry_id) > 1 AS several FROM ("
    "SELECT n.entry_id, rank() OVER (ORDER BY e.private_to IS NOT NULL, n.step) AS place "
    "FROM entry_names n JOIN entries e ON e.id = n.entry_id "
    "WHERE n.workspace_id = app_workspace() AND n.key IN (l.target, l.folded) AND e.status <> "
    "CASE WHEN e.private_to IS NULL THEN 'DRAFT' ELSE 'ARCHIVED' END AND e.status <> 'ARCHIVED' "
    f"AND {_MEANS}) found WHERE place = 1) f ON true "
    "LEFT JOIN entries t ON t.id = f.id AND NOT f.several ORDER BY l.ordinal"
)


async def list_links(work: Work, entry: Entry) -> list[LinkPublic]:
    """Return the links of an entry to pages, in the order in which they are written."""
    rows = (await _load(work, [entry.id]))[entry.id]
    files = await find_files(work, [row.target for row in rows if row.id is None])
    shown = [row for row in rows if row.target and row.target not in files and row.kind != "task"]
    asked = {(row.kind, row.target) for row in shown if row.ambiguous}
    several = await find_candidates(work, asked)
    return [
        LinkPublic(
            target=row.target,
            heading=row.heading,
            text=row.label,
            embed=row.embed,
            resolved=row.id is not None,
            ambiguous=row.ambiguous,
            slug=row.slug,
            title=row.title,
            candidates=several.get((row.kind, row.target), []),
        )
        for row in shown
    ]


async def find_candidates(
    work: Work, asked: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[Candidate]]:
    """Return the pages that links could mean, each given by its kind and target."""
    if not asked:
        return {}
    keys = sorted({key for _, target in asked for key in (target, fold(target))})
    named = (await work.session.execute(_NAMED, {"keys": keys})).all()
    return {(kind, target): _best(named, kind, target) for kind, target in asked}


def _best(named: Sequence[Row[Any]], kind: str, target: str) -> list[Candidate]:
    """Return the pages of the first step at which there are any: shared ones, else one's own."""
    found: dict[tuple[bool, int], list[Candidate]] = {}
    for row in named:
        fits = row.key == (fold(target) if row.step in FOLDED else target)
        if fits and (kind == "wiki" or row.step in {PATH, OLD_PATH}):
            found.setdefault((row.hidden, row.step), []).append(
                Candidate(slug=row.slug, title=row.title, path=row.path)
            )
    return found[min(found)] if found else []


_NAMED = text(
    "SELECT n.key, n.step, e.slug, e.title, e.path, e.private_to IS NOT NULL AS hidden "
    "FROM entry_names n JOIN entries e ON e.id = n.entry_id WHERE n.workspace_id = app_workspace() "
    "AND n.key = ANY(:keys) AND e.status <> 'ARCHIVED' ORDER BY e.slug, e.id"
)


async def linked_pages(work: Work, entry: Entry) -> list[UUID]:
    """Return the pages that link to an entry, of those that the actor sees."""
    keys = await _folded_names(work, entry) if entry.private_to else []
    found = await work.session.scalars(_SOURCES, {"id": entry.id, "keys": keys})
    return list(found)


_SOURCES = text(
    "SELECT source_id FROM links WHERE target_id = (SELECT CAST(:id AS uuid)) UNION "
    "SELECT source_id FROM links WHERE workspace_id = app_workspace() "
    "AND folded = ANY(:keys) AND target_id IS NULL AND NOT ambiguous"
)


async def links_on(work: Work, ids: list[UUID]) -> dict[UUID, list[Row[Any]]]:
    """Return the links on each page, in order; `id` is what one means to the actor, or None."""
    return await _load(work, ids)


async def list_backlinks(work: Work, entry: Entry) -> list[Backlink]:
    """Return what links to an entry, the latest changes first.

    Of more than 500 places those on the pages that were made last.
    """
    keys = await _folded_names(work, entry) if entry.private_to else []
    rows = await work.session.execute(
        _BACKLINKS, {"id": entry.id, "keys": keys, "most": _MOST_BACKLINKS}
    )
    return [Backlink.model_validate(row) for row in rows]


async def _folded_names(work: Work, entry: Entry) -> list[str]:
    names = select(col(EntryName.key)).where(col(EntryName.entry_id) == entry.id)
    return sorted({fold(key) for key in await work.session.scalars(names)})


# `(SELECT ...)` keeps the planner from expecting a page that half of the workspace links to, and
# from reading all of the workspace to know which links may be seen.
_BACKLINKS = text(
    "SELECT s.slug, s.title, l.context FROM ("  # noqa: S608
    "(SELECT source_id, ordinal, context FROM links WHERE target_id = (SELECT CAST(:id AS uuid)) "
    "ORDER BY source_id DESC, ordinal LIMIT :most) "
    "UNION ALL "
    "SELECT source_id, ordinal, context FROM links l WHERE workspace_id = app_workspace() "
    "AND folded = ANY(:keys) AND target_id IS NULL AND NOT ambiguous "
    f"AND EXISTS (SELECT 1 FROM entry_names n WHERE n.entry_id = :id AND {_MEANS})) l "
    "JOIN entries s ON s.id = l.source_id AND s.id <> :id AND s.status <> 'ARCHIVED' "
    "GROUP BY s.id, s.slug, s.title, s.updated_at, l.context "
    "ORDER BY s.updated_at DESC, s.id, min(l.ordinal) LIMIT :most"
)
