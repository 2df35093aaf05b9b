"""Members, invitations and roles, seen from several browsers at once."""

from urllib.parse import urlsplit

from playwright.async_api import Locator, Page, expect

from tests.e2e.site import PASSWORD, Site, expect_said


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=name)


async def test_somebody_invited_joins_and_appears_at_once(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/settings/members", ana)
    await page.get_by_role("button", name="Invite").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("E-mail").fill("no address")
    await dialog.get_by_role("button", name="Make a link").click()
    await expect_said(dialog.get_by_label("E-mail"), "This does not look like an e-mail address.")
    email = f"mia.{workspace}@example.org"
    await dialog.get_by_label("E-mail").fill(email)
    await dialog.get_by_label("Role").select_option("Administrator")
    await dialog.get_by_role("button", name="Make a link").click()
    link = await dialog.get_by_label("The invitation's link").input_value()
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("1 person, 1 invitation waiting")).to_be_visible()
    await expect(_row(page, email)).to_contain_text("Administrator")

    guest = await site.open(urlsplit(link).path)
    await expect(guest.get_by_text("Ana invites you to Anas place")).to_contain_text(
        "as an administrator."
    )
    await expect(guest.get_by_label("E-mail")).to_have_value(email)
    await guest.get_by_label("Name").fill("Mia Santos")
    await guest.get_by_label("Password").fill(PASSWORD)
    await guest.get_by_role("button", name="Make an account and join").click()
    await expect(guest).to_have_url(f"{site.url}/w/{workspace}")

    await expect(page.get_by_text("2 people", exact=True)).to_be_visible()
    await expect(_row(page, "Mia Santos").get_by_label("Role of Mia Santos")).to_have_value("ADMIN")
    await guest.goto(urlsplit(link).path)
    await expect(guest.get_by_text("This invitation has ended.")).to_be_visible()


async def test_the_link_can_be_copied_and_is_shown_once(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/settings/members", ana)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Invite").click()
    await page.get_by_label("E-mail").fill("kai@example.org")
    await page.get_by_label("E-mail").press("Enter")
    link = await page.get_by_label("The invitation's link").input_value()
    assert link.startswith(f"{site.url}/invitations/")
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == link
    await page.get_by_role("button", name="Close").click()
    await page.get_by_role("button", name="Invite").click()
    await expect(page.get_by_label("E-mail")).to_have_value("")
    assert link not in await page.content()


async def test_whoever_is_signed_in_joins_with_one_button(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    otto = site.make_person("Otto")
    path = urlsplit(ana.invite(workspace, otto.email)).path
    page = await site.open(path, otto)
    await expect(page.get_by_text(f"You are signed in as Otto ({otto.email}).")).to_be_visible()
    await page.get_by_role("button", name="Sign out and use another account").click()
    await expect(page.get_by_text(f"The invitation is for {otto.email}.")).to_be_visible()
    await page.get_by_role("link", name="Sign in to join").click()
    await page.get_by_label("E-mail").fill(otto.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{site.url}{path}")
    await page.get_by_role("button", name="Join").click()
    await expect(page).to_have_url(f"{site.url}/w/{workspace}")


async def test_a_withdrawn_link_leads_to_a_calm_page(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    path = urlsplit(ana.invite(workspace, "kai@example.org")).path
    page = await site.open(f"/w/{workspace}/settings/members", ana)
    await page.get_by_role("button", name="Withdraw the invitation of kai@example.org").click()
    await expect(page.get_by_text("Nobody is invited at the moment.")).to_be_visible()
    for ended in (path, "/invitations/nothing-like-it"):
        guest = await site.open(ended)
        await expect(guest.get_by_role("heading", name="This link has ended")).to_be_visible()
        await guest.get_by_role("link", name="Go to Mosaic").click()
        await expect(guest).to_have_url(f"{site.url}/login?next=/")


async def test_a_new_role_and_a_removal_are_seen_at_once(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    mia = site.make_person("Mia")
    ana.take_in(workspace, mia)
    hers = await site.open(f"/w/{workspace}/settings/members", ana)
    page = await site.open(f"/w/{workspace}/settings/members", mia)
    await expect(_row(page, "Ana")).to_contain_text("Owner")
    await expect(page.get_by_role("button", name="Invite")).to_have_count(0)

    await hers.get_by_label("Role of Mia").select_option("ADMIN")
    await expect(page.get_by_role("button", name="Invite")).to_be_visible()
    await expect(page.get_by_label("Role of Mia")).to_have_value("ADMIN")
    await expect(
        page.get_by_label("Role of Mia").get_by_role("option", name="Owner")
    ).to_have_count(0)

    await hers.get_by_role("button", name="What to do with Mia").click()
    await hers.get_by_role("menuitem", name="Remove").click()
    await hers.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    await expect(_row(hers, "Mia")).to_be_visible()
    await hers.get_by_role("button", name="What to do with Mia").click()
    await hers.get_by_role("menuitem", name="Remove").click()
    await hers.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(_row(hers, "Mia")).to_have_count(0)
    await expect(page).to_have_url(f"{site.url}/workspaces/new")


async def test_nothing_is_offered_that_the_role_does_not_allow(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    gil = site.make_person("Gil")
    ana.take_in(workspace, gil, "GUEST")
    page = await site.open(f"/w/{workspace}/settings/members", gil)
    await expect(_row(page, "Gil")).to_contain_text("Guest, reads only")
    await expect(page.get_by_role("heading", name="Invitations")).to_have_count(0)
    await expect(page.get_by_role("combobox")).to_have_count(0)
    await expect(page.get_by_role("button", name="What to do with Ana")).to_have_count(0)
    for tab, offered in (("Teams", "Make the first team"), ("General", "Save")):
        await page.get_by_role("link", name=tab).click()
        await expect(page.get_by_role("link", name=tab)).to_have_attribute("aria-current", "page")
        await expect(page.get_by_role("button", name=offered)).to_have_count(0)
    await (
        page.get_by_role("navigation", name="Settings").get_by_role("link", name="Members").click()
    )
    await page.get_by_role("button", name="What to do with Gil").click()
    await page.get_by_role("menuitem", name="Leave").click()
    await page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    await expect(page).to_have_url(f"{site.url}/workspaces/new")


async def test_the_last_owner_is_not_offered_to_leave(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/settings/members", ana)
    await expect(_row(page, "Ana")).to_contain_text("Owner")
    await expect(page.get_by_role("button", name="What to do with Ana")).to_have_count(0)
    await expect(page.get_by_role("combobox")).to_have_count(0)
