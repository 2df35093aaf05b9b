"""Files beside the pages: shown when they are pictures, else downloaded, never run as a page."""

import httpx2 as httpx
import pytest

from mosaic.edge import COOKIE
from mosaic.knowledge.attachments import put_attachment
from mosaic.knowledge.shapes import AttachmentPublic
from tests.answers import problem
from tests.architecture.full_world import DOT
from tests.knowledge.wiki import write
from tests.world import Person, World, client


async def _keep(person: Person, path: str, kind: str, data: bytes = b"data") -> AttachmentPublic:
    async with person.work() as work:
        file, _ = await put_attachment(work, path, kind, data)
    return file


@pytest.mark.parametrize(
    ("name", "kind", "disposition"),
    [
        ("cat.png", "image/png", "inline"),
        ("cat.jpg", "image/jpeg", "inline"),
        ("tea.pdf", "application/pdf", "inline"),
        ("cat.svg", "image/svg+xml", "attachment"),
        ("page.html", "text/html", "attachment"),
        ("page.xhtml", "application/xhtml+xml", "attachment"),
        ("run.js", "text/javascript", "attachment"),
        ("data.xml", "text/xml", "attachment"),
        ("what", "application/octet-stream", "attachment"),
    ],
)
async def test_only_harmless_kinds_are_shown_in_place(
    world: World, name: str, kind: str, disposition: str
) -> None:
    data = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    file = await _keep(world.mia, f"files/{name}", kind, data)
    answer = await world.gil.http.get(file.url)
    assert answer.status_code == 200
    assert answer.content == data
    assert answer.headers["content-type"].partition(";")[0] == kind
    assert answer.headers["content-disposition"] == f"{disposition}; filename*=UTF-8''{name}"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "name", ["ü ber.png", 'a"b;c.png', "日本語.png", "a\r\nX-Evil: 1.png", "%.png"]
)
async def test_odd_names_are_kept(world: World, name: str) -> None:
    file = await _keep(world.mia, f"odd/{name}", "image/png")
    answer = await world.gil.http.get(file.url)
    assert answer.status_code == 200
    assert "x-evil" not in answer.headers
    said = answer.headers["content-disposition"]
    assert said.isascii()
    assert said.startswith("inline; filename*=UTF-8''")
    assert not {'"', "\r", "\n"} & {*said}


async def test_a_browser_shows_pictures_by_its_cookie(world: World) -> None:
    """An `<img>` sends no header, so its address names the workspace."""
    file = await _keep(world.mia, "cat.png", "image/png")
    async with client() as browser:
        problem(await browser.get(file.url), 401)
        browser.cookies.set(COOKIE, world.gil.token)
        assert (await browser.get(file.url)).status_code == 200
        browser.cookies.set(COOKIE, world.bo.token)
        problem(await browser.get(file.url), 404)


async def test_files_of_others_are_not_there(world: World) -> None:
    file = await _keep(world.mia, "cat.png", "image/png")
    place = file.url.partition("?")[0]
    for person in (world.bo, world.otto):
        problem(await person.http.get(file.url, headers={"X-Workspace-Id": ""}), 404)
    problem(await world.bo.http.get(place), 404)
    problem(await world.bo.http.get(f"{place}?workspaceId={world.mia.workspace}"), 404)
    problem(await world.mia.http.get("/api/knowledge/attachments/none/cat.png"), 422)


async def test_a_file_at_one_path_is_one_file(world: World) -> None:
    first = await _keep(world.mia, "cat.png", "image/png", b"one")
    async with world.mia.work() as work:
        assert (await put_attachment(work, "cat.png", "image/png", b"one"))[1] == "unchanged"
        assert not work.announces
        second, outcome = await put_attachment(work, "cat.png", "image/png", b"two")
    assert (second.id, outcome) == (first.id, "updated")
    answer = await world.gil.http.get(second.url)
    assert answer.content == b"two"
    assert second.url == first.url


async def test_a_browser_asks_again_and_keeps_what_is_still_so(world: World) -> None:
    file = await _keep(world.mia, "cat.png", "image/png", b"one")
    tag = (await world.gil.http.get(file.url)).headers["etag"]
    again = await world.gil.http.get(file.url, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    await _keep(world.mia, "cat.png", "image/png", b"two")
    now = await world.gil.http.get(file.url, headers={"If-None-Match": tag})
    assert (now.status_code, now.content) == (200, b"two")
    assert "no-cache" in now.headers["cache-control"]


async def _add(person: Person, name: str, data: bytes) -> httpx.Response:
    return await person.http.post("/api/knowledge/attachments", files={"file": (name, data)})


async def test_a_file_is_added_under_a_name_of_its_own(world: World) -> None:
    first = await _add(world.mia, "a dot.png", DOT)
    assert first.status_code == 201, first.text
    assert first.json()["name"] == "a dot.png"
    again = (await _add(world.ana, "a dot.png", DOT)).json()
    assert again["id"] == first.json()["id"]
    other = (await _add(world.mia, "a dot.png", DOT + b" ")).json()
    assert other["name"] == "a dot 2.png"
    made = await write(world.mia, "One", "![[a dot.png]] ![[a dot 2.png]]")
    assert made["contentHtml"].count("<img") == 2
    odd = (await _add(world.mia, "../..\\[x]|y#.png", DOT)).json()
    assert not set("[]|#/\\") & set(odd["name"])
    assert (await world.gil.http.get(odd["url"])).content == DOT


async def test_files_that_are_not_taken(world: World) -> None:
    problem(await _add(world.gil, "a.png", DOT), 403)
    problem(await _add(world.mia, "a.png", b""), 422)
    problem(await _add(world.mia, "a.png", b"x" * 25_000_001), 413)
    problem(await world.mia.http.post("/api/knowledge/attachments"), 422)
    theirs = (await _add(world.bo, "a.png", DOT)).json()
    problem(await world.mia.http.get(theirs["url"].partition("?")[0]), 404)
