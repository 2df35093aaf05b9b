"""Search by more filters, and of a word that is on many pages the latest ones are ranked."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute(LOADED)
    op.execute(GONE)
    op.execute(AMONG)
    op.execute(FINDING)
    op.execute(MEANING)


# Who is no superuser may set what an extension knows only once it is loaded.
LOADED = "SELECT similarity('a', 'b'), '[1]'::vector <=> '[1]'::vector"

GONE = """
DROP FUNCTION app_find;
DROP FUNCTION app_find_meaning;
DROP FUNCTION app_fits;
"""

# Written into the query that asks, where a filter that is null costs nothing.
AMONG = """
-- Pages that the actor sees and that are asked for. `with_tags` are groups of ids: a page has a
-- tag of each group. Of `folder` or below it. Without a status, those that are not put away.
CREATE FUNCTION app_among(
    with_status text, with_visibility text, with_tags jsonb,
    after timestamptz, before timestamptz, folder text
) RETURNS TABLE (id uuid, updated_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT e.id, e.updated_at FROM public.entries e
    WHERE e.workspace_id = public.app_workspace()
        AND (e.private_to IS NULL OR e.private_to = public.app_user())
        AND CASE WHEN with_status IS NULL THEN e.status <> 'ARCHIVED'
            ELSE e.status = with_status END
        AND (with_visibility IS NULL OR e.visibility = with_visibility)
        AND (after IS NULL OR e.updated_at > after)
        AND (before IS NULL OR e.updated_at < before)
        AND (folder IS NULL OR starts_with(lower(e.path), lower(folder)))
        AND (with_tags IS NULL OR NOT EXISTS (
            SELECT 1 FROM jsonb_array_elements(with_tags) any_of WHERE NOT EXISTS (
                SELECT 1 FROM public.entry_tags g
                WHERE g.entry_id = e.id AND any_of.value ? g.tag_id::text)))
$$;
"""

FINDING = r"""
-- Pages that hold what was asked for, with their place on each way of finding. Where a way leads
-- to more than `every`, only the `latest` of them are put in an order: to compare all that hold a
-- common word would take too long. Those that have it in their title are a way of their own, so
-- that they are not lost among the others.
CREATE FUNCTION app_find(
    asked text, head text, prefix text, pairs text[], letters text, alike boolean,
    every integer, latest integer,
    with_status text, with_visibility text, with_tags jsonb,
    after timestamptz, before timestamptz, folder text
) RETURNS TABLE (id uuid, by_title integer, by_text integer, by_letters integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    SET pg_trgm.word_similarity_threshold = 0.34 AS $$
DECLARE
    q tsquery := public.app_query(asked, head, prefix, pairs);
    here uuid := public.app_workspace();
    pattern text := '%' || regexp_replace(letters, '([\\%_])', '\\\1', 'g') || '%';
    found integer;
BEGIN
    RETURN QUERY
    WITH with_title AS (
        SELECT t.entry_id, e.updated_at, t.title_words FROM public.entry_texts t
        JOIN public.app_among(with_status, with_visibility, with_tags, after, before, folder) e
            ON e.id = t.entry_id
        WHERE t.workspace_id = here AND t.title_words @@ q AND t.words @@ q
        ORDER BY e.updated_at DESC, e.id DESC LIMIT every + 1
    ), titled AS (
        SELECT * FROM with_title ORDER BY updated_at DESC, entry_id DESC
        LIMIT (SELECT CASE WHEN count(*) > every THEN latest ELSE every END FROM with_title)
    ), with_text AS (
        SELECT t.entry_id, e.updated_at, t.words FROM public.entry_texts t
        JOIN public.app_among(with_status, with_visibility, with_tags, after, before, folder) e
            ON e.id = t.entry_id
        WHERE t.workspace_id = here AND t.words @@ q
        ORDER BY e.updated_at DESC, e.id DESC LIMIT every + 1
    ), texted AS (
        SELECT * FROM with_text ORDER BY updated_at DESC, entry_id DESC
        LIMIT (SELECT CASE WHEN count(*) > every THEN latest ELSE every END FROM with_text)
    ), lettered AS (
        SELECT l.entry_id, max(word_similarity(letters, l.typed)) AS close
        FROM public.entry_labels l
        JOIN public.app_among(with_status, with_visibility, with_tags, after, before, folder) e
            ON e.id = l.entry_id
        WHERE alike AND length(letters) > 2 AND l.workspace_id = here AND l.typed LIKE pattern
        GROUP BY l.entry_id ORDER BY 2 DESC, max(e.updated_at) DESC, 1 LIMIT 50
    ), ways AS (
        SELECT entry_id, row_number() OVER (
                ORDER BY ts_rank(title_words, q, 2) DESC, updated_at DESC, entry_id
            )::integer AS t, NULL::integer AS x, NULL::integer AS l FROM titled
        UNION ALL
        SELECT entry_id, NULL, row_number() OVER (
                ORDER BY ts_rank(words, q, 1) DESC, updated_at DESC, entry_id
            )::integer, NULL FROM texted
        UNION ALL
        SELECT entry_id, NULL, NULL, rank() OVER (ORDER BY close DESC)::integer
        FROM lettered
    )
    SELECT w.entry_id, min(w.t), min(w.x), min(w.l) FROM ways w GROUP BY w.entry_id;
    GET DIAGNOSTICS found = ROW_COUNT;
    -- Names that are nearly alike, and parts of words in the text: they take longest, and are
    -- looked for where little is found.
    IF alike AND found < 10 THEN
        RETURN QUERY
        SELECT l.entry_id, NULL::integer, NULL::integer, 50 + rank() OVER (
            ORDER BY max(word_similarity(letters, l.typed)) DESC)::integer
        FROM public.entry_labels l
        JOIN public.app_among(with_status, with_visibility, with_tags, after, before, folder) e
            ON e.id = l.entry_id
        WHERE l.workspace_id = here AND l.typed %> letters AND l.typed NOT LIKE pattern
        GROUP BY l.entry_id LIMIT 50;
        RETURN QUERY
        SELECT t.entry_id, NULL::integer, NULL::integer,
            100 + rank() OVER (ORDER BY e.updated_at DESC)::integer
        FROM public.entry_texts t
        JOIN public.app_among(with_status, with_visibility, with_tags, after, before, folder) e
            ON e.id = t.entry_id
        WHERE length(letters) > 2
            AND t.workspace_id = here AND t.body ILIKE pattern AND NOT t.words @@ q
        LIMIT 50;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION app_find FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_find TO mosaic_app;
"""

# As before, but for the filters.
MEANING = """
CREATE FUNCTION app_find_meaning(
    asked vector, of_model text, most integer, exact integer,
    with_status text, with_visibility text, with_tags jsonb,
    after timestamptz, before timestamptz, folder text
) RETURNS TABLE (id uuid, distance double precision)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    SET hnsw.iterative_scan = strict_order
    SET hnsw.ef_search = 200 AS $$
DECLARE
    here uuid := public.app_workspace();
    length integer := vector_dims(asked);
    parts integer;
BEGIN
    SELECT count(*) INTO parts FROM (
        SELECT 1 FROM public.embeddings v
        WHERE v.workspace_id = here AND v.model = of_model LIMIT exact + 1) few;
    IF parts <= exact OR length NOT IN (384, 768, 1024, 1536) THEN
        RETURN QUERY
        SELECT v.entry_id, min(v.embedding <=> asked) AS near
        FROM public.embeddings v
        JOIN public.app_among(with_status, with_visibility, with_tags, after, before, folder) e
            ON e.id = v.entry_id
        WHERE v.workspace_id = here AND v.model = of_model AND v.dimension = length
        GROUP BY v.entry_id ORDER BY near LIMIT most;
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT n.entry_id, min(n.near) AS near FROM ('
        'SELECT v.entry_id, v.embedding::vector(%1$s) <=> $1::vector(%1$s) AS near '
        'FROM public.embeddings v '
        'JOIN public.app_among($4, $5, $6, $7, $8, $9) e ON e.id = v.entry_id '
        'WHERE v.workspace_id = $2 AND v.model = $3 AND v.dimension = %1$s '
        'ORDER BY v.embedding::vector(%1$s) <=> $1::vector(%1$s) LIMIT $10 * 3) n '
        'GROUP BY n.entry_id ORDER BY near LIMIT $10', length)
        USING asked, here, of_model, with_status, with_visibility, with_tags, after, before,
            folder, most;
END
$$;
REVOKE EXECUTE ON FUNCTION app_find_meaning FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_find_meaning TO mosaic_app;
"""
