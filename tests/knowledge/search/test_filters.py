"""Search among some pages only, by parameters and by what is typed."""

from datetime import UTC, datetime

import psycopg
import pytest

from mosaic.core.start import Ready
from mosaic.knowledge.search.operators import Filters, taken_out
from tests.answers import listed, problem
from tests.knowledge.wiki import write
from tests.world import Person, World

SEARCH = "/api/knowledge/search"


async def _titles(person: Person, q: str, **more: str) -> set[str]:
    rows = listed(await person.http.get(SEARCH, params={"q": q, **more}))
    return {row["title"] for row in rows}


async def test_filters_beside_the_words_and_among_them(world: World, ready: Ready) -> None:
    await write(world.mia, "Tea", "leaf", tags=["plant/green"])
    await write(world.mia, "Oak", "leaf tree", tags=["plant", "old one"])
    await write(world.mia, "Plan", "leaf", tags=["planted"], status="DRAFT")
    await write(world.mia, "Open", "leaf", visibility="PUBLIC")
    await write(world.mia, "Gone", "leaf", status="ARCHIVED")
    with psycopg.connect(ready.admin_dsn, autocommit=True) as owner:
        owner.execute(
            "UPDATE entries SET updated_at = '2020-05-17T23:59:59Z', path = 'Wood/Old/Oak' "
            "WHERE title = 'Oak'"
        )
    every = {"Tea", "Oak", "Plan", "Open"}
    for q, more, found in (
        ("leaf", {}, every),
        ("leaf", {"tag": "plant"}, {"Tea", "Oak"}),
        ("leaf tag:plant", {}, {"Tea", "Oak"}),
        ("tag:plant -tree", {}, {"Tea"}),
        ('leaf tag:"old one" tag:plant', {}, {"Oak"}),
        ("tag:plant leaf", {"tag": "old one"}, {"Oak"}),
        ("tag:no-such leaf", {}, set()),
        ("leaf is:draft", {}, {"Plan"}),
        ("leaf is:public", {}, {"Open"}),
        ("leaf is:archived", {}, {"Gone"}),
        ("leaf", {"visibility": "PUBLIC"}, {"Open"}),
        ("leaf", {"updatedAfter": "2020-05-18"}, every - {"Oak"}),
        ("leaf", {"updatedBefore": "2020-05-18"}, {"Oak"}),
        ("leaf updated:2020", {}, {"Oak"}),
        ("leaf updated:<=2020-05-17", {}, {"Oak"}),
        ("leaf updated:>2020-05-17", {}, every - {"Oak"}),
        ("leaf updated:>=2020-05-17 updated:<2021", {}, {"Oak"}),
        ("leaf in:wood", {}, {"Oak"}),
        ("leaf in:Wood/Old/", {}, {"Oak"}),
        ("leaf in:woo", {}, set()),
        # Without words: all that fit.
        ("tag:plant", {}, {"Tea", "Oak"}),
        ("", {"tag": "plant"}, {"Tea", "Oak"}),
        ("", {}, set()),
        # No filter, so words.
        ("leaf is:odd", {}, set()),
        ("leaf updated:soon", {}, set()),
        ('leaf "tag:plant"', {}, set()),
    ):
        assert await _titles(world.mia, q, **more) == found, (q, more)
    [old] = (await world.mia.http.get(SEARCH, params={"q": "leaf in:wood"})).json()["data"]
    assert old["path"] == "Wood/Old/Oak"
    assert await _titles(world.ana, "is:draft") == set()
    assert await _titles(world.bo, "tag:plant") == set()
    problem(await world.mia.http.get(SEARCH, params={"q": "a", "updatedAfter": "soon"}), 422)


@pytest.mark.parametrize(
    ("q", "words"),
    [
        ("tag:x", ""),
        ("one tag:x two", "one   two"),
        ("tag: x", "tag: x"),
        ("“in order” tag:x", '"in order"'),
        ("http://is:draft", "http://is:draft"),
        ("updated:2026-13", "updated:2026-13"),
        ("updated:>0000", "updated:>0000"),
        ("updated:9999", "updated:9999"),
        ("updated:9999-12-31", "updated:9999-12-31"),
        ('in:"', 'in:"'),
        ("in:///", "in:///"),
    ],
)
def test_what_is_no_filter_is_a_word(q: str, words: str) -> None:
    assert taken_out(q, Filters()) == words


def test_days_months_and_years() -> None:
    filters = Filters()
    assert taken_out("updated:>2026-02 updated:<=2026-03-04", filters) == ""
    assert filters.before == datetime(2026, 3, 5, tzinfo=UTC)
    assert filters.after == datetime(2026, 2, 28, 23, 59, 59, 999999, UTC)


async def test_a_word_on_a_thousand_pages(world: World, ready: Ready) -> None:
    """The page that has it in its title comes first, and that which says it most is found."""
    await write(world.mia, "Lighthouse", "Where ships go.")
    await write(world.mia, "Most", "lighthouse " * 30)
    await write(world.mia, "Once")
    async with world.mia.work() as work:
        values = {"workspace": work.tenant, "user": work.user_id}
    with psycopg.connect(ready.admin_dsn, autocommit=True) as owner:
        owner.execute(_SEED.format(number=900, title="Page "), values)
        found = listed(await world.mia.http.get(SEARCH, params={"q": "lighthouse"}))
        assert [hit["title"] for hit in found[:2]] == ["Lighthouse", "Most"]
        # Of more than a thousand, the latest: which is the same each time.
        owner.execute(_SEED.format(number=400, title="Note "), values)
    answers = [
        await world.mia.http.get(SEARCH, params={"q": "lighthouse", "limit": limit})
        for limit in (18, 19)  # neither of which is in the cache
    ]
    first, again = map(listed, answers)
    assert first[0]["title"] == "Lighthouse"
    assert first == again[:18]
    assert {hit["title"] for hit in first[1:3]} == {"Note 1", "Page 1"}
    assert answers[0].json()["meta"]["total"] == 301  # 300 by their text, one by its title


_SEED = """
WITH made AS (
    INSERT INTO entries (id, workspace_id, slug, title, content, html, renderer, status,
        visibility, version, created_by, updated_by, updated_at)
    SELECT gen_random_uuid(), %(workspace)s, lower('{title}') || n, '{title}' || n, '', '', 1,
        'PUBLISHED', 'WORKSPACE', 1, %(user)s, %(user)s,
        now() + interval '1 day' - n * interval '1 minute' FROM generate_series(1, {number}) n
    RETURNING id, title)
INSERT INTO entry_texts (workspace_id, entry_id, title, body, title_pairs, pairs)
SELECT %(workspace)s, id, title, 'A lighthouse stands among many other things.', '{{}}', '{{}}'
FROM made
"""
