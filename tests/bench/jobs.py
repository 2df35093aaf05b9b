"""Figures of runner jobs: a long run that is opened, and many events that are watched."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import httpx2 as httpx
from playwright.async_api import Page

from tests.bench.row import Row, quantiles
from tests.e2e.site import Person, Site

STEPS, BATCH = 20_000, 1_000
LOG = 10_000_000  # bytes
A_SECOND, SECONDS, AT_ONCE = 1_000, 10, 100
_JOBS = "/api/runner-jobs"
# Notes with the time of this machine whenever the progress that a page shows has changed.
_OBSERVE = """() => {
  window.seen = [];
  const look = () => {
    const bar = document.querySelector("main progress");
    const now = bar ? bar.value : -1, seen = window.seen;
    if (!seen.length || seen[seen.length - 1][1] !== now) seen.push([Date.now(), now]);
  };
  new MutationObserver(look).observe(document.body,
    { subtree: true, childList: true, attributes: true, characterData: true });
  look();
}"""


_SCROLL = """box => new Promise(done => {
  const gaps = [], begun = performance.now();
  let last = begun;
  const step = now => {
    gaps.push(now - last);
    last = now;
    box.scrollTop = (box.scrollHeight - box.clientHeight) * ((now - begun) / 3000);
    if (now - begun < 3000) requestAnimationFrame(step); else done(gaps.slice(1));
  };
  requestAnimationFrame(step);
})"""


async def measure(site: Site) -> list[Row]:
    """Return the rows of `design/quality.md` that are about jobs."""
    ana, workspace = site.make_owner("Ana")
    headers = {"Authorization": f"Bearer {ana.token}"}
    async with httpx.AsyncClient(base_url=site.url, headers=headers, timeout=60) as http:
        return [
            *await _long_run(site, ana, workspace, http),
            *await _long_log(site, ana, workspace, http),
            *await _many_events(site, ana, workspace, http),
        ]


async def _long_run(site: Site, ana: Person, workspace: str, http: httpx.AsyncClient) -> list[Row]:
    job = await _start(http, "A long run")
    for start in range(0, STEPS, BATCH):
        ids = [str(uuid4()) for _ in range(BATCH)]
        steps = [
            {"op": "step", "id": id, "name": f"Step {start + n + 1}", "phase": "EXECUTION"}
            for n, id in enumerate(ids)
        ]
        await _report(http, job, steps)
        for status in ("RUNNING", "COMPLETED"):
            moves = [{"op": "update", "stepId": id, "status": status} for id in ids]
            await _report(http, job, moves)
    (await http.patch(f"{_JOBS}/{job}", json={"status": "COMPLETED"})).raise_for_status()
    page = await site.open(f"/w/{workspace}/jobs", ana)
    await page.get_by_role("link", name="A long run").wait_for()
    clicked, fresh = [], []
    for _ in range(5):
        begun = time.perf_counter()
        await page.get_by_role("link", name="A long run").click()
        await page.get_by_text("Step 1", exact=True).first.wait_for()
        clicked.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()
        await page.reload()
        await page.get_by_text("Step 1", exact=True).first.wait_for()
        fresh.append((time.perf_counter() - begun) * 1000)
        await page.goto(f"/w/{workspace}/jobs")
        await page.get_by_role("link", name="A long run").wait_for()
    what, how = f"job with {STEPS:,} steps, opened", "to its first step on the screen, "
    goal = "≤ 1,000 ms"
    return [
        Row(f"{what} from the list", goal, quantiles(clicked), how=how + "5 times"),
        Row(f"{what} by address", goal, quantiles(fresh), how=how + "5 times"),
    ]


async def _long_log(site: Site, ana: Person, workspace: str, http: httpx.AsyncClient) -> list[Row]:
    job, step = await _start(http, "A talkative run"), str(uuid4())
    await _report(http, job, [{"op": "step", "id": step, "name": "Talks"}])
    await _report(http, job, [{"op": "update", "stepId": step, "status": "RUNNING"}])
    line = "what a program says, \x1b[32mwith some colour\x1b[0m, " + "x" * 50 + "\n"
    for _ in range(0, LOG, 500_000):
        text = line * (500_000 // len(line))
        await _report(http, job, [{"op": "output", "stepId": step, "content": text}])
    page = await site.open(f"/w/{workspace}/jobs/{job}", ana)
    begun = time.perf_counter()
    await page.get_by_text("Talks", exact=True).first.click()
    log = page.get_by_role("region", name="Log of Talks")
    await log.get_by_text("what a program says").first.wait_for()
    opened = (time.perf_counter() - begun) * 1000
    gaps = await log.evaluate(_SCROLL)
    what = f"{LOG // 1_000_000} MB of log"
    rate = f"{1000 * len(gaps) / sum(gaps):.0f} a second, gaps {quantiles(gaps)}"
    return [
        Row(f"{what}, opened", "", f"{opened:.0f} ms", how="from the click to its lines"),
        Row(f"{what}, frames while scrolling", "smooth", rate, how="3 s through all of it"),
    ]


async def _many_events(
    site: Site, ana: Person, workspace: str, http: httpx.AsyncClient
) -> list[Row]:
    job = await _start(http, "A busy run")
    pages = {
        "the run": await site.open(f"/w/{workspace}/jobs/{job}", ana),
        "the run again": await site.open(f"/w/{workspace}/jobs/{job}", ana),
        "the list": await site.open(f"/w/{workspace}/jobs", ana),
    }
    for page in pages.values():
        await page.get_by_text("A busy run").first.wait_for()
        await page.evaluate(_OBSERVE)
    told, took = await _work_hard(http, job)
    await pages["the list"].wait_for_timeout(1_000)
    rows = []
    for name, page in pages.items():
        behind = await _behind(page, told)
        what = f"{A_SECOND:,} events a second, {name} is behind"
        how = f"{SECONDS} s, {AT_ONCE} a batch, three browsers; sent to seen"
        rows.append(Row(what, "≤ 300 ms", quantiles(behind), how=how))
    rows.append(Row(f"report of {AT_ONCE} events", "", quantiles(took), how="over HTTP"))
    return rows


async def _work_hard(http: httpx.AsyncClient, job: str) -> tuple[dict[int, float], list[float]]:
    """Report by the clock; return when each percent was sent, and how long reports took."""
    told: dict[int, float] = {}
    took = []
    begun, reports = time.perf_counter(), SECONDS * A_SECOND // AT_ONCE
    for number in range(reports):
        await asyncio.sleep(max(0, begun + number * AT_ONCE / A_SECOND - time.perf_counter()))
        percent = 100 * (number + 1) // reports
        sent, at = time.perf_counter(), time.time() * 1000
        await _report(http, job, [*_events(AT_ONCE - 1), {"op": "progress", "progress": percent}])
        took.append((time.perf_counter() - sent) * 1000)
        told.setdefault(percent, at)
    return told, took


def _events(number: int) -> list[dict[str, Any]]:
    """A third each: a step is there, goes, is completed."""
    items: list[dict[str, Any]] = []
    while len(items) < number:
        id = str(uuid4())
        items.append({"op": "step", "id": id, "name": f"Part {id[:6]}", "phase": "EXECUTION"})
        items += [{"op": "update", "stepId": id, "status": s} for s in ("RUNNING", "COMPLETED")]
    return items[:number]


async def _behind(page: Page, told: dict[int, float]) -> list[float]:
    seen = await page.evaluate("window.seen")
    late = []
    for percent, at in told.items():
        shown = next((when for when, value in seen if value >= percent), None)
        assert shown is not None, f"{percent} % never came to {page.url}"
        late.append(shown - at)
    return late


async def _start(http: httpx.AsyncClient, title: str) -> str:
    answer = await http.post(_JOBS, json={"type": "bench", "title": title})
    answer.raise_for_status()
    return str(answer.json()["id"])


async def _report(http: httpx.AsyncClient, job: str, items: list[dict[str, Any]]) -> None:
    answer = await http.post(f"{_JOBS}/{job}/batch", json={"items": items})
    assert answer.is_success, answer.text
