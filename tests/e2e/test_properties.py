"""Properties of a page in the browser: added, changed by two people, found by, taken away."""

from playwright.async_api import expect

from tests.e2e.site import Site, expect_said

HOSTILE = "<img src=x onerror=document.title='taken'>"


async def test_properties_are_added_changed_and_found_by(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    gil = site.make_person("Gil")
    ana.take_in(workspace, gil, "GUEST")
    place = f"/api/knowledge/entries?workspaceId={workspace}"
    walden = f"/api/knowledge/entries/walden?workspaceId={workspace}"
    ana.ask("POST", place, title="Walden", content="Woods.")
    ana.ask("POST", place, title="Other", content="", properties={"stars": 4})
    page = await site.open(f"/w/{workspace}/knowledge/walden", ana)
    await expect(page.locator(".prose")).to_be_visible()
    dialog, facts = page.get_by_role("dialog"), page.locator(".facts.properties > div")
    value = dialog.locator("[data-kind] .input").filter(visible=True)

    async def ask(button: str) -> None:
        await page.get_by_role("button", name=button).click()
        await expect(dialog).to_be_visible()

    async def fill(name: str, kind: str, said: str) -> None:
        await dialog.get_by_label("Name").fill(name)
        await dialog.get_by_label("Kind").select_option(kind)
        await value.fill(said)
        await dialog.get_by_role("button", name="Save").click()

    await page.get_by_role("button", name="More to do with this page").click()
    await page.get_by_role("menuitem", name="Add a property").click()
    await fill("tags", "Number", "many")
    await expect_said(value, "A number is written like 12 or 3.5.")
    await fill("tags", "Number", "5")
    await expect_said(dialog.get_by_label("Name"), "is among the fields of the page")
    await fill("stars", "Number", "5")
    await expect(dialog).to_have_count(0)
    await expect(facts).to_have_text(["stars5"])
    await ask("Add a property")
    await fill(HOSTILE, "List", f"{HOSTILE}\nwoods")
    await expect(facts).to_have_text([f"{HOSTILE}{HOSTILE}woods", "stars5"])

    # Two at once: what the other wrote is said, and nothing that was typed is lost.
    await ask("Change stars")
    nested = {"by": {"a": 1}}
    ana.ask("PATCH", walden, properties={"stars": 3, "nested": nested, HOSTILE: ["woods"]})
    await fill("stars", "Number", "4")
    await expect(dialog).to_contain_text("place; theirs is: 3")
    await expect(value).to_have_value("4")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    await ask(f"Change {HOSTILE}")
    await dialog.get_by_role("button", name="Remove").click()
    kept = 'nested{"by": {"a": 1}}Kept as it was brought'
    await expect(facts).to_have_text([kept, "stars4"])
    assert ana.ask("GET", walden)["properties"] == {"nested": nested, "stars": 4}
    assert "taken" not in await page.title()

    await page.get_by_role("link", name="4", exact=True).click()
    await expect(page.locator("a.row")).to_have_count(2)
    phone = await site.open(f"/w/{workspace}/knowledge/walden", gil, width=390)
    await expect(phone.locator(".facts.properties > div")).to_have_count(2)
    await expect(phone.get_by_role("button", name="Add a property")).to_have_count(0)
    await expect(phone.get_by_role("button", name="Change stars")).to_have_count(0)
