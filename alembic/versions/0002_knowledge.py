"""Knowledge: entries, their names, versions, links, tags, attachments and imports."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(SECURITY)
    op.execute(RESOLUTION)


TABLES = """
CREATE TABLE entries (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    slug text NOT NULL,
    title text NOT NULL,
    path text,
    content text NOT NULL,
    front_matter text NOT NULL DEFAULT '',
    html text NOT NULL,
    renderer integer NOT NULL,
    summary text,
    status text NOT NULL CHECK (status IN ('DRAFT', 'PUBLISHED', 'ARCHIVED')),
    visibility text NOT NULL CHECK (visibility IN ('PRIVATE', 'WORKSPACE', 'PUBLIC')),
    aliases text[] NOT NULL DEFAULT '{}',
    properties jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL,
    created_by uuid NOT NULL REFERENCES users,
    updated_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- The only user who may see it; row-level security and everything else go by this.
    private_to uuid GENERATED ALWAYS AS (
        CASE WHEN status = 'DRAFT' OR visibility = 'PRIVATE' THEN created_by END) STORED,
    -- A hidden page takes no address from others, so nobody finds out about it by asking for one.
    UNIQUE NULLS NOT DISTINCT (workspace_id, slug, private_to),
    UNIQUE (workspace_id, id)
);
CREATE INDEX ix_entries_workspace_id_updated_at ON entries (workspace_id, updated_at DESC);
CREATE INDEX ix_entries_workspace_id_path ON entries (workspace_id, path);

CREATE TABLE entry_versions (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    version integer NOT NULL,
    title text NOT NULL,
    content text NOT NULL,
    change_note text NOT NULL DEFAULT '',
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (entry_id, version),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);

-- Every name an entry answers to. step: 1 title, 2 slug, 3 path, 4 alias, 5 title without regard
-- to case, 6 a slug it had before.
CREATE TABLE entry_names (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    step smallint NOT NULL,
    key text NOT NULL,
    PRIMARY KEY (entry_id, step, key),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_entry_names_workspace_id_key ON entry_names (workspace_id, key);

CREATE TABLE links (
    workspace_id uuid NOT NULL,
    source_id uuid NOT NULL,
    ordinal integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('wiki', 'markdown')),
    target text NOT NULL,
    folded text NOT NULL,
    heading text,
    label text,
    embed boolean NOT NULL,
    context text NOT NULL,
    target_id uuid REFERENCES entries ON DELETE SET NULL,
    ambiguous boolean NOT NULL DEFAULT false,
    PRIMARY KEY (source_id, ordinal),
    FOREIGN KEY (workspace_id, source_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_links_target_id ON links (target_id);
CREATE INDEX ix_links_workspace_id_folded ON links (workspace_id, folded);

CREATE TABLE tags (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    slug text NOT NULL,
    name text NOT NULL,
    color text,
    UNIQUE (workspace_id, slug),
    UNIQUE (workspace_id, id)
);

CREATE TABLE entry_tags (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    PRIMARY KEY (entry_id, tag_id),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, tag_id) REFERENCES tags (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_entry_tags_tag_id ON entry_tags (tag_id);

CREATE TABLE attachments (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    path text NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    digest text NOT NULL,
    data bytea NOT NULL,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, path)
);
CREATE INDEX ix_attachments_workspace_id_name ON attachments (workspace_id, name);
ALTER TABLE attachments ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE imports (
    id uuid PRIMARY KEY,
    workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    source text NOT NULL,
    status text NOT NULL CHECK (status IN ('RUNNING', 'COMPLETED', 'FAILED')),
    total integer NOT NULL DEFAULT 0,
    done integer NOT NULL DEFAULT 0,
    problem text,
    created_by uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL DEFAULT now(),
    moved_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (workspace_id, id)
);

CREATE TABLE import_lines (
    workspace_id uuid NOT NULL,
    import_id uuid NOT NULL,
    ordinal integer NOT NULL,
    path text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('created', 'updated', 'skipped', 'failed')),
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (import_id, ordinal),
    FOREIGN KEY (workspace_id, import_id) REFERENCES imports (workspace_id, id) ON DELETE CASCADE
);
"""

SECURITY = """
ALTER TABLE entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE entry_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE entry_names ENABLE ROW LEVEL SECURITY;
ALTER TABLE links ENABLE ROW LEVEL SECURITY;
ALTER TABLE tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE entry_tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_lines ENABLE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE, DELETE
    ON entries, entry_names, links, tags, entry_tags, attachments, imports, import_lines
    TO mosaic_app;
GRANT SELECT, INSERT ON entry_versions TO mosaic_app;

CREATE POLICY tenant ON entries TO mosaic_app USING (
    workspace_id = app_workspace() AND (private_to IS NULL OR private_to = app_user()));
-- What belongs to an entry is seen by whoever sees the entry.
CREATE POLICY tenant ON entry_versions TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
CREATE POLICY tenant ON entry_names TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
CREATE POLICY tenant ON links TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = source_id));
CREATE POLICY tenant ON entry_tags TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
CREATE POLICY tenant ON tags TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON attachments TO mosaic_app USING (workspace_id = app_workspace());
-- A report names private pages, too.
CREATE POLICY tenant ON imports TO mosaic_app USING (
    workspace_id = app_workspace() AND created_by = app_user());
CREATE POLICY tenant ON import_lines TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM imports i WHERE i.id = import_id));
"""

RESOLUTION = """
-- Points links at what they name: those of one source, and those that name one of `keys` (folded).
-- Runs as the owner, because a new page also resolves links that wait in somebody's private page;
-- private, draft and archived pages are no targets here, so nothing can be told by a link. The
-- workspace comes from the session, never from an argument.
CREATE FUNCTION app_resolve_links(sources uuid[], keys text[]) RETURNS void
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH asked AS (
        SELECT l.source_id, l.ordinal, l.kind, l.target, l.folded FROM public.links l
        WHERE l.workspace_id = public.app_workspace()
            AND (l.source_id = ANY (sources) OR l.folded = ANY (keys))
    ), found AS (
        SELECT a.source_id, a.ordinal, n.step, n.entry_id,
            rank() OVER (PARTITION BY a.source_id, a.ordinal ORDER BY n.step) AS place
        FROM asked a
        JOIN public.entry_names n ON n.workspace_id = public.app_workspace()
            AND ((n.step IN (1, 2, 4, 6) AND a.kind = 'wiki' AND n.key = a.target)
                OR (n.step = 3 AND n.key = a.target)
                OR (n.step = 5 AND a.kind = 'wiki' AND n.key = a.folded))
        JOIN public.entries e ON e.id = n.entry_id
            AND e.private_to IS NULL AND e.status = 'PUBLISHED'
    ), best AS (
        SELECT source_id, ordinal, min(entry_id::text)::uuid AS entry_id,
            count(DISTINCT entry_id) AS entries
        FROM found WHERE place = 1 GROUP BY source_id, ordinal
    ), answer AS (
        SELECT a.source_id, a.ordinal,
            CASE WHEN b.entries = 1 THEN b.entry_id END AS target_id,
            coalesce(b.entries > 1, false) AS ambiguous
        FROM asked a LEFT JOIN best b USING (source_id, ordinal)
    )
    UPDATE public.links l SET target_id = r.target_id, ambiguous = r.ambiguous
    FROM answer r
    WHERE l.source_id = r.source_id AND l.ordinal = r.ordinal
        AND (l.target_id, l.ambiguous) IS DISTINCT FROM (r.target_id, r.ambiguous)
$$;
REVOKE EXECUTE ON FUNCTION app_resolve_links FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_resolve_links TO mosaic_app;
"""
