"""Indexes for large workspaces: lists and their counts, one's own pages, backlinks of a hub."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute(INDEXES)


INDEXES = """
-- It counts what a list would show without reading a page.
DROP INDEX ix_entries_workspace_id_updated_at;
CREATE INDEX ix_entries_workspace_id_updated_at ON entries (workspace_id, updated_at DESC, id DESC)
    INCLUDE (status, visibility, private_to);
CREATE INDEX ix_entries_workspace_id_title ON entries (workspace_id, lower(title), id);
CREATE INDEX ix_entries_private_to ON entries (private_to, workspace_id)
    WHERE private_to IS NOT NULL;

-- The first so many backlinks are read, and no more.
DROP INDEX ix_links_target_id;
CREATE INDEX ix_links_target_id ON links (target_id, source_id DESC, ordinal);
"""
