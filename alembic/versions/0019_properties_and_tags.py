"""Pages are found by their properties by an index; of a tag is known on how many pages it is."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute(INDEX)
    op.execute(HAVING)
    op.execute(COUNTS)
    op.execute(COUNTING)


# Pages without properties are not in it, so writing them costs nothing.
INDEX = """
CREATE INDEX ix_entries_properties ON entries
    USING gin (workspace_id, properties jsonb_path_ops) WHERE properties <> '{}';
"""

# Under row-level security the index would not be used: its operator could tell of rows that the
# policy hides. So this runs as the owner, and takes workspace and person from the session.
HAVING = """
-- Ids of pages that the actor sees and whose properties hold one of `any_of`.
CREATE FUNCTION app_having(any_of jsonb[]) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
    SELECT e.id FROM unnest(any_of) AS wanted CROSS JOIN LATERAL (
        SELECT e.id FROM public.entries e
        WHERE e.workspace_id = public.app_workspace() AND e.properties @> wanted
            AND e.properties <> '{}'
            AND (e.private_to IS NULL OR e.private_to = public.app_user())
        OFFSET 0) e
$$;
REVOKE EXECUTE ON FUNCTION app_having FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_having TO mosaic_app;
"""

COUNTS = """
-- On how many pages it is that all members see and that are not put away.
ALTER TABLE tags ADD COLUMN shared integer NOT NULL DEFAULT 0;
UPDATE tags t SET shared = c.pages
FROM (SELECT g.tag_id, count(*) AS pages FROM entry_tags g JOIN entries e ON e.id = g.entry_id
    WHERE e.private_to IS NULL AND e.status <> 'ARCHIVED' GROUP BY g.tag_id) c
WHERE t.id = c.tag_id;
"""

COUNTING = """
CREATE FUNCTION app_count_tagged() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    UPDATE public.tags t
    SET shared = t.shared + CASE TG_OP WHEN 'INSERT' THEN c.pages ELSE -c.pages END
    FROM (SELECT g.tag_id, count(*) AS pages
        FROM touched g JOIN public.entries e ON e.id = g.entry_id
        WHERE e.private_to IS NULL AND e.status <> 'ARCHIVED' GROUP BY g.tag_id) c
    WHERE t.id = c.tag_id;
    RETURN NULL;
END $$;
CREATE TRIGGER count_added AFTER INSERT ON entry_tags REFERENCING NEW TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION app_count_tagged();
CREATE TRIGGER count_removed AFTER DELETE ON entry_tags REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION app_count_tagged();

CREATE FUNCTION app_count_shown() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE public.tags t SET shared = t.shared
        + CASE WHEN NEW.private_to IS NULL AND NEW.status <> 'ARCHIVED' THEN 1 ELSE -1 END
    WHERE t.id IN (SELECT g.tag_id FROM public.entry_tags g WHERE g.entry_id = NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER count_shown AFTER UPDATE ON entries FOR EACH ROW
    WHEN ((OLD.private_to IS NULL AND OLD.status <> 'ARCHIVED')
        IS DISTINCT FROM (NEW.private_to IS NULL AND NEW.status <> 'ARCHIVED'))
    EXECUTE FUNCTION app_count_shown();

-- Its tags go before a page does, while it can still be seen whether it counted.
CREATE FUNCTION app_take_off_tags() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.entry_tags g WHERE g.entry_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER take_off_tags BEFORE DELETE ON entries FOR EACH ROW
    EXECUTE FUNCTION app_take_off_tags();
"""
