"""Accounts, workspaces, generations, activity; row-level security under all of them."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(SECURITY)


TABLES = """
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE credentials (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    user_agent text NOT NULL DEFAULT '',
    ip_address text
);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);

CREATE TABLE api_tokens (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    hint text NOT NULL,
    secret_hash text NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX ix_api_tokens_user_id ON api_tokens (user_id);

CREATE TABLE sign_in_failures (
    key text PRIMARY KEY,
    failures integer NOT NULL,
    last_at timestamptz NOT NULL
);

CREATE TABLE workspaces (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE members (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER', 'GUEST')),
    joined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX ix_members_user_id ON members (user_id);

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    email text NOT NULL,
    role text NOT NULL CHECK (role IN ('OWNER', 'ADMIN', 'MEMBER', 'GUEST')),
    secret_hash text NOT NULL UNIQUE,
    invited_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX ix_invitations_workspace_id ON invitations (workspace_id);

CREATE TABLE teams (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, name),
    UNIQUE (workspace_id, id)
);

CREATE TABLE team_members (
    workspace_id uuid NOT NULL,
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (team_id, user_id),
    FOREIGN KEY (workspace_id, team_id) REFERENCES teams (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, user_id) REFERENCES members (workspace_id, user_id)
        ON DELETE CASCADE
);
CREATE INDEX ix_team_members_workspace_id_user_id ON team_members (workspace_id, user_id);

CREATE TABLE generations (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    module text NOT NULL,
    generation bigint NOT NULL,
    PRIMARY KEY (workspace_id, module)
);

CREATE TABLE activity (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    user_id uuid REFERENCES users ON DELETE SET NULL,
    action text NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid,
    entity_title text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    ip_address text,
    private_to uuid,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_activity_workspace_id_created_at ON activity (workspace_id, created_at DESC);
CREATE INDEX ix_activity_entity_id ON activity (entity_id);
"""

SECURITY = """
CREATE FUNCTION app_user() RETURNS uuid LANGUAGE sql STABLE
    RETURN NULLIF(current_setting('app.user_id', true), '')::uuid;
CREATE FUNCTION app_workspace() RETURNS uuid LANGUAGE sql STABLE
    RETURN NULLIF(current_setting('app.workspace_id', true), '')::uuid;

-- Runs as the owner, whom row-level security does not bind: asked before there is a tenant.
CREATE FUNCTION app_enter(as_user uuid, ref text)
    RETURNS TABLE (id uuid, slug text, name text, role text, generations jsonb)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT w.id, w.slug, w.name, m.role,
        coalesce((SELECT jsonb_object_agg(g.module, g.generation) FROM public.generations g
                  WHERE g.workspace_id = w.id), '{}')
    FROM public.workspaces w
    JOIN public.members m ON m.workspace_id = w.id AND m.user_id = as_user
    WHERE w.slug = ref OR w.id::text = lower(ref)
    ORDER BY w.slug = ref  -- an id comes before an address that looks like one
    LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION app_enter FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_enter TO mosaic_app;

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE credentials ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_failures ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE team_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE generations ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity ENABLE ROW LEVEL SECURITY;

GRANT SELECT, UPDATE ON users TO mosaic_app;
GRANT SELECT, UPDATE ON sessions, api_tokens TO mosaic_app;
GRANT INSERT ON api_tokens TO mosaic_app;
GRANT SELECT, UPDATE, DELETE ON workspaces TO mosaic_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON members, invitations, teams, team_members, generations
    TO mosaic_app;
GRANT SELECT, INSERT ON activity TO mosaic_app;
GRANT UPDATE (private_to) ON activity TO mosaic_app;

CREATE POLICY self_or_fellow ON users FOR SELECT TO mosaic_app USING (
    id = app_user()
    OR EXISTS (SELECT 1 FROM members m
               WHERE m.user_id = users.id AND m.workspace_id = app_workspace()));
CREATE POLICY self ON users FOR UPDATE TO mosaic_app USING (id = app_user());
CREATE POLICY self ON sessions TO mosaic_app USING (user_id = app_user());
CREATE POLICY self ON api_tokens TO mosaic_app USING (user_id = app_user());
CREATE POLICY tenant_or_own ON workspaces FOR SELECT TO mosaic_app USING (
    id = app_workspace()
    OR EXISTS (SELECT 1 FROM members m
               WHERE m.workspace_id = workspaces.id AND m.user_id = app_user()));
CREATE POLICY tenant_update ON workspaces FOR UPDATE TO mosaic_app USING (id = app_workspace());
CREATE POLICY tenant_delete ON workspaces FOR DELETE TO mosaic_app USING (id = app_workspace());
CREATE POLICY tenant_or_own ON members FOR SELECT TO mosaic_app
    USING (workspace_id = app_workspace() OR user_id = app_user());
CREATE POLICY tenant_insert ON members FOR INSERT TO mosaic_app
    WITH CHECK (workspace_id = app_workspace());
CREATE POLICY tenant_update ON members FOR UPDATE TO mosaic_app
    USING (workspace_id = app_workspace());
CREATE POLICY tenant_delete ON members FOR DELETE TO mosaic_app
    USING (workspace_id = app_workspace());
CREATE POLICY tenant ON invitations TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON teams TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON team_members TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON generations TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON activity TO mosaic_app USING (
    workspace_id = app_workspace() AND (private_to IS NULL OR private_to = app_user()));

-- The doorkeeper looks up accounts before anybody is signed in. It has no way to content.
GRANT SELECT, INSERT, UPDATE, DELETE ON users, credentials, sessions, api_tokens,
    sign_in_failures, workspaces, members, invitations TO mosaic_auth;
CREATE POLICY doorkeeper ON users TO mosaic_auth USING (true);
CREATE POLICY doorkeeper ON credentials TO mosaic_auth USING (true);
CREATE POLICY doorkeeper ON sessions TO mosaic_auth USING (true);
CREATE POLICY doorkeeper ON api_tokens TO mosaic_auth USING (true);
CREATE POLICY doorkeeper ON sign_in_failures TO mosaic_auth USING (true);
CREATE POLICY doorkeeper ON workspaces TO mosaic_auth USING (true);
CREATE POLICY doorkeeper ON members TO mosaic_auth USING (true);
CREATE POLICY doorkeeper ON invitations TO mosaic_auth USING (true);
"""
