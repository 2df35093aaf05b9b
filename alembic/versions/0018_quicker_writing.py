"""Links are pointed and their spans kept by reading no more than the pages that were written."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute(RESOLUTION)
    op.execute(KEEPING)


# As in 0014, but the links of `sources` are found by their pages whatever statistics say: of a
# workspace that has just begun to fill, PostgreSQL thought that reading all its links is cheaper,
# and read them for each page of an import.
RESOLUTION = """
CREATE OR REPLACE FUNCTION app_resolve_links(sources uuid[], keys text[]) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
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

# As in 0007, but each change does only what it can bring about: a link that is added ends no span,
# one that leads nowhere begins none, one that is taken away begins none.
KEEPING = """
CREATE OR REPLACE FUNCTION app_keep_link_spans() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    sources uuid[] := CASE WHEN TG_OP = 'UPDATE'
        THEN ARRAY(SELECT DISTINCT source_id FROM touched)
        ELSE ARRAY(SELECT DISTINCT source_id FROM touched WHERE target_id IS NOT NULL) END;
BEGIN
    IF cardinality(sources) = 0 THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        UPDATE public.link_spans p SET until = now()
        WHERE p.until IS NULL AND p.source_id = ANY (sources)
            AND NOT EXISTS (SELECT 1 FROM public.links l
                WHERE l.source_id = p.source_id AND l.target_id = p.target_id);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN NULL;
    END IF;
    UPDATE public.link_spans p SET until = NULL
    WHERE p.until = now() AND p.source_id = ANY (sources)
        AND EXISTS (SELECT 1 FROM public.links l
            WHERE l.source_id = p.source_id AND l.target_id = p.target_id);
    INSERT INTO public.link_spans (workspace_id, source_id, target_id, since)
    SELECT s.workspace_id, s.id, t.id,
        CASE WHEN s.version = 1 AND EXISTS (SELECT 1 FROM public.entry_versions v
                WHERE v.version = 1 AND v.created_at >= now() AND v.entry_id IN (s.id, t.id))
            THEN least(greatest(s.created_at, t.created_at), now()) ELSE now() END
    FROM (SELECT DISTINCT l.source_id, l.target_id FROM unnest(sources) c (id)
        JOIN public.links l ON l.source_id = c.id AND l.target_id <> l.source_id) l
    JOIN public.entries s ON s.id = l.source_id
    JOIN public.entries t ON t.id = l.target_id
    WHERE NOT EXISTS (SELECT 1 FROM public.link_spans p WHERE p.source_id = l.source_id
        AND p.target_id = l.target_id AND p.until IS NULL)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
"""
