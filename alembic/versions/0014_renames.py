"""Renames: what a page was called before, and the pages whose links were written anew."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute(TABLE)
    op.execute(RESOLUTION)


TABLE = """
-- What a page was before its version `version` gave it another name. `pages` are the others that
-- were written anew with it: their ids, and the version that each became.
CREATE TABLE renames (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    slug text NOT NULL,
    path text,
    pages jsonb NOT NULL,
    PRIMARY KEY (entry_id, version),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE renames ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON renames TO mosaic_app;
CREATE POLICY tenant ON renames TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
"""

# As in 0012, with step 7, a path that a page had before, and 8, a title it had, case aside.
RESOLUTION = """
CREATE OR REPLACE FUNCTION app_resolve_links(sources uuid[], keys text[]) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
    WITH asked AS (
        SELECT l.* FROM unnest(sources) AS source CROSS JOIN LATERAL (
            SELECT l.source_id, l.ordinal, l.kind, l.target, l.folded FROM public.links l
            WHERE l.source_id = source AND l.workspace_id = public.app_workspace() OFFSET 0) l
        UNION
        SELECT l.* FROM unnest(keys) AS key CROSS JOIN LATERAL (
            SELECT l.source_id, l.ordinal, l.kind, l.target, l.folded FROM public.links l
            WHERE l.workspace_id = public.app_workspace() AND l.folded = key OFFSET 0) l
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
                    OR (n.step IN (3, 7) AND n.key = a.target)
                    OR (n.step IN (5, 8) AND a.kind = 'wiki' AND n.key = a.folded))
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
