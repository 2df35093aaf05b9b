"""One real server and one browser for all tests of this folder; a site of its own for each."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.e2e.browser import ARGUMENTS, executable
from tests.e2e.site import Server, Site, running

HERE = Path(__file__).parent
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, and let it come first and in one row.

    So one process of several runs it while another one goes on with the rest, and the server and
    the browser are ended when it is through. The first test may wait for the frontend to be built.
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("e2e")
            item.add_marker(pytest.mark.timeout(300))
    items.sort(key=lambda item: HERE not in item.path.parents)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    return executable()


@pytest.fixture(scope="package")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that is set up."""
    with running(tmp_path_factory.mktemp("served")) as server:
        server.set_up()
        yield server


@pytest.fixture
async def site(served: Server, browser: Browser) -> AsyncIterator[Site]:
    """The server seen through browsers; fails when a page reported that something went wrong."""
    site = Site(served, browser)
    yield site
    await site.close()


@pytest.fixture
async def fresh_site(tmp_path: Path, browser: Browser) -> AsyncIterator[Site]:
    """A server of this test's own, where nobody has an account yet."""
    with running(tmp_path) as server:
        site = Site(server, browser)
        yield site
        await site.close()
