"""Figures of a fresh installation: start, memory, page weight, changes, import."""

import asyncio
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx2 as httpx
import psutil
from playwright.async_api import Page, async_playwright

from tests.bench.copying import copied
from tests.bench.row import Row, quantiles
from tests.bench.vault import packed
from tests.e2e.browser import ARGUMENTS, executable
from tests.e2e.site import Person, Site, running
from tests.several import HERE, several

PAGES, TIMES = 3_000, 30
_ENTRIES = "/api/knowledge/entries"
# Notes with the time of this machine what the page says, whenever that changes.
_OBSERVE = """() => {
  window.seen = {};
  const look = () => {
    for (const [said] of document.body.innerText.matchAll(/change number \\d+/g))
      window.seen[said] ??= Date.now();
  };
  new MutationObserver(look).observe(document.body,
    { subtree: true, childList: true, characterData: true });
}"""

# From the moment at which the browser hears a click to the change of the page that it leads to.
_CLICK_TO_DOM = """() => {
  window.took = [];
  let clicked = 0;
  const back = () => document.querySelector("main").innerText.includes("Bring it back");
  addEventListener("click", event => { clicked = event.timeStamp; }, { capture: true });
  new MutationObserver(() => {
    if (!clicked || back()) return;
    window.took.push(performance.now() - clicked);
    clicked = 0;
  }).observe(document.body, { subtree: true, childList: true });
}"""


def measure() -> list[Row]:
    """Return the rows about the whole, on a data folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        whole = asyncio.run(_measure(Path(name)))
    with tempfile.TemporaryDirectory() as name:
        return [*whole, *asyncio.run(_measure_several(Path(name)))]


async def _measure(folder: Path) -> list[Row]:
    with running(folder) as server:
        root = server.set_up()
    began = time.perf_counter()
    with running(folder) as server:
        started = time.perf_counter() - began
        server.root = root = Person(server.url, root.name, root.email, root.token)
        await asyncio.sleep(10)  # until the worker has started and nothing goes on any more
        idle = _memory(folder)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
            site = Site(server, browser)
            rows = [
                Row(
                    "start", "4 s", f"{started:.1f} s", how="built before; `mosaic up` to an answer"
                ),
                Row(
                    "memory at idle", "450 MB", f"{idle:.0f} MB", how="web, worker, PostgreSQL; PSS"
                ),
                *await _weight(site),
                *await _clicks(site),
                *await _changes(site),
                *_importing(site, folder, idle),
            ]
            await site.close()
            await browser.close()
    return rows


async def _measure_several(folder: Path) -> list[Row]:
    async with async_playwright() as playwright, several(folder) as two:
        browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        site = Site(two.server, browser)
        # To the process that the browser is not connected to.
        late = await _late(site, lambda: f"http://{HERE}:{two.ports[two.pages_of_each().index(0)]}")
        await site.close()
        await browser.close()
    how = "the same, sent to the other one"
    return [Row("change seen, with two web processes", "300 ms at p95", quantiles(late), how=how)]


def _memory(folder: Path) -> float:
    """Return megabytes of the server, its worker and PostgreSQL; what is shared counts once."""
    postmaster = (folder / "data" / "postgres" / "data" / "postmaster.pid").read_text().split()[0]
    database = psutil.Process(int(postmaster))
    ours = [
        one for one in psutil.Process().children(recursive=True) if "mosaic" in str(one.cmdline())
    ]
    every = [*ours, database, *database.children(recursive=True)]
    total = 0.0
    for one in every:
        with suppress(psutil.NoSuchProcess):  # one of PostgreSQL's that was there for a moment
            total += one.memory_full_info().pss
    return total / 1_000_000


async def _weight(site: Site) -> list[Row]:
    ana, workspace = site.make_owner("Ana")
    page = await site.open("/login")
    sizes: list[float] = []
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Network.enable")
    await devtools.send("Network.clearBrowserCache")
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    cookie = {"name": "mosaic_session", "value": ana.token, "url": site.url}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]
    await page.goto(f"/w/{workspace}")
    await page.wait_for_load_state("networkidle")
    how = "today's page, an empty browser cache, as sent"
    return [Row("first load", "450 kB", f"{sum(sizes) / 1000:.0f} kB", how=how)]


async def _clicks(site: Site) -> list[Row]:
    ana, workspace = site.make_owner("Ana")
    place = f"{_ENTRIES}/clicked?workspaceId={workspace}"
    ana.ask("POST", f"{_ENTRIES}?workspaceId={workspace}", title="Clicked", content="A page.")
    page = await site.open(f"/w/{workspace}/knowledge/clicked", ana)
    await page.get_by_text("A page.").wait_for()
    await page.evaluate(_CLICK_TO_DOM)
    button = page.get_by_role("button", name="Bring it back")
    for number in range(TIMES):
        ana.ask("PATCH", place, status="ARCHIVED")
        await button.click()
        await page.wait_for_function("n => window.took.length > n", arg=number)
    took = await page.evaluate("window.took")
    how = f"an archived page is brought back, within the browser, {TIMES} times"
    return [Row("click to DOM with one write", "15 / 60 ms", quantiles(took), how=how)]


async def _changes(site: Site) -> list[Row]:
    late = await _late(site, lambda: site.url)
    how = f"from sending a PATCH to its sight in another's browser, {TIMES} times"
    return [Row("change by one, seen by another", "150 ms at p95", quantiles(late), how=how)]


async def _late(site: Site, where: Callable[[], str]) -> list[float]:
    """Return after how many milliseconds a browser shows changes, sent to the address `where()`."""
    ana, workspace = site.make_owner("Ana")
    mia = site.make_person("Mia")
    ana.take_in(workspace, mia)
    query = f"?workspaceId={workspace}"
    slug = mia.ask("POST", f"{_ENTRIES}{query}", title="Seen", content="Nothing yet")["slug"]
    page = await site.open(f"/w/{workspace}/knowledge/{slug}", ana)
    await page.get_by_text("Nothing yet").wait_for()
    await page.evaluate(_OBSERVE)
    late, headers = [], {"Authorization": f"Bearer {mia.token}"}
    async with httpx.AsyncClient(base_url=where(), headers=headers, timeout=30) as http:
        for number in range(TIMES):
            said, sent = f"change number {number}", time.time() * 1000
            await http.patch(f"{_ENTRIES}/{slug}{query}", json={"content": said})
            late.append(await _seen(page, said) - sent)
    return late


async def _seen(page: Page, said: str) -> float:
    found = await page.wait_for_function("said => window.seen[said]", arg=said)
    return float(await found.json_value())


def _importing(site: Site, folder: Path, idle: float) -> list[Row]:
    took, workspace = _imported(site, lambda: None)
    _, other = site.make_owner("Ben")
    floor = copied(folder, workspace, other)
    seen: list[float] = []
    # In an import of its own: adding up the memory of each process takes a good part of a core.
    _imported(site, lambda: seen.append(_memory(folder)))
    how = f"{PAGES:,} pages with 3 links each as a .zip over REST, to the end of the run"
    above = f"{max(0, max(seen) - idle):.0f} MB"
    return [
        Row(
            "import of a vault",
            "250 pages a second",
            f"{PAGES / took:.0f} a second",
            f"{PAGES / floor:.0f} a second",
            f"{took / floor:.1f}",
            how=how + "; the floor copies its rows within PostgreSQL",
        ),
        Row("its memory above idle", "300 MB", above, how="a second one; all processes, PSS"),
    ]


def _imported(site: Site, look: Callable[[], None]) -> tuple[float, str]:
    """Import a vault, looking all the while; return how long it took, and the new workspace."""
    ana, workspace = site.make_owner("Ana")
    headers = {"Authorization": f"Bearer {ana.token}", "X-Workspace-Id": workspace}
    files = {"files": ("vault.zip", packed(PAGES), "application/zip")}
    began = time.perf_counter()
    with httpx.Client(base_url=site.url, headers=headers, timeout=120) as http:
        answer = http.post("/api/knowledge/import", files=files)
        assert answer.status_code == 202, answer.text
        job = f"/api/runner-jobs/{answer.json()['jobId']}"
        while (status := http.get(job).json()["status"]) not in ("COMPLETED", "FAILED"):
            look()
            time.sleep(0.1)
    assert status == "COMPLETED", f"The import is {status}"
    return time.perf_counter() - began, workspace
