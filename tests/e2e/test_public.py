"""A public page, opened by somebody without an account."""

from playwright.async_api import expect

from tests.e2e.site import Site


async def test_a_link_is_copied_and_read_without_an_account(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    place = f"/api/knowledge/entries?workspaceId={workspace}"
    content = (
        "For all. [[Hidden]] <img src=x onerror=\"document.title='taken'\">\n\n" + "wide" * 200
    )
    made = ana.ask("POST", place, title="<i>Garden</i>", content=content)
    page = await site.open(f"/w/{workspace}/knowledge/{made['slug']}", ana)
    await expect(page.locator(".prose")).to_be_visible()
    link = page.get_by_role("textbox", name="Public link")
    await expect(link).to_have_count(0)
    one = f"/api/knowledge/entries/{made['slug']}?workspaceId={workspace}"
    ana.ask("PATCH", one, visibility="PUBLIC")
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()

    public = await site.open(await link.input_value(), width=390, bypass_csp=True)
    await expect(public.get_by_role("heading")).to_have_text("<i>Garden</i>")
    await expect(public.get_by_text("For all. Hidden")).to_be_visible()
    await expect(public.get_by_role("link")).to_have_count(0)
    assert await public.title() == "<i>Garden</i>"
    assert await public.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ana.ask("PATCH", one, visibility="WORKSPACE")
    await public.reload()
    await expect(public.get_by_role("heading")).to_have_text("Nothing here")
    site.problems = [said for said in site.problems if "/p/" not in said]  # its 404
