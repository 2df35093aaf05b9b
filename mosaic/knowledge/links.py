"""What links point at for the person who reads, and what points back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Row, text

from mosaic.core.work import Work
from mosaic.knowledge.attachments import Found, find_files
from mosaic.knowledge.markdown import Target, fill, section
from mosaic.knowledge.models import Backlink, Candidate, Entry, LinkCounts, LinkPublic
from mosaic.knowledge.names import fold, heading_anchor

_DEEPEST_EMBED = 3
_MOST_EMBEDS = 50
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
    links: dict[UUID, list[Row[Any]]] = {}
    waiting = list(pages)
    for _ in range(_DEEPEST_EMBED + 1):
        found = await _load(work, waiting)
        links |= found
        embedded = [row for rows in found.values() for row in rows if row.embed and row.html]
        pages |= {row.id: _Page(row.id, row.title, row.html) for row in embedded}
        waiting = [id for id in dict.fromkeys(row.id for row in embedded) if id not in links]
        waiting = waiting[:_MOST_EMBEDS]
        if not waiting:
            break
    rows = [row for found in links.values() for row in found]
    files = await find_files(work, [row.target for row in rows if row.id is None])
    view = _View(work.workspace_slug, pages, links, files)
    return {entry.id: view.html(entry.id, ()) for entry in entries}


@dataclass
class _View:
    workspace: str
    pages: dict[UUID, _Page]
    links: dict[UUID, list[Row[Any]]]
    files: dict[str, Found]

    def html(self, id: UUID, above: tuple[UUID, ...]) -> str:
        inside = (*above, id)
        targets = {row.ordinal: self.target(row, inside) for row in self.links.get(id, ())}
        return fill(self.pages[id].html, targets)

    def target(self, row: Row[Any], inside: tuple[UUID, ...]) -> Target:
        anchor = f"#{heading_anchor(row.heading)}" if row.heading else ""
        label = row.label or (f"{row.target}#{row.heading}" if row.heading else row.target)
        if row.id is not None:
            return self.page(row, inside, anchor, label)
        file = self.files.get(row.target)
        if file is not None:
            width = int(row.label) if row.embed and (row.label or "").isdigit() else None
            state = "image" if row.embed and file.is_image else "file"
            shown = file.name if width or not row.label else row.label
            return Target(state, file.url, shown, width=width)
        if not row.target:
            return Target("page", anchor, row.label or row.heading or "")
        if row.ambiguous:
            return Target("ambiguous", f"{self.base}?q={quote(row.target)}", label)
        return Target("missing", f"{self.base}/new?title={quote(row.target)}", label)

    def page(self, row: Row[Any], inside: tuple[UUID, ...], anchor: str, label: str) -> Target:
        href = f"{self.base}/{quote(row.slug)}{anchor}"
        can_show = row.embed and row.id in self.pages and row.id not in inside
        if can_show and len(inside) <= _DEEPEST_EMBED and row.id in self.links:
            html = self.html(row.id, inside)
            html = section(html, row.heading) if row.heading else html
            return Target("embed", href, row.title, html=html)
        return Target("page", href, label, title=row.title)

    @property
    def base(self) -> str:
        return f"/w/{self.workspace}/knowledge"


async def _load(work: Work, ids: list[UUID]) -> dict[UUID, list[Row[Any]]]:
    rows = list(await work.session.execute(_LINKS, {"ids": ids}))
    found: dict[UUID, list[Row[Any]]] = {id: [] for id in ids}
    for row in rows:
        found[row.source_id].append(row)
    return found


# Shared pages were found when the link was written. A reader's own private page is looked up now.
_LINKS = text(
    "SELECT l.source_id, l.ordinal, l.kind, l.target, l.folded, l.heading, l.label, l.embed, "
    "l.ambiguous, t.id, t.slug, t.title, CASE WHEN l.embed THEN t.html END AS html "
    "FROM links l LEFT JOIN LATERAL ("
    "SELECT e.id, e.slug, e.title, e.html, 0 AS step FROM entries e WHERE e.id = l.target_id "
    "UNION ALL "
    "SELECT e.id, e.slug, e.title, e.html, n.step FROM entry_names n "
    "JOIN entries e ON e.id = n.entry_id WHERE l.target_id IS NULL AND NOT l.ambiguous "
    "AND n.workspace_id = l.workspace_id AND e.private_to = app_user() AND e.status <> 'ARCHIVED' "
    "AND ((n.key = l.target AND (l.kind = 'wiki' OR n.step = 3) AND n.step <> 5) "
    "OR (n.step = 5 AND n.key = l.folded AND l.kind = 'wiki')) "
    "ORDER BY step LIMIT 1) t ON true "
    "WHERE l.source_id = ANY(:ids) ORDER BY l.source_id, l.ordinal"
)


async def count_links(work: Work, import_id: UUID) -> LinkCounts:
    """Count the links on the pages of an import, as `list_links` has them for each."""
    found = await work.session.execute(_PAGES_OF_IMPORT, {"id": import_id})
    ids = list(found.scalars())
    counts = (await work.session.execute(_COUNTS, {"ids": ids})).one()
    return LinkCounts(pages=len(ids), **counts._mapping)


_PAGES_OF_IMPORT = text(
    "SELECT e.id FROM import_lines i JOIN entries e ON e.path = i.path "
    "AND e.workspace_id = app_workspace() WHERE i.import_id = :id"
)
_COUNTS = text(
    "SELECT count(id) AS resolved, count(*) FILTER (WHERE ambiguous) AS ambiguous, "  # noqa: S608
    "count(*) FILTER (WHERE id IS NULL AND NOT ambiguous) AS broken "
    f"FROM ({_LINKS.text}) found WHERE target <> '' AND NOT (id IS NULL AND target LIKE '%.%' "
    "AND EXISTS (SELECT 1 FROM attachments a WHERE a.workspace_id = app_workspace() AND "
    "(a.path = target OR a.name = regexp_replace(target, '^.*/', ''))))"
)


async def list_links(work: Work, entry: Entry) -> list[LinkPublic]:
    """Return the links of an entry to pages, in the order in which they are written."""
    rows = (await _load(work, [entry.id]))[entry.id]
    files = await find_files(work, [row.target for row in rows if row.id is None])
    shown = [row for row in rows if row.target and row.target not in files]
    several = await _candidates(work, [row for row in shown if row.ambiguous])
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
            candidates=several.get(row.target, []),
        )
        for row in shown
    ]


async def _candidates(work: Work, rows: Iterable[Row[Any]]) -> dict[str, list[Candidate]]:
    asked = sorted({row.target for row in rows})
    if not asked:
        return {}
    keys = sorted({key for target in asked for key in (target, fold(target))})
    best: dict[str, tuple[int, list[Candidate]]] = {}
    for row in await work.session.execute(_NAMED, {"keys": keys}):
        for target in asked:
            if row.key == (fold(target) if row.step == 5 else target):
                step, found = best.setdefault(target, (row.step, []))
                if step == row.step:
                    found.append(Candidate(slug=row.slug, title=row.title))
    return {target: found for target, (_, found) in best.items()}


_NAMED = text(
    "SELECT n.key, n.step, e.slug, e.title FROM entry_names n JOIN entries e ON e.id = n.entry_id "
    "WHERE n.workspace_id = app_workspace() AND n.key = ANY(:keys) "
    "AND e.private_to IS NULL AND e.status = 'PUBLISHED' ORDER BY n.step, e.slug"
)


async def list_backlinks(work: Work, entry: Entry) -> list[Backlink]:
    """Return what links to an entry, at most 500 places, the latest pages first."""
    rows = await work.session.execute(
        _BACKLINKS,
        {"id": entry.id, "hidden": entry.private_to is not None, "most": _MOST_BACKLINKS},
    )
    return [Backlink.model_validate(row) for row in rows]


_BACKLINKS = text(
    "SELECT s.slug, s.title, l.context FROM ("
    "SELECT source_id, ordinal, context FROM links WHERE target_id = :id "
    "UNION "
    "SELECT source_id, ordinal, context FROM links WHERE :hidden AND target_id IS NULL "
    "AND NOT ambiguous AND workspace_id = app_workspace() AND folded IN "
    "(SELECT lower(key) FROM entry_names WHERE entry_id = :id UNION "
    "SELECT key FROM entry_names WHERE entry_id = :id AND step = 5)) l "
    "JOIN entries s ON s.id = l.source_id AND s.id <> :id AND s.status <> 'ARCHIVED' "
    "GROUP BY s.id, s.slug, s.title, s.updated_at, l.context "
    "ORDER BY s.updated_at DESC, s.id, min(l.ordinal) LIMIT :most"
)
