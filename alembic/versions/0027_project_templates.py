"""Templates of projects: kept as files, so that their tasks are nowhere among those to be done."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.execute(TEMPLATES)


TEMPLATES = """
CREATE TABLE project_templates (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name text NOT NULL,
    tasks integer NOT NULL,
    document jsonb NOT NULL,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_project_templates_workspace_id ON project_templates (workspace_id);

ALTER TABLE project_templates ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON project_templates TO mosaic_app;
CREATE POLICY tenant ON project_templates TO mosaic_app USING (workspace_id = app_workspace());
"""
