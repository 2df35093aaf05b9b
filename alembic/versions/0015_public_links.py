"""Public pages are read at an address that cannot be guessed."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute(LINKS)
    op.execute(DOOR)


LINKS = """
CREATE TABLE public_links (
    workspace_id uuid NOT NULL,
    entry_id uuid PRIMARY KEY,
    token text NOT NULL UNIQUE,
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE public_links ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON public_links TO mosaic_app;
CREATE POLICY tenant ON public_links TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));

INSERT INTO public_links (workspace_id, entry_id, token)
SELECT workspace_id, id, replace(gen_random_uuid()::text, '-', '')
FROM entries WHERE visibility = 'PUBLIC' AND status = 'PUBLISHED';
"""

# Whoever is not signed in has no user and no workspace: the token is all there is to go by. Each
# function gives what is on that one page, and asks again whether it is public.
DOOR = """
CREATE FUNCTION app_public_page(page_token text)
    RETURNS TABLE (title text, content text, html text, renderer integer, updated_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT e.title, e.content, e.html, e.renderer, e.updated_at
    FROM public.public_links p
    JOIN public.entries e ON e.id = p.entry_id AND e.workspace_id = p.workspace_id
    WHERE p.token = page_token AND e.visibility = 'PUBLIC' AND e.status = 'PUBLISHED';
$$;

-- The picture that a public page shows with its link `place`: by its path, else by its name.
CREATE FUNCTION app_public_picture(page_token text, place integer)
    RETURNS TABLE (id uuid, media_type text, digest text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.id, a.media_type, a.digest
    FROM public.public_links p
    JOIN public.entries e ON e.id = p.entry_id AND e.workspace_id = p.workspace_id
    JOIN public.links l ON l.source_id = e.id AND l.workspace_id = e.workspace_id
    JOIN public.attachments a ON a.workspace_id = e.workspace_id
        AND (a.path = l.target OR a.name = regexp_replace(l.target, '^.*/', ''))
    WHERE p.token = page_token AND e.visibility = 'PUBLIC' AND e.status = 'PUBLISHED'
        AND l.ordinal = place AND l.embed AND l.target_id IS NULL AND a.media_type IN
            ('image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif')
    ORDER BY a.path <> l.target, a.path LIMIT 1;
$$;

-- The links on a public page: to where, when that is public, too; `is_picture` when one is shown.
CREATE FUNCTION app_public_page_links(page_token text)
    RETURNS TABLE (ordinal integer, target text, heading text, label text, embed boolean,
        token text, title text, is_picture boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT l.ordinal, l.target, l.heading, l.label, l.embed, t.token, t.title,
        l.embed AND EXISTS (SELECT 1 FROM public.app_public_picture(page_token, l.ordinal))
    FROM public.public_links p
    JOIN public.entries e ON e.id = p.entry_id AND e.workspace_id = p.workspace_id
    JOIN public.links l ON l.source_id = e.id AND l.workspace_id = e.workspace_id
    LEFT JOIN LATERAL (
        SELECT o.token, x.title FROM public.entries x
        JOIN public.public_links o ON o.entry_id = x.id
        WHERE x.id = l.target_id AND x.workspace_id = e.workspace_id
            AND x.visibility = 'PUBLIC' AND x.status = 'PUBLISHED') t ON true
    WHERE p.token = page_token AND e.visibility = 'PUBLIC' AND e.status = 'PUBLISHED'
    ORDER BY l.ordinal;
$$;

CREATE FUNCTION app_public_picture_data(page_token text, place integer) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.data FROM public.attachments a
    WHERE a.id = (SELECT f.id FROM public.app_public_picture(page_token, place) f);
$$;
REVOKE EXECUTE ON FUNCTION app_public_page, app_public_page_links, app_public_picture,
    app_public_picture_data FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_public_page, app_public_page_links, app_public_picture,
    app_public_picture_data TO mosaic_auth;
"""
