"""What happened to accounts: sign-ins, and what keeps them safe."""

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.execute(STATEMENTS)


STATEMENTS = """
CREATE TABLE account_events (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    action text NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    ip_address text,
    user_agent text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_account_events_user_id_created_at ON account_events (user_id, created_at DESC);
ALTER TABLE account_events ENABLE ROW LEVEL SECURITY;
-- People add to their own and read it; what was written stays as it is.
GRANT SELECT, INSERT ON account_events TO mosaic_app;
CREATE POLICY self ON account_events TO mosaic_app USING (user_id = app_user());
GRANT SELECT, INSERT, UPDATE, DELETE ON account_events TO mosaic_auth;
CREATE POLICY doorkeeper ON account_events TO mosaic_auth USING (true);
"""
