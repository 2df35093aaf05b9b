"""Puts a backup into an empty database, all of it or nothing: one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors, sql
from sqlalchemy.exc import DBAPIError

from mosaic.core import copying, migrate
from mosaic.core.backup_file import Manifest, Reader, Sum
from mosaic.core.errors import Conflict, Invalid
from mosaic.core.migrate import DatabaseProblem, what_it_said

Report = Callable[[str], None]
_PATIENCE = "10s"
_NAMED = 5  # tables, when a database is not empty


def restore(dsn: str, backup: Reader, report: Report = lambda step: None) -> None:
    """Put a backup, which has been checked, into the empty database behind `dsn`, the owner's.

    The tables are made as they were, filled, compared with what was written down, and brought up to
    date. A process that is killed meanwhile leaves the database empty. Raises Conflict when it is
    not, Invalid when the backup does not fit, DatabaseProblem.
    """
    with _told(), migrate.migrating(dsn) as migrating:
        connection = migrating.connection.driver_connection
        assert isinstance(connection, psycopg.Connection)
        copying.prepare(connection)
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [_PATIENCE])
        _refuse_what_is_not_empty(connection)
        report("Making the tables")
        migrate.bring(migrating, backup.manifest.revision)
        tables = _fitting(connection, backup.manifest)
        with _bare(connection, tables):
            report("Putting the rows in")
            copying.empty(connection, tables)
            for name, table in backup.manifest.tables.items():
                copying.fill(connection, name, table.columns, backup.chunks(name))
            for name, state in backup.manifest.sequences.items():
                copying.go_on_from(connection, name, state)
            report("Comparing them with the backup")
            _compare(connection, backup.manifest)
            report("Making the indexes")
        report("Bringing the tables up to date")
        migrate.bring(migrating, "head")
        connection.execute("ANALYZE")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (errors.LockNotAvailable, errors.DeadlockDetected):
        raise Conflict(
            "Something else is at work in this database, and nothing was changed. "
            "Stop Mosaic there, then restore again."
        ) from None
    except (psycopg.Error, DBAPIError) as problem:
        said = what_it_said(getattr(problem, "orig", problem))
        raise DatabaseProblem(
            f"The database did not take the backup, and nothing was changed: {said}"
        ) from None


def _refuse_what_is_not_empty(connection: psycopg.Connection) -> None:
    found = [name for (name,) in connection.execute(_THERE).fetchall()]
    if copying.revision(connection):  # made by a start of Mosaic, and perhaps not used yet
        found = [name for name in copying.tables(connection) if copying.has_rows(connection, name)]
        what = "rows in"
    else:
        what = "tables"
    if found:
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        raise Conflict(
            f"This database is not empty, and a backup goes into an empty one. There are {what} "
            f"{', '.join(found[:_NAMED])}{more}. Nothing was changed. "
            "Consider a new data folder, or another database."
        )


_THERE = (
    "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') "
    "AND c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'dbos')) "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') "
    "ORDER BY 1"
)


def _fitting(connection: psycopg.Connection, manifest: Manifest) -> copying.Columns:
    """Return the tables that are here, when they are those of the backup."""
    here = copying.revision(connection)
    if here != manifest.revision:
        raise Conflict(
            f"The tables here are of migration {here}, those of the backup of "
            f"{manifest.revision}. Consider an empty database, without tables."
        )
    tables = copying.tables(connection)
    theirs = {name: sorted(table.columns) for name, table in manifest.tables.items()}
    ours = {name: sorted(columns) for name, columns in tables.items()}
    differing = [name for name in {**theirs, **ours} if theirs.get(name) != ours.get(name)]
    if differing or manifest.sequences.keys() != copying.sequences(connection).keys():
        raise Invalid(
            f"This backup does not hold the tables of Mosaic at migration {here}: "
            f"{', '.join(differing) or 'sequences'} differ."
        )
    return tables


@contextmanager
def _bare(connection: psycopg.Connection, tables: copying.Columns) -> Iterator[None]:
    """Within this context rows are taken as they are, in any order; at the end rules hold again.

    Triggers wrote what is in the rows already. Foreign keys and indexes are made at the end, which
    checks each row and is many times quicker.
    """
    aside = connection.execute(_ASIDE).fetchall()
    _triggers(connection, tables, "DISABLE")
    for drop, _ in aside:
        connection.execute(drop.encode())
    yield
    for _, make in reversed(aside):
        connection.execute(make.encode())
    _triggers(connection, tables, "ENABLE")


_ASIDE = """
SELECT drop, make FROM (
    SELECT 1 AS turn, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
        format('ALTER TABLE %s ADD CONSTRAINT %I %s',
            conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 2, format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)
) AS aside (turn, drop, make) ORDER BY turn, drop
"""


def _triggers(connection: psycopg.Connection, tables: copying.Columns, turn: str) -> None:
    for name in tables:
        alter = sql.SQL("ALTER TABLE {} {} TRIGGER USER")
        connection.execute(alter.format(sql.Identifier("public", name), sql.SQL(turn)))


def _compare(connection: psycopg.Connection, manifest: Manifest) -> None:
    for name, table in manifest.tables.items():
        counted = Sum()
        for row in copying.rows(connection, name, table.columns):
            counted.add(row)
        if not table.holds(counted):
            raise DatabaseProblem(
                f"What the database keeps in {name} is not what the backup holds. "
                "Nothing was changed."
            )
