"""The graph: where pages are drawn, and which pages and links there were when."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(SECURITY)
    op.execute(KEEPING)
    op.execute(WHAT_IS_HERE)


TABLES = """
-- The last time everything was arranged: from which generation, and how much there was.
CREATE TABLE graph_layouts (
    workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
    generation bigint NOT NULL,
    nodes integer NOT NULL,
    edges integer NOT NULL,
    computed_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE graph_places (
    workspace_id uuid NOT NULL,
    entry_id uuid PRIMARY KEY,
    x real NOT NULL,
    y real NOT NULL,
    community integer NOT NULL,
    centrality real NOT NULL,
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_graph_places_workspace_id_community ON graph_places (workspace_id, community);

-- When a page was there, and not archived. `until` null: it is.
CREATE TABLE entry_spans (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    PRIMARY KEY (entry_id, since),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);

-- When a page linked to another. `until` null: it does.
CREATE TABLE link_spans (
    workspace_id uuid NOT NULL,
    source_id uuid NOT NULL,
    target_id uuid NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz,
    PRIMARY KEY (source_id, target_id, since),
    FOREIGN KEY (workspace_id, source_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE,
    FOREIGN KEY (workspace_id, target_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_link_spans_target_id_source_id ON link_spans (target_id, source_id);
CREATE INDEX ix_link_spans_workspace_id ON link_spans (workspace_id);
CREATE UNIQUE INDEX uq_link_spans_open ON link_spans (source_id, target_id) WHERE until IS NULL;
"""

SECURITY = """
ALTER TABLE graph_layouts ENABLE ROW LEVEL SECURITY;
ALTER TABLE graph_places ENABLE ROW LEVEL SECURITY;
ALTER TABLE entry_spans ENABLE ROW LEVEL SECURITY;
ALTER TABLE link_spans ENABLE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, UPDATE ON graph_layouts TO mosaic_app;
GRANT SELECT, INSERT, DELETE ON graph_places TO mosaic_app;
GRANT SELECT ON entry_spans, link_spans TO mosaic_app;

CREATE POLICY tenant ON graph_layouts TO mosaic_app USING (workspace_id = app_workspace());
CREATE POLICY tenant ON graph_places TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
CREATE POLICY tenant ON entry_spans TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
CREATE POLICY tenant ON link_spans TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = source_id));
"""

KEEPING = """
-- Spans follow what is written, in the same transaction, whoever writes it. They run as the owner,
-- because nobody else may write history, and touch only spans of the rows that were written.
CREATE FUNCTION app_keep_entry_spans() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.status = 'ARCHIVED' THEN
        UPDATE public.entry_spans SET until = now() WHERE entry_id = NEW.id AND until IS NULL;
    ELSIF TG_OP = 'INSERT' OR OLD.status = 'ARCHIVED' THEN
        INSERT INTO public.entry_spans (workspace_id, entry_id, since)
        VALUES (NEW.workspace_id, NEW.id,
            CASE WHEN TG_OP = 'INSERT' THEN least(NEW.created_at, now()) ELSE now() END)
        ON CONFLICT (entry_id, since) DO UPDATE SET until = NULL;
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION app_keep_entry_spans FROM PUBLIC;
CREATE TRIGGER keep_spans AFTER INSERT OR UPDATE OF status ON entries
    FOR EACH ROW EXECUTE FUNCTION app_keep_entry_spans();

-- A save takes a page's links away and adds them again, so a span that ended in this transaction
-- goes on when its link is there after all. The links of a page's first text are as old as the two
-- pages, which an import takes from the vault; every other link begins when it is written.
-- Always by index: the plan is kept, and would else fit how many rows there were at first.
CREATE FUNCTION app_keep_link_spans() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    sources uuid[] := ARRAY(SELECT DISTINCT source_id FROM touched);
BEGIN
    UPDATE public.link_spans p SET until = now()
    WHERE p.until IS NULL AND p.source_id = ANY (sources)
        AND NOT EXISTS (SELECT 1 FROM public.links l
            WHERE l.source_id = p.source_id AND l.target_id = p.target_id);
    IF TG_OP = 'DELETE' THEN
        RETURN NULL;
    END IF;
    UPDATE public.link_spans p SET until = NULL
    WHERE p.until = now() AND p.source_id = ANY (sources)
        AND EXISTS (SELECT 1 FROM public.links l
            WHERE l.source_id = p.source_id AND l.target_id = p.target_id);
    INSERT INTO public.link_spans (workspace_id, source_id, target_id, since)
    SELECT s.workspace_id, s.id, t.id,
        CASE WHEN s.version = 1 AND EXISTS (SELECT 1 FROM public.entry_versions v
                WHERE v.version = 1 AND v.created_at >= now() AND v.entry_id IN (s.id, t.id))
            THEN least(greatest(s.created_at, t.created_at), now()) ELSE now() END
    FROM (SELECT DISTINCT l.source_id, l.target_id FROM unnest(sources) c (id)
        JOIN public.links l ON l.source_id = c.id AND l.target_id <> l.source_id) l
    JOIN public.entries s ON s.id = l.source_id
    JOIN public.entries t ON t.id = l.target_id
    WHERE NOT EXISTS (SELECT 1 FROM public.link_spans p WHERE p.source_id = l.source_id
        AND p.target_id = l.target_id AND p.until IS NULL)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION app_keep_link_spans FROM PUBLIC;
CREATE TRIGGER keep_spans_of_added AFTER INSERT ON links REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION app_keep_link_spans();
CREATE TRIGGER keep_spans_of_changed AFTER UPDATE ON links REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION app_keep_link_spans();
CREATE TRIGGER keep_spans_of_removed AFTER DELETE ON links REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION app_keep_link_spans();
"""

WHAT_IS_HERE = """
-- What was before is known as far as versions tell: a link began with the first of the last row of
-- versions that name its target. Links that were taken out before are not known any more.
INSERT INTO entry_spans (workspace_id, entry_id, since, until)
SELECT workspace_id, id, created_at,
    CASE WHEN status = 'ARCHIVED' THEN greatest(updated_at, created_at) END
FROM entries;
INSERT INTO link_spans (workspace_id, source_id, target_id, since)
SELECT l.workspace_id, l.source_id, l.target_id, greatest(t.created_at, max(coalesce(
    (SELECT CASE WHEN min(v.version) = 1 THEN s.created_at ELSE min(v.created_at) END
        FROM entry_versions v
        WHERE v.entry_id = l.source_id AND v.version > coalesce((
            SELECT max(x.version) FROM entry_versions x WHERE x.entry_id = l.source_id
                AND strpos(lower(x.content), lower(l.target)) = 0), 0)),
    s.updated_at)))
FROM links l
JOIN entries s ON s.id = l.source_id
JOIN entries t ON t.id = l.target_id
WHERE l.target_id <> l.source_id
GROUP BY l.workspace_id, l.source_id, l.target_id, t.created_at;
"""
