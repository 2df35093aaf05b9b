"""What is found when all pages are looked through: names without a link, pages that are alike."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(SECURITY)


TABLES = """
-- The last time that all pages were looked through.
CREATE TABLE link_looks (
    workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
    pages integer NOT NULL,
    latest timestamptz,
    looked_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE mentions (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    source_id uuid NOT NULL,
    PRIMARY KEY (entry_id, source_id),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, source_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_mentions_workspace_id ON mentions (workspace_id);
CREATE INDEX ix_mentions_source_id ON mentions (source_id);

-- `texts`: about how much of the texts is the same; null where the titles are alike.
CREATE TABLE likenesses (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    other_id uuid NOT NULL,
    texts real,
    PRIMARY KEY (entry_id, other_id),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, other_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_likenesses_workspace_id ON likenesses (workspace_id);
CREATE INDEX ix_likenesses_other_id ON likenesses (other_id);

-- Somebody said that these are different. The lesser id comes first.
CREATE TABLE kept_apart (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    other_id uuid NOT NULL,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (entry_id, other_id),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, other_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_kept_apart_other_id ON kept_apart (other_id);
"""

# A row is seen by who sees both pages.
SECURITY = """
ALTER TABLE link_looks ENABLE ROW LEVEL SECURITY;
ALTER TABLE mentions ENABLE ROW LEVEL SECURITY;
ALTER TABLE likenesses ENABLE ROW LEVEL SECURITY;
ALTER TABLE kept_apart ENABLE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE ON link_looks TO mosaic_app;
GRANT SELECT, INSERT, DELETE ON mentions, likenesses, kept_apart TO mosaic_app;

CREATE POLICY tenant ON link_looks TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON mentions TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id)
    AND EXISTS (SELECT 1 FROM entries e WHERE e.id = source_id));
CREATE POLICY tenant ON likenesses TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id)
    AND EXISTS (SELECT 1 FROM entries e WHERE e.id = other_id));
CREATE POLICY tenant ON kept_apart TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id)
    AND EXISTS (SELECT 1 FROM entries e WHERE e.id = other_id));
"""
