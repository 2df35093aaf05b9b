"""Teams, and the workspace's name, address and end."""

import pytest
from playwright.async_api import expect

from tests.e2e.site import Site


async def test_two_administrators_see_each_others_teams(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    adam = site.make_person("Adam")
    ana.take_in(workspace, adam, "ADMIN")
    hers = await site.open(f"/w/{workspace}/settings/teams", ana)
    his = await site.open(f"/w/{workspace}/settings/teams", adam)
    await his.get_by_role("button", name="Make the first team").click()
    await his.get_by_label("Name").fill("Design")
    await his.get_by_label("Name").press("Enter")
    await expect(hers.get_by_role("heading", name="Design")).to_be_visible()

    await hers.get_by_role("button", name="Add to Design").click()
    await hers.get_by_role("menuitem", name="Adam").click()
    await expect(his.get_by_text("1 person")).to_be_visible()
    await his.get_by_role("button", name="Take Adam out of Design").click()
    await expect(hers.get_by_text("0 people")).to_be_visible()

    await hers.get_by_role("button", name="New team").click()
    dialog = hers.get_by_role("dialog")
    await dialog.get_by_label("Name").fill("Design")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("A team with this name is here already.")
    await expect(dialog.get_by_label("Name")).to_have_value("Design")
    await dialog.get_by_role("button", name="Cancel").click()

    await hers.get_by_role("button", name="What to do with Design").click()
    await hers.get_by_role("menuitem", name="Rename").click()
    await expect(dialog.get_by_label("Name")).to_have_value("Design")
    await dialog.get_by_label("Name").fill("Making")
    await dialog.get_by_role("button", name="Save").click()
    await expect(his.get_by_role("heading", name="Making")).to_be_visible()
    await his.get_by_role("button", name="What to do with Making").click()
    await his.get_by_role("menuitem", name="Remove").click()
    await his.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(hers.get_by_text("A team gathers people")).to_be_visible()


async def test_a_workspace_gets_another_name_and_address(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/settings/general", ana)
    await page.get_by_label("Address").fill("Not An Address")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Address")).to_have_value("Not An Address")
    await page.get_by_label("Address").fill("first")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("main")).to_contain_text("This address is taken.")

    await page.get_by_label("Name").fill("Reading Room")
    await page.get_by_label("Address").fill(f"{workspace}-new")
    await page.get_by_role("button", name="Save").click()
    await expect(page).to_have_url(f"{site.url}/w/{workspace}-new/settings/general")
    await expect(page.get_by_role("button", name="Reading Room")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Name")).to_have_value("Reading Room")


async def test_what_is_typed_survives_what_another_administrator_saves(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    adam = site.make_person("Adam")
    ana.take_in(workspace, adam, "ADMIN")
    hers = await site.open(f"/w/{workspace}/settings/general", ana)
    his = await site.open(f"/w/{workspace}/settings/general", adam)
    await his.get_by_label("Address").fill(f"{workspace}-two")
    await hers.get_by_label("Name").fill("Her name for it")
    await hers.get_by_role("button", name="Save").click()
    await expect(his.get_by_role("button", name="Her name for it")).to_be_visible()
    await expect(his.get_by_label("Address")).to_have_value(f"{workspace}-two")
    await his.get_by_role("button", name="Save").click()
    await expect(his).to_have_url(f"{site.url}/w/{workspace}-two/settings/general")
    await expect(his.get_by_label("Name")).to_have_value("Her name for it")


@pytest.mark.parametrize("path", ["members", "teams", "general"])
async def test_the_settings_fit_a_phone(site: Site, path: str) -> None:
    ana, workspace = site.make_owner("Ana")
    mia = site.make_person("Maximiliane von und zu Hohenlohe-Waldenburg-Schillingsfürst")
    ana.take_in(workspace, mia, "ADMIN")
    ana.invite(workspace, f"{'somebody.with.a.long.address' * 2}@department.example.org")
    ana.ask("POST", f"/api/workspaces/{workspace}/teams", name="Everybodywhodoesanythingatall" * 3)
    page = await site.open(f"/w/{workspace}/settings/{path}", ana, width=390)
    await expect(page.get_by_role("main").get_by_role("button").first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_workspace_is_removed_by_typing_its_name(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    adam = site.make_person("Adam")
    ana.take_in(workspace, adam, "ADMIN")
    his = await site.open(f"/w/{workspace}/settings/general", adam)
    await expect(his.get_by_role("button", name="Save")).to_be_visible()
    await expect(his.get_by_role("button", name="Remove the workspace")).to_have_count(0)

    page = await site.open(f"/w/{workspace}/settings/general", ana)
    name = await page.get_by_label("Name").input_value()
    await page.get_by_role("button", name="Remove the workspace").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("textbox").fill("something else")
    await dialog.get_by_role("textbox").press("Enter")
    await expect(dialog).to_contain_text("This is another name.")
    await dialog.get_by_role("textbox").fill(name)
    await dialog.get_by_role("button", name="Remove the workspace").click()
    await expect(page).to_have_url(f"{site.url}/workspaces/new")
    assert ana.send("GET", f"/api/workspaces/{workspace}").status_code == 404
