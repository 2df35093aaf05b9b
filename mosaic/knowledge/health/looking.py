"""Looks through all pages: which are named without a link, and which are nearly the same.

A few pages are looked through at once when somebody asks; more by a run, one at a time.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlmodel import col

from mosaic.core.work import Role, Work
from mosaic.jobs import service as jobs
from mosaic.jobs.models import Job
from mosaic.jobs.shapes import JobCreate
from mosaic.jobs.types import Phase, job_type, step
from mosaic.knowledge.health.likeness import Pair, Sketch, near_texts, near_titles, sketch
from mosaic.knowledge.health.naming import Names, linkable, without_front_matter
from mosaic.knowledge.mentions import names_in_texts
from mosaic.knowledge.names import fold

if TYPE_CHECKING:
    from mosaic.jobs.engine.run import Run

LOOK = "KNOWLEDGE_LINKS"
_FEW = 300  # pages that are looked through while somebody waits
_PAGES = 500  # at once
_SOON, _LATER = 60, 600  # seconds after which a run is asked for when much, or little, is new
_MOST_NAMED, _MOST_PLACES, _MOST_PAIRS = 2_000, 20, 2_000
Opened = Callable[[], AbstractAsyncContextManager[Work]]


async def look_if_due(work: Work) -> None:
    """Look through the pages that everybody sees if something is new; where they are many, ask
    for a run of who may write.
    """
    now = (await work.session.execute(_NEW)).one()
    if work.full or not _is_due(now):
        return
    if now.pages <= _FEW:
        # Several tabs ask at once when something has changed. One of them looks; else who began
        # first, with what was there by then, might be the last to keep it.
        await work.session.execute(_ONE_AT_A_TIME)
        if not _is_due((await work.session.execute(_NEW)).one()):
            return

        @asynccontextmanager
        async def here() -> AsyncIterator[Work]:
            yield work

        await _look(here)
    elif work.role >= Role.MEMBER and "write" in work.actor.scopes:
        much = abs(now.pages - (now.was or 0)) > now.pages // 20
        if now.age is None or now.age > (_SOON if much else _LATER):
            await look(work)


def _is_due(now: Row[Any]) -> bool:
    return bool((now.pages, now.latest) != (now.was, now.was_latest))


# Only what everybody sees counts, so nobody can tell from it that somebody writes a draft.
_NEW = text(
    "SELECT p.pages, p.latest, l.pages AS was, l.latest AS was_latest, "
    "extract(epoch FROM now() - l.looked_at) AS age FROM ("
    "SELECT count(*) AS pages, max(e.updated_at) AS latest FROM entries e "
    "WHERE e.workspace_id = app_workspace() AND e.private_to IS NULL AND e.status <> 'ARCHIVED') p "
    "LEFT JOIN link_looks l ON l.workspace_id = app_workspace()"
)


async def look(work: Work) -> UUID:
    """Ask for a run that looks through all pages, or return the one that is there. MEMBER."""
    work.require(Role.MEMBER)
    await work.session.execute(_ONE_AT_A_TIME)
    going = select(col(Job.id)).where(
        col(Job.type) == LOOK, col(Job.status).in_(("QUEUED", "RUNNING"))
    )
    id = (await work.session.scalars(going.limit(1))).one_or_none()
    return id or (await jobs.create_job(work, JobCreate(type=LOOK))).id


async def last_look(work: Work) -> tuple[datetime | None, bool] | None:
    """Return when all pages were looked through, and whether they are now; None for a few pages,
    which are looked through whenever somebody asks.
    """
    seen = (await work.session.execute(_SEEN, {"type": LOOK, "few": _FEW + 1})).one()
    return (seen.looked_at, seen.going) if seen.pages > _FEW else None


_SEEN = text(
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM entries e WHERE e.workspace_id = app_workspace() "
    "AND e.private_to IS NULL AND e.status <> 'ARCHIVED' LIMIT :few) few) AS pages, "
    "l.looked_at, EXISTS (SELECT 1 FROM jobs j WHERE j.workspace_id = app_workspace() "
    "AND j.type = :type AND j.status IN ('QUEUED', 'RUNNING') "
    "AND (l.looked_at IS NULL OR j.queued_at > l.looked_at)) AS going "
    "FROM (SELECT 1) here LEFT JOIN link_looks l ON l.workspace_id = app_workspace()"
)
_ONE_AT_A_TIME = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('looks ' || app_workspace(), 0))"
)


class _Found:
    """What was found so far; pages are numbered in their order."""

    def __init__(self, pages: Sequence[Row[Any]]) -> None:
        self.pages = pages
        self.number = {page.id: number for number, page in enumerate(pages)}
        # A title of stop words alone, such as "The", stands everywhere.
        whose = defaultdict(set)
        for number, page in enumerate(pages):
            for name in names_in_texts(page.title, page.aliases) if page.words else ():
                whose[fold(name)].add(number)
        # A name that several pages have means none of them.
        self.folded: defaultdict[int, set[str]] = defaultdict(set)
        for name, numbers in whose.items():
            if len(numbers) == 1:
                self.folded[min(numbers)].add(name)
        self.names = Names((name, page) for page, names in self.folded.items() for name in names)
        self.counts: Counter[int] = Counter()
        self.places: defaultdict[int, list[int]] = defaultdict(list)
        self.sketched: list[int] = []
        self.sketches: list[Sketch] = []

    def take(self, texts: Sequence[Row[Any]], links: Sequence[Row[Any]]) -> None:
        """Look through some pages, whose links are these."""
        linked, said = defaultdict(set), defaultdict(set)
        for link in links:
            if link.target_id:
                linked[link.source_id].add(self.number.get(link.target_id))
            else:
                said[link.source_id].add(link.folded)
        for page in texts:
            own, plain = self.number.get(page.id), linkable(page.content)
            if own is None:
                continue  # it was shown only now
            for named in self.names.pages_in(plain) - linked[page.id] - {own}:
                if not self.folded[named] & said[page.id]:
                    self.counts[named] += 1
                    if len(self.places[named]) < _MOST_PLACES:
                        self.places[named].append(own)
            drawn = sketch(without_front_matter(page.content))
            if drawn is not None:
                self.sketched.append(own)
                self.sketches.append(drawn)

    def mentions(self) -> list[Pair]:
        """Return who is named by whom: names of several words first, as they are meant most surely.

        A name that stands on very many pages is a word like others.
        """
        most = min(max(20, len(self.pages) // 50), 200)
        told = [(number, count) for number, count in self.counts.items() if count <= most]
        told.sort(key=lambda one: (" " not in self.pages[one[0]].title, -one[1], one[0]))
        return [(number, by) for number, _ in told[:_MOST_NAMED] for by in self.places[number]]

    def likenesses(self) -> list[tuple[int, int, float | None]]:
        """Return pairs of pages that are nearly the same, and about how much of their texts is."""
        columns = ("title", "words", "folder")
        titles = near_titles(*([getattr(p, name) for p in self.pages] for name in columns))
        near: dict[Pair, float | None] = {
            (self.sketched[one], self.sketched[other]): share
            for (one, other), share in near_texts(self.sketches).items()
        }
        near |= {pair: None for pair in titles if pair not in near}
        return [(*pair, share) for pair, share in near.items()][:_MOST_PAIRS]


async def _look(opened: Opened) -> _Found:
    async with opened() as work:
        new = (await work.session.execute(_NEW)).one()
        pages = (await work.session.execute(_TITLES)).all()
    found = await asyncio.to_thread(_Found, pages)
    last = UUID(int=0)
    while True:
        async with opened() as work:
            texts = (await work.session.execute(_TEXTS, {"last": last, "most": _PAGES})).all()
            links = (await work.session.execute(_LINKS, {"ids": [page.id for page in texts]})).all()
        if not texts:
            break
        await asyncio.to_thread(found.take, texts, links)
        last = texts[-1].id
    likenesses = await asyncio.to_thread(found.likenesses)
    async with opened() as work:
        await _keep(work, found, likenesses, new)
    return found


_SHARED = "e.workspace_id = app_workspace() AND e.private_to IS NULL AND e.status <> 'ARCHIVED'"
_TITLES = text(
    "SELECT e.id, e.title, e.aliases, array_to_string(tsvector_to_array("  # noqa: S608  (no value in it)
    "to_tsvector('mosaic_english', e.title)), ' ') AS words, "
    "substring(e.path FROM '^(.*)/') AS folder FROM entries e "
    f"WHERE {_SHARED} "
    "ORDER BY e.id"
)
_TEXTS = text(
    f"SELECT e.id, left(e.content, 300000) AS content FROM entries e WHERE {_SHARED} "  # noqa: S608  (no value in it)
    "AND e.id > :last ORDER BY e.id LIMIT :most"
)
# By themselves: beside the texts all links of a workspace that is new would be read for each page.
_LINKS = text(
    "SELECT DISTINCT source_id, target_id, CASE WHEN target_id IS NULL THEN folded END AS folded "
    "FROM links WHERE source_id = ANY(:ids)"
)


async def _keep(work: Work, found: _Found, alike: list[Any], new: Row[Any]) -> None:
    """Keep what was found, all at once; pages that have gone meanwhile are left out."""
    await work.session.execute(_ONE_AT_A_TIME)
    await work.session.execute(_FORGET_MENTIONS)
    await work.session.execute(_FORGET_LIKENESSES)
    ids = [page.id for page in found.pages]
    mentions = found.mentions()
    named, by = [ids[one] for one, _ in mentions], [ids[one] for _, one in mentions]
    await work.session.execute(_KEEP_MENTIONS, {"named": named, "sources": by})
    values = {
        "ones": [ids[one] for one, _, _ in alike],
        "others": [ids[other] for _, other, _ in alike],
        "texts": [texts for _, _, texts in alike],
    }
    await work.session.execute(_KEEP_LIKENESSES, values)
    await work.session.execute(_NOTE, {"pages": new.pages, "latest": new.latest})
    work.changed("links")


_FORGET_MENTIONS = text("DELETE FROM mentions WHERE workspace_id = app_workspace()")
_FORGET_LIKENESSES = text("DELETE FROM likenesses WHERE workspace_id = app_workspace()")
_KEEP_MENTIONS = text(
    "INSERT INTO mentions (workspace_id, entry_id, source_id) "
    "SELECT app_workspace(), n.id, s.id "
    "FROM unnest(CAST(:named AS uuid[]), CAST(:sources AS uuid[])) m (named, source) "
    "JOIN entries n ON n.id = m.named JOIN entries s ON s.id = m.source "
    "WHERE n.private_to IS NULL AND s.private_to IS NULL ORDER BY n.id, s.id"
)
_KEEP_LIKENESSES = text(
    "INSERT INTO likenesses (workspace_id, entry_id, other_id, texts) "
    "SELECT app_workspace(), n.id, o.id, a.texts FROM unnest(CAST(:ones AS uuid[]), "
    "CAST(:others AS uuid[]), CAST(:texts AS real[])) a (one, other, texts) "
    "JOIN entries n ON n.id = a.one JOIN entries o ON o.id = a.other "
    "WHERE n.private_to IS NULL AND o.private_to IS NULL ORDER BY n.id, o.id"
)
_NOTE = text(
    "INSERT INTO link_looks (workspace_id, pages, latest) VALUES (app_workspace(), :pages, "
    ":latest) ON CONFLICT (workspace_id) DO UPDATE SET pages = excluded.pages, "
    "latest = excluded.latest, looked_at = now()"
)


@step(Phase.EXECUTION, "Look through the pages", transaction=False)
async def look_through(run: "Run") -> dict[str, int]:
    """Look through what everybody sees, and keep what was found."""
    found = await _look(run.work)
    run.log(f"{len(found.pages):,} pages, {len(found.counts):,} named without a link\n")
    return {"pages": len(found.pages)}


@job_type(
    LOOK,
    title="Look through the links",
    about="Finds pages that are named without a link, and pages that are nearly the same.",
    upkeep=True,
)
async def look_after_links(run: "Run") -> dict[str, int]:
    """Look through the pages; return how many there are."""
    looked: dict[str, int] = await run(look_through)
    return looked
