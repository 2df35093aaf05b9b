"""Tags in the browser: named, coloured, merged, removed."""

import re

from playwright.async_api import expect

from tests.e2e.site import Site

HOSTILE = "<img src=x onerror=document.title='taken'>"


async def test_a_tag_is_named_coloured_merged_and_taken_off(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    place = f"/api/knowledge/entries?workspaceId={workspace}"
    for title, tags in [
        ("Green", ["tea", "drink"]),
        ("Black", ["tea/black"]),
        ("Cocoa", ["drinks"]),
        ("Odd", [HOSTILE]),
    ]:
        ana.ask("POST", place, title=title, content="", tags=tags)
    page = await site.open(f"/w/{workspace}/tags", ana)
    lines = page.locator(".rows > .row")
    await expect(lines).to_have_count(5)
    await expect(page.get_by_role("link", name=f"#{HOSTILE}")).to_be_visible()

    async def choose(tag: str, action: str) -> None:
        await page.get_by_role("button", name=f"What to do with #{tag}", exact=True).click()
        await page.get_by_role("menuitem", name=action).click()

    await choose("drink", "Name and colour")
    await page.get_by_role("textbox", name="Name").fill("drinks")
    await page.get_by_role("radio", name="Clay").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Option to merge the two.")).to_be_visible()
    await page.get_by_role("button", name="Merge the two").click()
    await expect(lines).to_have_count(4)
    await expect(lines.filter(has_text="#drinks")).to_contain_text("2 pages")

    await choose("tea", "Name and colour")
    await page.get_by_role("radio", name="Moss").check()
    await page.get_by_role("button", name="Save").click()
    await expect(lines.locator(".dot")).to_have_count(1)
    await choose(HOSTILE, "Remove")
    await page.get_by_role("button", name="Remove", exact=True).click()
    await expect(page.get_by_text(f"#{HOSTILE} is taken off. The pages stay.")).to_be_visible()
    await expect(lines).to_have_count(3)

    await page.get_by_role("link", name="#tea", exact=True).click()
    await expect(page.locator("a.row")).to_have_count(2)  # what has tea/black is below tea
    await expect(page.get_by_role("link", name="#drinks")).to_be_visible()
    await choose("tea", "Name and colour")
    await page.get_by_role("textbox", name="Name").fill("Hot tea")
    await page.get_by_role("button", name="Save").click()
    await expect(page).to_have_url(re.compile(r"/tags/hot-tea$"))
    await expect(page.locator("h1")).to_have_text("#Hot tea")
    await page.get_by_role("link", name="Green").click()
    await expect(page.locator(".tag", has_text="#Hot tea").locator(".dot")).to_be_visible()
    assert "taken" not in await page.title()
