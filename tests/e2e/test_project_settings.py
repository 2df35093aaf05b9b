"""A project's settings: changed by two people at once, put away, brought back, removed."""

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.axe import serious
from tests.e2e.site import Person, Site, expect_said


def _garden(person: Person, workspace: str, **values: Any) -> dict[str, Any]:
    path = f"/api/projects?workspaceId={workspace}"
    made: dict[str, Any] = person.ask("POST", path, name="Garden", **values)
    return made


async def _open(site: Site, workspace: str, person: Person, **how: Any) -> Page:
    page = await site.open(f"/w/{workspace}/projects/garden/settings", person, **how)
    await expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()
    return page


async def _save(page: Page) -> None:
    await page.get_by_role("button", name="Save", exact=True).click()


async def test_a_project_gets_another_name_and_address(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    ben = site.make_person("Ben")
    ana.take_in(workspace, ben)
    _garden(ana, workspace)
    _garden(ana, workspace)
    hers, his = await _open(site, workspace, ana), await _open(site, workspace, ben)
    await his.get_by_label("Planned for").fill("2031-05-01")

    # An address that does not fit is said at its field, and nothing typed is lost.
    await hers.get_by_label("Name", exact=True).fill("Our garden")
    await hers.get_by_label("Address").fill("garden-2")
    await _save(hers)
    await expect_said(hers.get_by_label("Address"), "taken by another project")
    await hers.get_by_label("Address").fill("a/b")
    await _save(hers)
    await expect_said(hers.get_by_label("Address"), "another form than expected")
    await expect(hers.get_by_label("Name", exact=True)).to_have_value("Our garden")
    await hers.get_by_label("From").fill("2032-01-01")
    await hers.get_by_label("Planned for").fill("2031-01-01")
    await hers.get_by_label("Address").fill("our-garden")
    await _save(hers)
    await expect_said(hers.get_by_label("Planned for"), "ends before it starts")
    await hers.get_by_label("Planned for").fill("")
    await hers.get_by_label("Status").select_option("ON_HOLD")
    await hers.get_by_label("Sage").check()
    await hers.get_by_role("textbox", name="Description").fill("All of **it**.")
    await _save(hers)

    # Both are at the new address; what he has typed is still there.
    for page in (hers, his):
        await expect(page).to_have_url(f"{site.url}/w/{workspace}/projects/our-garden/settings")
        await expect(page.get_by_role("heading", name="Our garden", level=1)).to_be_visible()
        await expect(page.get_by_label("Name", exact=True)).to_have_value("Our garden")
        await expect(page.get_by_label("Status")).to_have_value("ON_HOLD")
        await expect(page.get_by_label("Sage")).to_be_checked()
        await expect(page.get_by_role("textbox", name="Description")).to_have_text("All of **it**.")
    await expect(his.get_by_label("From")).to_have_value("2032-01-01")
    await expect(his.get_by_label("Planned for")).to_have_value("2031-05-01")
    await his.get_by_label("Planned for").fill("2033-05-01")
    await _save(his)
    await expect(hers.get_by_label("Planned for")).to_have_value("2033-05-01")
    await hers.reload()
    await expect(hers.get_by_label("Planned for")).to_have_value("2033-05-01")
    await expect(hers.get_by_label("Status")).to_have_value("ON_HOLD")
    await hers.get_by_role("link", name="Overview").click()
    await expect(hers.get_by_text("All of it.")).to_be_visible()


async def test_what_was_typed_survives_what_somebody_else_saves(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    ben = site.make_person("Ben")
    ana.take_in(workspace, ben)
    text = "One\n\nTwo\n\nThree\n"
    made = _garden(ana, workspace, description=text)
    place = f"/api/projects/{made['id']}?workspaceId={workspace}"
    page = await _open(site, workspace, ana)
    name, written = page.get_by_label("Name", exact=True), page.locator(".cm-content")
    await name.fill("Mine")
    await page.get_by_label("From").fill("2031-05-01")
    await written.press("Control+Home")
    await page.keyboard.type("My ")

    # Both changed the name and the text, he the status, too: that one is just shown.
    theirs = text.replace("Three", "Drei")
    ben.ask("PATCH", place, name="His", description=theirs, status="ON_HOLD")
    await expect(page.get_by_label("Status")).to_have_value("ON_HOLD")
    await expect(page.locator("#name-hint")).to_contain_text("Ben changed this meanwhile to His")
    await expect(page.locator("#description-hint")).to_contain_text("Ben changed this meanwhile.")
    ana.ask("PATCH", place, endDate="2032-01-01")
    await expect(page.get_by_label("Planned for")).to_have_value("2032-01-01")
    await expect(page.locator("#name-hint")).to_contain_text("Ben changed this meanwhile to His")
    await _save(page)
    await expect(page.get_by_text("Nothing was overwritten.")).to_be_visible()
    await expect(name).to_have_value("Mine")
    await expect(page.get_by_label("From")).to_have_value("2031-05-01")
    await page.locator("#name-hint").get_by_role("button", name="Keep mine").click()
    await expect(page.locator("#name-hint")).to_be_empty()
    await _save(page)
    await expect(page.get_by_role("heading", name="Mine", level=1)).to_be_visible()
    await expect(written).to_contain_text("Drei")
    await expect(page.get_by_role("button", name="Keep mine")).to_have_count(0)
    kept = ana.ask("GET", place)
    assert kept["description"] == "My " + theirs
    assert (kept["name"], kept["startDate"], kept["status"]) == ("Mine", "2031-05-01", "ON_HOLD")

    # Or theirs is taken.
    await name.fill("Again mine")
    ben.ask("PATCH", place, name="Again his")
    await page.locator("#name-hint").get_by_role("button", name="Take theirs").click()
    await expect(name).to_have_value("Again his")
    await _save(page)
    await expect(page.get_by_text("Everything is saved already.")).to_be_visible()

    # What is typed and not saved is there again in another tab.
    await page.get_by_label("From").fill("2032-01-01")
    await page.goto(f"/w/{workspace}/projects")
    await page.goto(f"/w/{workspace}/projects/garden/settings")
    await expect(page.get_by_label("From")).to_have_value("2032-01-01")
    await expect(page.get_by_text("What you typed before is here again.")).to_be_visible()


async def test_days_without_work_are_seen_on_the_time_line(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    ben = site.make_person("Ben")
    ana.take_in(workspace, ben)
    made = _garden(ana, workspace, calendar={"workingDays": [1, 2, 3, 4, 5, 6, 7]})
    free = date.today() + timedelta(3)
    body = {"title": "Dig", "projectId": made["id"], "dueDate": f"{free + timedelta(4)}"}
    ana.ask("POST", f"/api/tasks?workspaceId={workspace}", **body)
    line = await site.open(f"/w/{workspace}/projects/garden/timeline?zoom=days", ben)
    await expect(line.locator(".gantt-plot[data-drawn]")).to_be_attached()
    await expect(line.locator(".gantt-line[data-off]")).to_have_count(0)

    page = await _open(site, workspace, ana)
    days = page.get_by_role("region", name="Days of work")
    await days.get_by_role("button", name="Add", exact=True).click()
    await expect_said(days.get_by_label("Another day without work"), "A date such as")
    await days.get_by_label("Another day without work").fill(f"{free}")
    await days.get_by_role("button", name="Add", exact=True).click()
    said = f"{free:%a} {free.day} {free:%b} {free.year}"
    await expect(days.get_by_text(said)).to_be_visible()
    await expect(days.get_by_label("Another day without work")).to_have_value("")
    await expect(line.locator(".gantt-line[data-off]")).to_have_count(1)
    await days.get_by_role("button", name=f"Take off {said}").click()
    await expect(days.get_by_text("None to come.")).to_be_visible()
    await expect(line.locator(".gantt-line[data-off]")).to_have_count(0)

    # A week has a day of work at least.
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    for name in names[:-1]:
        await days.get_by_role("button", name=name, exact=True).click()
        await expect(days.get_by_role("button", name=name, exact=True)).to_have_attribute(
            "aria-pressed", "false"
        )
    await days.get_by_role("button", name="Sunday").click()
    await expect(days.get_by_text("A week has at least one day of work.")).to_be_visible()
    await expect(days.get_by_role("button", name="Sunday")).to_have_attribute(
        "aria-pressed", "true"
    )


async def test_a_page_of_the_wiki_tells_of_a_project(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    for title in ("Garden tools", "Kitchen"):
        ana.ask("POST", f"/api/knowledge/entries?workspaceId={workspace}", title=title)
    _garden(ana, workspace)
    page, other = await _open(site, workspace, ana), await _open(site, workspace, ana)
    await page.get_by_label("Find a page").fill("nothing like this")
    await expect(page.get_by_text("No page says this in its title.")).to_be_visible()
    await page.get_by_label("Find a page").fill("too")
    await page.get_by_role("button", name="Garden tools").click()
    await expect(page.get_by_role("button", name="Take off Garden tools")).to_be_visible()
    await other.get_by_role("button", name="Take off Garden tools").click()
    await page.get_by_label("Find a page").fill("kit")
    await page.get_by_label("Find a page").press("Enter")
    await expect(other.get_by_role("link", name="Kitchen")).to_be_visible()
    await page.get_by_role("link", name="Overview").click()
    await page.get_by_role("link", name="Kitchen").click()
    await expect(page).to_have_url(f"{site.url}/w/{workspace}/knowledge/kitchen")


async def test_a_project_is_archived_brought_back_and_removed(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    mia = site.make_person("Mia")
    ana.take_in(workspace, mia)
    made = _garden(ana, workspace, status="PLANNING")
    for title in ("Dig", "Sow"):
        body = {"title": title, "projectId": made["id"]}
        ana.ask("POST", f"/api/tasks?workspaceId={workspace}", **body)
    hers, page = await _open(site, workspace, mia), await _open(site, workspace, ana)
    await expect(hers.get_by_role("button", name="Remove for good")).to_have_count(0)
    await page.get_by_role("button", name="Archive the project").click()
    for one in (page, hers):
        await expect(one.get_by_text("This project is archived.")).to_be_visible()
        await expect(one.get_by_label("Status")).to_have_value("ARCHIVED")
    await page.get_by_role("button", name="Undo").click()
    await expect(hers.get_by_text("This project is archived.")).to_have_count(0)
    await expect(hers.get_by_label("Status")).to_have_value("PLANNING")

    await hers.get_by_role("button", name="More of this project").click()
    await hers.get_by_role("menuitem", name="Archive").click()
    await expect(page.get_by_text("This project is archived.")).to_be_visible()
    await page.get_by_role("button", name="More of this project").click()
    await page.get_by_role("menuitem", name="Bring it back").click()
    await expect(hers.get_by_label("Status")).to_have_value("ACTIVE")

    await page.get_by_role("button", name="Remove for good").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Its 2 tasks stay")
    await page.get_by_role("dialog").get_by_role("button", name="Remove for good").click()
    await expect(page).to_have_url(f"{site.url}/w/{workspace}/projects")
    await expect(hers.get_by_text("There is no such project here.")).to_be_visible()
    left = ana.ask("GET", f"/api/tasks?workspaceId={workspace}")["data"]
    assert {(one["title"], one["projectId"]) for one in left} == {("Dig", None), ("Sow", None)}


async def test_who_works_on_it_stands_on_the_overview(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    gil = site.make_person("Gil")
    ana.take_in(workspace, gil, "GUEST")
    made = _garden(ana, workspace, endDate="2031-05-01")
    me = ana.ask("GET", "/api/auth/me")["user"]["id"]
    for title, who in (("Dig", me), ("Sow", me), ("Reap", None)):
        body = {"title": title, "projectId": made["id"], "assigneeId": who}
        ana.ask("POST", f"/api/tasks?workspaceId={workspace}", **body)
    page = await site.open(f"/w/{workspace}/projects/garden", gil)
    people = page.get_by_role("region", name="People")
    await expect(people.get_by_role("link", name="Ana")).to_contain_text("2 open")
    await people.get_by_role("link", name="Nobody").click()
    await expect(page.get_by_role("heading", name="Tasks", level=1)).to_be_visible()
    await expect(page.get_by_role("link", name="Reap")).to_be_visible()
    await expect(page.get_by_role("link", name="Dig")).to_have_count(0)
    await page.go_back()
    await people.get_by_role("link", name="Ana").click()
    await expect(page.get_by_role("heading", name="Tasks", level=1)).to_be_visible()
    await expect(page.get_by_role("link", name="Dig")).to_be_visible()
    await expect(page.get_by_role("link", name="Reap")).to_have_count(0)

    # What is put off comes next some time, but is not completed.
    away = {"shownFrom": f"{date.today() + timedelta(9)}"}
    ids = [one["id"] for one in ana.ask("GET", f"/api/tasks?workspaceId={workspace}")["data"]]
    ana.ask("POST", f"/api/tasks/bulk?workspaceId={workspace}", ids=ids, changes=away)
    await page.goto(f"/w/{workspace}/projects/garden")
    coming = page.get_by_role("region", name="What comes next")
    await expect(coming).to_contain_text("What is open is put off until later.")

    # Who only reads sees what is set, and nothing to change it with.
    await page.goto(f"/w/{workspace}/projects/garden/settings")
    week = page.get_by_text("Monday, Tuesday, Wednesday, Thursday and Friday")
    await expect(week).to_be_visible()
    await expect(page.get_by_role("main").get_by_text("1 May 2031", exact=True)).to_be_visible()
    await expect(page.get_by_role("main").get_by_role("textbox")).to_have_count(0)


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
async def test_the_settings_are_accessible_and_fit(site: Site, width: int, theme: str) -> None:
    ana, workspace = site.make_owner("Ana")
    page_of = {"title": "A word that is very long " * 7}
    entry = ana.ask("POST", f"/api/knowledge/entries?workspaceId={workspace}", **page_of)
    holidays = [f"{date.today() + timedelta(day)}" for day in range(-3, 12)]
    calendar = {"workingDays": [1, 6], "holidays": holidays}
    made = _garden(ana, workspace, entryId=entry["id"], calendar=calendar, color="#123456")
    page = await _open(site, workspace, ana, width=width, theme=theme)
    await page.get_by_label("Name", exact=True).fill("Mine")
    place = f"/api/projects/{made['id']}?workspaceId={workspace}"
    ana.ask("PATCH", place, name="Donaudampfschifffahrt" * 9)
    await expect(page.get_by_role("button", name="Keep mine")).to_be_visible()
    assert await serious(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.get_by_role("button", name="Remove for good").click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await serious(page) == []
