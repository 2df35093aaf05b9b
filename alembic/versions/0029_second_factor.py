"""A second factor for passwords, and recovery codes."""

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.execute(STATEMENTS)


STATEMENTS = """
CREATE TABLE second_factors (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    secret text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    last_counter bigint NOT NULL DEFAULT 0
);
CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    code_hash text NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);
ALTER TABLE second_factors ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
-- As passwords: for the doorkeeper alone.
GRANT SELECT, INSERT, UPDATE, DELETE ON second_factors, recovery_codes TO mosaic_auth;
CREATE POLICY doorkeeper ON second_factors TO mosaic_auth USING (true);
CREATE POLICY doorkeeper ON recovery_codes TO mosaic_auth USING (true);
"""
