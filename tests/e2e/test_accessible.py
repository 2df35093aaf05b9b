"""Nothing that axe calls serious or critical, on each page, light and dark."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.site import Site

THEMES = pytest.mark.parametrize("theme", ["light", "dark"])


@THEMES
async def test_pages_for_members(site: Site, theme: str) -> None:
    ana, workspace = site.make_owner("Ana")
    for role in ("ADMIN", "MEMBER", "GUEST"):
        ana.take_in(workspace, site.make_person(role.title()), role)
    ana.invite(workspace, "kai@example.org")
    ana.ask("POST", f"/api/workspaces/{workspace}/teams", name="Design")
    ana.ask("POST", "/api/auth/tokens", name="Backup")
    page = await site.open("/account", ana, theme=theme)
    for path, landmark in {
        "/account": "reads and changes",
        f"/w/{workspace}/settings/members": "4 people, 1 invitation waiting",
        f"/w/{workspace}/settings/teams": "1 team",
        f"/w/{workspace}/settings/general": "Remove this workspace",
        "/workspaces/new": "Its address is made from it.",
    }.items():
        await page.goto(path)
        await expect(page.get_by_text(landmark)).to_be_visible()
        assert not await serious(page), path


@THEMES
async def test_doors(site: Site, theme: str) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open("/login", theme=theme)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    assert not await serious(page)
    for path in (urlsplit(ana.invite(workspace, "kai@example.org")).path, "/invitations/ended"):
        await page.goto(path)
        await expect(page.get_by_role("heading")).to_contain_text(
            "This link has ended" if path.endswith("ended") else "Join"
        )
        assert not await serious(page)


@THEMES
async def test_dialogs_and_menus(site: Site, theme: str) -> None:
    ana, workspace = site.make_owner("Ana")
    ana.take_in(workspace, site.make_person("Mia"))
    page = await site.open(f"/w/{workspace}/settings/members", ana, theme=theme)
    await page.get_by_role("button", name="Invite").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert not await serious(page)
    await page.get_by_label("E-mail").fill("kai@example.org")
    await page.get_by_role("button", name="Make a link").click()
    await expect(page.get_by_label("The invitation's link")).to_be_visible()
    assert not await serious(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="What to do with Mia").click()
    await expect(page.get_by_role("menuitem", name="Remove")).to_be_visible()
    assert not await serious(page)
