"""Public pages: read by anybody, and nothing else is."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2 as httpx
import psycopg
import pytest

from mosaic.core.actor import DOORKEEPER
from mosaic.core.work import work
from mosaic.knowledge.attachments import put_attachment
from tests.answers import problem
from tests.architecture.full_world import DOT
from tests.knowledge.wiki import ENTRIES, change, remove, write
from tests.world import Person, World, client

SECRET = "zqxsecret"


@pytest.fixture
async def anybody(pool: None) -> AsyncIterator[httpx.AsyncClient]:
    async with client() as http:
        yield http


async def _share(person: Person, title: str, content: str = "", **more: Any) -> str:
    """Write a public page, and return its path for everybody."""
    made = await write(person, title, content, visibility="PUBLIC", **more)
    return await _path(person, made["slug"])


async def _path(person: Person, slug: str) -> str:
    answer = await person.http.get(f"{ENTRIES}/{slug}/public-link")
    assert answer.status_code == 200, answer.text
    found = re.search(r"/p/[0-9a-f]{32}$", answer.json()["url"])
    assert found
    return found[0]


async def test_anybody_reads_a_public_page_and_no_other(
    world: World, anybody: httpx.AsyncClient
) -> None:
    other = await _share(world.mia, "Other page", "public, too")
    await write(world.mia, f"{SECRET} title", f"{SECRET} text", slug=f"{SECRET}-slug")
    await write(world.mia, f"{SECRET} draft", f"{SECRET} text", status="DRAFT", slug="hers")
    content = (
        "Hello <script>1</script> [[Other page|there]], [[hers]], "
        f"[see](/x) [[{SECRET}-slug|words]]\n\n![[hers]]\n\n![[{SECRET}-slug|more]]"
    )
    answer = await anybody.get(await _share(world.mia, "<b>Mine</b> & yours", content))
    assert answer.status_code == 200
    assert f'href="{other}"' in answer.text
    assert "&lt;b&gt;Mine&lt;/b&gt; &amp; yours" in answer.text
    for not_told in (SECRET, "<script", "/w/", "Mia"):
        assert not_told not in answer.text
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


async def test_a_picture_is_shown_where_a_public_page_shows_it(
    world: World, anybody: httpx.AsyncClient
) -> None:
    async with world.mia.work() as w:
        for path, kind in [("in/cat.png", "image/png"), ("in/cat.svg", "image/svg+xml")]:
            await put_attachment(w, path, kind, DOT)
        hidden, _ = await put_attachment(w, "in/secret.png", "image/png", b"secret")
    content = "[[secret.png]] ![[cat.png|Tom|40]] ![[cat.svg]] ![[nothing.png]]"
    place = await _share(world.mia, "Cats", content)
    shown = re.findall(r'<img src="([^"]+)"', (await anybody.get(place)).text)
    assert len(shown) == 1
    picture = await anybody.get(shown[0])
    assert (picture.content, picture.headers["content-type"]) == (DOT, "image/png")
    again = await anybody.get(shown[0], headers={"If-None-Match": picture.headers["etag"]})
    assert again.status_code == 304
    numbers = [*(str(number) for number in range(-1, 9)), str(2**40)]
    answers = [await anybody.get(f"{place}/pictures/{number}") for number in numbers]
    assert [one.content for one in answers if one.is_success] == [DOT]
    problem(await anybody.get(hidden.url), 401)
    await change(world.mia, "cats", visibility="WORKSPACE")
    assert (await anybody.get(shown[0])).status_code == 404


@pytest.mark.parametrize(
    "how", [{"visibility": "WORKSPACE"}, {"visibility": "PRIVATE"}, {"status": "ARCHIVED"}]
)
async def test_a_page_that_is_not_public_any_more_is_gone_for_good(
    world: World, anybody: httpx.AsyncClient, how: dict[str, str]
) -> None:
    place = await _share(world.mia, "Mine", "text")
    await change(world.mia, "mine", **how)
    gone = await anybody.get(place)
    assert (gone.status_code, "Mine" in gone.text) == (404, False)
    problem(await world.mia.http.get(f"{ENTRIES}/mine/public-link"), 404)
    await change(world.mia, "mine", status="PUBLISHED", visibility="PUBLIC")
    assert (await anybody.get(place)).status_code == 404
    assert (await anybody.get(await _path(world.mia, "mine"))).status_code == 200


async def test_an_edit_keeps_the_link_and_removal_ends_it(
    world: World, anybody: httpx.AsyncClient
) -> None:
    place = await _share(world.mia, "Mine", "first")
    await change(world.mia, "mine", content="second")
    assert "second" in (await anybody.get(place)).text
    await remove(world.ana, "mine", permanent=True)
    assert (await anybody.get(place)).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 32, "%27", "A" * 32, "a" * 5000, "%00"])
async def test_an_address_that_is_guessed_leads_nowhere(
    anybody: httpx.AsyncClient, token: str
) -> None:
    assert (await anybody.get(f"/p/{token}")).status_code == 404
    assert (await anybody.get(f"/p/{token}/pictures/1")).status_code in {404, 422}


async def test_many_addresses_that_lead_nowhere_are_answered_with_a_pause(
    world: World, anybody: httpx.AsyncClient
) -> None:
    place = await _share(world.mia, "Mine", "text")
    for _ in range(49):
        assert (await anybody.get(f"/p/{'a' * 32}")).status_code == 404
    assert (await anybody.get(place)).status_code == 200
    assert (await anybody.get(f"/p/{'a' * 32}/pictures/1")).status_code == 404
    pause = await anybody.get(place)
    assert (pause.status_code, "A short pause" in pause.text) == (429, True)
    assert int(pause.headers["retry-after"]) == 1
    problem(await anybody.get(f"{place}/pictures/1"), 429)
    async with client() as elsewhere:
        assert (await elsewhere.get(place)).status_code == 200


async def test_the_title_is_said_once(world: World, anybody: httpx.AsyncClient) -> None:
    place = await _share(world.mia, "Tea & more", "# Tea & *more*\n\n# Other\n\n# Tea & more")
    text = (await anybody.get(place)).text
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", text) == ["Tea &amp; more", "Other", "Tea &amp; more"]


async def test_a_stranger_is_not_told_the_link(world: World) -> None:
    place = await _share(world.mia, "Mine")
    problem(await world.bo.http.get(f"{ENTRIES}/mine/public-link"), 404)
    assert await _path(world.gil, "mine") == place


async def test_the_doorkeeper_is_given_nothing_but_by_a_token(world: World) -> None:
    await _share(world.mia, "Mine")
    async with work(DOORKEEPER) as w:
        connection = await w.session.connection()
        for function in ("app_public_page", "app_public_page_links"):
            for token in ("", "%", "' OR true --"):
                rows = await connection.exec_driver_sql(f"SELECT * FROM {function}(%s)", (token,))
                assert rows.all() == []
    for table in ("entries", "public_links", "links", "attachments"):
        with pytest.raises(Exception, match="permission denied"):
            async with work(DOORKEEPER) as w:
                connection = await w.session.connection()
                await connection.exec_driver_sql(f"SELECT * FROM {table}")


async def test_the_application_has_no_way_by_the_token(world: World) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        async with world.mia.work() as w:
            connection = await w.session.connection()
            try:
                await connection.exec_driver_sql("SELECT * FROM app_public_page('x')")
            except Exception as problem:
                raise getattr(problem, "orig", problem) from problem
