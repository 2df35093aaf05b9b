"""Imports are runner jobs; only the report of their files stays a table of its own."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(TABLES)


TABLES = """
-- Reports of imports from before there were jobs go: the pages that they tell of are here.
DROP TABLE import_lines;
DROP TABLE imports;

CREATE TABLE import_lines (
    workspace_id uuid NOT NULL,
    job_id uuid NOT NULL,
    ordinal integer NOT NULL,
    path text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('created', 'updated', 'skipped', 'failed')),
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (job_id, ordinal),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE import_lines ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON import_lines TO mosaic_app;
-- Only for whoever imported, as it names private pages too.
CREATE POLICY tenant ON import_lines TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (
        SELECT 1 FROM jobs j WHERE j.id = job_id AND j.requested_by = app_user()));
"""
