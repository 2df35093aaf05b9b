"""Search in the browser, as one types."""

import re

from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.site import Site


async def test_search_as_one_types(site: Site) -> None:
    person, workspace = site.make_owner("Ana")
    path = f"/api/knowledge/entries?workspaceId={workspace}"
    for title, content, tags in (
        ("Garden", "Tulips in spring, and <b>compost</b>.", ["home"]),
        ("Notes", "Where the yellow tulips came from.", []),
        ("旅行", "日本語の漢字", []),
    ):
        person.ask("POST", path, title=title, content=content, tags=tags)
    page = await site.open(f"/w/{workspace}/search", person, width=390)
    field = page.get_by_role("searchbox")
    rows = page.locator(".rows .row")
    await expect(page.get_by_text("Type a word")).to_be_visible()
    await field.press_sequentially("tul", delay=20)
    await expect(rows).to_have_count(2)
    await expect(page.locator("mark").first).to_have_text("Tulips")
    await expect(page).to_have_url(re.compile(r"\?q=tul$"))
    await expect(field).to_be_focused()
    await field.press_sequentially("ips comp", delay=20)
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Garden")
    await field.fill("gardne")
    await expect(rows).to_contain_text("nearly the same letters")
    await field.fill("漢字")
    await expect(rows).to_contain_text("旅行")
    await field.fill("tulips")
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="#home").click()
    await expect(rows).to_have_count(1)
    await expect(page).to_have_url(re.compile(r"\?q=tulips&tag=home$"))
    await page.reload()
    await expect(field).to_have_value("tulips")
    await expect(rows).to_have_count(1)
    assert await serious(page) == []
    await page.go_back()
    await expect(rows).to_have_count(2)
    await page.get_by_label("Changed").select_option("Past week")
    await expect(page).to_have_url(re.compile(r"\?q=tulips&changed=7$"))
    await page.get_by_label("Status").select_option("Drafts")
    await expect(page.get_by_text("No page holds this.")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Changed")).to_have_value("7")
    await page.get_by_label("Status").select_option("Published")
    await expect(rows).to_have_count(2)
    await field.fill("tag:home")
    await expect(rows).to_have_count(1)
    assert await serious(page) == []
    await field.fill("nothing like this")
    await expect(page.get_by_text("No page holds this.")).to_be_visible()

    # Somebody else writes what is searched for.
    person.ask("POST", path, title="New", content="nothing like this before")
    await expect(rows).to_have_count(1)
    await rows.click()
    await expect(page.locator(".page-head h1")).to_have_text("New")

    desk = await site.open(f"/w/{workspace}", person)
    await expect(desk.locator(".page-head h1")).to_contain_text("Anas place")
    await desk.keyboard.press("Control+k")
    await desk.get_by_role("dialog").get_by_role("combobox").fill("is:published yellow")
    found = desk.get_by_role("option", name="Notes")
    await expect(found.locator("mark")).to_have_text("yellow")
    await found.click()
    await expect(desk.locator(".page-head h1")).to_have_text("Notes")
