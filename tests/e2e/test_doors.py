"""Set-up, sign-in and sign-out, in a browser."""

import re
from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.axe import serious
from tests.e2e.site import PASSWORD, Person, Site, expect_said, running
from tests.waiting import until


async def _sign_in(page: Page, person: Person, password: str = PASSWORD) -> None:
    await page.get_by_label("E-mail").fill(person.email)
    await page.get_by_label("Password").fill(password)
    await page.get_by_label("Password").press("Enter")


async def _cookies(page: Page) -> list[str]:
    """The names of those that the server gave."""
    cookies = await page.context.cookies()
    return [str(cookie.get("name")) for cookie in cookies if cookie.get("httpOnly")]


async def test_the_first_visitor_sets_up_and_is_signed_in(fresh_site: Site) -> None:
    page = await fresh_site.open("/")
    await expect(page).to_have_url(f"{fresh_site.url}/setup")
    await page.get_by_label("Name").fill("Ana Lindqvist")
    await page.get_by_label("E-mail").fill("no address")
    await page.get_by_label("Password").fill("short")
    await page.get_by_role("button", name="Set up Mosaic").click()
    for field, words in {
        "E-mail": "This does not look like an e-mail address.",
        "Password": "Please use at least 8 characters.",
        "Workspace": "Please add this value.",
    }.items():
        await expect_said(page.get_by_label(field), words)
    await expect(page.get_by_label("Name")).to_have_value("Ana Lindqvist")
    await expect(page.get_by_label("E-mail")).to_be_focused()
    assert not await serious(page)
    dark = await fresh_site.open("/setup", theme="dark")
    await dark.get_by_role("button", name="Set up Mosaic").click()
    await expect_said(dark.get_by_label("Password"), "Please add this value.")
    assert not await serious(dark)

    await page.get_by_label("E-mail").fill("ana@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Workspace").fill("Research")
    await page.get_by_role("button", name="Set up Mosaic").click()
    await expect(page).to_have_url(f"{fresh_site.url}/w/research")
    await expect(page.get_by_role("button", name="Ana Lindqvist")).to_be_visible()

    late = await fresh_site.open("/setup")
    await expect(late).to_have_url(f"{fresh_site.url}/login")


async def test_a_server_that_others_reach_asks_for_its_token(
    tmp_path: Path, browser: Browser
) -> None:
    # Bound to this machine all the same, under an address of it that is not the usual one.
    with running(tmp_path, host="127.0.0.2") as server:
        site = Site(server, browser)
        page = await site.open("/setup")
        for field, words in {"Name": "Ana", "E-mail": "ana@example.org"}.items():
            await page.get_by_label(field).fill(words)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_label("Workspace").fill("Research")
        await page.get_by_label("Set-up token").fill("a guess")
        await page.get_by_label("Set-up token").press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text(
            "printed where the server was started"
        )
        printed = re.search(r"asks for this token: (\S+)", server.log.read_text())
        assert printed
        await page.get_by_label("Set-up token").fill(printed[1])
        await page.get_by_label("Set-up token").press("Enter")
        await expect(page).to_have_url(f"{site.url}/w/research")
        await site.close()


async def test_after_signing_out_an_address_leads_back_to_itself(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}", ana)
    await page.get_by_role("button", name="Ana", exact=True).click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page).to_have_url(f"{site.url}/login")
    assert not await _cookies(page)
    assert ana.send("GET", "/api/auth/me").status_code == 401

    wanted = f"{site.url}/w/{workspace}/activity?entityType=member"
    await page.goto(wanted)
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await _sign_in(page, ana)
    await expect(page).to_have_url(wanted)
    await expect(page.get_by_role("heading", name="Activity")).to_be_visible()


async def test_a_wrong_password_is_said_calmly_and_nothing_typed_is_lost(site: Site) -> None:
    ana = site.make_person("Ana")
    page = await site.open("/login")
    await _sign_in(page, ana, "not the password")
    alert = page.get_by_role("alert")
    await expect(alert).to_have_text("This e-mail address and password do not belong together.")
    await expect(page.get_by_label("E-mail")).to_have_value(ana.email)
    assert not await _cookies(page)


async def test_sign_in_leads_on_whoever_is_signed_in(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open("/login", ana)
    await expect(page).to_have_url(f"{site.url}/w/{workspace}")
    await page.goto("/login?next=/account")
    await expect(page).to_have_url(f"{site.url}/account")


@pytest.mark.parametrize("elsewhere", ["//example.net/", "https://example.net/", "http:\\", "/\\x"])
async def test_sign_in_leads_nowhere_else(site: Site, elsewhere: str) -> None:
    ana, _ = site.make_owner("Ana")
    page = await site.open(f"/login?next={elsewhere}")
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await _sign_in(page, ana)
    await expect(page.get_by_role("button", name="Ana", exact=True)).to_be_visible()
    assert page.url.startswith(f"{site.url}/w/")
    await page.goto(f"/login?next={elsewhere}")
    await expect(page.get_by_role("button", name="Ana", exact=True)).to_be_visible()
    assert page.url.startswith(f"{site.url}/w/")


async def test_somebody_without_a_workspace_makes_one(site: Site) -> None:
    otto = site.make_person("Otto")
    page = await site.open("/", otto)
    await expect(page).to_have_url(f"{site.url}/workspaces/new")
    await page.get_by_role("button", name="Make the workspace").click()
    await expect_said(page.get_by_label("Name"), "Please use at least")
    await page.get_by_label("Name").fill("Quiet Corner")
    await page.get_by_role("button", name="Make the workspace").click()
    await expect(page).to_have_url(f"{site.url}/w/quiet-corner")
    await expect(page.get_by_role("button", name="Quiet Corner")).to_be_visible()


# Whether a page may open the socket over which others of its origin are filled.
SOCKET = """address => new Promise(resolve => {
  const place = "/_event/?EIO=4&transport=websocket";
  const socket = new WebSocket(address.replace("http", "ws") + place);
  socket.onopen = () => resolve("open");
  socket.onerror = () => resolve("refused");
})"""


async def test_a_page_of_another_site_gets_no_socket(site: Site) -> None:
    page = await site.open("/login")
    assert await page.evaluate(SOCKET, site.url) == "open"
    await page.goto("about:blank")
    assert await page.evaluate(SOCKET, site.url) == "refused"
    site.problems.clear()  # the browser reports that it was


class Heard:
    """What the server tells a page over its socket."""

    def __init__(self, page: Page) -> None:
        self.said = ""
        page.on("websocket", lambda socket: socket.on("framereceived", self._hear))

    def filled(self) -> bool:
        """Whether the page was told what there is on it."""
        return "is_hydrated" in self.said

    def _hear(self, frame: str | bytes) -> None:
        self.said += frame if isinstance(frame, str) else frame.decode(errors="replace")


async def test_what_a_tab_showed_is_told_to_nobody_who_is_not_signed_in_there(site: Site) -> None:
    """Neither after signing out, nor to whoever knows the address of the tab's socket."""
    ana, workspace = site.make_owner("Ana")
    ben = site.make_person("Ben")
    written = ana.ask("POST", "/api/knowledge/entries", title="Diary", content="a hidden place")
    page = await site.open(f"/w/{workspace}/knowledge/{written['slug']}", ana)
    await expect(page.get_by_text("a hidden place")).to_be_visible()
    tab = await page.evaluate("sessionStorage.getItem('token')")
    await page.reload()
    await expect(page.get_by_text("a hidden place")).to_be_visible()
    assert await page.evaluate("sessionStorage.getItem('token')") == tab

    sent = {"files": ("a.md", b"# A", "text/markdown")}
    for cookie in ("", f"mosaic_session={ben.token}"):
        headers = {"Reflex-Client-Token": tab, "Reflex-Event-Handler": "any", "Cookie": cookie}
        answer = httpx.post(f"{site.url}/_upload", headers=headers, files=sent)
        assert answer.status_code == 401

    await page.get_by_role("button", name="Ana", exact=True).click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page).to_have_url(f"{site.url}/login")
    heard = Heard(page)
    await page.reload()
    await until(heard.filled)
    assert [one for one in ("a hidden place", ana.email) if one in heard.said] == []
    await page.close()

    for person in (None, ben):
        other = await site.open("/nowhere", person)
        await other.evaluate("token => sessionStorage.setItem('token', token)", tab)
        heard = Heard(other)
        await other.goto("/nowhere")
        await until(heard.filled)
        assert [one for one in ("a hidden place", ana.email) if one in heard.said] == []
