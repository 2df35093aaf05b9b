"""Tasks that pages of the wiki mention."""

import pytest

from mosaic.core import cache
from mosaic.knowledge.render.markdown import parse
from tests.answers import listed, problem
from tests.tasks.planned import TASKS, Row, change, done, task
from tests.world import Person, World

ENTRIES = "/api/knowledge/entries"


async def _page(person: Person, title: str, content: str, **more: object) -> Row:
    body = {"title": title, "content": content, **more}
    row: Row = done(await person.http.post(ENTRIES, json=body))
    return row


async def _html(person: Person, slug: str) -> str:
    html: str = done(await person.http.get(f"{ENTRIES}/{slug}"))["contentHtml"]
    return html


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("[[task:12]]", "task"),
        ("[[Task:12|the roses]]", "task"),
        ("![[task:12]]", "task"),
        ("[[task:0]]", "wiki"),
        ("[[task:012]]", "wiki"),
        ("[[task:٣]]", "wiki"),
        ("[[task:1234567890]]", "wiki"),
        ("[[task:12.md]]", "wiki"),
        ("[[task: 12]]", "wiki"),
        ("[x](task:12)", None),
    ],
)
def test_what_names_a_task(written: str, kind: str | None) -> None:
    assert [link.kind for link in parse(written).links] == ([kind] if kind else [])


async def test_a_page_shows_the_tasks_that_it_mentions(world: World) -> None:
    roses = await task(world.mia, "Prune <b>roses</b>")
    page = await _page(world.mia, "Garden", "See [[task:1]], [[task:1|it]] and [[task:99]].")
    there = f"/w/{world.gil.workspace}/tasks?task="
    html = await _html(world.gil, page["slug"])
    assert f'<a class="task-link" href="{there}1">#1 Prune &lt;b&gt;roses&lt;/b&gt;</a>' in html
    assert f'<a class="task-link" href="{there}1">it</a>' in html
    assert f'<a class="task-link" href="{there}99">#99</a>' in html
    await change(world.mia, roses, title="Prune all", status="COMPLETED")
    assert f'<a class="task-link done" href="{there}1">#1 Prune all</a>' in await _html(
        world.gil, page["slug"]
    )
    made = f"{TASKS}/{roses['id']}"
    entries = done(await world.gil.http.get(f"{made}/entries"))
    assert [one["title"] for one in entries] == ["Garden"]
    linked = listed(await world.gil.http.get(TASKS, params={"entry": page["slug"]}))
    assert [one["number"] for one in linked] == [1]


async def test_what_is_cached_follows_the_tasks(world: World) -> None:
    roses = await task(world.mia, "Roses")
    inner = await _page(world.mia, "Inner", "[[task:1]]")
    outer = await _page(world.mia, "Outer", "![[Inner]]")
    for _ in range(2):  # the second time from the cache
        for page in (inner, outer):
            assert "#1 Roses" in await _html(world.gil, page["slug"])
    async with world.gil.work() as work:
        assert (await cache.stats(work))["stats"]["hits"] >= 2
    await change(world.mia, roses, title="Tulips")
    for page in (inner, outer):
        assert "#1 Tulips" in await _html(world.gil, page["slug"])


async def test_a_mention_is_neither_wanted_nor_broken(world: World) -> None:
    page = await _page(world.mia, "Garden", "[[task:1]] and [[Nowhere]]")
    health = done(await world.gil.http.get("/api/knowledge/links/health"))
    assert health["wanted"] == 1
    stats = done(await world.gil.http.get("/api/knowledge/graph/stats"))
    assert stats["brokenLinks"] == 1
    links = done(await world.gil.http.get(f"{ENTRIES}/{page['slug']}/links"))
    assert [one["target"] for one in links] == ["Nowhere"]


async def test_hidden_pages_and_other_workspaces_tell_nothing(world: World) -> None:
    mine = await task(world.mia, "Roses")
    await task(world.bo, "Bo's own")
    await _page(world.mia, "Secret", "[[task:1]]", visibility="PRIVATE")
    await _page(world.mia, "Draft", "[[task:1]]", status="DRAFT")
    theirs = await _page(world.bo, "Theirs", "[[task:1]] [[task:2]]")
    place = f"{TASKS}/{mine['id']}/entries"
    assert done(await world.gil.http.get(place)) == []
    assert {one["title"] for one in done(await world.mia.http.get(place))} == {"Secret", "Draft"}
    html = await _html(world.bo, theirs["slug"])
    assert "#1 Bo's own" in html.replace("&#x27;", "'")
    assert "Roses" not in html


async def test_descriptions_mention_tasks_and_the_public_learns_no_title(world: World) -> None:
    await task(world.mia, "Secret plan")
    second = await task(world.mia, "Sow", description="after [[task:1]]")
    found = done(await world.gil.http.get(f"{TASKS}/{second['id']}"))
    assert "#1 Secret plan" in found["descriptionHtml"]
    page = await _page(world.mia, "Open", "[[task:1]]", visibility="PUBLIC")
    link = done(await world.mia.http.get(f"{ENTRIES}/{page['slug']}/public-link"))["url"]
    answer = await world.otto.http.get("/" + link.split("/", 3)[3])
    assert answer.status_code == 200
    assert "Secret plan" not in answer.text
    problem(await world.bo.http.get(f"{TASKS}/{second['id']}/entries"), 404)
