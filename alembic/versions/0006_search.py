"""Search: the words of pages, the names they are found by, and the functions that look."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(WORDS)
    op.execute(TABLES)
    op.execute(SECURITY)
    op.execute(FINDING)


WORDS = """
-- Two readings of each text: one with English stems, one as it is written, for every language.
CREATE TEXT SEARCH CONFIGURATION mosaic_english (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION mosaic_english
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION mosaic_plain (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION mosaic_plain
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;

-- `pairs` are two letters each of scripts without spaces. A vector holds a megabyte: of a text
-- with more words than that the first part is found.
CREATE FUNCTION app_vector(title text, body text, pairs text[]) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    room integer := 300000;
BEGIN
    LOOP
        BEGIN
            RETURN setweight(to_tsvector('public.mosaic_english'::regconfig, title)
                    || to_tsvector('public.mosaic_plain'::regconfig, title), 'A')
                || to_tsvector('public.mosaic_english'::regconfig, left(body, room))
                || to_tsvector('public.mosaic_plain'::regconfig, left(body, room))
                || array_to_tsvector(pairs[1:room / 6]);
        EXCEPTION WHEN program_limit_exceeded THEN
            room := room / 2;
        END;
    END LOOP;
END
$$;
"""

TABLES = """
CREATE TABLE entry_texts (
    workspace_id uuid NOT NULL,
    entry_id uuid PRIMARY KEY,
    title text NOT NULL,
    body text NOT NULL,
    title_pairs text[] NOT NULL,
    pairs text[] NOT NULL,
    title_words tsvector GENERATED ALWAYS AS (app_vector(title, '', title_pairs)) STORED,
    words tsvector GENERATED ALWAYS AS (app_vector(title, body, pairs)) STORED,
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_entry_texts_title_words ON entry_texts USING gin (workspace_id, title_words);
CREATE INDEX ix_entry_texts_words ON entry_texts USING gin (workspace_id, words);
CREATE INDEX ix_entry_texts_body ON entry_texts USING gin (workspace_id, body gin_trgm_ops);

-- What somebody may type to find a page: its title and its other names, in small letters without
-- accents.
CREATE TABLE entry_labels (
    workspace_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    label text NOT NULL,
    typed text NOT NULL,
    is_alias boolean NOT NULL,
    PRIMARY KEY (entry_id, is_alias, label),
    FOREIGN KEY (workspace_id, entry_id) REFERENCES entries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX ix_entry_labels_typed ON entry_labels (workspace_id, typed text_pattern_ops);
CREATE INDEX ix_entry_labels_letters ON entry_labels
    USING gin (workspace_id, typed gin_trgm_ops);

-- Pages from before are found by their Markdown until they are written again.
INSERT INTO entry_texts (workspace_id, entry_id, title, body, title_pairs, pairs)
SELECT workspace_id, id, title, content, '{}', '{}' FROM entries;
INSERT INTO entry_labels (workspace_id, entry_id, label, typed, is_alias)
SELECT workspace_id, id, title, lower(unaccent(title)), false FROM entries
UNION ALL
SELECT DISTINCT e.workspace_id, e.id, a, lower(unaccent(a)), true
FROM entries e, unnest(e.aliases) a;
"""

SECURITY = """
ALTER TABLE entry_texts ENABLE ROW LEVEL SECURITY;
ALTER TABLE entry_labels ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON entry_texts, entry_labels TO mosaic_app;
CREATE POLICY tenant ON entry_texts TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
CREATE POLICY tenant ON entry_labels TO mosaic_app USING (
    workspace_id = app_workspace() AND EXISTS (SELECT 1 FROM entries e WHERE e.id = entry_id));
"""

# The functions run as the owner, because under row-level security no index is used for what can
# be told by an operator that is not leakproof. Each takes workspace and user from the session and
# repeats what the policy of `entries` says.
FINDING = r"""
CREATE FUNCTION app_seen() RETURNS TABLE (id uuid, status text, updated_at timestamptz)
    LANGUAGE sql STABLE AS $$
    SELECT e.id, e.status, e.updated_at FROM public.entries e
    WHERE e.workspace_id = public.app_workspace()
        AND (e.private_to IS NULL OR e.private_to = public.app_user())
$$;

-- Whether a page of this status is among those that are asked for.
CREATE FUNCTION app_fits(entry uuid, status text, with_status text, with_tag uuid)
    RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN with_status IS NULL THEN status <> 'ARCHIVED' ELSE status = with_status END
        AND (with_tag IS NULL OR EXISTS (SELECT 1 FROM public.entry_tags g
            WHERE g.entry_id = entry AND g.tag_id = with_tag))
$$;

-- What `asked` means in both readings. It is `head` and the word `prefix`, which may be only the
-- beginning of one that is still being typed.
CREATE FUNCTION app_query(asked text, head text, prefix text, pairs text[]) RETURNS tsquery
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    words tsquery := websearch_to_tsquery('public.mosaic_english', asked)
        || websearch_to_tsquery('public.mosaic_plain', asked);
    before tsquery := websearch_to_tsquery('public.mosaic_plain', head);
    begun tsquery := to_tsquery('public.mosaic_plain',
        CASE WHEN prefix <> '' THEN quote_literal(prefix) || ':*' ELSE '' END);
    letters tsquery := ''::tsquery;
    pair text;
BEGIN
    IF numnode(begun) > 0 THEN
        words := words || (CASE WHEN numnode(before) > 0 THEN before && begun ELSE begun END);
    END IF;
    FOREACH pair IN ARRAY pairs LOOP
        letters := letters && quote_literal(pair)::tsquery;
    END LOOP;
    RETURN words && letters;
END
$$;

-- Pages that hold what was asked for, the best first, with their place on each way of finding.
-- At most `most` are ranked on each way, so that a word which is everywhere costs little.
CREATE FUNCTION app_find(
    asked text, head text, prefix text, pairs text[], letters text, alike boolean,
    with_status text, with_tag uuid, most integer
) RETURNS TABLE (id uuid, by_title integer, by_text integer, by_letters integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan
    SET pg_trgm.word_similarity_threshold = 0.34 AS $$
DECLARE
    q tsquery := public.app_query(asked, head, prefix, pairs);
    here uuid := public.app_workspace();
    pattern text := '%' || regexp_replace(letters, '([\\%_])', '\\\1', 'g') || '%';
    found integer;
BEGIN
    RETURN QUERY
    WITH titled AS (
        SELECT t.entry_id, ts_rank(t.title_words, q, 2) AS rank
        FROM public.entry_texts t
        JOIN public.app_seen() e ON e.id = t.entry_id
        WHERE t.workspace_id = here AND t.title_words @@ q AND t.words @@ q
            AND public.app_fits(e.id, e.status, with_status, with_tag)
        LIMIT most
    ), texted AS (
        SELECT t.entry_id, ts_rank(t.words, q, 1) AS rank
        FROM public.entry_texts t
        JOIN public.app_seen() e ON e.id = t.entry_id
        WHERE t.workspace_id = here AND t.words @@ q
            AND public.app_fits(e.id, e.status, with_status, with_tag)
        LIMIT most
    ), lettered AS (
        SELECT l.entry_id, max(word_similarity(letters, l.typed)) AS rank
        FROM public.entry_labels l
        JOIN public.app_seen() e ON e.id = l.entry_id
        WHERE alike AND length(letters) > 2 AND l.workspace_id = here AND l.typed LIKE pattern
            AND public.app_fits(e.id, e.status, with_status, with_tag)
        GROUP BY l.entry_id ORDER BY rank DESC LIMIT 50
    ), ways AS (
        SELECT entry_id, rank() OVER (ORDER BY rank DESC)::integer AS t, NULL::integer AS x,
            NULL::integer AS l FROM titled
        UNION ALL
        SELECT entry_id, NULL, rank() OVER (ORDER BY rank DESC)::integer, NULL FROM texted
        UNION ALL
        SELECT entry_id, NULL, NULL, rank() OVER (ORDER BY rank DESC)::integer FROM lettered
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
        JOIN public.app_seen() e ON e.id = l.entry_id
        WHERE l.workspace_id = here AND l.typed %> letters AND l.typed NOT LIKE pattern
            AND public.app_fits(e.id, e.status, with_status, with_tag)
        GROUP BY l.entry_id LIMIT 50;
        RETURN QUERY
        SELECT t.entry_id, NULL::integer, NULL::integer,
            100 + rank() OVER (ORDER BY e.updated_at DESC)::integer
        FROM public.entry_texts t
        JOIN public.app_seen() e ON e.id = t.entry_id
        WHERE length(letters) > 2
            AND t.workspace_id = here AND t.body ILIKE pattern AND NOT t.words @@ q
            AND public.app_fits(e.id, e.status, with_status, with_tag)
        LIMIT 50;
    END IF;
END
$$;

-- Names that begin with `letters`, then names that hold it.
CREATE FUNCTION app_complete(letters text, most integer)
    RETURNS TABLE (id uuid, label text, is_alias boolean, place integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    here uuid := public.app_workspace();
    start text := regexp_replace(letters, '([\\%_])', '\\\1', 'g') || '%';
    found integer;
BEGIN
    RETURN QUERY
    SELECT f.entry_id, f.label, f.is_alias, 1 FROM (
        SELECT l.entry_id, l.label, l.is_alias, l.typed FROM public.entry_labels l
        JOIN public.app_seen() e ON e.id = l.entry_id
        WHERE l.workspace_id = here AND l.typed LIKE start AND e.status <> 'ARCHIVED'
        LIMIT 1000) f
    ORDER BY length(f.typed), f.typed LIMIT most;
    GET DIAGNOSTICS found = ROW_COUNT;
    IF found < most AND length(letters) > 2 THEN
        RETURN QUERY
        SELECT f.entry_id, f.label, f.is_alias, 2 FROM (
            SELECT l.entry_id, l.label, l.is_alias, l.typed FROM public.entry_labels l
            JOIN public.app_seen() e ON e.id = l.entry_id
            WHERE l.workspace_id = here AND l.typed LIKE '%' || start AND l.typed NOT LIKE start
                AND e.status <> 'ARCHIVED'
            LIMIT 1000) f
        ORDER BY length(f.typed), f.typed LIMIT most - found;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION app_find, app_complete FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_find, app_complete TO mosaic_app;
"""
