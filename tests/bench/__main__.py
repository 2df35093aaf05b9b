"""`make bench`: measures what design goals name, on this machine, and prints one table.

`make bench ONLY=knowledge` measures one part, `WRITE=1` writes the table into the documentation.
Timings are never asserted: what they are good for is comparing two states of Mosaic on one quiet
machine.
"""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import async_playwright

from tests.bench import boards, cache, drawing, jobs, knowledge, report, timelines, whole
from tests.bench.row import Row
from tests.bench.stage import served
from tests.e2e.browser import ARGUMENTS, DRAWING, executable
from tests.e2e.site import Site, running

Measured = Callable[[Site], Awaitable[list[Row]]]


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


def _graph() -> list[Row]:
    return _on_a_site(drawing.measure, DRAWING)


def _jobs() -> list[Row]:
    return _on_a_site(jobs.measure, ARGUMENTS)


def _boards() -> list[Row]:
    return _on_a_site(_both, ARGUMENTS)


async def _both(site: Site) -> list[Row]:
    return [*await boards.measure(site), *await timelines.measure(site)]


def _on_a_site(measure: Measured, arguments: list[str]) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_measured(measure, arguments, Path(folder)))


async def _measured(measure: Measured, arguments: list[str], folder: Path) -> list[Row]:
    with running(folder) as server:
        server.set_up()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable(), args=arguments)
            site = Site(server, browser)
            rows = await measure(site)
            await site.close()
            await browser.close()
    return rows


PARTS: dict[str, Callable[[], list[Row]]] = {
    "knowledge": _knowledge,
    "graph": _graph,
    "whole": whole.measure,
    "jobs": _jobs,
    "boards": _boards,
}

if __name__ == "__main__":
    main()
