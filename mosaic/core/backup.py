"""Takes a backup while Mosaic runs: everything in the database, as it is at one moment."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

import psycopg

from mosaic import __version__
from mosaic.core import copying
from mosaic.core.backup_file import Manifest, Writer
from mosaic.core.migrate import LOCK, DatabaseProblem, what_it_said


def take(
    dsn: str,
    out: BinaryIO,
    settings: Mapping[str, bytes],
    report: Callable[[str], None] = lambda table: None,
) -> Manifest:
    """Write the database behind `dsn`, the owner's, to `out`; the database is not changed.

    What is committed later is not in it, and nothing is there by halves. The schema of the durable
    engine is left out: runs that were going on are in Mosaic's own rows. Raises DatabaseProblem.
    """
    try:
        with _one_moment(dsn) as (connection, tables, moment), Writer(out) as writer:
            revision = copying.revision(connection)
            if revision is None:
                raise DatabaseProblem("There is nothing of Mosaic in this database yet.")
            written = {}
            for name, columns in tables.items():
                report(name)
                rows = copying.rows(connection, name, columns)
                written[name] = writer.table(name, columns, rows)
            for name, text in settings.items():
                writer.setting(name, text)
            manifest = Manifest(
                mosaic=__version__,
                revision=revision,
                taken_at=moment,
                tables=written,
                sequences=copying.sequences(connection),
                settings=list(settings),
            )
            writer.end(manifest)
            return manifest
    except psycopg.errors.InsufficientPrivilege as problem:
        raise DatabaseProblem(
            f"This login may not read everything ({what_it_said(problem)}). "
            "Name the owner's login in the setting DATABASE_ADMIN_URL."
        ) from None
    except psycopg.OperationalError as problem:
        raise DatabaseProblem(f"The database does not answer: {what_it_said(problem)}") from None


@contextmanager
def _one_moment(dsn: str) -> Iterator[tuple[psycopg.Connection, copying.Columns, datetime]]:
    """Within this context the connection sees the tables as they were at the moment returned."""
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        copying.prepare(connection)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        # A start that brings the tables up to date waits until they are held, or we for it.
        connection.execute("SELECT pg_advisory_lock_shared(%s)", [LOCK])
        tables = copying.tables(connection)
        with connection.transaction():
            if tables:
                copying.hold(connection, tables)
            now = "SELECT clock_timestamp(), pg_advisory_unlock_shared(%s)"
            row = connection.execute(now, [LOCK]).fetchone()
            assert row is not None
            yield connection, tables, row[0]
