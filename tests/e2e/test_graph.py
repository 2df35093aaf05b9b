"""The graph, as people use it: pointed at, clicked, filtered, taken back in time, and changed."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.e2e.axe import serious
from tests.e2e.browser import DRAWING
from tests.e2e.site import Person, Server, Site, request
from tests.waiting import until

CANVAS = ".graph-canvas"
_LIES = f"""([slug, x, y]) => {{
  const place = document.querySelector('{CANVAS}').scene.where(slug);
  return Math.abs(place.x - x) + Math.abs(place.y - y) < 3;
}}"""


@pytest.fixture
async def drawn(served: Server, chromium: str) -> AsyncIterator[Site]:
    """The site seen through a browser that draws."""
    async with async_playwright() as playwright:
        browser: Browser = await playwright.chromium.launch(executable_path=chromium, args=DRAWING)
        site = Site(served, browser)
        yield site
        await site.close()
        await browser.close()


def _write(person: Person, workspace: str, title: str, content: str, **more: object) -> None:
    body = {"title": title, "content": content, **more}
    person.ask("POST", f"/api/knowledge/entries?workspaceId={workspace}", **body)


def _bring(person: Person, workspace: str, title: str, created: str, text: str) -> None:
    """Import a page that says when it was written."""
    page = f"---\ncreated: {created}\n---\n# {title}\n{text}\n"
    answer = request(
        "POST",
        f"{person.url}/api/knowledge/import?wait=true&workspaceId={workspace}",
        files={"files": (f"{title}.md", page, "text/markdown")},
        headers={"Authorization": f"Bearer {person.token}"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text


async def _arranged(person: Person, workspace: str) -> None:
    """Let the graph be arranged, so that it is not while somebody looks at it."""
    place = f"/api/knowledge/graph?workspaceId={workspace}"
    person.ask("POST", place)
    await until(lambda: all(n["community"] is not None for n in person.ask("GET", place)["nodes"]))


async def _where(page: Page, slug: str) -> dict[str, float]:
    """Return where a page is drawn, once it is."""
    await expect(page.locator(f"{CANVAS} canvas").first).to_be_visible()
    script = f"slug => document.querySelector('{CANVAS}')?.scene?.where(slug)"
    found = await page.wait_for_function(script, arg=slug)
    return await found.json_value()


async def _point_at(page: Page, slug: str) -> None:
    place = await _where(page, slug)
    await page.mouse.move(place["x"], place["y"], steps=3)


def _count(page: Page, words: str) -> object:
    return expect(page.locator(".graph-count")).to_contain_text(words)


async def test_the_graph_from_pointing_to_the_past(drawn: Site) -> None:
    ana, workspace = drawn.make_owner("Ana")
    _bring(ana, workspace, "Garden", "2025-03-01", "See [[Roses]] and [[Beans]]. #outside")
    _bring(ana, workspace, "Roses", "2025-02-01", "They smell, unlike [[Beans]]. #outside")
    _bring(ana, workspace, "Beans", "2025-01-01", "Green.")
    _write(ana, workspace, "Alone", "Nothing.")
    await _arranged(ana, workspace)
    page = await drawn.open(f"/w/{workspace}/knowledge/graph", ana)
    await _count(page, "4 pages, 3 links")

    # Pointed at, it says what it is; dragged, it goes along; clicked, it opens.
    await _point_at(page, "garden")
    about = page.locator(".graph-about")
    await expect(about).to_contain_text("Garden")
    await expect(about).to_contain_text("2 linked pages · #outside")
    before = await _where(page, "garden")
    await page.mouse.down()
    await page.mouse.move(before["x"] + 60, before["y"] + 40, steps=4)
    await page.mouse.up()
    after = await _where(page, "garden")
    assert abs(after["x"] - before["x"] - 60) < 3
    assert abs(after["y"] - before["y"] - 40) < 3
    await expect(page).to_have_url(re.compile(r"/graph$"))
    assert await serious(page) == []

    # Somebody writes: the picture follows, and what was dragged stays.
    _write(ana, workspace, "Trees", "Beside the [[Garden]].")
    await _count(page, "5 pages, 4 links")
    moved = await _where(page, "garden")
    assert abs(moved["x"] - after["x"]) + abs(moved["y"] - after["y"]) < 2

    # The ground dragged: the picture goes along, and what it ends on is not opened.
    box = await page.locator(CANVAS).bounding_box()
    assert box
    corner = box["x"] + 12, box["y"] + 12
    await page.mouse.move(*corner)
    await page.mouse.down()
    await page.mouse.move(corner[0] + 50, corner[1] + 30, steps=4)
    await page.mouse.up()
    await page.wait_for_function(_LIES, arg=["garden", moved["x"] + 50, moved["y"] + 30])
    await expect(page.locator(".sigma-nodes")).not_to_have_attribute(
        "style", re.compile("translate")
    )

    # Pages in the colours of their tags, with a legend that leads to the pages of one.
    await page.get_by_label("Colours", exact=True).select_option("tag")
    legend = page.get_by_role("list", name="What the colours mean")
    await legend.get_by_role("button", name="outside 2").click()
    await _count(page, "2 pages, 1 link")
    await expect(legend).to_have_text("No tags here")
    await page.go_back()
    await page.get_by_label("Colours", exact=True).select_option("")

    # Filters are in the address, and back works.
    await page.get_by_label("Pages without links").click()
    await _count(page, "4 pages, 4 links")
    await page.get_by_label("Tag", exact=True).select_option("outside")
    await _count(page, "2 pages, 1 link")
    await expect(page).to_have_url(re.compile(r"orphans=0&tag=outside"))
    await page.go_back()
    await page.go_back()
    await _count(page, "5 pages, 4 links")

    # A day is chosen; only what was there then is drawn.
    time = page.get_by_label("The graph as it was on a day")
    await time.focus()
    await page.keyboard.press("Home")
    await _count(page, "1 page, 0 links at the end of")
    await expect(page).to_have_url(re.compile("at=2025-01-01"))
    await page.goto(page.url.replace("2025-01-01", "2025-02-14"))
    await _count(page, "2 pages, 1 link at the end of 14 Feb 2025")
    await page.get_by_role("button", name="Now").click()
    await _count(page, "5 pages, 4 links")

    # By keys: found, listed, and what is around it.
    await page.get_by_label("Find a page in the graph").fill("gard")
    await page.keyboard.press("Enter")
    await expect(about).to_contain_text("Garden")
    await page.get_by_text("As a list").click()
    await page.get_by_role("button", name="What is around Trees").press("Enter")
    await _count(page, "4 pages")
    depth = page.get_by_label("How many links away")
    await depth.focus()
    await page.keyboard.press("Home")
    await _count(page, "2 pages, 1 link")
    place = await _where(page, "garden")
    await page.mouse.click(place["x"], place["y"])
    await expect(page.locator(".page-head h1")).to_have_text("Garden")
    beside = page.get_by_role("region", name="Graph around this page")
    await expect(beside.get_by_role("img", name="3 pages around this one")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_on_a_phone(drawn: Site, theme: str) -> None:
    ana, workspace = drawn.make_owner("Ana")
    _write(ana, workspace, "Garden", "See [[Roses]].")
    _write(ana, workspace, "Roses", "")
    page = await drawn.open(f"/w/{workspace}/knowledge/graph", ana, width=390, theme=theme)
    await _where(page, "roses")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert await serious(page) == []
    await page.get_by_role("button", name="Closer").click()
    await page.get_by_role("button", name="Everything").click()
