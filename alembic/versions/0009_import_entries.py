"""A line of an import's report knows its page; links are resolved by look-ups however many."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute(LINES)
    op.execute(RESOLUTION)


LINES = r"""
ALTER TABLE import_lines ADD COLUMN entry_id uuid REFERENCES entries ON DELETE SET NULL;
CREATE INDEX ix_import_lines_entry_id ON import_lines (entry_id);
UPDATE import_lines i SET entry_id = e.id FROM entries e, jobs j
WHERE j.id = i.job_id AND e.workspace_id = i.workspace_id
    AND e.path = regexp_replace(i.path, '\.(md|markdown)$', '', 'i')
    AND (e.private_to IS NULL OR e.private_to = j.requested_by);
"""

# As before, but each link looks its names up by key: while a vault comes in, the statistics by
# which PostgreSQL chooses its ways are always too old, and it went through all names for each.
RESOLUTION = """
CREATE OR REPLACE FUNCTION app_resolve_links(sources uuid[], keys text[]) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH asked AS (
        SELECT l.source_id, l.ordinal, l.kind, l.target, l.folded FROM public.links l
        WHERE l.source_id = ANY (sources) AND l.workspace_id = public.app_workspace()
        UNION
        SELECT l.source_id, l.ordinal, l.kind, l.target, l.folded FROM public.links l
        WHERE l.workspace_id = public.app_workspace() AND l.folded = ANY (keys)
    ), found AS (
        SELECT a.source_id, a.ordinal, n.step, n.entry_id,
            rank() OVER (PARTITION BY a.source_id, a.ordinal ORDER BY n.step) AS place
        FROM asked a CROSS JOIN LATERAL (
            SELECT n.step, n.entry_id FROM public.entry_names n
            JOIN public.entries e ON e.id = n.entry_id
                AND e.private_to IS NULL AND e.status = 'PUBLISHED'
            WHERE n.workspace_id = public.app_workspace()
                AND n.key = ANY (ARRAY[a.target, a.folded])
                AND ((n.step IN (1, 2, 4, 6) AND a.kind = 'wiki' AND n.key = a.target)
                    OR (n.step = 3 AND n.key = a.target)
                    OR (n.step = 5 AND a.kind = 'wiki' AND n.key = a.folded))
            OFFSET 0
        ) n
    ), best AS (
        SELECT source_id, ordinal, min(entry_id::text)::uuid AS entry_id,
            count(DISTINCT entry_id) AS entries
        FROM found WHERE place = 1 GROUP BY source_id, ordinal
    ), answer AS (
        SELECT a.source_id, a.ordinal,
            CASE WHEN b.entries = 1 THEN b.entry_id END AS target_id,
            coalesce(b.entries > 1, false) AS ambiguous
        FROM asked a LEFT JOIN best b USING (source_id, ordinal)
    )
    UPDATE public.links l SET target_id = r.target_id, ambiguous = r.ambiguous
    FROM answer r
    WHERE l.source_id = r.source_id AND l.ordinal = r.ordinal
        AND (l.target_id, l.ambiguous) IS DISTINCT FROM (r.target_id, r.ambiguous)
$$;
"""
