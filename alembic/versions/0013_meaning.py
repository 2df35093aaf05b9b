"""What pages mean, as vectors of an embedding model."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute(EMBEDDINGS)
    op.execute(FINDING)


# An index of vectors is for one length: those of widespread models have one.
EMBEDDINGS = """
CREATE TABLE embeddings (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    model text NOT NULL,
    part smallint NOT NULL,
    version integer NOT NULL,
    dimension integer NOT NULL,
    embedding vector NOT NULL,
    PRIMARY KEY (entry_id, model, part),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_embeddings_workspace_id_model ON embeddings (workspace_id, model);
CREATE INDEX ix_embeddings_384 ON embeddings
    USING hnsw ((embedding::vector(384)) vector_cosine_ops) WHERE dimension = 384;
CREATE INDEX ix_embeddings_768 ON embeddings
    USING hnsw ((embedding::vector(768)) vector_cosine_ops) WHERE dimension = 768;
CREATE INDEX ix_embeddings_1024 ON embeddings
    USING hnsw ((embedding::vector(1024)) vector_cosine_ops) WHERE dimension = 1024;
CREATE INDEX ix_embeddings_1536 ON embeddings
    USING hnsw ((embedding::vector(1536)) vector_cosine_ops) WHERE dimension = 1536;

ALTER TABLE embeddings ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON embeddings TO mosaic_app;
CREATE POLICY tenant ON embeddings TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
"""

FINDING = """
-- Pages whose closest part is close in meaning, the closest first. Exact for a workspace of up to
-- `exact` parts: an index over all workspaces finds what is close anywhere, and of a small
-- workspace loses most. Above that by the index, which goes on until it has enough.
CREATE FUNCTION app_find_meaning(
    asked vector, of_model text, with_status text, with_tag uuid, most integer, exact integer
) RETURNS TABLE (id uuid, distance double precision)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET hnsw.iterative_scan = strict_order
    SET hnsw.ef_search = 200 AS $$
DECLARE
    here uuid := public.app_workspace();
    length integer := vector_dims(asked);
    parts integer;
BEGIN
    SELECT count(*) INTO parts FROM (
        SELECT 1 FROM public.embeddings v
        WHERE v.workspace_id = here AND v.model = of_model LIMIT exact + 1) few;
    IF parts <= exact OR length NOT IN (384, 768, 1024, 1536) THEN
        RETURN QUERY
        SELECT v.entry_id, min(v.embedding <=> asked) AS near
        FROM public.embeddings v
        JOIN public.app_seen() e ON e.id = v.entry_id
        WHERE v.workspace_id = here AND v.model = of_model AND v.dimension = length
            AND public.app_fits(e.id, e.status, with_status, with_tag)
        GROUP BY v.entry_id ORDER BY near LIMIT most;
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT n.entry_id, min(n.near) AS near FROM ('
        'SELECT v.entry_id, v.embedding::vector(%1$s) <=> $1::vector(%1$s) AS near '
        'FROM public.embeddings v JOIN public.app_seen() e ON e.id = v.entry_id '
        'WHERE v.workspace_id = $2 AND v.model = $3 AND v.dimension = %1$s '
        'AND public.app_fits(e.id, e.status, $4, $5) '
        'ORDER BY v.embedding::vector(%1$s) <=> $1::vector(%1$s) LIMIT $6 * 3) n '
        'GROUP BY n.entry_id ORDER BY near LIMIT $6', length)
        USING asked, here, of_model, with_status, with_tag, most;
END
$$;
REVOKE EXECUTE ON FUNCTION app_find_meaning FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_find_meaning TO mosaic_app;
"""
