"""The second factor in a browser: switched on, asked for, and switched off."""

from pathlib import Path
from time import time

import pyotp
import pytest
from playwright.async_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.site import PASSWORD, Person, Site, expect_said


async def _switch_on(page: Page) -> tuple[str, list[str]]:
    """Switch it on at the account page; return the secret and the recovery codes."""
    await page.get_by_role("button", name="Set up").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Go on").click()
    await expect(dialog.get_by_role("img", name="The secret as a QR code")).to_be_visible()
    secret = await dialog.get_by_label("The secret", exact=True).input_value()
    await dialog.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    await dialog.get_by_role("button", name="Switch on").click()
    codes = dialog.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    await expect(codes).to_have_count(10)
    return secret, await codes.all_inner_texts()


async def _give_password(page: Page, person: Person) -> None:
    await page.goto("/login")
    await page.get_by_label("E-mail").fill(person.email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Password").press("Enter")


def _coming(secret: str) -> str:
    return pyotp.TOTP(secret).at(time() + 30)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
async def test_from_switching_on_to_signing_in(
    site: Site, tmp_path: Path, width: int, theme: str
) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open("/account", ana, width=width, theme=theme)
    secret, codes = await _switch_on(page)
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Download").click()
    download = await downloading.value
    await download.save_as(tmp_path / download.suggested_filename)
    kept = (tmp_path / "mosaic-recovery-codes.txt").read_text()
    assert kept.split() == codes
    await page.get_by_role("button", name="I have kept them").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_text("10 recovery codes left")).to_be_visible()
    assert secret not in await page.content()
    assert not await serious(page)

    fresh = await site.open("/login", width=width, theme=theme)
    await _give_password(fresh, ana)
    code = fresh.get_by_label("Code")
    await expect(code).to_be_focused()
    await expect(code).to_have_attribute("autocomplete", "one-time-code")
    await expect(code).to_have_attribute("inputmode", "numeric")
    await expect(fresh.get_by_label("Password")).to_be_hidden()
    assert not await serious(fresh)
    await code.fill("1")
    await code.press("Enter")
    await expect_said(code, "This code does not fit, or was used before.")
    await code.fill(_coming(secret))
    await code.press("Enter")
    await expect(fresh).to_have_url(f"{site.url}/w/{workspace}")

    again = await site.open("/login", width=width, theme=theme)
    await _give_password(again, ana)
    await again.get_by_role("button", name="Use a recovery code").click()
    recovery = again.get_by_label("Recovery code")
    await expect(recovery).to_be_focused()
    await recovery.fill(codes[0])
    await recovery.press("Enter")
    await expect(again).to_have_url(f"{site.url}/w/{workspace}")
    await page.reload()
    await expect(page.get_by_text("9 recovery codes left")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_codes_that_are_shown_once_stay_until_they_are_kept(site: Site) -> None:
    ana, _ = site.make_owner("Ana")
    page = await site.open("/account", ana)
    await page.get_by_role("button", name="Set up").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Password")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)

    _, codes = await _switch_on(page)
    close = dialog.get_by_role("button", name="Close")
    await expect(close).to_have_count(0)
    toast = page.get_by_text("They stay until you have kept them.")
    await page.keyboard.press("Escape")
    await expect(toast).to_be_visible()
    await page.mouse.click(5, 5)
    await expect(toast).to_be_visible()
    shown = dialog.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    assert await shown.all_inner_texts() == codes
    await dialog.get_by_role("button", name="I have kept them").click()
    await expect(dialog).to_have_count(0)

    await page.get_by_role("button", name="New recovery codes").click()
    await close.click()
    await expect(dialog).to_have_count(0)


async def test_the_password_can_be_given_anew(site: Site) -> None:
    ana, _ = site.make_owner("Ana")
    page = await site.open("/account", ana)
    await _switch_on(page)
    fresh = await site.open("/login")
    await _give_password(fresh, ana)
    await fresh.get_by_role("button", name="Start over").click()
    await expect(fresh.get_by_label("E-mail")).to_have_value(ana.email)
    await expect(fresh.get_by_label("Code")).to_have_count(0)
    await fresh.get_by_label("Password").fill("a guess")
    await fresh.get_by_label("Password").press("Enter")
    await expect(fresh.get_by_role("alert")).to_contain_text("do not belong together")


async def test_new_codes_and_off_again(site: Site) -> None:
    ana, _ = site.make_owner("Ana")
    page = await site.open("/account", ana)
    secret, codes = await _switch_on(page)
    await page.get_by_role("button", name="I have kept them").click()

    dialog = page.get_by_role("dialog")
    await page.get_by_role("button", name="New recovery codes").click()
    await dialog.get_by_label("Password").fill("a guess")
    await dialog.get_by_label("Code").fill(_coming(secret))
    await dialog.get_by_role("button", name="Make new codes").click()
    await expect_said(dialog.get_by_label("Password"), "Your present password is another one.")
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Make new codes").click()
    fresh = dialog.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    await expect(fresh).to_have_count(10)
    renewed = await fresh.all_inner_texts()
    assert not {*renewed} & {*codes}
    await page.get_by_role("button", name="I have kept them").click()
    await expect(dialog).to_have_count(0)

    await page.get_by_role("button", name="Switch off").click()
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_label("Code").fill(codes[0])
    await dialog.get_by_role("button", name="Switch off").click()
    await expect_said(dialog.get_by_label("Code"), "This code does not fit, or was used before.")
    await dialog.get_by_label("Code").fill(renewed[0])
    await dialog.get_by_role("button", name="Switch off").click()
    await expect(page.get_by_text("The second factor is off.")).to_be_visible()
    await expect(page.get_by_role("button", name="Set up")).to_be_visible()
    body = {"email": ana.email, "password": PASSWORD}
    assert ana.ask("POST", "/api/auth/login", **body)["token"]
