"""What links wait for, and mentions that become links."""

from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.site import Site


async def test_links_are_looked_after(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    path = f"/api/knowledge/entries?workspaceId={workspace}"
    for title, content in (
        ("Garden", "# Beds"),
        ("Plan", "Dig in the garden. [[Shed]] [[Garden#Nothing]]"),
        ("Other", "[[Shed]]"),
        ("Alone", "text"),
    ):
        ana.ask("POST", path, title=title, content=content)
    page = await site.open(f"/w/{workspace}/knowledge", ana, width=390)
    await page.get_by_role("link", name="Links", exact=True).click()
    rows = page.locator(".rows > li")
    await expect(rows).to_have_count(1)
    await expect(rows).to_contain_text("Shed")
    await expect(rows).to_contain_text("Plan")
    assert await serious(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("link", name="On their own").click()
    await expect(rows.filter(has_text="Alone")).to_be_visible()
    await page.get_by_role("link", name="Headings").click()
    await expect(rows.filter(has_text="Garden#Nothing")).to_be_visible()
    await page.get_by_role("link", name="Wanted").click()
    await page.get_by_role("link", name="Write it").click()
    await expect(page.get_by_label("Title")).to_have_value("Shed")
    await page.get_by_label("Text").fill("Built last year, near the garden.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("region", name="Backlinks")).to_contain_text("Plan")

    desk = await site.open(f"/w/{workspace}/knowledge/garden", ana)
    unlinked = desk.get_by_role("region", name="Unlinked mentions")
    await expect(unlinked).to_contain_text("near the garden.")
    await unlinked.get_by_role("button", name="Link it on Shed").click()
    await expect(desk.get_by_role("region", name="Backlinks")).to_contain_text("Shed")
    await expect(unlinked).not_to_be_visible()
    place = f"/api/knowledge/entries/shed?workspaceId={workspace}"
    assert ana.ask("GET", place)["content"] == "Built last year, near the [[Garden|garden]]."
