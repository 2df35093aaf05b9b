"""With row-level security on and thousands of pages, what is read often goes by an index."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from mosaic.core.pagination import PageQuery
from mosaic.core.start import Ready
from mosaic.core.work import Work
from mosaic.knowledge import service, versions
from mosaic.knowledge.graph.reading import read_neighbourhood
from mosaic.knowledge.graph.shapes import NeighbourhoodQuery
from mosaic.knowledge.links import list_backlinks, list_links
from mosaic.knowledge.service import EntryQuery
from mosaic.knowledge.shapes import EntryUpdate
from tests.statements import most_read, recorded, scans
from tests.world import Person, make_world

PAGES, LINKS = 6_000, 5
LARGE = {"entries", "entry_versions", "entry_names", "links", "entry_tags", "link_spans"}

SEED = f"""
CREATE TEMP TABLE seeded AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, {PAGES}) n;
INSERT INTO entries (id, workspace_id, slug, title, content, html, renderer, status, visibility,
    version, created_by, updated_by, updated_at)
SELECT id, %(workspace)s, 'page-' || n, 'Page ' || n, 'text', '<p>text</p>', 1, 'PUBLISHED',
    'WORKSPACE', 1, %(user)s, %(user)s, now() - n * interval '1 minute' FROM seeded;
INSERT INTO entry_versions (workspace_id, entry_id, version, title, content, created_by)
SELECT %(workspace)s, id, 1, 'Page ' || n, 'text', %(user)s FROM seeded;
INSERT INTO entry_names (workspace_id, entry_id, step, key)
SELECT %(workspace)s, id, step, CASE step WHEN 1 THEN 'Page ' WHEN 2 THEN 'page-' ELSE 'page ' END
    || n FROM seeded, unnest(ARRAY[1, 2, 5]) step;
INSERT INTO links
    (workspace_id, source_id, ordinal, kind, target, folded, embed, context, target_id)
SELECT %(workspace)s, s.id, o, 'wiki', 'Page ' || t.n, 'page ' || t.n, false, 'words', t.id
FROM seeded s CROSS JOIN generate_series(1, {LINKS}) o
JOIN seeded t ON t.n = (s.n * 31 + o * 17) %% {PAGES} + 1;
INSERT INTO links
    (workspace_id, source_id, ordinal, kind, target, folded, embed, context, target_id)
SELECT %(workspace)s, s.id, 9, 'wiki', 'Page 1', 'page 1', false, 'words', t.id
FROM seeded s JOIN seeded t ON t.n = 1 WHERE s.n > {PAGES // 3};
INSERT INTO tags (id, workspace_id, slug, name)
SELECT gen_random_uuid(), %(workspace)s, 'tag-' || n, 'Tag' FROM generate_series(1, 20) n;
INSERT INTO entry_tags (workspace_id, entry_id, tag_id)
SELECT %(workspace)s, s.id, t.id FROM seeded s
JOIN tags t ON t.workspace_id = %(workspace)s AND t.slug = 'tag-' || s.n %% 20 + 1;
DROP TABLE seeded;
"""


@pytest.fixture(scope="module")
async def large(pool: None, ready: Ready) -> Person:
    """Ana, in a workspace of thousands of pages, beside another one of as many."""
    world = await make_world()
    with psycopg.connect(ready.admin_dsn, autocommit=True) as owner:
        for person in (world.ana, world.bo):
            async with person.work() as work:
                values = {"workspace": work.tenant, "user": person.actor.user_id}
            for statement in SEED.split(";\n"):
                if statement.strip():
                    owner.execute(statement, values if "%(" in statement else None)
        owner.execute("ANALYZE")
    return world.ana


async def _scanned(work: Work, statements: list[tuple[str, Any]]) -> set[str]:
    """Return the large tables that any of the statements would read from end to end."""
    connection = await work.session.connection()
    found: set[str] = set()
    for statement, values in statements:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            explained = f"EXPLAIN (FORMAT JSON) {statement}"
            plan = (await connection.exec_driver_sql(explained, values)).scalar_one()
            found |= set(scans(plan))
    return found & LARGE


async def _most_read(work: Work, statements: list[tuple[str, Any]]) -> int:
    """Return how many rows a step of any of the statements reads, counts of a list aside."""
    connection = await work.session.connection()
    most = 0
    for statement, values in statements:
        if statement.startswith("SELECT") and not statement.startswith("SELECT count("):
            explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
            plan = (await connection.exec_driver_sql(explained, values)).scalar_one()
            most = max(most, most_read(plan))
    return most


async def test_reading_goes_by_indexes(large: Person) -> None:
    async with large.work() as work:
        with recorded() as statements:
            await service.read_entry(work, "page-17")
            entry = await service.get_entry(work, "page-17")
            await list_backlinks(work, entry)
            await list_links(work, entry)
            await versions.list_versions(work, entry, PageQuery())
            with pytest.raises(service.NotFound):
                await service.read_entry(work, "no such page")
        assert len(statements) > 6
        assert await _scanned(work, statements) == set()


async def test_what_is_shown_is_read_and_little_more(large: Person) -> None:
    """By an index of the whole workspace all of it could be read, too."""
    async with large.work() as work:
        page, hub = [await service.get_entry(work, slug) for slug in ("page-17", "page-1")]
        with recorded() as statements:
            await service.show(work, page)
            await list_links(work, page)
            await list_backlinks(work, page)
            await service.list_rows(work, EntryQuery(sort="title"))
            await service.list_rows(work, EntryQuery(visibility="PRIVATE"))
            await service.list_rows(work, EntryQuery(status="DRAFT"))
        # Which of a few indexes is taken varies with statistics, by some dozen rows.
        assert await _most_read(work, statements) < PAGES / 20
        # Whether all of a hub's links are sorted or read in order is a matter of statistics, which
        # what other tests leave behind changes; that they can be read in order is not.
        await work.session.execute(text("SET LOCAL enable_bitmapscan = off"))
        with recorded() as statements:
            assert len(await list_backlinks(work, hub)) == 500
        assert await _most_read(work, statements) < 600


async def test_what_is_around_a_page_goes_by_indexes(large: Person) -> None:
    async with large.work() as work:
        with recorded() as statements:
            found = await read_neighbourhood(work, "page-17", NeighbourhoodQuery(depth=3))
            day = NeighbourhoodQuery(depth=2, at=date(2999, 1, 1))
            await read_neighbourhood(work, "page-19", day)
        assert len(found.nodes) > 50
        assert len(statements) > 10
        assert await _scanned(work, statements) == set()


async def test_saving_goes_by_indexes(large: Person) -> None:
    async with large.work() as work:
        with recorded() as statements:
            changed = EntryUpdate(title="New", slug="new-one", content="[[Page 1]]", tags=["a"])
            await service.change_entry(work, "page-18", changed)
            await service.change_entry(work, "new-one", EntryUpdate(visibility="PRIVATE"))
            await list_backlinks(work, await service.get_entry(work, "new-one"))
        assert len(statements) > 20
        assert await _scanned(work, statements) == set()


def test_resolving_goes_by_indexes(large: Person, ready: Ready) -> None:
    """The function runs as the owner and is planned on its own."""
    with psycopg.connect(ready.admin_dsn) as owner:
        [here] = owner.execute(
            "SELECT id FROM workspaces WHERE slug = %s", [large.workspace]
        ).fetchone() or [None]
        [body] = owner.execute(
            "SELECT prosrc FROM pg_proc WHERE proname = 'app_resolve_links'"
        ).fetchone() or [""]
        sources = owner.execute("SELECT id FROM entries LIMIT 100").fetchall()
        body = body.replace("%", "%%").replace("(sources)", "(%(sources)s::uuid[])")
        body = body.replace("(keys)", "(%(keys)s::text[])")
        values = {"sources": [row[0] for row in sources], "keys": ["page 3", "page 4"]}
        # And in a workspace that has just begun to fill, of which statistics know nothing.
        for workspace in (here, uuid4()):
            owner.execute("SELECT set_config('app.workspace_id', %s, true)", [str(workspace)])
            [plan] = owner.execute(f"EXPLAIN (FORMAT JSON) {body}", values).fetchone() or [None]
            assert set(scans(plan)) & LARGE == set(), json.dumps(plan)
            assert "'Filter': '(source_id" not in str(plan), "reads every link for each page"
