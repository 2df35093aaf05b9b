"""The settings page about the cache."""

from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.site import Site


async def test_the_cache_is_looked_after(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    gil = site.make_person("Gil")
    ana.take_in(workspace, gil, "GUEST")
    query = f"?workspaceId={workspace}"
    ana.ask("POST", f"/api/knowledge/entries{query}", title="Tea", content="Green")
    for _ in range(4):
        ana.ask("GET", f"/api/knowledge/entries/tea{query}")

    hers = await site.open(f"/w/{workspace}/settings/cache", ana)
    his = await site.open(f"/w/{workspace}/settings/cache", gil, width=390)
    pages = hers.get_by_role("region", name="By kind of answer").get_by_role("row", name="Pages")
    await expect(pages).to_have_text("Pages3175%")
    await expect(hers.locator(".chart .bars path").first).to_be_attached()
    await expect(hers.get_by_text("Kept now")).to_be_visible()
    assert await serious(hers) == []
    await expect(his.get_by_text("75%").first).to_be_visible()
    await expect(his.get_by_role("button", name="Clear the cache")).to_have_count(0)
    assert await his.evaluate("document.documentElement.scrollWidth") <= 390

    await hers.get_by_role("button", name="Clear the cache").click()
    await hers.get_by_role("dialog").get_by_role("button", name="Clear the cache").click()
    await expect(hers.get_by_text("1 answer let go.")).to_be_visible()
    await expect(hers.get_by_text("0 · 0.0 kB")).to_be_visible()
    await hers.get_by_role("button", name="Count anew").click()
    await hers.get_by_role("dialog").get_by_role("button", name="Count anew").click()
    await expect(hers.get_by_text("Nothing was asked for in this time.")).to_be_visible()
    # The other sees it without doing anything.
    await expect(his.get_by_text("Nothing was asked for in this time.")).to_be_visible()
