"""Who a request is from, in one look."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute(KNOWN)


KNOWN = """
-- The account that a session or an API token belongs to. Runs as the owner, before anybody is
-- there whom row-level security could know; a caller has to know an id or a digest of 128 bits or
-- more, which only whoever was given the token does.
CREATE FUNCTION app_known(session uuid, secret text)
    RETURNS TABLE (user_id uuid, name text, email text, scopes text[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT u.id, u.name, u.email, NULL::text[]
    FROM public.sessions s JOIN public.users u ON u.id = s.user_id
    WHERE s.id = session AND s.revoked_at IS NULL AND s.expires_at > now()
    UNION ALL
    SELECT u.id, u.name, u.email, t.scopes
    FROM public.api_tokens t JOIN public.users u ON u.id = t.user_id
    WHERE session IS NULL AND t.secret_hash = secret AND t.revoked_at IS NULL
        AND (t.expires_at IS NULL OR t.expires_at > now())
$$;
REVOKE EXECUTE ON FUNCTION app_known FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_known TO mosaic_app;
"""
