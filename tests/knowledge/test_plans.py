"""With row-level security on and thousands of pages, what is read often goes by an index."""

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from mosaic.core.pagination import PageQuery
from mosaic.core.start import Ready
from mosaic.core.work import Work
from mosaic.knowledge import daily, mentions, service, tags, timeline, versions
from mosaic.knowledge.graph.arranging import arrange_if_due
from mosaic.knowledge.graph.reading import extent, read_graph, read_neighbourhood
from mosaic.knowledge.graph.shapes import GraphQuery, Moment, NeighbourhoodQuery
from mosaic.knowledge.graph.statistics import read_communities, read_stats
from mosaic.knowledge.health import service as health
from mosaic.knowledge.links import list_backlinks, list_links
from mosaic.knowledge.rows import Draft
from mosaic.knowledge.service import EntryQuery
from mosaic.knowledge.shapes import EntryUpdate
from mosaic.knowledge.writing import insert_entries
from tests.statements import most_read, recorded, scans
from tests.world import Person, make_world

PAGES, LINKS, VERSIONS = 6_000, 5, 3_000
LARGE = {
    "entries",
    "entry_versions",
    "entry_names",
    "links",
    "entry_tags",
    "entry_spans",
    "link_spans",
    "graph_places",
}

SEED = f"""
CREATE TEMP TABLE seeded AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, {PAGES}) n;
INSERT INTO entries (id, workspace_id, slug, title, content, html, renderer, status, visibility,
    version, created_by, updated_by, properties, updated_at)
SELECT id, %(workspace)s, 'page-' || n, 'Page ' || n, 'text', '<p>text</p>', 1, 'PUBLISHED',
    'WORKSPACE', 1, %(user)s, %(user)s,
    CASE WHEN n %% 2 = 0 THEN jsonb_build_object('n', n, 'all', true) ELSE '{{}}' END,
    now() - n * interval '1 minute' FROM seeded;
INSERT INTO entry_versions (workspace_id, entry_id, version, title, content, created_by)
SELECT %(workspace)s, id, 1, 'Page ' || n, 'text', %(user)s FROM seeded;
INSERT INTO entry_versions (workspace_id, entry_id, version, title, content, created_by)
SELECT %(workspace)s, id, v, 'Page ' || n, 'text', %(user)s
FROM seeded, generate_series(2, {VERSIONS}) v WHERE n = 23;
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
SELECT gen_random_uuid(), %(workspace)s, 'tag-' || n, 'Tag' FROM generate_series(1, 100) n;
INSERT INTO entry_tags (workspace_id, entry_id, tag_id)
SELECT %(workspace)s, s.id, t.id FROM seeded s
JOIN tags t ON t.workspace_id = %(workspace)s AND t.slug = 'tag-' || s.n %% 20 + 1;
INSERT INTO graph_places (workspace_id, entry_id, x, y, community, centrality)
SELECT %(workspace)s, id, n, n, n %% 30, 1.0 / n FROM seeded;
DROP TABLE seeded;
"""


@pytest.fixture(scope="module")
async def large(secluded: Ready) -> Person:
    """Ana, in a workspace of thousands of pages, beside another one of as many."""
    world = await make_world()
    with psycopg.connect(secluded.admin_dsn, autocommit=True) as owner:
        for person in (world.ana, world.bo):
            async with person.work() as work:
                values = {"workspace": work.tenant, "user": person.actor.user_id}
            for statement in SEED.split(";\n"):
                if statement.strip():
                    owner.execute(statement, values if "%(" in statement else None)
        owner.execute("ANALYZE")
    return world.ana


async def _plans(work: Work, statements: list[tuple[str, Any]], options: str) -> AsyncIterator[Any]:
    """Yield the plan of each statement that reads, as it was planned then."""
    connection = await work.session.connection()
    for statement, values in statements:
        if statement.startswith("SET LOCAL enable"):
            await connection.exec_driver_sql(statement)
        elif statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            explained = f"EXPLAIN ({options}, FORMAT JSON) {statement}"
            yield (await connection.exec_driver_sql(explained, values)).scalar_one()


async def _scanned(work: Work, statements: list[tuple[str, Any]]) -> set[str]:
    """Return the large tables that any of the statements would read from end to end."""
    found: set[str] = set()
    async for plan in _plans(work, statements, "COSTS"):
        found |= set(scans(plan))
    return found & LARGE


async def _most_read(work: Work, statements: list[tuple[str, Any]]) -> int:
    """Return how many rows a step of any of the statements reads, counts of a list aside."""
    read = [one for one in statements if not one[0].startswith("SELECT count(")]
    return max([most_read(plan) async for plan in _plans(work, read, "ANALYZE")], default=0)


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


async def test_a_long_history_is_read_by_its_index(large: Person) -> None:
    async with large.work() as work:
        page = await service.get_entry(work, "page-23")
        with recorded() as statements:
            every = await timeline.list_edits(work, page, PageQuery(limit=30))
        assert every.meta.total == VERSIONS / 50
        assert await _scanned(work, statements) == set()
        assert await _most_read(work, statements) == VERSIONS
        with recorded() as statements:
            await versions.list_versions(work, page, PageQuery())
            await versions.diff_versions(work, page, 17, 18)
            assert len(await timeline.rows_of(work, page, range(100, 200))) == 100
        assert len(statements) == 5
        assert await _scanned(work, statements) == set()
        assert await _most_read(work, statements) < PAGES / 20


async def test_what_is_around_a_page_goes_by_indexes(large: Person) -> None:
    async with large.work() as work:
        with recorded() as statements:
            found = await read_neighbourhood(work, "page-17", NeighbourhoodQuery(depth=3))
            day = NeighbourhoodQuery(depth=2, at=date(2999, 1, 1))
            await read_neighbourhood(work, "page-19", day)
        assert len(found.nodes) > 50
        assert len(statements) > 10
        assert await _scanned(work, statements) == set()


async def test_a_small_graph_beside_large_ones_goes_by_indexes(large: Person) -> None:
    """Statistics know nothing of it, as of each workspace that has just been filled."""
    small = (await make_world()).ana
    drafts = [
        Draft(f"Page {n}", f"[[Page {n + 1}]] [[Nothing {n}]]", tags=["a"][n:]) for n in range(100)
    ]
    async with small.work() as work:
        await insert_entries(work, drafts)
    async with small.work() as work:
        with recorded() as statements:
            assert len((await read_graph(work, GraphQuery())).edges) == 99
            await read_graph(work, GraphQuery(tag="a", orphans=False, at=date(2999, 1, 1)))
            await read_graph(work, GraphQuery(community=1))
            assert (await read_stats(work)).total_edges == 99
            await read_communities(work, Moment())
            await read_communities(work, Moment(at=date(2999, 1, 1)))
            await extent(work)
            await arrange_if_due(work)
        assert len(statements) > 15
        assert await _scanned(work, statements) == set()
        # Some steps go through the small workspace several times; the large one has more rows.
        assert await _most_read(work, statements) < PAGES


async def test_the_whole_of_a_large_graph_is_read_a_few_times(large: Person) -> None:
    """There is no index for all of it; no step may read it for each page."""
    async with large.work() as work:
        with recorded() as statements:
            await read_graph(work, GraphQuery())
            await read_stats(work)
            assert len((await read_communities(work, Moment())).nodes) == 30
        assert await _most_read(work, statements) < PAGES * PAGES / 100


async def test_saving_goes_by_indexes(large: Person) -> None:
    async with large.work() as work:
        with recorded() as statements:
            changed = EntryUpdate(title="New", slug="new-one", content="[[Page 1]]", tags=["a"])
            await service.change_entry(work, "page-18", changed)
            await service.change_entry(work, "new-one", EntryUpdate(visibility="PRIVATE"))
            await list_backlinks(work, await service.get_entry(work, "new-one"))
        assert len(statements) > 20
        assert await _scanned(work, statements) == set()


async def test_pages_of_a_tag_a_day_a_property_are_found_by_indexes(
    large: Person, secluded: Ready
) -> None:
    async with large.work() as work:
        workspace, user = str(work.tenant), str(work.user_id)
        day, _ = await daily.open_day(work, date(2026, 1, 2))
        with recorded() as statements:
            await service.list_rows(work, EntryQuery(tag="tag-3"))
            await service.list_by_tags(work, ["tag-3", "tag-4"], "any", PageQuery())
            await tags.related(work, "tag-3", 20)
        assert len(statements) > 4
        assert await _scanned(work, statements) == set()
        with recorded() as statements:
            assert (await tags.read_tag(work, "tag-3")).entries == PAGES // 20
            assert len(await tags.most_used(work, 10)) == 10
            assert (await daily.find_day(work, date(2026, 1, 2))).id == day.id
            with pytest.raises(service.NotFound):
                await daily.find_day(work, date(2026, 1, 3))
            found = await service.list_rows(work, EntryQuery(property="n:100"))
        assert [row.slug for row in found.data] == ["page-100"]
        assert len(statements) == 6
        assert await _scanned(work, statements) == set()
        # Those of a tag, a day or a property, with some beside them as statistics have it.
        assert await _most_read(work, statements) < PAGES / 10
    # The function runs as the owner and is planned on its own.
    with psycopg.connect(secluded.admin_dsn) as owner:
        owner.execute(
            "SELECT set_config('app.workspace_id', %s, true), set_config('app.user_id', %s, true)",
            [workspace, user],
        )
        [body] = owner.execute(
            "SELECT replace(prosrc, 'any_of', %s) FROM pg_proc WHERE proname = 'app_having'",
            ["""ARRAY['{"n": 100}'::jsonb, '{"n": [100]}']"""],
        ).fetchone() or [""]
        [plan] = owner.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {body}").fetchone() or [None]
    assert "ix_entries_properties" in json.dumps(plan)
    assert most_read(plan) == 2  # the forms that are asked for


# Other tests have left pages here, too.
TEXTS = """
INSERT INTO entry_texts (workspace_id, entry_id, title, body, title_pairs, pairs)
SELECT workspace_id, id, title, repeat('words of ', 100) || slug, '{}', '{}' FROM entries
WHERE slug ~ '[037]$'
ON CONFLICT DO NOTHING;
INSERT INTO links
    (workspace_id, source_id, ordinal, kind, target, folded, embed, context, ambiguous)
SELECT workspace_id, id, 10, 'wiki', 'Not ' || slug, 'not ' || slug, false, 'words', slug ~ '500$'
FROM entries WHERE slug ~ '00$'
ON CONFLICT DO NOTHING;
INSERT INTO mentions (workspace_id, entry_id, source_id)
SELECT a.workspace_id, a.id, b.id FROM entries a JOIN entries b USING (workspace_id)
WHERE a.slug ~ '^page-.00$' AND b.slug IN ('page-5', 'page-7')
ON CONFLICT DO NOTHING;
INSERT INTO likenesses (workspace_id, entry_id, other_id)
SELECT workspace_id, least(entry_id, source_id), greatest(entry_id, source_id) FROM mentions
ON CONFLICT DO NOTHING;
INSERT INTO link_looks (workspace_id, pages, latest)
SELECT workspace_id, count(*), max(updated_at) FROM entries GROUP BY workspace_id
ON CONFLICT DO NOTHING;
ANALYZE
"""


async def test_how_links_stand_goes_by_indexes(large: Person, secluded: Ready) -> None:
    with psycopg.connect(secluded.admin_dsn, autocommit=True) as owner:
        for statement in TEXTS.split(";\n"):
            owner.execute(statement)
    async with large.work() as work:
        for kind in ("wanted", "ambiguous", "files", "mentions", "alike"):
            with recorded() as statements:
                found = await health.list_health(work, kind, PageQuery())
                assert found.meta.total > 0 or kind == "files"
            assert await _scanned(work, statements) == set(), kind
        with recorded() as statements:
            hub = await service.get_entry(work, "page-100")
            assert await mentions.list_mentions(work, hub) == []
        assert await _scanned(work, statements) == set()


async def test_how_links_of_a_small_workspace_stand_goes_by_indexes(large: Person) -> None:
    """All of it is read for orphans and counts, and little of what others have."""
    small = (await make_world()).ana
    drafts = [
        Draft(f"Page {n}", f"[[Page {n + 1}#Nothing]] [[Not {n % 7}]] ![[file{n}.pdf]]")
        for n in range(100)
    ]
    alone = [Draft(f"Alone {n}", "words") for n in range(10)]
    async with small.work() as work:
        await insert_entries(work, drafts + alone)
    async with small.work() as work:
        with recorded() as statements:
            counts = await health.read_health(work)
            for kind in ("headings", "orphans", "wanted", "ambiguous", "files"):
                await health.list_health(work, kind, PageQuery())
        assert (counts.headings, counts.orphans, counts.wanted, counts.files) == (99, 10, 8, 100)
        assert len(statements) > 10
        assert await _scanned(work, statements) == set()
        assert await _most_read(work, statements) < 2_000


async def test_who_names_a_page_is_found_by_the_index_of_texts(
    large: Person, secluded: Ready
) -> None:
    """The function runs as the owner and is planned on its own."""
    async with large.work() as work:
        workspace, user = str(work.tenant), str(work.user_id)
    with psycopg.connect(secluded.admin_dsn) as owner:
        owner.execute(TEXTS.split(";\n")[0])
        owner.execute("ANALYZE entry_texts")
        owner.execute(
            "SELECT set_config('app.workspace_id', %s, true), set_config('app.user_id', %s, true)",
            [workspace, user],
        )
        [body] = owner.execute(
            "SELECT prosrc FROM pg_proc WHERE proname = 'app_mentions'"
        ).fetchone() or [""]
        body = body.replace("unnest(names)", "unnest('{page-100,page-2000}'::text[])")
        body = body.replace("LIMIT most", "LIMIT 50")
        [plan] = owner.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {body}").fetchone() or [None]
    assert set(scans(plan)) & (LARGE | {"entry_texts"}) == set(), json.dumps(plan)
    assert most_read(plan) < PAGES / 20


def test_resolving_goes_by_indexes(large: Person, secluded: Ready) -> None:
    """The function runs as the owner and is planned on its own."""
    with psycopg.connect(secluded.admin_dsn) as owner:
        [here] = owner.execute(
            "SELECT id FROM workspaces WHERE slug = %s", [large.workspace]
        ).fetchone() or [None]
        [body, options] = owner.execute(
            "SELECT prosrc, proconfig FROM pg_proc WHERE proname = 'app_resolve_links'"
        ).fetchone() or ["", []]
        for option in options:
            owner.execute("SELECT set_config(%s, %s, true)", option.split("=", 1))
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
            assert "CTE Scan" not in str(plan), "compares links with each other"
