"""Figures of the drawn graph: frames a second while the ground or a page is dragged."""

import math
import time

import httpx2 as httpx
from playwright.async_api import Page

from tests.bench.row import Row
from tests.bench.vault import packed
from tests.e2e.site import Person, Site

SIZES = {1_000: "30 a second", 5_000: "15 a second"}
SECONDS, LINKS = 3, 3
_CANVAS = ".graph-canvas"
_GRAPH = "/api/knowledge/graph"
# Every frame of the page counts, whoever asked for it.
_COUNT = """() => {
  window.frames_at = [];
  const note = now => { window.frames_at.push(now); requestAnimationFrame(note); };
  requestAnimationFrame(note);
}"""
_SINCE = "then => window.frames_at.filter(now => now > then).length"
_WHERE = f"slug => document.querySelector('{_CANVAS}')?.scene?.where(slug)"


async def measure(site: Site) -> list[Row]:
    """Return the rows of `design/quality.md` about the graph page."""
    return [row for size, goal in SIZES.items() for row in await _dragged(site, size, goal)]


async def _dragged(site: Site, size: int, goal: str) -> list[Row]:
    ana, workspace = site.make_owner("Ana")
    busiest = _planted(ana, workspace, size)
    page = await site.open(f"/w/{workspace}/knowledge/graph", ana)
    await page.wait_for_function(_WHERE, arg=busiest)
    await page.evaluate(_COUNT)
    box = await page.locator(_CANVAS).bounding_box()
    assert box
    ground = await _frames(page, box["x"] + box["width"] / 2, box["y"] + 12)
    # Where the ground was let go of, the view glides on for a moment.
    await page.get_by_role("button", name="Everything").click()
    await page.wait_for_timeout(1_000)
    place = await page.evaluate(_WHERE, busiest)
    node = await _frames(page, place["x"], place["y"])
    how = f"{SECONDS} s by mouse, {LINKS} links a page, 1280 × 800, drawn by the processor"
    what = f"graph page, {size:,} pages, "
    return [
        Row(what + "ground dragged", goal, f"{ground:.0f} a second", how=how),
        Row(what + "a page dragged", goal, f"{node:.0f} a second", how=how),
    ]


def _planted(person: Person, workspace: str, size: int) -> str:
    """Import and arrange a vault; return the page that is linked most."""
    where = f"?workspaceId={workspace}"
    answer = httpx.post(
        f"{person.url}/api/knowledge/import{where}",
        files={"files": ("vault.zip", packed(size, LINKS, words=20), "application/zip")},
        headers={"Authorization": f"Bearer {person.token}"},
        timeout=120,
    )
    assert answer.status_code == 202, answer.text
    _until_done(person, answer.json()["jobId"], where)
    _until_done(person, person.ask("POST", _GRAPH + where)["jobId"], where)
    return str(person.ask("GET", f"{_GRAPH}{where}&limit=1")["nodes"][0]["slug"])


def _until_done(person: Person, job: str, where: str) -> None:
    while (status := person.ask("GET", f"/api/runner-jobs/{job}{where}")["status"]) != "COMPLETED":
        assert status != "FAILED", f"The run {job} failed"
        time.sleep(0.2)


async def _frames(page: Page, x: float, y: float) -> float:
    """Drag from a place in small circles; return how many frames a second there were."""
    await page.mouse.move(x, y, steps=3)
    await page.mouse.down()
    begun, first = time.perf_counter(), await page.evaluate("performance.now()")
    while (turn := time.perf_counter() - begun) < SECONDS:
        across, down = 80 * math.sin(turn * 4), 80 * (1 - math.cos(turn * 4))
        await page.mouse.move(x + across, y + down)
    took = time.perf_counter() - begun
    frames = await page.evaluate(_SINCE, first)
    await page.mouse.up()
    return float(frames) / took
