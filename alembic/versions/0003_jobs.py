"""Runner jobs: jobs, steps, events, output, files, schedules; and the rules for all writers."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(RULES)
    op.execute(SECURITY)


TABLES = """
CREATE TABLE job_schedules (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    title text NOT NULL,
    type text NOT NULL,
    cron text NOT NULL,
    time_zone text NOT NULL DEFAULT 'UTC',
    input jsonb NOT NULL DEFAULT '{}',
    priority integer NOT NULL DEFAULT 50 CHECK (priority BETWEEN 0 AND 100),
    active boolean NOT NULL DEFAULT true,
    next_at timestamptz,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, id)
);
CREATE INDEX ix_job_schedules_next_at ON job_schedules (next_at) WHERE active;

-- The sums are kept by triggers on job_steps, so a total is always the sum of its steps.
CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    type text NOT NULL,
    title text NOT NULL,
    status text NOT NULL DEFAULT 'PENDING' CHECK (
        status IN ('PENDING', 'QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    priority integer NOT NULL DEFAULT 50 CHECK (priority BETWEEN 0 AND 100),
    progress integer NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    progress_reported boolean NOT NULL DEFAULT false,
    input jsonb NOT NULL DEFAULT '{}',
    result jsonb,
    error text,
    attempt integer NOT NULL DEFAULT 1,
    -- Performed by Mosaic's own engine; a leg is one stretch between waits for a person.
    engine boolean NOT NULL DEFAULT false,
    leg integer NOT NULL DEFAULT 1,
    time_limit integer CHECK (time_limit > 0),
    parent_job_id uuid,
    schedule_id uuid,
    requested_by uuid REFERENCES users ON DELETE SET NULL,
    steps_pending integer NOT NULL DEFAULT 0,
    steps_running integer NOT NULL DEFAULT 0,
    steps_completed integer NOT NULL DEFAULT 0,
    steps_failed integer NOT NULL DEFAULT 0,
    steps_skipped integer NOT NULL DEFAULT 0,
    tokens_input bigint NOT NULL DEFAULT 0,
    tokens_output bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    queued_at timestamptz,
    started_at timestamptz,
    completed_at timestamptz,
    duration_ms bigint GENERATED ALWAYS AS (
        round(extract(epoch FROM completed_at - started_at) * 1000)) STORED,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_job_id) REFERENCES jobs (workspace_id, id)
        ON DELETE SET NULL (parent_job_id),
    FOREIGN KEY (workspace_id, schedule_id) REFERENCES job_schedules (workspace_id, id)
        ON DELETE SET NULL (schedule_id)
) WITH (fillfactor = 70);
CREATE INDEX ix_jobs_workspace_id_created_at ON jobs (workspace_id, created_at DESC);
CREATE INDEX ix_jobs_parent_job_id ON jobs (parent_job_id);
CREATE INDEX ix_jobs_limited ON jobs (started_at)
    WHERE NOT engine AND status = 'RUNNING' AND time_limit IS NOT NULL;
CREATE INDEX ix_jobs_waiting ON jobs (id) WHERE engine AND status IN ('QUEUED', 'RUNNING');

CREATE TABLE job_steps (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    job_id uuid NOT NULL,
    attempt integer NOT NULL DEFAULT 1,
    ordinal integer NOT NULL CHECK (ordinal > 0),
    -- By which the engine knows a step again when a run goes on.
    key text,
    phase text NOT NULL CHECK (phase IN ('SETUP', 'EXECUTION', 'VALIDATION', 'CLEANUP')),
    type text NOT NULL CHECK (type IN ('COMMAND', 'AI_ACTION', 'GATE', 'ARTIFACT')),
    name text NOT NULL,
    status text NOT NULL DEFAULT 'PENDING' CHECK (
        status IN ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'SKIPPED')),
    error text,
    result jsonb,
    model text,
    tokens_input bigint CHECK (tokens_input >= 0),
    tokens_output bigint CHECK (tokens_output >= 0),
    output_size bigint NOT NULL DEFAULT 0,
    output_full boolean NOT NULL DEFAULT false,
    approved boolean,
    approval_note text,
    approved_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    completed_at timestamptz,
    duration_ms bigint GENERATED ALWAYS AS (
        round(extract(epoch FROM completed_at - started_at) * 1000)) STORED,
    UNIQUE (job_id, ordinal, attempt),
    UNIQUE (job_id, attempt, key),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id) ON DELETE CASCADE,
    CONSTRAINT tokens_belong_to_ai_actions CHECK (
        type = 'AI_ACTION' OR (tokens_input IS NULL AND tokens_output IS NULL AND model IS NULL))
) WITH (fillfactor = 80);
CREATE INDEX ix_job_steps_job_id_phase_ordinal ON job_steps (job_id, phase, ordinal);
CREATE INDEX ix_job_steps_running ON job_steps (job_id, ordinal) WHERE status = 'RUNNING';
CREATE INDEX ix_job_steps_models ON job_steps (job_id, model) WHERE type = 'AI_ACTION';

CREATE TABLE job_events (
    id bigint PRIMARY KEY,
    workspace_id uuid NOT NULL,
    job_id uuid NOT NULL,
    step_id uuid,
    type text NOT NULL CHECK (type IN (
        'job.created', 'job.queued', 'job.started', 'job.progress', 'job.completed', 'job.failed',
        'job.cancelled', 'job.retried', 'step.created', 'step.started', 'step.progress',
        'step.output', 'step.completed', 'step.failed', 'step.skipped', 'ai.tool_called',
        'ai.tokens_used', 'ai.artifact_created', 'gate.started', 'gate.passed', 'gate.failed')),
    actor jsonb NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id) ON DELETE CASCADE
);
CREATE SEQUENCE job_event_ids OWNED BY job_events.id;
CREATE INDEX ix_job_events_job_id_id ON job_events (job_id, id);

-- `start` is where the chunk begins in the step's log, in bytes of UTF-8.
CREATE TABLE job_output (
    workspace_id uuid NOT NULL,
    step_id uuid NOT NULL,
    start bigint NOT NULL,
    content text NOT NULL,
    PRIMARY KEY (step_id, start),
    FOREIGN KEY (workspace_id, step_id) REFERENCES job_steps (workspace_id, id) ON DELETE CASCADE
);

-- What a job was given, and artefacts it made. `private_to` is the only user who may see it.
CREATE TABLE job_files (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL,
    job_id uuid NOT NULL,
    step_id uuid,
    kind text NOT NULL CHECK (kind IN ('INPUT', 'ARTIFACT')),
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    private_to uuid REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, step_id) REFERENCES job_steps (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_job_files_job_id ON job_files (job_id);

CREATE TABLE job_file_parts (
    workspace_id uuid NOT NULL,
    file_id uuid NOT NULL,
    ordinal integer NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (file_id, ordinal),
    FOREIGN KEY (workspace_id, file_id) REFERENCES job_files (workspace_id, id) ON DELETE CASCADE
);

-- Pages that a run touched.
CREATE TABLE job_entries (
    workspace_id uuid NOT NULL,
    job_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    PRIMARY KEY (job_id, entry_id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_job_entries_entry_id ON job_entries (entry_id);

-- Answers to requests that carried an Idempotency-Key.
CREATE TABLE idempotent_answers (
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    key text NOT NULL,
    request_hash text NOT NULL,
    answer jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, user_id, key)
);
CREATE INDEX ix_idempotent_answers_created_at ON idempotent_answers (created_at);
"""

RULES = """
-- Status only moves forward, and the clock of the database says when. SQLSTATE MS409: a conflict
-- that people are told about in these words.
CREATE FUNCTION job_steps_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.started_at := OLD.started_at;
    NEW.completed_at := OLD.completed_at;
    IF NEW.status <> OLD.status THEN
        IF (OLD.status, NEW.status) NOT IN (('PENDING', 'RUNNING'), ('PENDING', 'SKIPPED'),
                ('RUNNING', 'COMPLETED'), ('RUNNING', 'FAILED')) THEN
            RAISE EXCEPTION 'The status of a step only goes forward, one move at a time.'
                USING ERRCODE = 'MS409';
        END IF;
        IF NEW.status = 'RUNNING' THEN
            NEW.started_at := clock_timestamp();
        ELSE
            NEW.completed_at := clock_timestamp();
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER move BEFORE UPDATE ON job_steps FOR EACH ROW EXECUTE FUNCTION job_steps_move();

CREATE FUNCTION job_steps_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'PENDING' THEN
        RAISE EXCEPTION 'A step begins as PENDING.' USING ERRCODE = 'MS409';
    END IF;
    NEW.started_at := NULL;
    NEW.completed_at := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER begin BEFORE INSERT ON job_steps FOR EACH ROW EXECUTE FUNCTION job_steps_begin();

-- A retry is a new attempt: the only way back from an end.
CREATE FUNCTION jobs_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = OLD.status THEN
        NEW.started_at := OLD.started_at;
        NEW.completed_at := OLD.completed_at;
        NEW.queued_at := OLD.queued_at;
        RETURN NEW;
    END IF;
    IF NEW.attempt > OLD.attempt THEN
        IF OLD.status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')
                OR NEW.status NOT IN ('PENDING', 'QUEUED') THEN
            RAISE EXCEPTION 'This run has not ended, so it is not tried again yet.'
                USING ERRCODE = 'MS409';
        END IF;
        NEW.started_at := NULL;
        NEW.completed_at := NULL;
    ELSIF (OLD.status, NEW.status) NOT IN (('PENDING', 'QUEUED'), ('PENDING', 'RUNNING'),
            ('PENDING', 'CANCELLED'), ('PENDING', 'FAILED'), ('QUEUED', 'RUNNING'),
            ('QUEUED', 'CANCELLED'), ('QUEUED', 'FAILED'), ('RUNNING', 'COMPLETED'),
            ('RUNNING', 'FAILED'), ('RUNNING', 'CANCELLED')) THEN
        RAISE EXCEPTION 'The status of a run only goes forward.' USING ERRCODE = 'MS409';
    END IF;
    IF NEW.status = 'QUEUED' THEN
        NEW.queued_at := clock_timestamp();
    ELSIF NEW.status = 'RUNNING' THEN
        NEW.started_at := clock_timestamp();
    ELSIF NEW.status <> 'PENDING' THEN
        NEW.completed_at := clock_timestamp();
        IF NEW.steps_running > 0 THEN
            RAISE EXCEPTION 'A step of this run is still going.' USING ERRCODE = 'MS409';
        END IF;
        IF NEW.status = 'COMPLETED' THEN
            NEW.progress := 100;
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER move BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION jobs_move();

CREATE FUNCTION jobs_begin() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status NOT IN ('PENDING', 'QUEUED') THEN
        RAISE EXCEPTION 'A run begins as PENDING or QUEUED.' USING ERRCODE = 'MS409';
    END IF;
    NEW.started_at := NULL;
    NEW.completed_at := NULL;
    NEW.queued_at := CASE WHEN NEW.status = 'QUEUED' THEN clock_timestamp() END;
    RETURN NEW;
END $$;
CREATE TRIGGER begin BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION jobs_begin();

CREATE FUNCTION jobs_add_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH delta AS (
        SELECT job_id, count(*) FILTER (WHERE status = 'PENDING') AS pending,
            coalesce(sum(tokens_input), 0) AS input, coalesce(sum(tokens_output), 0) AS output
        FROM fresh GROUP BY job_id)
    UPDATE jobs SET steps_pending = steps_pending + delta.pending,
        tokens_input = tokens_input + delta.input, tokens_output = tokens_output + delta.output,
        progress = CASE WHEN progress_reported THEN progress ELSE
            100 * (steps_completed + steps_skipped) / greatest(1, steps_pending + delta.pending
                + steps_running + steps_completed + steps_skipped) END
    FROM delta WHERE jobs.id = delta.job_id;
    RETURN NULL;
END $$;
CREATE TRIGGER add_to_job AFTER INSERT ON job_steps REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION jobs_add_steps();

CREATE FUNCTION jobs_change_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH signed AS (
        SELECT job_id, status, tokens_input, tokens_output, 1 AS sign FROM fresh
        UNION ALL SELECT job_id, status, tokens_input, tokens_output, -1 FROM stale),
    delta AS (
        SELECT job_id, coalesce(sum(sign) FILTER (WHERE status = 'PENDING'), 0) AS pending,
            coalesce(sum(sign) FILTER (WHERE status = 'RUNNING'), 0) AS running,
            coalesce(sum(sign) FILTER (WHERE status = 'COMPLETED'), 0) AS completed,
            coalesce(sum(sign) FILTER (WHERE status = 'FAILED'), 0) AS failed,
            coalesce(sum(sign) FILTER (WHERE status = 'SKIPPED'), 0) AS skipped,
            coalesce(sum(sign * tokens_input), 0) AS input,
            coalesce(sum(sign * tokens_output), 0) AS output
        FROM signed GROUP BY job_id)
    UPDATE jobs SET steps_pending = steps_pending + delta.pending,
        steps_running = steps_running + delta.running,
        steps_completed = steps_completed + delta.completed,
        steps_failed = steps_failed + delta.failed,
        steps_skipped = steps_skipped + delta.skipped,
        tokens_input = jobs.tokens_input + delta.input,
        tokens_output = jobs.tokens_output + delta.output,
        progress = CASE WHEN progress_reported THEN progress ELSE
            100 * (steps_completed + delta.completed + steps_skipped + delta.skipped)
            / greatest(1, steps_pending + delta.pending + steps_running + delta.running
                + steps_completed + delta.completed + steps_failed + delta.failed
                + steps_skipped + delta.skipped) END
    FROM delta WHERE jobs.id = delta.job_id
        AND (delta.pending, delta.running, delta.completed, delta.failed, delta.skipped,
             delta.input, delta.output) <> (0, 0, 0, 0, 0, 0, 0);
    RETURN NULL;
END $$;
CREATE TRIGGER change_job AFTER UPDATE ON job_steps
    REFERENCING NEW TABLE AS fresh OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION jobs_change_steps();

-- The id is drawn while the job's row is held, so the events of a job become visible in the order
-- of their ids, and a reader who asks for what came after an id misses nothing.
CREATE FUNCTION job_events_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM jobs WHERE id = NEW.job_id FOR NO KEY UPDATE;
    NEW.id := nextval('job_event_ids');
    NEW.created_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER number BEFORE INSERT ON job_events
    FOR EACH ROW EXECUTE FUNCTION job_events_number();

CREATE FUNCTION job_history_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Only with its job may a line go.
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = OLD.job_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'What happened in a run stays as it was written.' USING ERRCODE = 'MS409';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON job_events
    FOR EACH ROW EXECUTE FUNCTION job_history_stays();
"""

SECURITY = """
ALTER TABLE jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_output ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_files ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_file_parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_schedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotent_answers ENABLE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE ON jobs, job_steps TO mosaic_app;
GRANT SELECT, INSERT ON job_events, job_output TO mosaic_app;
GRANT SELECT, INSERT, DELETE ON job_files, job_file_parts TO mosaic_app;
GRANT UPDATE (size) ON job_files TO mosaic_app;
GRANT SELECT, INSERT ON job_entries TO mosaic_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON job_schedules, idempotent_answers TO mosaic_app;
GRANT USAGE ON SEQUENCE job_event_ids TO mosaic_app, mosaic_engine;

CREATE POLICY tenant ON jobs TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON job_steps TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON job_events TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON job_output TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON job_files TO mosaic_app USING (
    workspace_id = app_workspace() AND (private_to IS NULL OR private_to = app_user()));
CREATE POLICY tenant ON job_file_parts TO mosaic_app USING (
    workspace_id = app_workspace()
    AND EXISTS (SELECT 1 FROM job_files f WHERE f.id = file_id));
CREATE POLICY tenant ON job_entries TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
CREATE POLICY tenant ON job_schedules TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY own ON idempotent_answers TO mosaic_app
    USING (workspace_id = app_workspace() AND user_id = app_user());

-- The engine finds work of all tenants and ends what nobody can end any more. It reads no content
-- beyond the record of jobs: files and answers it only removes when they are old.
GRANT SELECT, UPDATE ON jobs, job_steps, job_schedules TO mosaic_engine;
GRANT SELECT, INSERT ON job_events TO mosaic_engine;
GRANT SELECT (id, job_id, kind), DELETE ON job_files TO mosaic_engine;
GRANT SELECT (created_at), DELETE ON idempotent_answers TO mosaic_engine;
GRANT SELECT (id, name) ON users TO mosaic_engine;
GRANT SELECT ON workspaces TO mosaic_engine;
GRANT SELECT, INSERT ON activity TO mosaic_engine;
GRANT SELECT, INSERT, UPDATE ON generations TO mosaic_engine;
CREATE POLICY engine ON jobs TO mosaic_engine USING (true);
CREATE POLICY engine ON job_steps TO mosaic_engine USING (true);
CREATE POLICY engine ON job_events TO mosaic_engine USING (true);
CREATE POLICY engine ON job_schedules TO mosaic_engine USING (true);
CREATE POLICY engine ON job_files TO mosaic_engine USING (true);
CREATE POLICY engine ON idempotent_answers TO mosaic_engine USING (true);
CREATE POLICY engine ON activity TO mosaic_engine
    USING (user_id IS NULL AND entity_type IN ('job', 'schedule'));
CREATE POLICY engine ON users FOR SELECT TO mosaic_engine USING (true);
CREATE POLICY engine ON workspaces FOR SELECT TO mosaic_engine USING (true);
CREATE POLICY engine ON generations TO mosaic_engine USING (true);
"""
