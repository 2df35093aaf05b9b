"""`make bench`: measures what design goals name, on this machine, and prints one table.

Timings are never asserted: what they are good for is comparing two states of Mosaic on one quiet
machine.
"""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import async_playwright
from rich.console import Console
from rich.table import Table

from tests.bench import jobs
from tests.bench.row import Row
from tests.e2e.browser import ARGUMENTS, executable
from tests.e2e.site import Site, running


async def _measure(folder: Path) -> list[Row]:
    with running(folder) as server:
        server.set_up()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
            site = Site(server, browser)
            rows = await jobs.measure(site)
            await site.close()
            await browser.close()
    return rows


def main() -> None:
    """Measure everything and print it."""
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(_measure(Path(folder)))
    table = Table("what", "goal", "floor", "ours", "how")
    for row in rows:
        table.add_row(row.what, row.goal, row.floor, row.ours, row.how)
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
