"""The least that an import could take: its rows copied within PostgreSQL, indexes and all."""

import time
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql

from tests.bench.stage import reached

# Each with the columns that hold ids of pages.
_TABLES = {
    "entries": {"id"},
    "entry_versions": {"entry_id"},
    "entry_names": {"entry_id"},
    "entry_texts": {"entry_id"},
    "entry_labels": {"entry_id"},
    "links": {"source_id", "target_id"},
}
_COLUMNS = (
    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
    "AND NOT attisdropped AND attgenerated = '' AND attidentity = ''"
)


def copied(folder: Path, source: str, target: str) -> float:
    """Copy the pages of a workspace into another one, given by slugs; return how long it took."""
    with psycopg.connect(reached(folder).admin_dsn) as owner:
        slugs = owner.execute(
            "SELECT slug, id FROM workspaces WHERE slug IN (%s, %s)", [source, target]
        )
        ids: dict[str, UUID] = dict(slugs.fetchall())
        owner.execute(
            "CREATE TEMP TABLE pairs AS SELECT id AS before, gen_random_uuid() AS after "
            "FROM entries WHERE workspace_id = %s",
            [ids[source]],
        )
        owner.execute("ALTER TABLE pairs ADD PRIMARY KEY (before)")
        owner.execute("ANALYZE pairs")
        began = time.perf_counter()
        for table, mapped in _TABLES.items():
            names = [row[0] for row in owner.execute(_COLUMNS, [table])]
            taken = [_taken(name, name in mapped) for name in names]
            statement = sql.SQL(
                "INSERT INTO {0} ({1}) SELECT {2} FROM {0} t WHERE workspace_id = {3}"
            )
            owner.execute(
                statement.format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, names)),
                    sql.SQL(", ").join(taken),
                    sql.Literal(ids[source]),
                ),
                {"target": ids[target]},
            )
        owner.commit()
        return time.perf_counter() - began


def _taken(name: str, mapped: bool) -> sql.Composable:
    if name == "workspace_id":
        return sql.SQL("%(target)s")
    if mapped:
        pair = sql.SQL("(SELECT after FROM pairs WHERE before = t.{})")
        return pair.format(sql.Identifier(name))
    return sql.SQL("t.{}").format(sql.Identifier(name))
