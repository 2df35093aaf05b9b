"""Words are found by their index, and what pages are found by has a version to be read anew by."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute(LOADED)
    op.execute(FINDING)
    op.execute(DERIVATION)


# Who is no superuser may set what an extension knows only once it is loaded.
LOADED = "SELECT similarity('a', 'b')"

FINDING = r"""
-- As in 0017, by the index of the words.
--
-- To look whether a page holds a word its word list is unpacked, which the planner does not know
-- of: with the usual costs it does so for all pages rather than take the index of the words. With
-- these it takes that index, and for a word that is everywhere the latest pages in their order.
CREATE OR REPLACE FUNCTION app_find(
    asked text, head text, prefix text, pairs text[], letters text, alike boolean,
    every integer, latest integer,
    with_status text, with_visibility text, with_tags jsonb,
    after timestamptz, before timestamptz, folder text
) RETURNS TABLE (id uuid, by_title integer, by_text integer, by_letters integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET jit = off
    SET cpu_operator_cost = 0.1
    SET random_page_cost = 1.1
    SET pg_trgm.word_similarity_threshold = 0.34 AS $$
DECLARE
    q tsquery := public.app_query(asked, head, prefix, pairs);
    here uuid := public.app_workspace();
    pattern text := '%' || regexp_replace(letters, '([\\%_])', '\\\1', 'g') || '%';
    found integer;
BEGIN
    RETURN QUERY
    WITH with_title AS (
        SELECT t.entry_id, e.updated_at AS at FROM public.entry_texts t
        JOIN public.app_among(with_status, with_visibility, with_tags, after, before, folder) e
            ON e.id = t.entry_id
        WHERE t.workspace_id = here AND t.title_words @@ q AND t.words @@ q
        ORDER BY e.updated_at DESC, e.id DESC LIMIT every + 1
    ), titled AS (
        SELECT w.entry_id, w.at, t.title_words FROM (
            SELECT * FROM with_title ORDER BY at DESC, entry_id DESC
            LIMIT (SELECT CASE WHEN count(*) > every THEN latest ELSE every END FROM with_title)) w
        JOIN public.entry_texts t ON t.entry_id = w.entry_id
    ), with_text AS (
        SELECT t.entry_id, e.updated_at AS at FROM public.entry_texts t
        JOIN public.app_among(with_status, with_visibility, with_tags, after, before, folder) e
            ON e.id = t.entry_id
        WHERE t.workspace_id = here AND t.words @@ q
        ORDER BY e.updated_at DESC, e.id DESC LIMIT every + 1
    ), texted AS (
        SELECT w.entry_id, w.at, t.words FROM (
            SELECT * FROM with_text ORDER BY at DESC, entry_id DESC
            LIMIT (SELECT CASE WHEN count(*) > every THEN latest ELSE every END FROM with_text)) w
        JOIN public.entry_texts t ON t.entry_id = w.entry_id
    ), lettered AS (
        SELECT l.entry_id, max(word_similarity(letters, l.typed)) AS close
        FROM public.entry_labels l
        JOIN public.app_among(with_status, with_visibility, with_tags, after, before, folder) e
            ON e.id = l.entry_id
        WHERE alike AND length(letters) > 2 AND l.workspace_id = here AND l.typed LIKE pattern
        GROUP BY l.entry_id ORDER BY 2 DESC, max(e.updated_at) DESC, 1 LIMIT 50
    ), ways AS (
        SELECT entry_id, row_number() OVER (
                ORDER BY ts_rank(title_words, q, 2) DESC, at DESC, entry_id
            )::integer AS t, NULL::integer AS x, NULL::integer AS l FROM titled
        UNION ALL
        SELECT entry_id, NULL, row_number() OVER (
                ORDER BY ts_rank(words, q, 1) DESC, at DESC, entry_id
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
"""

DERIVATION = """
ALTER TABLE entry_texts ADD COLUMN derivation integer NOT NULL DEFAULT 0;
CREATE INDEX ix_entry_texts_derivation ON entry_texts (workspace_id, derivation);
"""
