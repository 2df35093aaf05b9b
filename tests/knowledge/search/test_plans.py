"""The functions of search use their indexes, and tell nothing across the wall."""

import re
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from mosaic.core.start import Ready
from tests.knowledge.wiki import write
from tests.statements import scans
from tests.world import Person, World, make_world

PAGES = 5_000
SEED = f"""
CREATE TEMP TABLE seeded AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, {PAGES}) n;
INSERT INTO entries (id, workspace_id, slug, title, content, html, renderer, status, visibility,
    version, created_by, updated_by)
SELECT id, %(workspace)s, 'page-' || n, 'Page ' || n, '', '', 1, 'PUBLISHED', 'WORKSPACE', 1,
    %(user)s, %(user)s FROM seeded;
INSERT INTO entry_texts (workspace_id, entry_id, title, body, title_pairs, pairs)
SELECT %(workspace)s, id, 'Page ' || n, 'common word' || n || ' thing' || n %% 50, '{{}}', '{{}}'
FROM seeded;
INSERT INTO entry_labels (workspace_id, entry_id, label, typed, is_alias)
SELECT %(workspace)s, id, 'Page ' || n, 'page ' || md5(n::text), false FROM seeded;
DROP TABLE seeded;
"""


@pytest.fixture(scope="module")
async def large(secluded: Ready) -> Person:
    """Ana, in a workspace of thousands of pages, beside another one of as many."""
    world = await make_world()
    with psycopg.connect(secluded.admin_dsn, autocommit=True) as owner:
        for person in (world.ana, world.bo):
            async with person.work() as work:
                values = {"workspace": work.tenant, "user": work.user_id}
            for statement in SEED.split(";\n"):
                if statement.strip():
                    owner.execute(statement, values if "%(" in statement else None)
        owner.execute("VACUUM ANALYZE entry_texts, entry_labels, entries")
    return world.ana


def _queries(owner: psycopg.Connection[Any], name: str) -> list[str]:
    """Return the queries that a function runs, for EXPLAIN."""
    row = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = %s", [name]).fetchone()
    assert row
    found = re.findall(r"RETURN QUERY\n(.*?);", row[0], re.DOTALL)
    assert found
    return found


@pytest.mark.parametrize(
    ("name", "values"),
    [
        (
            "app_find",
            {
                "q": "app_query('word17', '', '', '{}')",
                "here": "app_workspace()",
                "pattern": "'%%word17%%'",
                "letters": "'word17'",
                "alike": "true",
                "with_status": "NULL::text",
                "with_visibility": "NULL::text",
                "with_tags": "NULL::jsonb",
                "after": "NULL::timestamptz",
                "before": "NULL::timestamptz",
                "folder": "NULL::text",
                "every": "1000",
                "latest": "300",
            },
        ),
        (
            "app_complete",
            {"here": "app_workspace()", "start": "'page ab%%'", "most": "12", "found": "3"},
        ),
    ],
)
async def test_finding_goes_by_indexes(
    large: Person, secluded: Ready, name: str, values: dict[str, str]
) -> None:
    async with large.work() as work:
        workspace = str(work.tenant)
    with psycopg.connect(secluded.admin_dsn) as owner:
        owner.execute("SELECT set_config('app.workspace_id', %s, true)", [workspace])
        for query in _queries(owner, name):
            for variable, value in values.items():
                query = re.sub(rf"(?<![.\w]){variable}(?!\w)", value.replace("%%", "%"), query)
            [plan] = owner.execute(f"EXPLAIN (FORMAT JSON) {query}").fetchone() or [None]
            assert set(scans(plan)) & {"entry_texts", "entry_labels", "entries"} == set(), query


ANY = "NULL, NULL, NULL, NULL, NULL"
HOSTILE = [
    f"SELECT * FROM app_find('secret', '', '', '{{}}', 'secret', true, 100, 100, NULL, {ANY})",
    f"SELECT * FROM app_find('', '', '', '{{}}', 'ecre', true, 100, 100, 'DRAFT', {ANY})",
    "SELECT * FROM app_complete('secret', 100)",
    "SELECT * FROM app_complete('', 100)",
    f"SELECT * FROM app_find_meaning('[1,1]', 'm', 100, 0, NULL, {ANY})",
]


@pytest.mark.parametrize("statement", HOSTILE)
async def test_the_functions_tell_nothing_across_the_wall(
    world: World, secluded: Ready, statement: str
) -> None:
    """Called directly, by the role of a request, in every place but the right one."""
    made = await write(world.mia, "Secret", "secret", status="DRAFT")
    async with world.mia.work() as work:
        here, mia = str(work.tenant), str(work.user_id)
    with psycopg.connect(secluded.admin_dsn, autocommit=True) as owner:
        owner.execute(
            "INSERT INTO embeddings VALUES (%s, %s, 'm', 0, 1, 2, '[1,1]')", [here, made["id"]]
        )
    async with world.bo.work() as work:
        there, bo = str(work.tenant), str(work.user_id)
    settings = [("", ""), (there, bo), (here, bo), (there, mia), (here, ""), ("", mia)]
    settings += [(here, str(uuid4())), (str(uuid4()), mia)]
    with psycopg.connect(secluded.app_dsn) as connection:
        connection.execute("SET ROLE mosaic_app")
        for workspace, user in settings:
            assert _ids(connection, statement, workspace, user, made["id"]) == []
        assert _ids(connection, statement, here, mia, made["id"]) == [made["id"]]


def _ids(
    connection: psycopg.Connection[Any], statement: str, workspace: str, user: str, id: str
) -> list[str]:
    connection.execute("SELECT set_config('app.workspace_id', %s, false)", [workspace])
    connection.execute("SELECT set_config('app.user_id', %s, false)", [user])
    rows = connection.execute(statement).fetchall()
    return list({str(row[0]) for row in rows if str(row[0]) == id})
