"""A page gets another name, its links follow, and it is taken back."""

from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.site import Site, expect_said


async def test_a_rename_is_seen_before_done_and_taken_back(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    entries = f"/api/knowledge/entries?workspaceId={workspace}"
    for title, content in (
        ("Garden", "Where things grow."),
        ("Soil", "Below the [[Garden]].\n\nStill [[Garden|there]]."),
        ("Rain", "On the [[Garden]]."),
    ):
        ana.ask("POST", entries, title=title, content=content)

    def text(slug: str) -> str:
        return str(ana.ask("GET", f"{entries.replace('?', f'/{slug}?')}")["content"])

    page = await site.open(f"/w/{workspace}/knowledge/garden", ana)
    await page.get_by_role("button", name="More to do with this page").click()
    await page.get_by_role("menuitem", name="Rename").click()
    title = page.get_by_label("New title")
    await expect(title).to_have_value("Garden")
    await title.fill("")
    await expect(title).to_have_attribute("aria-invalid", "true")
    await title.fill("Soil")
    await expect(page.get_by_text("Other pages have this title, too.")).to_be_visible()
    await title.fill("Orchard")
    await expect(page.get_by_text("3 lines on 2 pages written anew")).to_be_visible()
    await expect(page.locator(".difference ins").first).to_contain_text("Orchard")
    assert await serious(page) == []
    await page.get_by_label("Write the links anew").uncheck()
    await expect(page.get_by_text("Links stay as they are written")).to_be_visible()
    await page.get_by_label("Write the links anew").check()
    await expect(page.locator(".difference")).to_have_count(3)
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390

    await page.locator("summary", has_text="Address").click()
    address = page.get_by_role("textbox", name="Address")
    await address.fill("soil")
    await expect_said(address, "This address is taken by another page.")
    await address.fill("")
    await expect(page.locator(".difference")).to_have_count(3)
    assert text("rain") == "On the [[Garden]]."
    await page.get_by_role("button", name="Rename", exact=True).click()
    await expect(page.get_by_text("2 pages were written anew.")).to_be_visible()
    assert text("soil") == "Below the [[Orchard]].\n\nStill [[Orchard|there]]."

    # Somebody goes on writing on one of the pages: it stays as it is.
    ana.ask("PATCH", entries.replace("?", "/rain?"), content="Much on the [[Orchard]].")
    # The way back is there later, too.
    await page.reload()
    await expect(page.get_by_text("Until its last rename it was called “Garden”.")).to_be_visible()
    assert await serious(page) == []
    await page.get_by_role("button", name="Take it back").click()
    await expect(page.get_by_text("It is called “Garden” again.")).to_be_visible()
    await expect(page.get_by_text("Somebody has changed these since")).to_be_visible()
    assert text("soil") == "Below the [[Garden]].\n\nStill [[Garden|there]]."
    assert text("rain") == "Much on the [[Orchard]]."
    await page.get_by_role("link", name="Open it").click()
    await expect(page.get_by_role("heading", name="Garden", level=1)).to_be_visible()
