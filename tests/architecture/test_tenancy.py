"""No tenant sees another: every table as the application, every route as a stranger."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from mosaic.core.start import Ready
from mosaic.metadata import metadata
from tests.answers import expected
from tests.architecture.full_world import Full, fill, send
from tests.architecture.routes import Operation, operations
from tests.performer import performing
from tests.world import make_world

TABLES = sorted(metadata.tables)
WALL = Path(__file__).parents[2] / "docs" / "3-architecture" / "tenancy.md"
TENANT_TABLES = [name for name in TABLES if "workspace_id" in metadata.tables[name].c]


@pytest.fixture(scope="module")
async def full(ready: Ready, pool: None) -> AsyncIterator[Full]:
    async with performing():
        yield await fill(await make_world(), ready)


@contextmanager
def as_app(
    ready: Ready, user: object = "", workspace: object = "", role: str = "mosaic_app"
) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """A connection such as the application has one, with the settings of a unit of work."""
    with psycopg.connect(ready.app_dsn, row_factory=dict_row) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        connection.execute("SELECT set_config('app.user_id', %s, false)", [str(user)])
        connection.execute("SELECT set_config('app.workspace_id', %s, false)", [str(workspace)])
        connection.commit()
        yield connection
        connection.rollback()


def _rows(connection: psycopg.Connection[dict[str, Any]], table: str) -> list[dict[str, Any]]:
    try:
        query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
        return connection.execute(query).fetchall()
    except psycopg.errors.InsufficientPrivilege:
        connection.rollback()
        return []


def test_every_table_has_row_level_security(ready: Ready) -> None:
    with psycopg.connect(ready.admin_dsn) as connection:
        found = connection.execute(
            "SELECT c.relname, c.relrowsecurity, count(p.oid) FROM pg_class c "
            "LEFT JOIN pg_policy p ON p.polrelid = c.oid "
            "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace "
            "AND c.relname <> 'alembic_version' GROUP BY c.oid ORDER BY c.relname"
        ).fetchall()
    assert [name for name, _, _ in found] == TABLES
    assert [name for name, secured, policies in found if not secured or not policies] == []


def test_the_application_owns_nothing_and_is_bound(ready: Ready) -> None:
    with psycopg.connect(ready.app_dsn) as connection:
        found = connection.execute(
            "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole, "
            "(SELECT count(*) FROM pg_class WHERE relowner = r.oid) "
            "FROM pg_roles r WHERE rolname IN "
            "('mosaic_app', 'mosaic_auth', 'mosaic_engine', session_user)"
        ).fetchall()
    roles = {"mosaic_app", "mosaic_auth", "mosaic_engine", "mosaic_login"}
    assert {name for name, _, _ in found} == roles
    assert {(powers, owned) for _, powers, owned in found} == {(False, 0)}


def test_the_login_alone_reads_nothing(full: Full, ready: Ready) -> None:
    with as_app(ready, role="mosaic_login") as connection:
        assert {table for table in TABLES if _rows(connection, table)} == set()


def test_views_and_functions_do_not_get_around_it(ready: Ready) -> None:
    """What runs as its owner is looked at by hand: each is named here, and told to who reads."""
    with psycopg.connect(ready.admin_dsn) as connection:
        functions = connection.execute(
            "SELECT proname, array_to_string(proconfig, ',') FROM pg_proc "
            "WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1"
        ).fetchall()
        views = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') "
            "AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        open_to_all = connection.execute(
            "SELECT proname FROM pg_proc WHERE prosecdef "
            "AND pronamespace = 'public'::regnamespace "
            "AND has_function_privilege('mosaic_login', oid, 'EXECUTE')"
        ).fetchall()
    assert {name for name, _ in functions} == {
        "app_complete",
        "app_enter",
        "app_find",
        "app_having",
        "app_find_meaning",
        "app_keep_entry_spans",
        "app_keep_link_spans",
        "app_mentions",
        "app_merge_tags",
        "app_known",
        "app_public_page",
        "app_public_page_links",
        "app_public_picture",
        "app_public_picture_data",
        "app_resolve_links",
    }
    told = WALL.read_text()
    assert [name for name, _ in functions if f"`{name}`" not in told] == []
    assert all("search_path=pg_catalog" in settings for _, settings in functions)
    assert views == []
    assert open_to_all == []


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_the_world_has_something_in_every_table(full: Full, table: str) -> None:
    """Else the walks below would find nothing because nothing is there."""
    assert full.belongings().rows[table]


# What somebody has to be let in by, before there is a tenant.
AT_THE_DOOR = {"members", "invitations"}


@pytest.mark.parametrize("table", sorted(set(TENANT_TABLES) - AT_THE_DOOR))
def test_the_doorkeeper_has_no_way_to_content(full: Full, ready: Ready, table: str) -> None:
    ana = full.world.ana.actor.user_id
    with as_app(ready, ana, full.workspace_id, "mosaic_auth") as connection:
        assert _rows(connection, table) == []


# The record of jobs, what a run is announced by, and what old files and answers are found by.
OF_THE_ENGINE = {
    *("jobs", "job_steps", "job_events", "job_schedules"),
    *("workspaces", "generations", "activity"),
}


@pytest.mark.parametrize("table", sorted({*TABLES} - OF_THE_ENGINE))
def test_the_engine_has_no_way_to_content(full: Full, ready: Ready, table: str) -> None:
    ana = full.world.ana.actor.user_id
    with as_app(ready, ana, full.workspace_id, "mosaic_engine") as connection:
        assert _rows(connection, table) == []


@pytest.mark.parametrize("table", TABLES)
def test_nobody_sees_a_row_without_a_tenant(full: Full, ready: Ready, table: str) -> None:
    with as_app(ready) as connection:
        assert _rows(connection, table) == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("stranger", ["bo", "otto"])
def test_a_stranger_sees_no_row_of_anas(
    full: Full, ready: Ready, table: str, stranger: str
) -> None:
    theirs = full.belongings().rows.get(table, [])
    person = getattr(full.world, stranger).actor.user_id
    with psycopg.connect(ready.admin_dsn) as connection:
        own = "SELECT workspace_id FROM members WHERE user_id = %s"
        place = connection.execute(own, [person]).fetchone() or [""]
    with as_app(ready, person, place[0]) as connection:
        seen = _rows(connection, table)
    assert [row for row in seen if row in theirs] == []
    assert full.canary not in str(seen)


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_a_stranger_writes_no_row_of_anas(full: Full, ready: Ready, table: str) -> None:
    bo, name = full.world.bo.actor.user_id, sql.Identifier(table)
    with psycopg.connect(ready.admin_dsn) as connection:
        own = "SELECT workspace_id FROM members WHERE user_id = %s"
        place = (connection.execute(own, [bo]).fetchone() or [""])[0]
    # As something new: what begins with a value of its own begins with that.
    columns = [
        one.name
        for one in metadata.tables[table].columns
        if one.computed is None and one.server_default is None
    ]
    fields = sql.SQL(", ").join(map(sql.Identifier, columns))
    copy = sql.SQL("INSERT INTO {0} ({1}) SELECT {1} FROM json_populate_record(null::{0}, %s)")
    with psycopg.connect(ready.admin_dsn) as connection:
        one = sql.SQL("SELECT row_to_json(t)::text FROM {} t WHERE workspace_id = %s LIMIT 1")
        [row] = connection.execute(one.format(name), [full.workspace_id]).fetchone() or [""]
    attempts = [
        (copy.format(name, fields), [row]),
        (sql.SQL("DELETE FROM {} WHERE workspace_id = %s").format(name), [full.workspace_id]),
        (
            sql.SQL("UPDATE {} SET workspace_id = %s WHERE workspace_id = %s").format(name),
            [place, full.workspace_id],
        ),
        (
            sql.SQL("UPDATE {} SET workspace_id = %s WHERE workspace_id = %s").format(name),
            [full.workspace_id, place],
        ),
    ]
    for statement, values in attempts:
        refused = suppress(psycopg.errors.InsufficientPrivilege)
        with as_app(ready, bo, place) as connection, refused:
            assert connection.execute(statement, values).rowcount == 0, statement


VARIANTS = ("nowhere named", "header", "slug in header", "query", "own in header, query")


def _naming(full: Full, variant: str, own: str) -> tuple[str, dict[str, str], bool]:
    """Return what stands in the header and in the query, and whether it is Ana's workspace."""
    slug = str(full.belongings().rows["workspaces"][0]["slug"])
    header, query = {
        "nowhere named": ("", {}),
        "header": (full.workspace_id, {}),
        "slug in header": (slug, {}),
        "query": ("", {"workspaceId": full.workspace_id}),
        "own in header, query": (own, {"workspaceId": full.workspace_id}),
    }[variant]
    return header, query, (header or query.get("workspaceId")) in {slug, full.workspace_id}


def _ids(full: Full) -> set[str]:
    rows = [row for table in full.belongings().rows.values() for row in table]
    return {str(row["id"]) for row in rows if isinstance(row.get("id"), UUID)}


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("stranger", ["bo", "otto", "nobody"])
async def test_no_route_answers_a_stranger(full: Full, stranger: str, variant: str) -> None:
    person = getattr(full.world, stranger, None)
    header, query, named = _naming(full, variant, person.workspace if person else "")
    before, ids = full.belongings(), _ids(full)
    # A stranger does not know the secret of an invitation; whoever has it may use it.
    before.secrets = {"token": "a-guess"}
    for operation in operations():
        for path in before.paths(operation):
            filters = {
                one["name"]: full.workspace_id
                for one in operation.parameters("query")
                if "uuid" in str(one["schema"])
            }
            answer = await send(
                operation,
                path,
                "intruder",
                person.actor if person else None,
                header,
                params={**filters, **query},
                ids=full.workspace_id,
            )
            said = f"{answer.text} {answer.headers}"
            told = f"{operation.method} {path} as {stranger}: {answer.status_code} {said[:300]}"
            assert expected(answer), told
            assert full.canary not in said, told
            sent = f"{path} {full.workspace_id}"
            assert not [id for id in ids if id in said and id not in sent], told
            if not _open_to(operation, person, named):
                assert not answer.is_success, told
    assert full.belongings().rows == before.rows


async def test_the_walk_would_notice(full: Full) -> None:
    """Ana's own requests are answered, with what she wrote in them."""
    there, shown = full.belongings(), []
    for operation in operations():
        if operation.reads and not operation.public:
            for path in there.paths(operation):
                ana = full.world.ana.actor
                answer = await send(operation, path, "", ana, full.workspace_id)
                # Which page the walk takes is not said, and not every page is public.
                is_known = answer.is_success or path.endswith("/public-link")
                assert is_known, f"{path} {answer.text}"
                shown.append(full.canary in answer.text)
    assert shown.count(True) > len(shown) / 2


def _open_to(operation: Operation, person: object, named: bool) -> bool:
    """Whether a stranger may get a good answer, about what is theirs or everybody's."""
    if "{" in operation.path:
        return False
    if operation.public:
        return operation.reads
    return person is not None and not (named and operation.parameters("header"))
