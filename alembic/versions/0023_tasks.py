"""Projects with their boards, tasks in their order, and every change of them."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute(PROJECTS)
    op.execute(TASKS)
    op.execute(CHANGES)
    op.execute(SECURITY)
    op.execute(MERGE)


PROJECTS = """
-- `calendar`: the days of the week on which there is work (1 is Monday), and days without.
CREATE TABLE projects (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    slug text NOT NULL,
    name text NOT NULL,
    description text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'ACTIVE' CHECK (
        status IN ('PLANNING', 'ACTIVE', 'ON_HOLD', 'COMPLETED', 'ARCHIVED')),
    color text,
    start_date date,
    end_date date,
    entry_id uuid,
    calendar jsonb NOT NULL DEFAULT '{"workingDays": [1, 2, 3, 4, 5], "holidays": []}',
    version integer NOT NULL DEFAULT 1,
    created_by uuid NOT NULL REFERENCES users,
    updated_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, slug),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id)
        ON DELETE SET NULL (entry_id),
    CONSTRAINT projects_end_after_start CHECK (start_date <= end_date)
);
CREATE INDEX ix_projects_workspace_id_updated_at ON projects (workspace_id, updated_at DESC);
CREATE INDEX ix_projects_entry_id ON projects (entry_id) WHERE entry_id IS NOT NULL;

CREATE TABLE board_columns (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text NOT NULL,
    status text NOT NULL CHECK (status IN ('NOT_STARTED', 'IN_PROGRESS', 'PAUSED', 'COMPLETED')),
    wip_limit integer CHECK (wip_limit > 0),
    position integer NOT NULL,
    UNIQUE (project_id, position) DEFERRABLE INITIALLY IMMEDIATE,
    UNIQUE (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
        ON DELETE CASCADE
);
"""

TASKS = """
-- The last number that a task of the workspace got.
CREATE TABLE task_numbers (
    workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
    last integer NOT NULL
);

-- `position` orders the cards of a column; it is a fraction between those beside it.
CREATE TABLE tasks (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    number integer NOT NULL,
    title text NOT NULL,
    description text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'NOT_STARTED' CHECK (
        status IN ('NOT_STARTED', 'IN_PROGRESS', 'PAUSED', 'COMPLETED', 'ARCHIVED')),
    priority text NOT NULL DEFAULT 'MEDIUM' CHECK (priority IN ('LOW', 'MEDIUM', 'HIGH')),
    start_date date,
    due_date date,
    shown_from date,
    estimate_minutes integer CHECK (estimate_minutes >= 0),
    progress integer NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    milestone boolean NOT NULL DEFAULT false,
    repeat_rule text,
    assignee_id uuid,
    project_id uuid,
    parent_id uuid CHECK (parent_id <> id),
    column_id uuid,
    position text COLLATE "C",
    completed_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_by uuid NOT NULL REFERENCES users,
    updated_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, number),
    UNIQUE (workspace_id, id),
    UNIQUE (column_id, position) DEFERRABLE INITIALLY IMMEDIATE,
    FOREIGN KEY (workspace_id, assignee_id) REFERENCES members (workspace_id, user_id)
        ON DELETE SET NULL (assignee_id),
    -- Whoever removes a project or a column says before what becomes of its tasks.
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, column_id)
        REFERENCES board_columns (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES tasks (workspace_id, id)
        ON DELETE SET NULL (parent_id),
    CONSTRAINT tasks_start_before_due CHECK (start_date <= due_date),
    CONSTRAINT tasks_column_of_project CHECK (column_id IS NULL OR project_id IS NOT NULL),
    CONSTRAINT tasks_column_and_position CHECK ((column_id IS NULL) = (position IS NULL))
) WITH (fillfactor = 85);
CREATE INDEX ix_tasks_workspace_id_updated_at ON tasks (workspace_id, updated_at DESC, id DESC);
CREATE INDEX ix_tasks_workspace_id_due_date ON tasks (workspace_id, due_date);
CREATE INDEX ix_tasks_workspace_id_assignee_id ON tasks (workspace_id, assignee_id);
CREATE INDEX ix_tasks_project_id_status ON tasks (project_id, status);
CREATE INDEX ix_tasks_parent_id ON tasks (parent_id) WHERE parent_id IS NOT NULL;
-- The cards of a column that are on the board, in their order, and how many there are.
CREATE INDEX ix_tasks_cards ON tasks (column_id, position) WHERE status <> 'ARCHIVED';

CREATE TABLE task_tags (
    workspace_id uuid NOT NULL,
    task_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    PRIMARY KEY (task_id, tag_id),
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, tag_id) REFERENCES tags (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_task_tags_tag_id ON task_tags (tag_id);
"""

CHANGES = """
-- One thing that somebody did to one task or to several; it can be taken back once.
CREATE TABLE task_changes (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    action text NOT NULL,
    user_id uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    undone_at timestamptz,
    UNIQUE (workspace_id, id)
);

-- What it changed of each task: only those fields, by their names.
CREATE TABLE task_change_fields (
    workspace_id uuid NOT NULL,
    change_id uuid NOT NULL,
    task_id uuid NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    PRIMARY KEY (change_id, task_id),
    FOREIGN KEY (workspace_id, change_id) REFERENCES task_changes (workspace_id, id)
        ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, task_id) REFERENCES tasks (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_task_change_fields_task_id ON task_change_fields (task_id, change_id);
"""

SECURITY = """
ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE board_columns ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_numbers ENABLE ROW LEVEL SECURITY;
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE task_change_fields ENABLE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE, DELETE ON projects, board_columns, tasks TO mosaic_app;
GRANT SELECT, INSERT, UPDATE ON task_numbers TO mosaic_app;
GRANT SELECT, INSERT, DELETE ON task_tags TO mosaic_app;
GRANT SELECT, INSERT ON task_changes, task_change_fields TO mosaic_app;
GRANT UPDATE (undone_at) ON task_changes TO mosaic_app;

CREATE POLICY tenant ON projects TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON board_columns TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON task_numbers TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON tasks TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON task_tags TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON task_changes TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON task_change_fields TO mosaic_app USING (workspace_id = app_workspace());
"""

MERGE = """
CREATE OR REPLACE FUNCTION app_merge_tags(one uuid, into_other uuid) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.entry_tags (workspace_id, entry_id, tag_id)
    SELECT g.workspace_id, g.entry_id, t.id
    FROM public.entry_tags g
    JOIN public.tags t ON t.id = into_other AND t.workspace_id = public.app_workspace()
    WHERE g.workspace_id = public.app_workspace() AND g.tag_id = one
    ON CONFLICT DO NOTHING;
    INSERT INTO public.task_tags (workspace_id, task_id, tag_id)
    SELECT g.workspace_id, g.task_id, t.id
    FROM public.task_tags g
    JOIN public.tags t ON t.id = into_other AND t.workspace_id = public.app_workspace()
    WHERE g.workspace_id = public.app_workspace() AND g.tag_id = one
    ON CONFLICT DO NOTHING;
    DELETE FROM public.tags WHERE workspace_id = public.app_workspace() AND id = one
        AND EXISTS (SELECT 1 FROM public.tags t
            WHERE t.id = into_other AND t.workspace_id = public.app_workspace());
$$;
"""
