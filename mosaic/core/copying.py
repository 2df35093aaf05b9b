"""Tables out of the database and into it, as the text of PostgreSQL's COPY.

The text of a value is the same in every version of PostgreSQL, and in every database: what depends
on a setting is set by `prepare`.
"""

from collections.abc import Iterable, Iterator

import psycopg
from psycopg import sql

Columns = dict[str, list[str]]


def prepare(connection: psycopg.Connection) -> None:
    """Let the connection write every value in one way, see every row, and take its time."""
    connection.execute(
        "SET client_encoding = 'UTF8'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; "
        "SET extra_float_digits = 1; SET bytea_output = 'hex'; SET TimeZone = 'UTC'; "
        "SET row_security = off; SET statement_timeout = 0; SET transaction_timeout = 0; "
        "SET idle_in_transaction_session_timeout = 0"
    )


def tables(connection: psycopg.Connection) -> Columns:
    """Return Mosaic's tables, each with the columns that a row is made of.

    Not the one that says which migrations there were, nor what PostgreSQL itself forgets when it is
    killed: who is on which page.
    """
    return dict(connection.execute(_TABLES).fetchall())


_TABLES = (
    "SELECT c.relname::text, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
    "AND NOT a.attisdropped AND a.attgenerated = '' "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p' "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') "
    "AND c.relname <> 'alembic_version' GROUP BY c.relname ORDER BY c.relname"
)


def revision(connection: psycopg.Connection) -> str | None:
    """Return the newest migration that the database has; None when it has no tables of ours."""
    there = connection.execute("SELECT to_regclass('public.alembic_version')").fetchone()
    if there is None or there[0] is None:
        return None
    row = connection.execute("SELECT version_num FROM public.alembic_version").fetchone()
    return str(row[0]) if row else None


def rows(connection: psycopg.Connection, table: str, columns: list[str]) -> Iterator[bytes]:
    """Yield the rows of a table, a line each, in any order."""
    copy_out = sql.SQL("COPY {} ({}) TO STDOUT").format(_table(table), _list(columns))
    with connection.cursor().copy(copy_out) as copy:
        for row in copy:  # libpq hands them over one by one
            yield bytes(row)


def fill(
    connection: psycopg.Connection, table: str, columns: list[str], chunks: Iterable[bytes]
) -> None:
    """Put rows into a table, given as `rows` yields them, or cut anywhere."""
    copy_in = sql.SQL("COPY {} ({}) FROM STDIN").format(_table(table), _list(columns))
    with connection.cursor().copy(copy_in) as copy:
        for chunk in chunks:
            copy.write(chunk)


def sequences(connection: psycopg.Connection) -> dict[str, tuple[int, bool]]:
    """Return Mosaic's sequences: the last value of each, and whether it was given out."""
    found = {}
    for (name,) in connection.execute(_SEQUENCES).fetchall():
        state = sql.SQL("SELECT last_value, is_called FROM {}").format(_table(name))
        row = connection.execute(state).fetchone()
        assert row is not None
        found[name] = (int(row[0]), bool(row[1]))
    return found


_SEQUENCES = "SELECT sequencename::text FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"


def go_on_from(connection: psycopg.Connection, sequence: str, state: tuple[int, bool]) -> None:
    """Let a sequence go on where another one stood."""
    connection.execute(
        sql.SQL("SELECT setval({}, %s, %s)").format(sql.Literal(f"public.{sequence}")), state
    )


def hold(connection: psycopg.Connection, names: Iterable[str]) -> None:
    """Let nobody change how these tables are made until the end of the transaction."""
    listed = sql.SQL(", ").join(map(_table, names))
    connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(listed))


def empty(connection: psycopg.Connection, names: Iterable[str]) -> None:
    """Remove every row of these tables."""
    listed = sql.SQL(", ").join(map(_table, names))
    connection.execute(sql.SQL("TRUNCATE {}").format(listed))


def has_rows(connection: psycopg.Connection, table: str) -> bool:
    """Whether a table holds anything."""
    asked = sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(_table(table))
    row = connection.execute(asked).fetchone()
    return bool(row and row[0])


def _table(name: str) -> sql.Identifier:
    return sql.Identifier("public", name)


def _list(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
