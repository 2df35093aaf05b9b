"""Pages that mention a name without a link; links that wait, found fast."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute(MENTIONS)


MENTIONS = r"""
-- Runs as the owner, as the index on letters is not used under row-level security. Workspace and
-- person come from the session, and the condition of the policy is repeated by `app_seen`.
CREATE FUNCTION app_mentions(names text[], most integer) RETURNS TABLE (id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
    SELECT DISTINCT t.entry_id FROM unnest(names) name
    JOIN public.entry_texts t ON t.workspace_id = public.app_workspace()
        AND t.body ILIKE '%' || regexp_replace(name, '([\\%_])', '\\\1', 'g') || '%'
    JOIN public.app_seen() e ON e.id = t.entry_id AND e.status <> 'ARCHIVED'
    LIMIT most
$$;
REVOKE EXECUTE ON FUNCTION app_mentions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_mentions TO mosaic_app;

CREATE INDEX ix_links_waiting ON links (workspace_id, ambiguous, folded)
    WHERE target_id IS NULL;
"""
