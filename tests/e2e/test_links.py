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
        ("Soil", "Turn it over in the garden."),
        ("Tea", "green"),
        ("Tea", "black"),
        ("Morning", "First a pot of [[Tea]]."),
        ("Evening", "Then [[Tea]] again."),
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
    await page.get_by_role("link", name="Several meanings").click()
    tea = page.locator(".findings > li")
    await expect(tea).to_contain_text("First a pot of Tea.")
    await tea.get_by_role("button", name="tea-2, on Morning").click()
    await expect(page.get_by_text("“Tea” on “Morning” means tea-2 now.")).to_be_visible()
    await expect(tea).not_to_contain_text("Morning")
    await page.get_by_role("button", name="Take it back").click()
    await expect(tea).to_contain_text("First a pot of Tea.")
    await tea.get_by_role("button", name="tea-2, everywhere").click()
    await expect(page.get_by_text("Every name means one page.")).to_be_visible()
    assert (
        ana.ask("GET", f"/api/knowledge/entries/evening?workspaceId={workspace}")["content"]
        == "Then [[tea-2|Tea]] again."
    )
    assert await serious(page) == []
    desk = await site.open(f"/w/{workspace}/links?kind=mentions", ana)
    named = desk.locator(".findings > li")
    await expect(named.filter(has_text="Turn it over in the garden.")).to_be_visible()
    await page.get_by_role("link", name="Unlinked").click()
    await tea.filter(has_text="Garden").get_by_role("button", name="Link it on Soil").click()
    await expect(page.get_by_text("“Soil” links there now.")).to_be_visible()
    await expect(named.filter(has_text="Garden")).to_have_count(0)
    await page.get_by_role("button", name="Take it back").click()
    await expect(named.filter(has_text="Turn it over in the garden.")).to_be_visible()
    await named.get_by_role("button", name="Link it on Soil").click()
    await expect(page.get_by_text("Every page that is named is linked")).to_be_visible()
    await desk.get_by_role("link", name="Alike").click()
    await named.get_by_role("link", name="Compare").click()
    await expect(desk.locator(".differences")).to_contain_text("black")
    assert await serious(desk) == []
    await desk.get_by_role("button", name="They are different").click()
    await expect(desk.get_by_text("No two pages are alike")).to_be_visible()
    await page.get_by_role("link", name="Wanted").click()
    await page.get_by_role("link", name="Write it").click()
    await expect(page.get_by_label("Title")).to_have_value("Shed")
    await page.get_by_label("Text").fill("Built last year, near the garden.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("region", name="Backlinks")).to_contain_text("Plan")

    await desk.goto(f"/w/{workspace}/knowledge/garden")
    unlinked = desk.get_by_role("region", name="Unlinked mentions")
    await expect(unlinked).to_contain_text("near the garden.")
    await unlinked.get_by_role("button", name="Link it on Shed").click()
    await expect(desk.get_by_role("region", name="Backlinks")).to_contain_text("Shed")
    await expect(unlinked).not_to_be_visible()
    place = f"/api/knowledge/entries/shed?workspaceId={workspace}"
    assert ana.ask("GET", place)["content"] == "Built last year, near the [[Garden|garden]]."
