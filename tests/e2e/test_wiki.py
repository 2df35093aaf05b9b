"""The wiki, as people use it."""

import re
import shutil
import time
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.axe import serious
from tests.e2e.site import PASSWORD, Person, Site, expect_said


def _write(person: Person, workspace: str, title: str, content: str, **more: object) -> str:
    body = {"title": title, "content": content, **more}
    path = f"/api/knowledge/entries?workspaceId={workspace}"
    return person.ask("POST", path, **body)["slug"]


def _title(page: Page) -> Locator:
    return page.locator(".page-head h1")


@pytest.mark.parametrize("width", [1280, 390])
async def test_from_set_up_to_sign_out(
    fresh_site: Site, shared: Path, tmp_path: Path, width: int
) -> None:
    vault = shared / "corpora" / "silverbullet-docs"
    archive = shutil.make_archive(str(tmp_path / "silverbullet-docs"), "zip", vault)
    page = await fresh_site.open("/", width=width)
    await page.get_by_label("Name").fill("Ana")
    await page.get_by_label("E-mail").fill("ana@example.org")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_label("Workspace").fill("Garden")
    await page.get_by_role("button", name="Set up Mosaic").click()
    await expect(page).to_have_url(f"{fresh_site.url}/w/garden")

    await page.get_by_role("link", name="Import a vault").click()
    await page.locator("input[type=file]").set_input_files(archive)
    await expect(page.get_by_text("silverbullet-docs.zip")).to_be_visible()
    await page.get_by_role("button", name="Import", exact=True).click()
    await expect(page.get_by_text("230 made")).to_be_visible(timeout=60_000)
    report = page.url
    await page.reload()
    await expect(page.get_by_text("230 made")).to_be_visible()
    assert page.url == report
    await page.get_by_role("link", name="Open the pages").click()
    await expect(page.get_by_text("225 pages")).to_be_visible()

    await page.get_by_role("searchbox").fill("Live Preview")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"\?q=Live\+Preview"))
    await page.get_by_role("link", name="Live Preview", exact=False).first.click()
    await expect(_title(page)).to_have_text("Live Preview")
    await page.evaluate("window.sameDocument = true")
    link = page.locator(".prose a.wikilink:not(.missing, .ambiguous)").first
    await link.click()
    await expect(_title(page)).not_to_have_text("Live Preview")
    assert await page.evaluate("window.sameDocument"), "a link loaded the whole page anew"
    here = page.url
    backlinks = page.get_by_role("region", name="Backlinks")
    await expect(backlinks.get_by_role("link", name="Live Preview", exact=True)).to_be_visible()

    other = await fresh_site.open("/login", width=width)
    await other.get_by_label("E-mail").fill("ana@example.org")
    await other.get_by_label("Password").fill(PASSWORD)
    await other.keyboard.press("Enter")
    await expect(other).to_have_url(f"{fresh_site.url}/w/garden")
    await other.goto(here)
    await expect(other.locator(".prose")).to_be_visible()

    await page.get_by_role("link", name="Edit", exact=True).click()
    await page.get_by_label("Text").fill("Written anew, see [[Live Preview]].")
    await page.get_by_role("button", name="Save").click()
    began = time.monotonic()
    await expect(other.get_by_text("Written anew, see Live Preview.")).to_be_visible()
    seen = time.monotonic() - began
    print(f"seen by the other browser after {seen:.3f} s")
    await expect(page.get_by_text("Written anew, see Live Preview.")).to_be_visible()

    if width < 500:
        await page.get_by_role("button", name="More", exact=True).click()
    await page.get_by_role("button", name="Ana", exact=True).click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page).to_have_url(f"{fresh_site.url}/login")


async def test_a_missing_page_is_offered_and_then_links_lead_to_it(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    slug = _write(ana, workspace, "Garden", "See [[Roses]].")
    page = await site.open(f"/w/{workspace}/knowledge/{slug}", ana)
    other = await site.open(f"/w/{workspace}/knowledge/{slug}", ana)
    await expect(other.locator("a.wikilink.missing")).to_have_text("Roses")
    await page.locator("a.wikilink.missing").click()
    await expect(page.get_by_label("Title")).to_have_value("Roses")
    await page.get_by_label("Text").fill("They smell.")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("region", name="Backlinks")).to_contain_text("See Roses.")
    await expect(other.locator("a.wikilink:not(.missing)")).to_have_text("Roses")

    # There is nothing to edit, and nothing of the page before is said of it.
    await page.goto(f"/w/{workspace}/knowledge/not-here/edit")
    await expect(page.get_by_text("Nothing is written here yet.")).to_be_visible()
    await expect(page).to_have_url(f"{site.url}/w/{workspace}/knowledge/not-here")
    await expect(page.get_by_role("navigation", name="Days")).to_have_count(0)


async def test_two_who_edit_one_page_lose_nothing(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    mia = site.make_person("Mia")
    ana.take_in(workspace, mia)
    slug = _write(ana, workspace, "Plan", "first")
    address = f"/w/{workspace}/knowledge/{slug}"
    ours = await site.open(f"{address}/edit", ana)
    theirs = await site.open(f"{address}/edit", mia)
    await ours.get_by_label("Text").fill("what Ana wrote")
    await theirs.get_by_label("Text").fill("what Mia wrote")
    await theirs.get_by_role("button", name="Save").click()
    await expect(ours.get_by_text("Mia saved this page while you were writing.")).to_be_visible()
    await expect(ours.get_by_label("Text")).to_have_text("what Ana wrote")

    await ours.get_by_role("button", name="Save", exact=True).click()
    await expect(ours.get_by_text("The same lines, changed twice")).to_be_visible()
    await expect(ours.locator(".collisions mark").first).to_have_text("Ana")
    await expect(ours.get_by_label("Text")).to_have_text("what Ana wrote")
    await ours.get_by_role("radio", name="Yours").check()
    await ours.get_by_role("button", name="Save both together").click()
    await expect(ours.get_by_text("Both changes are in the page")).to_be_visible()
    await expect(ours.locator(".prose")).to_have_text("what Ana wrote")
    await expect(theirs.locator(".prose")).to_have_text("what Ana wrote")
    place = f"/api/knowledge/entries/{slug}/versions?workspaceId={workspace}"
    said = [version["content"] for version in ana.ask("GET", place)["data"]]
    assert said == ["what Ana wrote", "what Mia wrote", "first"]


async def test_what_is_typed_survives_a_reload_until_it_is_saved(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    slug = _write(ana, workspace, "Plan", "first")
    page = await site.open(f"/w/{workspace}/knowledge/{slug}/edit", ana)
    await page.get_by_label("Text").fill("half a thought")
    await page.reload()
    await expect(page.get_by_text("What you typed before is here again.")).to_be_visible()
    await expect(page.get_by_label("Text")).to_have_text("half a thought")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".prose")).to_have_text("half a thought")
    await page.get_by_role("link", name="Edit", exact=True).click()
    await expect(page.get_by_label("Text")).to_have_text("half a thought")
    await expect(page.get_by_text("What you typed before")).not_to_be_visible()

    await page.get_by_label("Text").fill("not this")
    await page.reload()
    await page.get_by_role("button", name="Let go of it").click()
    await expect(page.get_by_label("Text")).to_have_text("half a thought")


async def test_a_page_that_does_not_fit_is_said_and_kept(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/knowledge/new", ana)
    await page.get_by_label("Text").fill("typed with care")
    await page.get_by_role("button", name="Save").click()
    await expect_said(page.get_by_label("Title"), "Please use at least one character.")
    await expect(page.get_by_label("Title")).to_be_focused()
    await expect(page.get_by_label("Text")).to_have_text("typed with care")
    hostile = (
        "<script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\">"
    )
    await page.get_by_label("Title").fill("<b>Bold</b> & calm")
    await page.get_by_label("Text").fill(hostile + "[x](javascript:document.title='taken')")
    await page.get_by_role("button", name="Save").click()
    await expect(_title(page)).to_have_text("<b>Bold</b> & calm")
    await expect(page.locator(".prose")).to_be_visible()
    assert "taken" not in await page.title()
    assert not await page.locator(".prose :is(script, [onerror], [href^=javascript])").count()


async def test_filters_are_in_the_address_and_back_works(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    _write(ana, workspace, "Roses", "red", tags=["flower"])
    _write(ana, workspace, "Tulips", "also red", tags=["flower", "bulb"])
    _write(ana, workspace, "Old news", "", status="DRAFT")
    page = await site.open(f"/w/{workspace}/knowledge", ana)
    lines = page.locator("a.row")
    await expect(lines).to_have_count(3)
    await page.get_by_role("link", name="#bulb").click()
    await expect(lines).to_have_count(1)
    assert page.url.endswith("?tag=bulb")
    await lines.first.click()
    await expect(_title(page)).to_have_text("Tulips")
    await page.go_back()
    await expect(lines).to_have_count(1)
    same = await site.open(page.url, ana)
    await expect(same.locator("a.row")).to_have_count(1)
    await page.get_by_role("link", name="Drafts").click()
    await expect(lines).to_have_text(re.compile("Old news"))
    await page.get_by_role("searchbox").fill("nothing like this")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("No page holds this.")).to_be_visible()


async def test_a_page_is_put_away_and_brought_back(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    slug = _write(ana, workspace, "Roses", "red")
    page = await site.open(f"/w/{workspace}/knowledge/{slug}", ana)
    await page.get_by_role("button", name="More to do with this page").click()
    await page.get_by_role("menuitem", name="Archive this page").click()
    await expect(page.get_by_text("is archived. It can be brought back.")).to_be_visible()
    await page.goto(f"/w/{workspace}/knowledge/{slug}")
    await page.get_by_role("button", name="Bring it back").click()
    await expect(page.get_by_text("This page is archived.")).not_to_be_visible()


# Where the page is when it has not been scrolled for ten frames.
AT_REST = """() => new Promise((done) => {
  let [last, frames] = [scrollY, 0];
  requestAnimationFrame(function look() {
    frames = scrollY === last ? frames + 1 : 0;
    last = scrollY;
    frames < 10 ? requestAnimationFrame(look) : done(last);
  });
})"""


async def test_a_long_page_is_comfortable_to_read(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    part = "\n\n".join(["water " * 90] * 6)
    parts = "\n\n".join(f"## {name}\n\n{part}" for name in ("Spring", "Summer", "Ice & snow"))
    wide = f"|{' wide words |' * 40}\n|{'-|' * 40}\n"
    text = f"```python\nprint(1)\n```\n\n{wide}\n{parts}\n\nSee [[Roses#Scent]].\n\n{part}"
    slug = _write(ana, workspace, "Year", text)
    _write(ana, workspace, "Roses", f"## Thorns\n\n{part}\n\n## Scent\n\n{part}")
    page = await site.open(f"/w/{workspace}/knowledge/{slug}#h-ice-snow", ana)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    contents = page.get_by_role("navigation", name="On this page")
    lit = contents.locator("[aria-current]")
    await expect(page.get_by_role("heading", name="Ice & snow")).to_be_in_viewport()
    await expect(lit).to_have_text("Ice & snow")
    await expect(page.get_by_text("2,249 words, 10 min to read")).to_be_visible()

    # Back at the place that was left, and not moved from it when others save.
    link = page.locator(".prose a.wikilink")
    await page.keyboard.press("Shift")  # a hand: the heading is not gone to again
    await link.scroll_into_view_if_needed()
    left = await page.evaluate(AT_REST)
    await link.click()
    await expect(page.get_by_role("heading", name="Scent")).to_be_in_viewport()
    await expect(page.get_by_role("heading", name="Thorns")).not_to_be_in_viewport()
    await page.go_back()
    await expect(_title(page)).to_have_text("Year")
    await page.wait_for_function(f"Math.abs(scrollY - {left}) < 5")
    place = f"/api/knowledge/entries/{slug}?workspaceId={workspace}"
    ana.ask("PATCH", place, content=f"{text}\n\nAdded.")
    await expect(page.get_by_text("Added.")).to_be_attached()
    assert abs(await page.evaluate("scrollY") - left) < 5
    await page.reload()
    await page.wait_for_function(f"Math.abs(scrollY - {left}) < 5")
    await contents.get_by_role("link", name="Spring").click()
    await expect(page).to_have_url(re.compile("#h-spring$"))
    await expect(lit).to_have_text("Spring")

    await page.get_by_role("button", name="Copy", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").get_by_text("Copied", exact=True)).to_be_attached()
    assert await page.evaluate("navigator.clipboard.readText()") == "print(1)\n"
    summer = page.get_by_role("heading", name="Summer")
    await summer.get_by_role("link").click()
    await expect(page.get_by_role("status").get_by_text("Link copied")).to_be_attached()
    assert (await page.evaluate("navigator.clipboard.readText()")).endswith(f"{slug}#h-summer")
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_text("On this page").locator("visible=true").click()
    await contents.get_by_role("link", name="Ice & snow").click()
    await expect(page.get_by_role("heading", name="Ice & snow")).to_be_in_viewport()
    await expect(contents).not_to_be_visible()


async def test_a_guest_reads_and_is_offered_nothing_to_write(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    gil = site.make_person("Gil")
    ana.take_in(workspace, gil, "GUEST")
    slug = _write(ana, workspace, "Roses", "red")
    page = await site.open(f"/w/{workspace}/knowledge/{slug}", gil)
    await expect(page.locator(".prose")).to_have_text("red")
    await expect(page.get_by_role("link", name="Edit", exact=True)).not_to_be_visible()
    await page.goto(f"/w/{workspace}/knowledge")
    await expect(page.locator("a.row")).to_have_count(1)
    await expect(page.get_by_role("link", name="New page")).not_to_be_visible()


async def test_the_palette_finds_pages_and_keys_lead_on(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    _write(ana, workspace, "Roses and thorns", "red")
    page = await site.open(f"/w/{workspace}", ana)
    await expect(page.locator("a.row")).to_have_count(1)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("thorns")
    await expect(page.get_by_role("option", name="Roses and thorns")).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(_title(page)).to_have_text("Roses and thorns")
    await page.keyboard.press("g")
    await page.keyboard.press("a")
    await expect(_title(page)).to_have_text("Activity")
    await page.keyboard.press("n")
    await expect(page.get_by_label("Title")).to_be_focused()


async def test_the_demo_fills_an_empty_workspace(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}", ana)
    await page.get_by_role("link", name="Import a vault, or look around a demo").click()
    await page.get_by_role("button", name="Look around a demo").click()
    await expect(page.get_by_role("link", name="Open the pages")).to_be_visible(timeout=60_000)
    await expect(page.get_by_text("0 to one that is not written yet")).to_be_visible()


async def test_a_thought_becomes_a_page(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}", ana)
    await page.get_by_label("Keep a thought").fill("Water the roses")
    await page.keyboard.press("Enter")
    await expect(_title(page)).to_have_text("Water the roses")


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
async def test_nothing_serious_for_axe(site: Site, theme: str, width: int) -> None:
    ana, workspace = site.make_owner("Ana")
    text = "## Part\n\nSee [[Nowhere]], `code`.\n\n- [ ] task\n\n> [!note] Hm\n> So."
    text += "\n\n| a |\n|-|\n| 1 |"
    text += "\n\n```python\ndef f(): return 'x'  # why\n```\n"
    slug = _write(ana, workspace, "Rich", text, tags=["one"], visibility="PRIVATE")
    _write(ana, workspace, "Other", "[[Rich]]")
    page = await site.open(f"/w/{workspace}", ana, width=width, theme=theme)
    await expect(page.locator("a.row")).to_have_count(2)
    assert not await serious(page)
    for path, landmark in {
        "/knowledge": "2 pages",
        f"/knowledge/{slug}": "Linked from",
        f"/knowledge/{slug}/edit": "Save",
        "/knowledge/new": "Save",
        "/knowledge/import": "Look around a demo",
        "/knowledge/not-here": "Nothing is written here yet.",
        "/activity": "made the page",
    }.items():
        await page.goto(f"/w/{workspace}{path}")
        await expect(page.get_by_text(landmark).first).to_be_visible()
        assert not await serious(page), path


@pytest.mark.parametrize("mark", ["<reflex.Var>x</reflex.Var>", "<reflex.Var>"])
async def test_a_title_that_looks_like_a_variable_of_a_page_stops_nobody(
    site: Site, mark: str
) -> None:
    person, workspace = site.make_owner("Eve")
    slug = _write(person, workspace, f"About {mark}", "words")
    page = await site.open(f"/w/{workspace}/knowledge/{slug}", person)
    await page.get_by_role("button", name="More to do with this page").click()
    await page.get_by_role("menuitem", name="Archive this page").click()
    await expect(page.get_by_text(f"“About {mark}” is archived.")).to_be_visible()
    await page.goto(f"/login?next=/{mark}")
    await expect(page).to_have_url(re.compile(re.escape(f"{site.url}/%3Creflex.Var%3E")))
    assert person.ask("GET", "/api/auth/me")["user"]["name"] == "Eve"
