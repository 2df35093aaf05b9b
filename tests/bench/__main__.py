"""`make bench`: measures what design goals name, on this machine, and prints one table.

`make bench ONLY=knowledge` measures one part, `WRITE=1` writes the table into the documentation.
Timings are never asserted: what they are good for is comparing two states of Mosaic on one quiet
machine.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.async_api import async_playwright

from tests.bench import cache, jobs, knowledge, report, whole
from tests.bench.row import Row
from tests.bench.stage import served
from tests.e2e.browser import ARGUMENTS, executable
from tests.e2e.site import Site, running


def main() -> None:
    """Measure everything, or the parts that ONLY names, and print it."""
    only = os.environ.get("ONLY", "").replace(",", " ").split() or list(PARTS)
    for part in only:
        rows = PARTS[part]()
        report.show(part, rows)
        if os.environ.get("WRITE"):
            report.write(part, rows)


def _knowledge() -> list[Row]:
    with served() as stage:
        return [*knowledge.measure(stage), *cache.measure(stage)]


def _jobs() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_jobs_in(Path(folder)))


async def _jobs_in(folder: Path) -> list[Row]:
    with running(folder) as server:
        server.set_up()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
            site = Site(server, browser)
            rows = await jobs.measure(site)
            await site.close()
            await browser.close()
    return rows


PARTS: dict[str, Callable[[], list[Row]]] = {
    "knowledge": _knowledge,
    "whole": whole.measure,
    "jobs": _jobs,
}

if __name__ == "__main__":
    main()
