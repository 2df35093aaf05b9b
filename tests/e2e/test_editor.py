"""Writing: names are completed, the preview follows, files come along, nobody is overwritten."""

import re
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.e2e.axe import serious
from tests.e2e.site import Person, Site, expect_said, running

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

_PASTE_TEXT = """
(content, kinds) => {
    const data = new DataTransfer();
    for (const [kind, text] of Object.entries(kinds)) data.setData(kind, text);
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


async def test_tables_and_code_do_not_fight_back(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/knowledge/new?title=Plan", ana)
    text, press = page.get_by_label("Text", exact=True), page.keyboard.press

    async def paste(**kinds: str) -> None:
        named = {f"text/{kind}": said for kind, said in kinds.items()}
        await text.evaluate(_PASTE_TEXT, named)

    await text.focus()
    plain = 'Bed\tLitres\n"Roses,\nred"\t4|5\n'
    await paste(plain=plain)
    assert await _kept(page) == (
        "| Bed           | Litres |\n| ------------- | ------ |\n| Roses,<br>red | 4\\|5   |\n"
    )
    await press("Control+z")
    assert await _kept(page) == plain
    await press("Control+a")
    html = "<style>a{}</style><table><tr><td>a</td><td>b</td></tr><tr><td>1</td></tr></table>"
    await paste(plain="a\tb\n1", html=html)
    assert await _kept(page) == "| a   | b   |\n| --- | --- |\n| 1   |     |\n"

    # From cell to cell and back, new rows below; an empty one ends the table.
    await press("Control+Home")
    for typed in ("B", "one", "two", "three"):
        await press("Tab")
        await page.keyboard.type(typed)
    await press("Shift+Tab")
    await page.keyboard.type("2")
    await press("Enter")
    await page.keyboard.type("down")
    await press("Enter")
    await press("Enter")
    await page.keyboard.type("below")
    table = "| a   | B   |\n| --- | --- |\n| one   | 2    |\n| three | down |\n\nbelow"
    assert await _kept(page) == f"{table}\n"

    await page.keyboard.type("\n\n| x | y |")
    await press("Enter")
    await page.keyboard.type("z")
    assert await _kept(page) == f"{table}\n\n| x | y |\n| --- | --- |\n| z |  |\n"

    # Tab indents code, which is pasted as it is; after Escape it leaves.
    await press("Control+a")
    await page.keyboard.type("```python\ndef f():\n")
    await press("Tab")
    await page.keyboard.type("x = 1\ny = 2\n")
    await press("Shift+Tab")
    await paste(plain="a\tb\n1\t2")
    assert await _kept(page) == "```python\ndef f():\n    x = 1\n    y = 2\na\tb\n1\t2"
    await press("Escape")
    await press("Tab")
    await expect(text).not_to_be_focused()
    await expect(text).to_have_accessible_description(re.compile("Escape and then Tab leaves"))

    await text.fill("one\ntwo")
    await press("Control+Shift+l")
    await press("Control+Shift+h")
    assert await _kept(page) == "one\n# - [ ] two"
    await page.get_by_role("button", name="Keys and Markdown").click()
    await expect(page.get_by_text("leaves the text")).to_be_visible()
    assert await serious(page) == []


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
    told = ours.get_by_text("Mia saved this page while you were writing.")
    await expect(told).to_be_visible()
    # Taken over while one writes: what is typed, where, and what can be undone stay one's own.
    await ours.get_by_label("Text", exact=True).focus()
    await ours.keyboard.press("Control+Home")
    await ours.keyboard.type("# ")
    take = ours.get_by_role("button", name="Take over")
    await take.focus()
    await take.click()
    await expect(ours.get_by_text("What Mia changed is in your text now.")).to_be_visible()
    await expect(told).not_to_be_visible()
    assert await _kept(ours) == "# one of Ana\n\ntwo\n\nthree of Mia\n"
    await expect(ours.get_by_label("Text", exact=True)).to_be_focused()
    await ours.keyboard.type("The ")
    assert await _kept(ours) == "# The one of Ana\n\ntwo\n\nthree of Mia\n"
    await ours.keyboard.press("Control+Home")
    await ours.keyboard.press("Delete")
    await ours.keyboard.press("Control+z")
    assert await _kept(ours) == "# The one of Ana\n\ntwo\n\nthree of Mia\n"

    mia.ask("PATCH", place, content="one\n\ntwo\n\nthree of Mia again\n")
    await expect(told).to_be_visible()
    await ours.get_by_role("button", name="Save", exact=True).click()
    await expect(ours.get_by_text("Both changes are in the page")).to_be_visible()
    saved = ana.ask("GET", place)
    assert saved["content"] == "# The one of Ana\n\ntwo\n\nthree of Mia again\n"
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

    cookies = await site.contexts[-1].cookies(site.url)
    [cookie] = [one for one in cookies if one.get("value") == ana.token]
    await site.contexts[-1].add_cookies([{**cookie, "value": mia.token}])  # type: ignore[list-item]
    other = await site.contexts[-1].new_page()
    await other.goto(f"{site.url}/w/{workspace}/knowledge/{slug}/edit")
    await expect(other.get_by_label("Text")).to_have_text("first")


async def test_whatever_is_typed_is_kept_or_said_not_to_fit(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}/knowledge/new", ana)
    text, title = page.get_by_label("Text", exact=True), page.get_by_label("Title")

    async def paste(said: str) -> None:
        await text.evaluate(_PASTE_TEXT, {"text/plain": said})

    await title.fill("\N{ROSE}" * 500)
    await text.focus()
    await paste("שלום a\0b\ud800c\n\n")
    await page.keyboard.press("Control+s")
    await expect_said(title, "Please use at most 200 characters.")
    await title.fill("שלום \N{ROSE}")
    long = f"{'One more line of many.' * 2}\n\n" * 24_000 + "word " * 20_000
    await text.focus()
    await paste(long)
    await page.keyboard.press("Control+Home")
    await paste("too long\n" * 200_000)
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("The text is longer than a page can be.")).to_be_visible()
    await page.keyboard.press("Control+z")
    await page.keyboard.press("Control+s")
    head = page.locator(".page-head h1")
    await expect(head).to_have_text("שלום \N{ROSE}", timeout=30_000)
    assert await head.evaluate("head => getComputedStyle(head).direction") == "rtl"
    assert await page.evaluate("document.documentElement.scrollWidth") <= 1280
    kept = _content(ana, workspace, page.url.rpartition("/")[2])
    assert kept == f"שלום ab\N{REPLACEMENT CHARACTER}c\n\n{long}"


async def test_what_is_typed_while_the_server_is_away_is_kept_and_saved_when_asked(
    tmp_path: Path, browser: Browser
) -> None:
    with running(tmp_path) as server:
        ana, site = server.set_up(), Site(server, browser)
        _write(ana, "first", "Plan", "one")
        _write(ana, "first", "Other", "one")
        typed = await site.open("/w/first/knowledge/plan/edit", ana)
        sent = await site.open("/w/first/knowledge/other/edit", ana)
        new = await site.open("/w/first/knowledge/new?title=Fresh", ana)
        for page in (typed, sent, new):
            await page.get_by_label("Text", exact=True).fill("before")
        named = await site.open("/w/first/knowledge/new?title=Named", ana)
        await named.get_by_label("Text", exact=True).fill("A page.")
        await named.get_by_label("Title").press("Home")
    for page in (typed, sent, new):
        await expect(page.get_by_text("The connection is away.")).to_be_visible()
        await page.keyboard.type(" and after")
    for page in (sent, new):
        await page.keyboard.press("Control+s")
        await expect(page.get_by_text("saved as soon as it is back")).to_be_visible()
        await page.keyboard.press("Control+s")
    with running(tmp_path, port=int(server.url.rpartition(":")[2])):
        for page, title in ((sent, "Other"), (new, "Fresh")):
            await expect(page.locator(".page-head h1")).to_have_text(title)
        await expect(typed.get_by_text("Your text is here, and not saved yet.")).to_be_visible()
        await expect(typed.get_by_label("Text", exact=True)).to_have_text("before and after")
        # Whoever was writing goes on where they were.
        await expect(typed.get_by_label("Text", exact=True)).to_be_focused()
        await typed.keyboard.type(", and more")
        await expect(named.get_by_text("Your text is here, and not saved yet.")).to_be_visible()
        await named.keyboard.type("Well ")
        await expect(named.get_by_label("Title")).to_have_value("Well Named")
        listed = ana.ask("GET", "/api/knowledge/entries?workspaceId=first")["data"]
        contents = {one["title"]: one["content"] for one in listed}
        after = "before and after"
        assert contents == {"Plan": "one", "Other": after, "Fresh": after}
        await typed.get_by_role("button", name="Save now").click()
        await expect(typed.locator(".page-head h1")).to_have_text("Plan")
        await expect(typed.locator(".prose")).to_have_text("before and after, and more")
        assert not await typed.evaluate("Object.keys(localStorage).some(k => /^draft/.test(k))")
        site.problems.clear()  # the browser reports that the server was away
        await site.close()
