"""Figures of finding pages at 100,000 of them: search, completion, the graph around a page."""

from typing import Any
from urllib.parse import quote

import psycopg

from tests.bench.client import Client
from tests.bench.row import Row, against, timed
from tests.bench.stage import Stage
from tests.bench.words import COMMONEST, MIDDLING, RARE

_EACH = 40
_SEARCH = "/api/knowledge/search?limit=20&q="
_COMPLETIONS = "/api/knowledge/completions?q="
# What PostgreSQL takes to find the first 500 by the index alone, in this workspace.
_FOUND = """
SELECT entry_id FROM entry_texts
WHERE workspace_id = %s AND words @@ plainto_tsquery('mosaic_english', %s) LIMIT 500
"""
_BEGIN_WITH = """
SELECT label FROM entry_labels WHERE workspace_id = %s AND typed LIKE %s || '%%' LIMIT 12
"""
_AROUND = """
WITH near AS (
    SELECT target_id AS id FROM links WHERE source_id = %(id)s AND target_id IS NOT NULL
    UNION SELECT source_id FROM links WHERE target_id = %(id)s
)
SELECT source_id, target_id FROM links WHERE source_id IN (SELECT id FROM near)
UNION SELECT source_id, target_id FROM links WHERE target_id IN (SELECT id FROM near)
LIMIT 500
"""


def measure(stage: Stage, client: Client, pages: list[str], least: list[float]) -> list[Row]:
    """Return the rows of finding; `least` is what a bare route takes."""
    with stage.owner() as owner:
        return [
            *_searching(stage, client, owner, least),
            *_completing(stage, client, owner),
            *_graph(stage, client, owner, pages),
        ]


def _searching(
    stage: Stage, client: Client, owner: psycopg.Connection[Any], least: list[float]
) -> list[Row]:
    known, rows = stage.words.known, []
    here = str(stage.workspace_id)
    asked = {
        "rare words": ("20 / 80 ms", known[RARE : RARE + _EACH]),
        "middling words": ("20 / 80 ms", known[MIDDLING : MIDDLING + _EACH]),
        # Each with another word, so that none is answered from the cache.
        "the commonest words": (
            "100 ms at p95",
            [f"{COMMONEST} {word}" for word in known[40 : 40 + _EACH]],
        ),
    }
    for what, (goal, words) in asked.items():
        ours = timed(client.get, [_SEARCH + quote(word) for word in words])
        floor = timed(lambda word: owner.execute(_FOUND, [here, word]).fetchall(), words)
        how = f"over HTTP, {len(words)} searches; floor: the first 500 by the index, as owner"
        rows.append(against(f"search, {what}", goal, ours, floor, how))
    again = timed(client.get, [_SEARCH + quote(word) for word in asked["rare words"][1]])
    rows.append(against("search, cached", "2 / 6 ms", again, least, "floor: bare route"))
    return rows


def _completing(stage: Stage, client: Client, owner: psycopg.Connection[Any]) -> list[Row]:
    here = str(stage.workspace_id)
    starts = [word[:3] for word in stage.words.known[300 : 300 + _EACH]]
    ours = timed(client.get, [_COMPLETIONS + start for start in starts])
    floor = timed(lambda start: owner.execute(_BEGIN_WITH, [here, start]).fetchall(), starts)
    how = f"over HTTP, three letters, {_EACH} times; floor: the first 12 by the index, as owner"
    return [against("completion", "50 ms", ours, floor, how)]


def _graph(
    stage: Stage, client: Client, owner: psycopg.Connection[Any], pages: list[str]
) -> list[Row]:
    ids = dict(
        owner.execute(
            "SELECT slug, id FROM entries WHERE workspace_id = %s AND slug = ANY(%s)",
            [stage.workspace_id, pages],
        ).fetchall()
    )
    ours = timed(client.get, [f"/api/knowledge/graph/{slug}?depth=2" for slug in pages])
    floor = timed(lambda slug: owner.execute(_AROUND, {"id": ids[slug]}).fetchall(), pages)
    how = f"over HTTP, {len(pages)} pages; floor: 500 links around it, as owner"
    return [against("graph, depth 2, not cached", "15 / 80 ms", ours, floor, how)]
