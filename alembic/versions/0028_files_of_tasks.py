"""Files that hang on tasks, those of the wiki, so that a file is kept once; tasks on pages."""

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute(FILES)
    op.execute(MENTIONS)


FILES = """
ALTER TABLE attachments ADD UNIQUE (workspace_id, id);

CREATE TABLE task_attachments (
    workspace_id uuid NOT NULL,
    task_id uuid NOT NULL,
    attachment_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, attachment_id),
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, attachment_id) REFERENCES attachments (workspace_id, id)
        ON DELETE CASCADE
);
CREATE INDEX ix_task_attachments_attachment_id ON task_attachments (attachment_id);

ALTER TABLE task_attachments ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON task_attachments TO mosaic_app;
CREATE POLICY tenant ON task_attachments TO mosaic_app USING (workspace_id = app_workspace());
"""

MENTIONS = """
-- `[[task:12]]` names a task by its number; it points at no page.
ALTER TABLE links DROP CONSTRAINT links_kind_check,
    ADD CONSTRAINT links_kind_check CHECK (kind IN ('wiki', 'markdown', 'task'));
"""
