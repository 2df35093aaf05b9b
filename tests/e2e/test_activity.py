"""The activity page."""

import httpx2 as httpx
import pytest
from playwright.async_api import expect

from tests.e2e.axe import serious
from tests.e2e.site import PASSWORD, Person, Site


def _sign_in(person: Person, password: str) -> None:
    body = {"email": person.email, "password": password}
    httpx.post(f"{person.url}/api/auth/login", json=body, timeout=30)


@pytest.mark.parametrize("width", [1280, 390])
async def test_administrators_see_sign_ins_as_they_happen(site: Site, width: int) -> None:
    ana, place = site.make_owner("Ana")
    mia = site.make_person("Mia")
    # Whoever was not asked is not watched.
    secret = ana.invite(place, mia.email).rsplit("/", 1)[1]
    mia.ask("POST", f"/api/invitations/{secret}/acceptance")
    page = await site.open(f"/w/{place}/activity", ana, width=width)
    await page.get_by_role("link", name="Sign-ins").click()
    await expect(page.get_by_role("link", name="Sign-ins")).to_have_attribute(
        "aria-current", "page"
    )
    lines = page.get_by_role("main").get_by_role("listitem")
    await expect(lines).to_have_count(1)
    _sign_in(mia, "a guess")
    tried = "Somebody tried to sign in as Mia with another password from 127"
    await expect(lines.first).to_contain_text(tried)
    _sign_in(mia, PASSWORD)
    await expect(lines.first).to_contain_text("Mia signed in with a password from 127")
    await expect(lines).to_have_count(3)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await serious(page) == []
    await page.get_by_role("link", name="All").click()
    await expect(page.get_by_text("Mia joined")).to_be_visible()
    await expect(page.get_by_text("signed in")).to_have_count(0)


async def test_who_is_no_administrator_is_not_offered_them(site: Site) -> None:
    ana, place = site.make_owner("Ana")
    mia = site.make_person("Mia")
    ana.take_in(place, mia)
    page = await site.open(f"/w/{place}/activity", mia)
    await expect(page.get_by_role("link", name="Members")).not_to_have_count(0)
    await expect(page.get_by_role("main").get_by_role("listitem")).not_to_have_count(0)
    await expect(page.get_by_role("link", name="Sign-ins")).to_have_count(0)
