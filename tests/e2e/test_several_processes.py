"""Several web processes behind nginx, with a real Valkey: as one for whoever uses them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.site import PASSWORD, Person, Server, Site, free_port, request
from tests.proxy import needs_proxy, proxy
from tests.several import HERE, Several, several
from tests.valkey import needs_server
from tests.waiting import until

pytestmark = [needs_server, needs_proxy]


@pytest.fixture
async def served_by_two(tmp_path: Path, browser: Browser) -> AsyncIterator[tuple[Several, Site]]:
    outside, inside = free_port(HERE), free_port(HERE)
    address = f"http://{HERE}:{outside}"
    with proxy(tmp_path / "proxy", outside, inside):
        async with several(tmp_path, inside, MOSAIC_APP_URL=address) as made:
            site = Site(
                Server(address, made.server.log, made.server.process, made.server.root), browser
            )
            assert site.server.root
            site.server.root.url = address
            yield made, site
            for context in site.contexts:
                await context.close()


async def test_one_is_killed_and_nobody_loses_anything(
    served_by_two: tuple[Several, Site],
) -> None:
    two, site = served_by_two
    ana, workspace = site.make_owner("Ana")
    where = f"?workspaceId={workspace}"
    entries = "/api/knowledge/entries"
    for title in ("Seen", "Written"):
        ana.ask("POST", f"{entries}{where}", title=title, content="Nothing yet.")
    pages: list[Page] = []
    while 0 in two.pages_of_each():
        pages.append(await site.open(f"/w/{workspace}/knowledge/seen", ana))
        await expect(pages[-1].get_by_text("Nothing yet.")).to_be_visible()
        assert len(pages) < 30
    writing = await site.open(f"/w/{workspace}/knowledge/written/edit", ana)
    text = writing.locator(".cm-content")
    await text.click()

    async def all_see(words: str) -> None:
        ana.ask("PATCH", f"{entries}/seen{where}", content=words)
        for page in pages:
            await expect(page.get_by_text(words)).to_be_visible()

    await all_see("Two processes are as one.")

    async def one_is_killed(number: int) -> None:
        kept: list[str] = []
        writer = asyncio.create_task(_write(ana, f"{entries}{where}", f"Round {number}", kept))
        await until(lambda: len(kept) > 5)
        await writing.keyboard.type(f"Line {number} before. ")
        os.kill(two.processes()[number].pid, signal.SIGKILL)
        await writing.keyboard.type(f"Line {number} after. ")
        done = len(kept)
        await until(lambda: len(kept) > done + 5)
        writer.cancel()
        await until(lambda: len(two.processes()) == 2 and -1 not in two.pages_of_each())
        for title in kept:
            address = f"{entries}/{title.lower().replace(',', '').replace(' ', '-')}{where}"
            assert ana.ask("GET", address)["title"] == title
        await all_see(f"After {number + 1} of them were killed.")

    # Each of them once, so that every page has been at one that is killed.
    for number in range(2):
        await one_is_killed(number)
    for words in ("Line 0 before. Line 0 after.", "Line 1 before. Line 1 after."):
        await expect(text).to_contain_text(words)
    await writing.get_by_role("button", name="Save", exact=True).click()
    await writing.wait_for_url("**/knowledge/written")
    said = ana.ask("GET", f"{entries}/written{where}")["content"]
    assert "Line 0 before. Line 0 after. Line 1 before. Line 1 after." in said

    # Pauses after failed sign-ins are those of all processes, for whom the proxy speaks.
    def try_in(port: int, address: str) -> int:
        body = {"email": ana.email, "password": "not this one"}
        url, headers = f"http://{HERE}:{port}/api/auth/login", {"X-Forwarded-For": address}
        return request("POST", url, json=body, headers=headers).status_code

    tried = [try_in(two.ports[number % 2], "203.0.113.7") for number in range(6)]
    assert tried == [401] * 5 + [429]
    body = {"email": ana.email, "password": PASSWORD}
    assert request("POST", f"{site.url}/api/auth/login", json=body).status_code == 200

    # Valkey dies: what is read and written goes on; when it is back, empty, so do the pages.
    await two.valkey.kill()
    assert ana.ask("GET", f"{entries}/seen{where}")["title"] == "Seen"
    ana.ask("PATCH", f"{entries}/seen{where}", content="Written without Valkey.")
    await two.valkey.start()
    for page in pages:
        await expect(page.get_by_text("Written without Valkey.")).to_be_visible()
    await all_see("Valkey is back.")


async def _write(person: Person, path: str, title: str, kept: list[str]) -> None:
    """Make page after page; the titles of those that were acknowledged are in `kept`."""
    headers = {"Authorization": f"Bearer {person.token}"}
    async with httpx.AsyncClient(base_url=person.url, headers=headers, timeout=30) as http:
        for number in range(1_000):
            made = {"title": f"{title}, page {number}", "content": "A page."}
            answer = await http.post(path, json=made)
            if answer.is_success:
                kept.append(made["title"])
            else:
                assert answer.status_code == 502, answer.text  # nginx, of one that was just killed
