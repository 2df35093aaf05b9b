"""Templates and the daily note in the browser."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.async_api import expect

from mosaic.knowledge.daily import today
from tests.e2e.site import Site

HOSTILE = "<img src=x onerror=document.title='taken'>"


async def test_a_page_begins_with_a_template_and_a_day_with_its_own(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    place = f"/api/knowledge/entries?workspaceId={workspace}"
    for title, content in [(HOSTILE, "x"), ("Daily note", "Today is {{date}}.")]:
        ana.ask("POST", place, title=title, content=content, tags=["template"])
    content = "About {{title}}, begun {{date:YYYY}}."
    told = {"about": "{{title}}", "on": ["{{date}}"], "template": True}
    tags = ["template", "talk"]
    ana.ask("POST", place, title="Meeting", content=content, tags=tags, properties=told)

    page = await site.open(f"/w/{workspace}/templates", ana)
    await expect(page.locator(".rows > .row")).to_have_count(3)
    await page.get_by_role("link", name="Begin a page with Meeting").click()
    await expect(page.get_by_text("properties come along: about, on")).to_be_visible()
    await page.get_by_role("textbox", name="Title").fill('"Roses": a')
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".prose")).to_have_text(f'About "Roses": a, begun {today():%Y}.')
    facts = page.locator(".facts.properties > div")
    await expect(facts).to_have_text(['about"Roses": a', f"on{today()}"])
    await expect(page.locator(".tag")).to_have_text(["#talk"])
    await page.goto(f"/w/{workspace}/knowledge/new")
    await expect(page.get_by_role("navigation", name="Templates").locator("a")).to_have_count(3)

    await page.goto(f"/w/{workspace}")
    await page.locator("header").get_by_role("link", name="Daily note").click()
    await expect(page).to_have_url(re.compile(rf"/knowledge/{today()}$"))
    await expect(page.locator(".prose")).to_have_text(f"Today is {today()}.")
    await page.get_by_role("link", name="Day before").click()
    await expect(page.get_by_text("Nothing is written for this day.")).to_be_visible()
    await page.get_by_role("link", name="Day after").click()
    await expect(page.locator(".prose")).to_have_text(f"Today is {today()}.")
    assert "taken" not in await page.title()

    # Today is the person's: in these two places it is never the same day.
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        there = await site.open(f"/w/{workspace}/daily", ana, zone=zone)
        await expect(there.locator(".prose")).to_have_text(re.compile(r"^Today is 20"))
        day = str(datetime.now(ZoneInfo(zone)).date())
        await expect(there.locator("h1")).to_have_text(day)
        await expect(there.locator(".prose")).to_have_text(f"Today is {day}.")
