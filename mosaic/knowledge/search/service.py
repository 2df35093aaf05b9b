"""Search: several ways of finding, put in one order by reciprocal rank fusion.

Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank
Learning Methods", SIGIR 2009: a page's score is the sum of 1 / (60 + its place) over the ways.
"""

import json
import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from mosaic.core import cache
from mosaic.core.work import Work
from mosaic.knowledge.search import model
from mosaic.knowledge.search.asking import asked
from mosaic.knowledge.search.deriving import derive_if_due
from mosaic.knowledge.search.letters import PAIRED, typed
from mosaic.knowledge.search.operators import Filters, taken_out
from mosaic.knowledge.search.shapes import Hit, Hits, HitsMeta, Matched, Mode, SearchQuery
from mosaic.knowledge.search.snippets import snippet
from mosaic.knowledge.tags import tag_slug

_EVERY, _LATEST_OF_MORE = 1000, 300  # pages with a word that are put in an order
_MOST = 1000
_CONSTANT = 60
_WEIGHTS: dict[Matched, float] = {"title": 2.0, "text": 1.0, "fuzzy": 0.5, "semantic": 1.0}
_MEANT = 50
_EXACT = 5_000  # parts of pages in a workspace, up to which every one is compared
_FAR = 0.6  # cosine distance, from which on a page is no answer beside others
_PATIENCE = 10.0  # seconds
_READ = 50_000  # characters of a page in which a snippet is looked for

Found = tuple[UUID, float, list[Matched]]
"""A page, its score, and the ways on which it was found."""


async def search(work: Work, query: SearchQuery) -> Hits:
    """Return pages that hold what was asked for, the best first; from the cache when unchanged.

    `mode` "hybrid" takes every way there is, "text" those without a model; Unavailable for
    "semantic" where no model is configured.
    """
    key = cache.key(work, "knowledge", "search", model.name(), query.model_dump_json())
    kept = await cache.get(work, key)
    if kept is not None:
        return Hits.model_validate(kept)
    await derive_if_due(work)
    hits = await _search(work, query)
    without = hits.meta.mode != query.mode and model.name() and taken_out(query.q, Filters())
    if not without:  # the model may be back soon
        await cache.put(work, key, hits.model_dump(mode="json"))
    return hits


async def _search(work: Work, query: SearchQuery) -> Hits:
    filters = Filters(tags=[], after=query.updated_after, before=query.updated_before)
    words = taken_out(query.q, filters)
    filters.status = query.status or filters.status
    filters.visibility = query.visibility or filters.visibility
    filters.tags += [query.tag] if query.tag else []
    vector, mode = await _meaning(work, query.mode, words)
    ranked = await _found(work, words, filters, vector, mode)
    start = (query.page - 1) * query.limit
    rows = await _shown(work, ranked[start : start + query.limit], words)
    meta = HitsMeta(
        total=len(ranked),
        page=query.page,
        limit=query.limit,
        total_pages=-(-len(ranked) // query.limit),
        mode=mode,
    )
    return Hits(data=rows, meta=meta)


async def _found(
    work: Work, words: str, filters: Filters, vector: list[float] | None, mode: Mode
) -> list[Found]:
    """Return what was found, the best first; without words, the latest of what fits."""
    if not words and not filters:
        return []
    tags = await _tags(work, filters.tags) if filters.tags else None
    if tags is not None and not all(tags):
        return []
    values = _values(filters, tags)
    if not words:
        latest = await work.session.scalars(_LATEST, {**values, "most": _MOST})
        return [(id, 0.0, []) for id in latest]
    return await _ranked(work, words, values, vector, mode)


async def _meaning(work: Work, wanted: Mode, words: str) -> tuple[list[float] | None, Mode]:
    """Return the vector of what was asked, where it is wanted and can be had, and the real mode.

    Whoever waits for a slow model keeps no connection to the database from others.
    """
    if wanted == "semantic":
        model.required()
    if wanted == "text" or model.name() is None or not words:
        return None, "text" if wanted != "semantic" else "semantic"
    async with work.apart():
        if wanted == "semantic":
            [vector] = await model.embed([words], _PATIENCE)
            return vector, wanted
        soon = await model.embed_soon(words, _PATIENCE)
    return soon, wanted if soon else "text"


async def _tags(work: Work, names: Sequence[str]) -> list[list[str]]:
    """Return for each tag its id and those of the tags below it."""
    slugs = [tag_slug(name) for name in names]
    rows = await work.session.execute(_TAGS, {"slugs": slugs})
    below: dict[str, list[str]] = {slug: [] for slug in slugs}
    for slug, id in rows:
        below[slug].append(id)
    return [below[slug] for slug in slugs]


# `tea/green` is below `tea`.
_TAGS = text(
    "SELECT t.slug, b.id::text FROM tags t JOIN tags b ON b.workspace_id = t.workspace_id "
    "AND (b.id = t.id OR starts_with(lower(b.name), lower(t.name) || '/')) "
    "WHERE t.workspace_id = app_workspace() AND t.slug = ANY(:slugs)"
)


def _values(filters: Filters, tags: list[list[str]] | None) -> dict[str, Any]:
    return {
        "status": filters.status,
        "visibility": filters.visibility,
        "tags": None if tags is None else json.dumps(tags),
        "after": filters.after,
        "before": filters.before,
        "folder": filters.folder,
    }


async def _ranked(
    work: Work, words: str, values: dict[str, Any], vector: list[float] | None, mode: Mode
) -> list[Found]:
    """Return what was found, the best first, at most a thousand."""
    places: dict[UUID, dict[Matched, int | None]] = {}
    if mode != "semantic":
        given = {**asked(words), **values, "every": _EVERY, "latest": _LATEST_OF_MORE}
        for row in await work.session.execute(_FIND, given):
            ways: dict[Matched, int | None] = {
                "title": row.by_title,
                "text": row.by_text,
                "fuzzy": row.by_letters,
            }
            before = places.setdefault(row.id, {})
            before |= {way: place for way, place in ways.items() if place and way not in before}
    if vector is not None:
        given = {**values, "model": model.required(), "vector": str(vector), "most": _MEANT}
        near = await work.session.execute(_FIND_MEANING, {**given, "exact": _EXACT})
        for place, row in enumerate(near, start=1):
            if mode == "semantic" or row.distance < _FAR:
                places.setdefault(row.id, {})["semantic"] = place
    scored = [(id, *_score(ways)) for id, ways in places.items()]
    return sorted(scored, key=lambda one: (-one[1], one[0]))[:_MOST]


_AMONG = (
    "CAST(:status AS text), CAST(:visibility AS text), CAST(:tags AS jsonb), "
    "CAST(:after AS timestamptz), CAST(:before AS timestamptz), CAST(:folder AS text))"
)
_FIND = text(
    "SELECT id, by_title, by_text, by_letters FROM app_find("  # noqa: S608  (our own words)
    "CAST(:asked AS text), CAST(:head AS text), CAST(:prefix AS text), CAST(:pairs AS text[]), "
    "CAST(:typed AS text), :alike, CAST(:every AS int), CAST(:latest AS int), " + _AMONG
)
_FIND_MEANING = text(
    "SELECT id, distance FROM app_find_meaning("  # noqa: S608
    "CAST(:vector AS vector), CAST(:model AS text), CAST(:most AS int), CAST(:exact AS int), "
    + _AMONG
)
_LATEST = text(
    f"SELECT id FROM app_among({_AMONG} ORDER BY updated_at DESC, id DESC LIMIT :most"  # noqa: S608
)


def _score(places: dict[Matched, int | None]) -> tuple[float, list[Matched]]:
    found = {way: place for way, place in places.items() if place is not None}
    score = sum(_WEIGHTS[way] / (_CONSTANT + place) for way, place in found.items())
    # What has the very words has their letters, too.
    matched = [way for way in found if way != "fuzzy" or len(found) == 1]
    return round(score, 6), matched


async def _shown(work: Work, ranked: Sequence[Found], q: str) -> list[Hit]:
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
            path=rows[id].path,
            snippet=snippet(rows[id].body, _terms(q, rows[id].stems)),
            score=score,
            matched=matched,
        )
        for id, score, matched in ranked
        if id in rows
    ]


_SHOWN = text(
    "SELECT e.id, e.slug, e.title, e.path, left(t.body, CAST(:read AS int)) AS body, "
    "tsvector_to_array(to_tsvector('mosaic_english', CAST(:asked AS text))) AS stems "
    "FROM entries e JOIN entry_texts t ON t.entry_id = e.id WHERE e.id = ANY(:ids)"
)


def _terms(q: str, stems: Sequence[str]) -> list[str]:
    """Return what a word that is marked begins with."""
    runs = [typed(run) for run in PAIRED.findall(q)]
    words = re.findall(r"[^\W_]+", typed(PAIRED.sub(" ", q)))
    # "happi" is the stem of "happy".
    shortened = [stem[:-1] if stem.endswith("i") else stem for stem in stems]
    return [*runs, *words, *filter(str.isalnum, shortened)]
