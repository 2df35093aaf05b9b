"""What a page was: compared, read, brought back."""

import re

from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.site import Site


async def test_versions_are_compared_and_brought_back(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    place = f"/api/knowledge/entries/garden?workspaceId={workspace}"
    body = {"title": "Garden", "content": "one\ntwo words\nthree\n<b>bold</b>"}
    ana.ask("POST", f"/api/knowledge/entries?workspaceId={workspace}", **body)
    ana.ask("PATCH", place, content="one\ntwo letters\nthree\n<b>bold</b>", changeNote="Why not")
    ana.ask("PATCH", place, title="Gardens", content="two letters\nthree\n<b>bold</b>\nfour")
    page = await site.open(f"/w/{workspace}/knowledge/garden", ana)
    await page.get_by_role("link", name=re.compile("^Changed")).click()
    await expect(page.locator(".versions > li")).to_have_count(3)
    await expect(
        page.get_by_text("Version 2 to 3: 1 line added, 1 line taken away")
    ).to_be_visible()
    await expect(page.locator(".difference ins").first).to_have_text("Gardens")
    await page.locator(".versions a", has_text="Why not").click()
    await expect(page.locator(".difference del")).to_have_text("words")
    await expect(page.locator(".difference ins")).to_have_text("letters")
    await expect(page).to_have_url(re.compile(r"\?from=1&to=2$"))
    await expect(page.locator(".difference", has_text="<b>bold</b>").first).to_be_visible()
    assert await serious(page) == []
    await page.reload()
    await expect(page.locator(".difference del")).to_have_text("words")
    await page.locator(".versions > li", has_text="Version 1").get_by_text("All since").click()
    await expect(page).to_have_url(re.compile(r"\?from=1&to=3$"))
    await expect(page.get_by_text("Version 1 to 3")).to_be_visible()
    await page.go_back()
    await expect(page).to_have_url(re.compile(r"\?from=1&to=2$"))
    await expect(page.get_by_text("Version 1 to 2")).to_be_visible()
    await page.get_by_role("link", name="Read it").click()
    await expect(page.locator(".prose b")).to_have_text("bold")

    # Somebody saves meanwhile: the time line follows.
    ana.ask("PATCH", place, content="five")
    await expect(page.locator(".versions > li")).to_have_count(4)
    await page.get_by_role("button", name="Bring back version 2").click()
    await expect(
        page.get_by_text("Version 2 is back. What was there is version 4.")
    ).to_be_visible()
    await expect(page.locator(".prose")).to_contain_text("two letters")

    phone = await site.open(f"/w/{workspace}/knowledge/garden/history?from=1&to=4", ana, width=390)
    await expect(phone.locator(".differences")).to_be_visible()
    width = await phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
