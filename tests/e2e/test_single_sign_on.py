"""Sign-in at a certified OpenID Connect provider, from the click to the page and out again."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.async_api import Browser, expect

from mosaic.node import building_environment
from tests.e2e.site import Site, free_port, running
from tests.waiting import until

HERE = Path(__file__).parent / "provider"
CLIENT, SECRET = "mosaic", "a secret of both"


@contextmanager
def _providing(folder: Path, port: int, site: str) -> Iterator[subprocess.Popen[bytes]]:
    """Bring the provider's packages, and let it serve until the end."""
    tools = building_environment()
    here = folder / "provider"
    shutil.copytree(HERE, here)
    subprocess.run(["npm", "ci", "--silent"], cwd=here, env=tools, check=True)
    command = ["node", "provider.mjs", str(port), CLIENT, SECRET, site]
    process = subprocess.Popen(command, cwd=here, env=tools, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_from_the_click_to_the_page_and_out_again(tmp_path: Path, browser: Browser) -> None:
    port, there = free_port("127.0.0.1"), free_port("127.0.0.1")
    settings = {
        "OIDC_ISSUER": f"http://127.0.0.1:{there}",
        "OIDC_CLIENT_ID": CLIENT,
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_NAME": "Authentik",
        "OIDC_GROUP_MAP": json.dumps({"gardeners": "first:MEMBER"}),
    }
    with running(tmp_path, port=port, **settings) as server:
        # It is there before its provider is.
        server.set_up()
        site = Site(server, browser)
        page = await site.open("/w/first/tasks?view=mine")
        button = page.get_by_role("link", name="Continue with Authentik")
        await expect(page.get_by_label("Password")).to_be_visible()
        await button.click()
        await expect(page.get_by_role("heading", name="Nobody was signed in")).to_be_visible()
        site.problems.clear()  # the browser tells of the answer 503
        await page.get_by_role("link", name="Back to the sign-in page").click()

        with _providing(tmp_path, there, server.url):
            await until(lambda: _answers(there), 30)
            await page.goto("/w/first/tasks?view=mine")
            await button.click()
            await page.get_by_placeholder("Enter any login").fill("nora")
            await page.get_by_placeholder("and password").fill("anything")
            await page.get_by_role("button", name="Sign-in").click()
            await page.get_by_role("button", name="Continue").click()
            await expect(page).to_have_url(f"{server.url}/w/first/tasks?view=mine")
            await expect(page.get_by_role("button", name="Nora")).to_be_visible()

            # Nora has no password here that could be changed.
            await page.goto("/account")
            await expect(page.get_by_text("This browser", exact=True)).to_be_visible()
            await expect(page.get_by_role("heading", name="Password")).to_be_hidden()

            await page.get_by_role("button", name="Nora").click()
            await page.get_by_role("menuitem", name="Sign out").click()
            await page.get_by_role("button", name="Yes, sign me out").click()
            await expect(page).to_have_url(f"{server.url}/login")
            await page.goto("/w/first/tasks")
            await expect(button).to_be_visible()
            # There, too: who comes again is asked who they are.
            await button.click()
            await expect(page.get_by_placeholder("Enter any login")).to_be_visible()
        # The provider's own pages ask for a font and a picture that are not here.
        site.problems[:] = [one for one in site.problems if one.startswith(server.url)]
        await site.close()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
