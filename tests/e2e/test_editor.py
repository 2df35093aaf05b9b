"""Writing: names are completed, the preview follows, files come along, nobody is overwritten."""

from playwright.async_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.site import Person, Site

_PASTE = """
async (content) => {
    const bytes = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUl"
        + "EQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "a dot.png", {type: "image/png"}));
    content.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true,
        cancelable: true}));
}
"""


def _write(person: Person, workspace: str, title: str, content: str, **more: object) -> str:
    path = f"/api/knowledge/entries?workspaceId={workspace}"
    slug: str = person.ask("POST", path, title=title, content=content, **more)["slug"]
    return slug


def _content(person: Person, workspace: str, slug: str) -> str:
    place = f"/api/knowledge/entries/{slug}?workspaceId={workspace}"
    content: str = person.ask("GET", place)["content"]
    return content


async def _kept(page: Page) -> str:
    content: str = await page.locator("textarea[name=content]").input_value()
    return content


async def test_writing_with_the_keyboard_alone(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    _write(ana, workspace, "Rose garden", "## Thorns\n## Scent", aliases=["Roses"], tags=["flower"])
    page = await site.open(f"/w/{workspace}/knowledge/new?title=Plan", ana)
    text = page.get_by_label("Text")
    offered = page.locator(".cm-tooltip-autocomplete")
    await text.focus()
    await page.keyboard.type("See [[ros")
    await expect(offered.get_by_text("Rose garden", exact=True)).to_be_visible()
    await expect(offered.get_by_text("Roses", exact=True)).to_be_visible()
    await expect(offered.get_by_text("new page")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.type(" [[Rose garden#th")
    await expect(offered.get_by_text("Thorns")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.type(" #flo")
    await expect(offered.get_by_text("flower")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.type("\n- one")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Control+b")
    await page.keyboard.type("two")
    read = page.get_by_role("region", name="Preview")
    await expect(read.locator("li li strong")).to_have_text("two")
    await expect(read.locator("a.wikilink").first).to_have_attribute(
        "href", f"/w/{workspace}/knowledge/rose-garden"
    )
    assert await serious(page) == []
    await page.keyboard.press("Control+s")
    await expect(page.locator(".page-head h1")).to_have_text("Plan")
    written = _content(ana, workspace, "plan")
    assert written.startswith("See [[Roses]] ")
    assert "[[Rose garden#Thorns]] #flower\n- one\n" in written
    assert written.rstrip().endswith("- **two**")


async def test_a_picture_is_pasted(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/knowledge/new?title=Picture", ana, width=390)
    text = page.get_by_label("Text")
    await text.click()
    await text.evaluate(_PASTE)
    await expect(text).to_have_text("![[a dot.png]]")
    await page.get_by_role("button", name="Preview").click()
    await expect(page.get_by_role("region", name="Preview").locator("img")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".page-head h1")).to_have_text("Picture")
    shown = page.locator(".prose img")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("img => img.decode().then(() => img.naturalWidth)") == 1


async def test_what_does_not_collide_is_put_together(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    mia = site.make_person("Mia")
    ana.take_in(workspace, mia)
    slug = _write(ana, workspace, "Plan", "one\n\ntwo\n\nthree\n", tags=["old"])
    address = f"/w/{workspace}/knowledge/{slug}"
    ours = await site.open(f"{address}/edit", ana)
    theirs = await site.open(address, mia)
    await expect(theirs.get_by_text("Ana is writing")).to_be_visible()
    await expect(ours.get_by_text("Mia is here")).to_be_visible()
    await ours.get_by_label("Text").fill("one of Ana\n\ntwo\n\nthree\n")
    place = f"/api/knowledge/entries/{slug}?workspaceId={workspace}"
    mia.ask("PATCH", place, content="one\n\ntwo\n\nthree of Mia\n", tags=["new"])
    await expect(ours.get_by_text("Mia saved this page while you were writing.")).to_be_visible()
    await ours.get_by_role("button", name="Save", exact=True).click()
    await expect(ours.get_by_text("Both changes are in the page")).to_be_visible()
    saved = ana.ask("GET", place)
    assert saved["content"] == "one of Ana\n\ntwo\n\nthree of Mia\n"
    assert [tag["name"] for tag in saved["tags"]] == ["new"]
    await theirs.close()
    await expect(ours.get_by_text("Mia is here")).not_to_be_visible(timeout=30_000)


async def test_what_collides_is_chosen_from_and_nothing_is_lost(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    slug = _write(ana, workspace, "Plan", "one\n", tags=["old"])
    place = f"/api/knowledge/entries/{slug}?workspaceId={workspace}"
    page = await site.open(f"/w/{workspace}/knowledge/{slug}/edit", ana)
    await page.get_by_label("Text").fill("one of mine")
    ana.ask("PATCH", place, content="one of theirs\n", title="Their plan", tags=["old", "new"])
    await page.get_by_role("button", name="Save", exact=True).click()
    together = page.get_by_role("button", name="Save both together")
    await expect(together).to_be_visible()
    await expect(page.get_by_label("Text")).not_to_be_visible()
    await page.get_by_role("button", name="Back to the text").click()
    await page.get_by_role("link", name="Cancel").click()
    await expect(page.locator(".page-head h1")).to_have_text("Their plan")
    # The draft began at the older version: what others changed beside the text stays theirs.
    await page.goto(f"{site.url}/w/{workspace}/knowledge/{slug}/edit")
    await expect(page.get_by_label("Text")).to_have_text("one of mine")
    await page.get_by_role("button", name="Save", exact=True).click()
    await together.click()
    await expect(page.get_by_text("Both changes are in the page")).to_be_visible()
    saved = ana.ask("GET", place)
    assert saved["content"] == "one of mine\none of theirs\n"
    assert saved["title"] == "Their plan"
    assert {tag["name"] for tag in saved["tags"]} == {"old", "new"}
    await page.goto(f"{site.url}/w/{workspace}/knowledge/{slug}/edit")
    await expect(page.locator(".cm-line").first).to_have_text("one of mine")
    await expect(page.get_by_text("What you typed before is here")).not_to_be_visible()


async def test_a_draft_survives_a_closed_tab_and_is_its_writers(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    mia = site.make_person("Mia")
    ana.take_in(workspace, mia)
    slug = _write(ana, workspace, "Plan", "first")
    page = await site.open(f"/w/{workspace}/knowledge/{slug}/edit", ana)
    await page.get_by_label("Text").fill("half a thought")
    # Another tab of the same page has a text of its own while this one lives.
    second = await page.context.new_page()
    await second.goto(page.url)
    await expect(second.get_by_label("Text")).to_have_text("first")
    await second.close()
    await page.close()
    again = await site.contexts[-1].new_page()
    await again.goto(f"{site.url}/w/{workspace}/knowledge/{slug}/edit")
    await expect(again.get_by_text("What you typed before is here again.")).to_be_visible()
    await expect(again.get_by_label("Text")).to_have_text("half a thought")
    assert await _kept(again) == "half a thought"
    await again.close()

    [cookie] = await site.contexts[-1].cookies(site.url)
    await site.contexts[-1].add_cookies([{**cookie, "value": mia.token}])  # type: ignore[list-item]
    other = await site.contexts[-1].new_page()
    await other.goto(f"{site.url}/w/{workspace}/knowledge/{slug}/edit")
    await expect(other.get_by_label("Text")).to_have_text("first")
