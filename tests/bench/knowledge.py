"""Figures of the wiki at 100,000 pages: reading, backlinks, saving."""

import json
from contextlib import ExitStack
from dataclasses import replace
from random import Random
from typing import Any

import psycopg

from mosaic.core.database import APP_ROLE
from tests.bench import corpus, finding, meaning
from tests.bench.bare import bare
from tests.bench.client import Client
from tests.bench.row import Row, against, timed
from tests.bench.stage import Stage

TIMES = 300
_ENTRIES = "/api/knowledge/entries"
_ENTRY = "SELECT * FROM entries WHERE slug = %s"
_BACKLINKS = """
SELECT s.slug, s.title, l.context FROM links l JOIN entries s ON s.id = l.source_id
WHERE l.target_id = (SELECT id FROM entries WHERE slug = %s AND workspace_id = app_workspace())
ORDER BY s.updated_at DESC LIMIT 500
"""


def measure(stage: Stage) -> list[Row]:
    """Return the rows of the wiki, each with its floor from the same run."""
    with ExitStack() as stack:
        empty = stack.enter_context(bare())
        wall = stack.enter_context(behind_the_wall(stage))
        small_wall = stack.enter_context(behind_the_wall(replace(stage, big=stage.small)))
        pages = some_pages(stage, wall)
        client = Client(stage.server.url, stage.root.token, stage.big)
        timed(client.get, [f"{_ENTRIES}/{slug}" for slug in pages[-50:]])  # everybody is awake
        timed(empty.get, ["/"] * 50)
        least = timed(empty.get, ["/"] * TIMES)
        return [
            *_reading(client, wall, pages[:TIMES], least),
            *_backlinks(stage, client, wall, pages[:TIMES]),
            *finding.measure(stage, client, pages[2 * TIMES : 2 * TIMES + 40], least),
            *_saving(client, wall, pages[TIMES : 2 * TIMES]),
            *meaning.measure(
                stage,
                {"the largest workspace": wall, "a small workspace": small_wall},
                lambda slug: behind_the_wall(replace(stage, big=slug)),
            ),
        ]


def behind_the_wall(stage: Stage) -> psycopg.Connection[Any]:
    """Return a connection as the application has it, as Root in the big workspace."""
    connection = psycopg.connect(stage.ready.app_dsn, autocommit=True)
    connection.execute(f"SET ROLE {APP_ROLE}")
    enter(connection, stage, local=False)
    return connection


def enter(connection: psycopg.Connection[Any], stage: Stage, local: bool = True) -> None:
    """Say who acts where, as each unit of work does."""
    connection.execute(
        "SELECT set_config('app.user_id', %(user)s, %(local)s), "
        "set_config('app.workspace_id', w.id::text, %(local)s) "
        "FROM app_enter(%(user)s::text::uuid, %(ref)s) w",
        {"user": str(stage.user_id), "ref": stage.big, "local": local},
    )


def some_pages(stage: Stage, wall: psycopg.Connection[Any]) -> list[str]:
    """Return slugs of the big workspace in a random order, the same in each run."""
    rows = wall.execute("SELECT slug FROM entries ORDER BY slug").fetchall()
    return Random(corpus.SEED).sample([slug for [slug] in rows], 4 * TIMES)


def _reading(
    client: Client, wall: psycopg.Connection[Any], pages: list[str], least: list[float]
) -> list[Row]:
    places = [f"{_ENTRIES}/{slug}" for slug in pages]
    fresh, cached = timed(client.get, places), timed(client.get, places)
    floor = timed(lambda slug: _in_one(wall, _ENTRY, slug), pages)
    how = f"over HTTP, {TIMES} pages one at a time; floor: "
    both = [a + b for a, b in zip(least, floor, strict=True)]
    return [
        against("bare route", "", least, least, "a FastAPI route that answers two words"),
        against(
            "entry, not cached", "3 / 10 ms", fresh, both, how + "bare route and its row behind RLS"
        ),
        against("entry, cached", "1 / 4 ms", cached, least, how + "bare route"),
    ]


def _in_one(wall: psycopg.Connection[Any], statement: str, value: str) -> None:
    with wall.transaction():
        wall.execute(statement, [value]).fetchall()


def _backlinks(
    stage: Stage, client: Client, wall: psycopg.Connection[Any], pages: list[str]
) -> list[Row]:
    rows = []
    for what, slugs in (("any page", pages), (f"of {corpus.HUB_BACKLINKS:,}", [stage.hub] * 50)):
        ours = timed(client.get, [f"{_ENTRIES}/{slug}/backlinks" for slug in slugs])
        floor = timed(lambda slug: _in_one(wall, _BACKLINKS, slug), slugs)
        how = f"over HTTP, {len(slugs)} times; floor: the rows behind RLS"
        rows.append(against(f"backlinks, {what}", "3 / 12 ms", ours, floor, how))
    return rows


def _saving(client: Client, wall: psycopg.Connection[Any], pages: list[str]) -> list[Row]:
    whole = [json.loads(client.get(f"{_ENTRIES}/{slug}")) for slug in pages]

    def save(page: dict[str, Any]) -> None:
        content = page["content"] + " A sentence that is new."
        body = {"content": content, "version": page["version"]}
        client.send("PATCH", f"{_ENTRIES}/{page['slug']}", body)

    ours = timed(save, whole)
    floor = timed(lambda page: _save(wall, page), whole)
    how = f"PATCH over HTTP, {len(pages)} pages; floor: two statements and their commit"
    return [against("save: version, links, index", "12 / 40 ms", ours, floor, how)]


def _save(wall: psycopg.Connection[Any], page: dict[str, Any]) -> None:
    with wall.transaction():
        wall.execute("UPDATE entries SET content = content || ' ' WHERE id = %s", [page["id"]])
        wall.execute("UPDATE entries SET content = %s WHERE id = %s", [page["content"], page["id"]])
