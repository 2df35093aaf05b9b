"""Search: several ways of finding, put in one order by reciprocal rank fusion.

Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank
Learning Methods", SIGIR 2009: a page's score is the sum of 1 / (60 + its place) over the ways.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from mosaic.core import cache
from mosaic.core.errors import Unavailable
from mosaic.core.work import Work
from mosaic.knowledge.models import Tag
from mosaic.knowledge.search import model
from mosaic.knowledge.search.asking import asked
from mosaic.knowledge.search.letters import UNSPACED, typed
from mosaic.knowledge.search.shapes import Hit, Hits, HitsMeta, Matched, Mode, SearchQuery
from mosaic.knowledge.search.snippets import snippet
from mosaic.knowledge.tags import tag_slug

_RANKED = 300
_MOST = 1000
_CONSTANT = 60
_WEIGHTS: dict[Matched, float] = {"title": 2.0, "text": 1.0, "fuzzy": 0.5, "semantic": 1.0}
_MEANT = 50
_EXACT = 20_000  # parts of pages in a workspace, up to which every one is compared
_FAR = 0.6  # cosine distance, from which on a page is no answer beside others
_PATIENCE = 10.0  # seconds
_READ = 50_000  # characters of a page in which a snippet is looked for


async def search(work: Work, query: SearchQuery) -> Hits:
    """Return pages that hold what was asked for, the best first; from the cache when unchanged.

    `mode` "hybrid" takes every way there is, "text" those without a model; Unavailable for
    "semantic" where no model is configured.
    """
    key = cache.key(work, "knowledge", "search", model.name(), query.model_dump_json())
    kept = await cache.get(work, key)
    if kept is not None:
        return Hits.model_validate(kept)
    hits = await _search(work, query)
    await cache.put(work, key, hits.model_dump(mode="json"))
    return hits


async def _search(work: Work, query: SearchQuery) -> Hits:
    asked, mode = await _meaning(query)
    tag = await _tag(work, query.tag) if query.tag else None
    nothing = not query.q.strip() or (query.tag is not None and tag is None)
    ranked = [] if nothing else await _ranked(work, query, tag, asked, mode)
    start = (query.page - 1) * query.limit
    rows = await _shown(work, ranked[start : start + query.limit], query.q)
    meta = HitsMeta(
        total=len(ranked),
        page=query.page,
        limit=query.limit,
        total_pages=-(-len(ranked) // query.limit),
        mode=mode,
    )
    return Hits(data=rows, meta=meta)


async def _meaning(query: SearchQuery) -> tuple[list[float] | None, Mode]:
    """Return the vector of what was asked, where it is wanted and can be had, and the real mode."""
    if query.mode == "semantic":
        model.required()
    if query.mode == "text" or model.name() is None or not query.q.strip():
        return None, "text" if query.mode != "semantic" else "semantic"
    try:
        [vector] = await model.embed([query.q], _PATIENCE)
    except Unavailable:
        if query.mode == "semantic":
            raise
        return None, "text"
    return vector, query.mode


async def _tag(work: Work, name: str) -> UUID | None:
    found = select(col(Tag.id)).where(col(Tag.slug) == tag_slug(name))
    return await work.session.scalar(found)


async def _ranked(
    work: Work, query: SearchQuery, tag: UUID | None, vector: list[float] | None, mode: Mode
) -> list[tuple[UUID, float, list[Matched]]]:
    """Return (entry, score, why) of what was found, the best first, at most a thousand."""
    places: dict[UUID, dict[Matched, int | None]] = {}
    filters = _filters(query, tag)
    if mode != "semantic":
        values = {**asked(query.q), **filters, "most": _RANKED}
        for row in await work.session.execute(_FIND, values):
            ways: dict[Matched, int | None] = {
                "title": row.by_title,
                "text": row.by_text,
                "fuzzy": row.by_letters,
            }
            before = places.setdefault(row.id, {})
            before |= {way: place for way, place in ways.items() if place and way not in before}
    if vector is not None:
        values = {**filters, "model": model.required(), "vector": str(vector), "most": _MEANT}
        near = await work.session.execute(_FIND_MEANING, {**values, "exact": _EXACT})
        for place, row in enumerate(near, start=1):
            if mode == "semantic" or row.distance < _FAR:
                places.setdefault(row.id, {})["semantic"] = place
    scored = [(id, *_score(ways)) for id, ways in places.items()]
    return sorted(scored, key=lambda one: (-one[1], one[0]))[:_MOST]


def _filters(query: SearchQuery, tag: UUID | None) -> dict[str, Any]:
    return {"status": query.status, "tag": tag}


_FIND = text(
    "SELECT id, by_title, by_text, by_letters FROM app_find(CAST(:asked AS text), "
    "CAST(:head AS text), CAST(:prefix AS text), CAST(:pairs AS text[]), CAST(:typed AS text), "
    ":alike, CAST(:status AS text), CAST(:tag AS uuid), CAST(:most AS int))"
)


_FIND_MEANING = text(
    "SELECT id, distance FROM app_find_meaning(CAST(:vector AS vector), CAST(:model AS text), "
    "CAST(:status AS text), CAST(:tag AS uuid), CAST(:most AS int), CAST(:exact AS int))"
)


def _score(places: dict[Matched, int | None]) -> tuple[float, list[Matched]]:
    found = {way: place for way, place in places.items() if place is not None}
    score = sum(_WEIGHTS[way] / (_CONSTANT + place) for way, place in found.items())
    # What has the very words has their letters, too.
    matched = [way for way in found if way != "fuzzy" or len(found) == 1]
    return round(score, 6), matched


async def _shown(
    work: Work, ranked: Sequence[tuple[UUID, float, list[Matched]]], q: str
) -> list[Hit]:
    if not ranked:
        return []
    found = await work.session.execute(
        _SHOWN, {"ids": [id for id, _, _ in ranked], "asked": q, "read": _READ}
    )
    rows = {row.id: row for row in found}
    return [
        Hit(
            slug=rows[id].slug,
            title=rows[id].title,
            snippet=snippet(rows[id].body, _terms(q, rows[id].stems)),
            score=score,
            matched=matched,
        )
        for id, score, matched in ranked
        if id in rows
    ]


_SHOWN = text(
    "SELECT e.id, e.slug, e.title, left(t.body, CAST(:read AS int)) AS body, "
    "tsvector_to_array(to_tsvector('mosaic_english', CAST(:asked AS text))) AS stems "
    "FROM entries e JOIN entry_texts t ON t.entry_id = e.id WHERE e.id = ANY(:ids)"
)


def _terms(q: str, stems: Sequence[str]) -> list[str]:
    """Return what a word that is marked begins with."""
    runs = [typed(run) for run in UNSPACED.findall(q)]
    words = re.findall(r"[^\W_]+", typed(UNSPACED.sub(" ", q)))
    # "happi" is the stem of "happy".
    shortened = [stem[:-1] if stem.endswith("i") else stem for stem in stems]
    return [*runs, *words, *filter(str.isalnum, shortened)]
