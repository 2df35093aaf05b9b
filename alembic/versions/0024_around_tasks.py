"""What stands around tasks: dependencies, comments, checklists, links, views, baselines."""

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.execute(NEXT)
    op.execute(AROUND)
    op.execute(PLANS)
    op.execute(SECURITY)


NEXT = """
-- Of a task that repeats, the one that was made when it was completed.
ALTER TABLE tasks ADD COLUMN next_id uuid;
ALTER TABLE tasks ADD FOREIGN KEY (workspace_id, next_id) REFERENCES tasks (workspace_id, id)
    ON DELETE SET NULL (next_id);
CREATE INDEX ix_tasks_next_id ON tasks (next_id) WHERE next_id IS NOT NULL;
"""

AROUND = """
-- From what follows when: F is the finish and S the start, first of the other task, then of this
-- one. `lag_days` are days of work between the two, or, below 0, as many days earlier.
CREATE TABLE task_dependencies (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    task_id uuid NOT NULL,
    depends_on_id uuid NOT NULL CHECK (depends_on_id <> task_id),
    type text NOT NULL DEFAULT 'FS' CHECK (type IN ('FS', 'SS', 'FF', 'SF')),
    lag_days integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (task_id, depends_on_id, type),
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, depends_on_id) REFERENCES tasks (workspace_id, id)
        ON DELETE CASCADE
);
CREATE INDEX ix_task_dependencies_depends_on_id ON task_dependencies (depends_on_id);

CREATE TABLE task_comments (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    task_id uuid NOT NULL,
    content text NOT NULL,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_task_comments_task_id ON task_comments (task_id, id);

CREATE TABLE task_checklist (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    task_id uuid NOT NULL,
    title text NOT NULL,
    checked boolean NOT NULL DEFAULT false,
    position text COLLATE "C" NOT NULL,
    UNIQUE (task_id, position),
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) ON DELETE CASCADE
);

-- The links in a task's description, as they are written; what they mean is found when it is asked.
CREATE TABLE task_links (
    workspace_id uuid NOT NULL,
    task_id uuid NOT NULL,
    ordinal integer NOT NULL,
    kind text NOT NULL,
    target text NOT NULL,
    folded text NOT NULL,
    PRIMARY KEY (task_id, ordinal),
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_task_links_workspace_id_folded ON task_links (workspace_id, folded);
"""

PLANS = """
-- `query` is what stands behind the address of a list.
CREATE TABLE task_views (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    name text NOT NULL,
    query text NOT NULL,
    shared boolean NOT NULL DEFAULT false,
    created_by uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ix_task_views_workspace_id ON task_views (workspace_id);

CREATE TABLE baselines (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    taken_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
        ON DELETE CASCADE
);
CREATE INDEX ix_baselines_project_id ON baselines (project_id, id);

CREATE TABLE baseline_tasks (
    workspace_id uuid NOT NULL,
    baseline_id uuid NOT NULL,
    task_id uuid NOT NULL,
    start_date date,
    due_date date,
    PRIMARY KEY (baseline_id, task_id),
    FOREIGN KEY (workspace_id, baseline_id) REFERENCES baselines (workspace_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_baseline_tasks_task_id ON baseline_tasks (task_id);
"""

SECURITY = """
ALTER TABLE task_dependencies ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_comments ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_checklist ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE baselines ENABLE ROW LEVEL SECURITY;
ALTER TABLE baseline_tasks ENABLE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE, DELETE ON task_dependencies, task_comments, task_checklist,
    task_views TO mosaic_app;
GRANT SELECT, INSERT, DELETE ON task_links, baselines TO mosaic_app;
GRANT SELECT, INSERT ON baseline_tasks TO mosaic_app;

CREATE POLICY tenant ON task_dependencies TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON task_comments TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON task_checklist TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON task_links TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON task_views TO mosaic_app USING (
    workspace_id = app_workspace() AND (shared OR created_by = app_user()));
CREATE POLICY tenant ON baselines TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON baseline_tasks TO mosaic_app USING (workspace_id = app_workspace());
"""
