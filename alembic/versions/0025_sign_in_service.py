"""People of an OpenID Connect provider, and memberships by their groups."""

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.execute(STATEMENTS)


STATEMENTS = """
CREATE TABLE provider_identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX ix_provider_identities_user_id ON provider_identities (user_id);
ALTER TABLE provider_identities ENABLE ROW LEVEL SECURITY;
-- Looked at before anybody is signed in, and by nobody else.
GRANT SELECT, INSERT, UPDATE, DELETE ON provider_identities TO mosaic_auth;
CREATE POLICY doorkeeper ON provider_identities TO mosaic_auth USING (true);

ALTER TABLE sessions ADD id_token text;
ALTER TABLE members ADD by_group boolean NOT NULL DEFAULT false;
"""
