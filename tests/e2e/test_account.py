"""The account page."""

import httpx2 as httpx
from playwright.async_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.site import PASSWORD, Person, Site, expect_said, request

NEW = "another calm passphrase"


def _sign_in_again(person: Person, password: str = PASSWORD) -> httpx.Response:
    body = {"email": person.email, "password": password}
    return request("POST", f"{person.url}/api/auth/login", json=body, timeout=30)


async def _is_within(page: Page, width: int) -> bool:
    return await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_a_token_works_until_it_is_revoked(site: Site) -> None:
    ana, _ = site.make_owner("Ana")
    page = await site.open("/account", ana)
    await page.get_by_role("button", name="Make the first token").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Make the token").click()
    await expect(dialog.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    await dialog.get_by_label("Name").fill("Backup")
    await dialog.get_by_label("Ends").select_option(index=1)
    await dialog.get_by_role("button", name="Make the token").click()
    secret = await dialog.get_by_label("The new token").input_value()
    kept = dialog.get_by_role("button", name="I have kept it")
    await expect(kept).to_be_visible()
    await expect(dialog.get_by_role("button", name="Close")).to_have_count(0)
    toast = page.get_by_text("It stays until you have kept it.")
    await page.keyboard.press("Escape")
    await expect(toast).to_be_visible()
    await page.mouse.click(5, 5)
    await expect(dialog.get_by_label("The new token")).to_have_value(secret)
    await kept.click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_text(secret[:8])).to_be_visible()
    assert secret not in await page.content()

    script = Person(site.url, "Backup", "", secret)
    assert script.ask("GET", "/api/auth/me")["user"]["email"] == ana.email
    assert script.send("POST", "/api/workspaces", name="Other").status_code == 403
    await expect(page.get_by_role("listitem").filter(has_text="Backup")).to_contain_text(
        "reads only"
    )
    await page.get_by_role("button", name="Revoke Backup").click()
    await expect(page.get_by_text("A token lets a script")).to_be_visible()
    assert script.send("GET", "/api/auth/me").status_code == 401


async def test_a_token_may_also_change_things(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open("/account", ana)
    await page.get_by_role("button", name="Make the first token").click()
    await page.get_by_role("dialog").get_by_label("Name").fill("Robot")
    await page.get_by_label("It may also change things").check()
    await page.get_by_role("button", name="Make the token").click()
    secret = await page.get_by_label("The new token").input_value()
    robot = Person(site.url, "Robot", "", secret)
    assert robot.ask("POST", f"/api/workspaces/{workspace}/teams", name="Robots")


async def test_another_name_is_shown_at_once(site: Site) -> None:
    ana, _ = site.make_owner("Ana")
    page = await site.open("/account", ana)
    name = page.get_by_label("Name", exact=True)
    await expect(name).to_have_value("Ana")
    await name.fill(" ")
    await name.press("Enter")
    await expect(name).to_have_attribute("aria-invalid", "true")
    await name.fill("Ana María")
    await name.press("Enter")
    await expect(page.get_by_role("button", name="Ana María")).to_be_visible()
    await expect(page.locator(".sidebar .avatar").last).to_have_text("AM")
    assert ana.ask("GET", "/api/auth/me")["user"]["name"] == "Ana María"


async def test_another_password_ends_other_sessions(site: Site) -> None:
    ana, _ = site.make_owner("Ana")
    elsewhere = Person(site.url, "Ana", ana.email, _sign_in_again(ana).json()["token"])
    page = await site.open("/account", ana)
    other = await site.open("/account", elsewhere)
    await expect(other.get_by_text("This browser", exact=True)).to_be_visible()

    await page.get_by_label("Present password").fill("a guess")
    await page.get_by_label("New password").fill(NEW)
    await page.get_by_role("button", name="Change password").click()
    await expect_said(
        page.get_by_label("Present password"), "Your present password is another one."
    )
    await expect(page.get_by_label("New password")).to_have_value(NEW)
    await page.get_by_label("Present password").fill(PASSWORD)
    await page.get_by_role("button", name="Change password").click()
    await expect(page.get_by_label("New password")).to_have_value("")
    await expect(page.get_by_role("listitem").filter(has_text="since")).to_have_count(1)

    assert _sign_in_again(ana).status_code == 401
    assert _sign_in_again(ana, NEW).status_code == 200
    await expect(other).to_have_url(f"{site.url}/login?next=/account")


async def test_signed_out_everywhere_else(site: Site) -> None:
    """What is open there leads to the sign-in page by itself, and what is open here does not."""
    ana, workspace = site.make_owner("Ana")
    elsewhere = Person(site.url, "Ana", ana.email, _sign_in_again(ana).json()["token"])
    here = await site.open(f"/w/{workspace}/knowledge", ana)
    places = [f"/w/{workspace}/knowledge", f"/w/{workspace}/knowledge/new", "/workspaces/new"]
    others = [await site.open(place, elsewhere) for place in places]
    for other in (*others, here):
        await expect(other.get_by_role("heading", level=1).first).to_be_visible()
    page = await site.open("/account", ana)
    await expect(page.get_by_role("listitem").filter(has_text="since")).to_have_count(2)
    await page.get_by_role("button", name="Sign out everywhere else").click()
    await expect(page.get_by_role("listitem").filter(has_text="since")).to_have_count(1)
    for place, other in zip(places, others, strict=True):
        await expect(other).to_have_url(f"{site.url}/login?next={place}")
    assert elsewhere.send("GET", "/api/auth/me").status_code == 401
    assert ana.send("GET", "/api/auth/me").status_code == 200
    await here.get_by_role("link", name="Tasks").first.click()
    await expect(here).to_have_url(f"{site.url}/w/{workspace}/tasks")


async def test_signing_out_leads_all_tabs_to_the_sign_in_page(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/knowledge", ana)
    place = f"/w/{workspace}/tasks"
    other = await page.context.new_page()
    await other.goto(place)
    for one in (page, other):
        await expect(one.get_by_role("heading", level=1).first).to_be_visible()
    await page.get_by_role("button", name="Ana", exact=True).click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(other).to_have_url(f"{site.url}/login?next={place}")
    await expect(page).to_have_url(f"{site.url}/login")


async def test_the_theme_is_kept(site: Site) -> None:
    ana, _ = site.make_owner("Ana")
    page = await site.open("/account", ana)
    await page.get_by_role("main").get_by_role("button", name="Dark").click()
    await expect(page.locator("html")).to_have_class("dark")
    await page.reload()
    await expect(page.locator("html")).to_have_class("dark")
    await expect(page.get_by_role("main").get_by_role("button", name="Dark")).to_have_attribute(
        "aria-pressed", "true"
    )


async def test_the_page_fits_a_phone_also_without_a_workspace(site: Site) -> None:
    otto = site.make_person("Otto")
    otto.ask("POST", "/api/auth/tokens", name="A token with quite a long name for what it does")
    page = await site.open("/account", otto, width=390)
    await expect(page.get_by_role("heading", name="Account")).to_be_visible()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Otto")
    assert await _is_within(page, 390)
    await page.get_by_role("button", name="New token").click()
    await expect(page.get_by_role("dialog").get_by_label("Name")).to_be_focused()
    assert await _is_within(page, 390)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("link", name="New workspace").click()
    await expect(page).to_have_url(f"{site.url}/workspaces/new")


async def test_sign_ins_are_listed_with_those_that_were_refused(site: Site) -> None:
    ana, _ = site.make_owner("Ana")
    assert _sign_in_again(ana, "a guess").status_code == 401
    for _ in range(51):
        assert _sign_in_again(ana).status_code == 200
    ana.ask("POST", "/api/auth/tokens", name="Backup")
    page = await site.open("/account", ana, width=390)
    section = page.locator("section").filter(has_text="Sign-ins and safety")
    await expect(section.get_by_role("listitem")).to_have_count(5)
    await expect(section.get_by_text("Made an API token: Backup")).to_be_visible()
    await section.get_by_role("link", name="Everything of the past year").click()
    await expect(page.get_by_role("heading", name="Sign-ins and safety")).to_be_visible()
    await expect(page.get_by_text("54 lines")).to_be_visible()
    assert await _is_within(page, 390)
    await page.get_by_role("link", name="Earlier").click()
    await expect(page).to_have_url(f"{site.url}/account/sign-ins?page=2")
    refused = page.get_by_role("listitem").filter(has_text="with another password")
    await expect(refused).to_contain_text("127.0.0.1")
    await expect(refused).to_contain_text("Nobody was let in")
    # What happened is not cut off where it matters.
    said = refused.locator(".name")
    assert await said.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert not await serious(page)
