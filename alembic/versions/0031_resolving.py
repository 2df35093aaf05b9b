"""Links are resolved in one pass, and by indexes also where statistics know nothing yet."""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.execute(RESOLUTION)


# Of a name that thousands of links say, PostgreSQL took it that there is one link, and compared
# each with every other. Whatever it expects, there is nothing left to compare, and links and names
# are looked up.
RESOLUTION = """
CREATE OR REPLACE FUNCTION app_resolve_links(sources uuid[], keys text[]) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    WITH asked AS (
        SELECT l.source_id, l.ordinal, l.kind, l.target, l.folded
        FROM unnest(sources) AS source CROSS JOIN LATERAL (
            SELECT l.* FROM public.links l WHERE l.source_id = source OFFSET 0) l
        WHERE l.workspace_id = public.app_workspace()
        UNION
        SELECT l.* FROM unnest(keys) AS key CROSS JOIN LATERAL (
            SELECT l.source_id, l.ordinal, l.kind, l.target, l.folded FROM public.links l
            WHERE l.workspace_id = public.app_workspace() AND l.folded = key OFFSET 0) l
    ), found AS (
        SELECT a.source_id, a.ordinal, n.entry_id,
            rank() OVER (PARTITION BY a.source_id, a.ordinal ORDER BY n.step) AS place
        FROM asked a LEFT JOIN LATERAL (
            SELECT n.step, n.entry_id FROM public.entry_names n
            JOIN public.entries e ON e.id = n.entry_id
                AND e.private_to IS NULL AND e.status = 'PUBLISHED'
            WHERE n.workspace_id = public.app_workspace()
                AND n.key = ANY (ARRAY[a.target, a.folded])
                AND ((n.step IN (1, 2, 4, 6) AND a.kind = 'wiki' AND n.key = a.target)
                    OR (n.step IN (3, 7) AND n.key = a.target)
                    OR (n.step IN (5, 8) AND a.kind = 'wiki' AND n.key = a.folded))
            OFFSET 0
        ) n ON true
    ), answer AS (
        SELECT source_id, ordinal, count(DISTINCT entry_id) > 1 AS ambiguous,
            CASE WHEN count(DISTINCT entry_id) = 1 THEN min(entry_id::text)::uuid END AS target_id
        FROM found WHERE place = 1 GROUP BY source_id, ordinal
    )
    UPDATE public.links l SET target_id = r.target_id, ambiguous = r.ambiguous
    FROM answer r
    WHERE l.source_id = r.source_id AND l.ordinal = r.ordinal
        AND (l.target_id, l.ambiguous) IS DISTINCT FROM (r.target_id, r.ambiguous)
$$;
"""
