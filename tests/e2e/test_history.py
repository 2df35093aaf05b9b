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
    await page.get_by_role("link", name="Compare Version 1").click()
    await expect(page).to_have_url(re.compile(r"\?from=1&to=3&keep=1$"))
    await expect(page.get_by_text("Version 1 to 3")).to_be_visible()
    await page.locator(".version", has_text="Why not").click()
    await expect(page.get_by_text("Version 1 to 2")).to_be_visible()
    await expect(page.get_by_text("Version 1 is kept")).to_be_visible()
    await page.go_back()
    await page.go_back()
    await expect(page).to_have_url(re.compile(r"\?from=1&to=2$"))
    await expect(page.get_by_text("Version 1 is kept")).to_be_hidden()
    await page.get_by_role("link", name="Read it").click()
    await expect(page.locator(".prose b")).to_have_text("bold")

    await page.locator(".pick input").last.fill("3")
    await page.locator(".pick").get_by_role("button", name="Compare").click()
    await expect(page).to_have_url(re.compile(r"\?from=1&to=3$"))
    await expect(page.get_by_text("Version 1 to 3")).to_be_visible()
    await page.locator(".version", has_text="Why not").click()
    await expect(page.get_by_text("Version 1 to 2")).to_be_visible()

    # Somebody saves meanwhile, twice: the time line follows, and what was saved is together.
    ana.ask("PATCH", place, content="five", tags=["tea"], properties={"rating": 4})
    ana.ask("PATCH", place, tags=["cup"], properties={"rating": 5}, status="DRAFT")
    await expect(page.locator(".version").first).to_contain_text("Versions 3 to 5")
    await page.get_by_role("button", name="3 edits").click()
    await expect(page.locator(".versions > .part")).to_have_count(3)
    await page.keyboard.press("k")
    await page.keyboard.press("k")
    await page.keyboard.press("k")
    await expect(page.get_by_text("4 to 5: status, tags and properties changed")).to_be_visible()
    await expect(page.locator(".fields")).to_have_text(
        "StatusPublished → DraftTags− tea + cuprating4 → 5"
    )
    await page.keyboard.press("j")
    await expect(page.get_by_text("Version 3 to 4")).to_be_visible()
    await page.get_by_role("button", name="Bring back version 4").click()
    await expect(
        page.get_by_text("Version 4 is back. What was there is version 5.")
    ).to_be_visible()
    await expect(page.get_by_text("5 to 6: tags and properties changed")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_text("The page is as it was, in version 5.")).to_be_visible()
    assert await serious(page) == []
    now = ana.ask("GET", place)
    assert (now["version"], now["status"], now["properties"]) == (7, "DRAFT", {"rating": 5})
    # Whatever is saved next is not to be undone by this.
    ana.ask("PATCH", place, content="seven")
    await expect(page.get_by_text("The page is as it was")).to_be_hidden()

    phone = await site.open(f"/w/{workspace}/knowledge/garden/history?from=1&to=4", ana, width=390)
    await expect(phone.locator(".differences")).to_be_visible()
    width = await phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    await phone.goto(f"/w/{workspace}/knowledge/garden/history?from=1&to=1")
    await expect(phone.get_by_text("Version 1, the first")).to_be_visible()
    await expect(phone.locator(".prose")).to_contain_text("words")
