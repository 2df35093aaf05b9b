"""Who is on a page at this moment."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute(PRESENCES)


PRESENCES = """
-- Nothing is lost when the server ends, as whoever is there says so again within seconds.
CREATE UNLOGGED TABLE presences (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    tab text NOT NULL,
    writing boolean NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (entry_id, user_id, tab),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE presences ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON presences TO mosaic_app;
CREATE POLICY tenant ON presences TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id))
    WITH CHECK (workspace_id = app_workspace() AND user_id = app_user()
        AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
"""
