"""How pages look besides what axe sees: on paper, in another theme, and where keys go."""

import re
from typing import Any, Literal

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.axe import serious
from tests.e2e.runs import Runs
from tests.e2e.site import Site


async def _colour(page: Page, of: str, what: str) -> str:
    script = "([of, what]) => getComputedStyle(document.querySelector(of))[what]"
    found: str = await page.evaluate(script, [of, what])
    return found


async def test_a_page_on_paper_is_what_was_written(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    text = f"# Ferns\n\nGreen.\n\n```\n{'long ' * 60}\n```\n\n| a | b |\n|--|--|\n| 1 | 2 |\n"
    body: dict[str, Any] = {"title": "Ferns", "content": text, "properties": {"rating": 5}}
    made = ana.ask("POST", "/api/knowledge/entries", **body)
    page = await site.open(f"/w/{workspace}/knowledge/{made['slug']}", ana, theme="dark")
    await expect(page.get_by_text("Green.")).to_be_visible()
    around = page.locator(".sidebar, .aside, .title-line > .cluster, .copy")
    await expect(around).to_have_count(4)
    await page.emulate_media(media="print")
    for n in range(4):
        await expect(around.nth(n)).to_be_hidden()
    for words in ("Green.", "rating"):
        await expect(page.get_by_text(words)).to_be_visible()
    assert await _colour(page, "html", "backgroundColor") == "rgb(255, 255, 255)"
    assert await _colour(page, ".prose", "color") == "rgb(0, 0, 0)"
    code = page.locator(".prose pre")
    assert await code.evaluate("(box) => box.scrollWidth <= box.clientWidth")


async def test_another_theme_is_there_at_once(site: Site) -> None:
    ana, _ = site.make_owner("Ana")
    page = await site.open("/login")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    themes: list[Literal["dark", "light"]] = ["dark", "light", "dark"]
    for theme in themes:
        await page.emulate_media(color_scheme=theme)
        await expect(page.locator("html")).to_have_class(theme)
        assert not await serious(page), theme
    page = await site.open("/account", ana)
    for theme in themes:
        choice = page.get_by_role("main").get_by_role("button", name=theme.title())
        await choice.click()
        await expect(page.locator("html")).to_have_class(theme)
        assert not await serious(page), theme


def _member_menu(page: Page) -> Locator:
    return page.get_by_role("button", name="What to do with Mia")


async def test_keys_go_back_to_what_opened_a_dialog(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    ana.take_in(workspace, site.make_person("Mia"))
    page = await site.open(f"/w/{workspace}/settings/members", ana)
    dialog = page.get_by_role("dialog")

    invite = page.get_by_role("button", name="Invite")
    await invite.focus()
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_label("E-mail")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(invite).to_be_focused()

    await _member_menu(page).focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Remove").press("Enter")
    await dialog.get_by_role("button", name="Cancel").press("Enter")
    await expect(_member_menu(page)).to_be_focused()

    await page.keyboard.press("Control+k")
    await expect(dialog.get_by_role("combobox")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(_member_menu(page)).to_be_focused()


FORMS = {
    "/projects": "New project",
    "/jobs": "Start a run",
    "/jobs/schedules": "Make the first schedule",
    "/tags": "New tag",
    "/settings/members": "Invite",
    "/settings/teams": "Make the first team",
    "/account": "Make the first token",
}


@pytest.mark.parametrize("width", [1280, 390])
async def test_every_form_in_a_dialog_can_be_left_as_it_was(site: Site, width: int) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open("/account", ana, width=width)
    for path, opens in FORMS.items():
        await page.goto(path if path == "/account" else f"/w/{workspace}{path}")
        await page.get_by_role("button", name=opens).first.click()
        dialog = page.get_by_role("dialog")
        leave = dialog.get_by_role("button", name="Cancel")
        send = dialog.locator("button[type=submit]")
        await expect(send).to_be_visible()
        one, other = await leave.bounding_box(), await send.bounding_box()
        assert one, opens
        assert other, opens
        assert (one["y"], one["height"]) == (other["y"], other["height"]), opens
        height = await page.evaluate("innerHeight")
        assert other["y"] + other["height"] <= height, opens
        # Nor do they lie over a field in which somebody writes.
        field = dialog.locator(".input:visible").last
        await field.focus()
        last, other = await field.bounding_box(), await send.bounding_box()
        assert last, opens
        assert other, opens
        assert last["y"] + last["height"] <= other["y"], opens
        await leave.click()
        await expect(dialog).to_have_count(0)


LONG = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk" * 3
CROWDED = {
    "": "Yours next",
    "/activity": "made the task",
    "/projects": "No tasks yet",
    "/tasks": "1 Jan 2020",
    "/settings/teams": "1 person",
    "/templates": "Begin a page",
}


async def test_long_words_push_nothing_off_a_phone(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    query = f"?workspaceId={workspace}"
    runs = Runs(ana, workspace)
    job = runs.start(LONG)
    runs.add(job, "Look for links that lead nowhere", "RUNNING", "FAILED")
    ana.ask("POST", f"/api/projects{query}", name=LONG, color="#b98a3c")
    me = ana.ask("GET", "/api/auth/me")["user"]["id"]
    task = {"title": LONG, "assigneeId": me, "dueDate": "2020-01-01"}
    ana.ask("POST", f"/api/tasks{query}", **task)
    ana.ask("POST", "/api/knowledge/entries", title=LONG, tags=["template"])
    team = ana.ask("POST", f"/api/workspaces/{workspace}/teams", name=LONG)
    ana.ask("PUT", f"/api/workspaces/{workspace}/teams/{team['id']}/members/{me}")

    page = await site.open(f"/w/{workspace}", ana, width=390)
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    for path, landmark in CROWDED.items():
        await page.goto(f"/w/{workspace}{path}")
        await expect(page.get_by_text(landmark).first).to_be_visible()
        assert await page.evaluate(fits), path
    # A name keeps room beside how it ended.
    await page.goto(f"/w/{workspace}/jobs/{job}")
    name = await page.get_by_text("Look for links that lead nowhere").bounding_box()
    assert name
    assert name["width"] > 120


async def test_properties_before_a_text_are_no_heading(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    text = "---\nrating: 5\nauthor: Jane\n---\nA page\n===\n\nText."
    made = ana.ask("POST", "/api/knowledge/entries", title="Ferns", content=text)
    page = await site.open(f"/w/{workspace}/knowledge/{made['slug']}/edit", ana)
    lines = page.locator(".cm-line")
    await expect(lines.first).to_have_text("---")
    for place, weight in ((1, "400"), (2, "400"), (4, "650")):
        inner = lines.nth(place).locator("span").first
        await expect(inner if await inner.count() else lines.nth(place)).to_have_css(
            "font-weight", weight
        )


async def test_the_frame_says_in_which_section_one_is(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    page = await site.open(f"/w/{workspace}", ana)
    sidebar = page.get_by_label("Mosaic", exact=True)
    for path, section in {
        "": "Today",
        "/tags": "Knowledge",
        "/links?kind=alike": "Knowledge",
        "/search?q=fern": "Knowledge",
        "/settings/teams": "Members",
        "/tasks": "Tasks",
    }.items():
        await page.goto(f"/w/{workspace}{path}")
        await expect(sidebar.locator("[aria-current=page]")).to_have_text(re.compile(section))
