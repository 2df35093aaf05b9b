"""Tags that were made by hand stay without a page; tags can be merged."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute(TAGS)


TAGS = """
ALTER TABLE tags ADD COLUMN kept boolean NOT NULL DEFAULT false;

-- Puts one tag in the place of another, also on pages that the actor cannot see, as a tag is one
-- thing for the whole workspace. Returns nothing, so it tells nothing. Runs as the owner; the
-- workspace comes from the session.
CREATE FUNCTION app_merge_tags(one uuid, into_other uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.entry_tags (workspace_id, entry_id, tag_id)
    SELECT g.workspace_id, g.entry_id, t.id
    FROM public.entry_tags g
    JOIN public.tags t ON t.id = into_other AND t.workspace_id = public.app_workspace()
    WHERE g.workspace_id = public.app_workspace() AND g.tag_id = one
    ON CONFLICT DO NOTHING;
    DELETE FROM public.tags WHERE workspace_id = public.app_workspace() AND id = one
        AND EXISTS (SELECT 1 FROM public.tags t
            WHERE t.id = into_other AND t.workspace_id = public.app_workspace());
$$;
REVOKE EXECUTE ON FUNCTION app_merge_tags FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_merge_tags TO mosaic_app;
"""
