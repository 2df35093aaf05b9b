"""A time line, as people use it: by mouse, by keys, beside a baseline, and two of them at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.axe import serious
from tests.e2e.site import Person, Site

DAY = 30  # pixels of a day, seen in days
EVERY_DAY = {"workingDays": [1, 2, 3, 4, 5, 6, 7]}
CHAIN = {"Dig": (1, 2), "Sow": (3, 3), "Reap": (6, 7)}


def _on(day: int) -> date:
    return date.today() + timedelta(day)


def _words(first: int, last: int) -> str:
    """Days as the page says them, without a year."""
    start, end = _on(first), _on(last)
    if start == end:
        return f"{end.day} {end:%b}"
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%b}"
    return f"{start.day} {start:%b}"


def _garden(person: Person, workspace: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Make a project in which sowing waits for digging, and reaping for sowing."""
    query = f"?workspaceId={workspace}"
    made = person.ask("POST", f"/api/projects{query}", name="Garden", calendar=EVERY_DAY)
    ids: dict[str, str] = {}
    for title, (first, last) in CHAIN.items():
        dates = {"startDate": f"{_on(first)}", "dueDate": f"{_on(last)}"}
        body = {"title": title, "projectId": made["id"], **dates}
        ids[title] = person.ask("POST", f"/api/tasks{query}", **body)["id"]
    for one, other in (("Sow", "Dig"), ("Reap", "Sow")):
        path = f"/api/tasks/{ids[one]}/dependencies{query}"
        person.ask("POST", path, dependsOnId=ids[other], lagDays=2 if one == "Reap" else 0)
    return made, ids


async def _open(site: Site, workspace: str, person: Person, more: str = "", **how: Any) -> Page:
    page = await site.open(f"/w/{workspace}/projects/garden/timeline{more}", person, **how)
    await expect(page.locator(".gantt-plot[data-drawn]")).to_be_attached()
    return page


def _row(page: Page, title: str) -> Locator:
    return page.locator(".gantt-row").filter(has_text=title)


async def _plan(page: Page, **days: tuple[int, int]) -> None:
    """Wait until the page shows that tasks lie on these days."""
    for title, (first, last) in days.items():
        await expect(_row(page, title).locator(".gantt-facts")).to_contain_text(_words(first, last))


async def _drag(page: Page, title: str, day: float, by: float) -> None:
    """Drag the bar of a task from one of its days, as a hand does."""
    now = await page.locator(".gantt-now").bounding_box()
    row = await _row(page, title).bounding_box()
    assert now
    assert row
    x, y = now["x"] + now["width"] / 2 + day * DAY, row["y"] + row["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + by * DAY, y, steps=6)
    await page.mouse.up()


def _panel(page: Page) -> Locator:
    return page.locator(".gantt-panel")


async def test_what_waits_for_a_bar_follows_it(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    ben = site.make_person("Ben")
    ana.take_in(workspace, ben)
    _garden(ana, workspace)
    page = await _open(site, workspace, ana, "?zoom=days")
    other = await _open(site, workspace, ben, "?zoom=days")
    for one in (page, other):
        await _plan(one, **CHAIN)
    await expect(_row(page, "Reap")).to_contain_text("no flexibility")

    # Dragged by two days: nothing is changed before what would follow is applied.
    await _drag(page, "Dig", 1, 2)
    panel = _panel(page)
    await expect(panel).to_contain_text("These move along:")
    await expect(panel.locator(".gantt-moves li")).to_have_count(2)
    await expect(panel).to_contain_text("starts 2 days after Sow is finished")
    for one in (page, other):
        await _plan(one, **CHAIN)
    await panel.get_by_role("button", name="Apply").click()
    for one in (page, other):
        await _plan(one, Dig=(3, 4), Sow=(5, 5), Reap=(8, 9))
    await page.get_by_role("button", name="Undo").click()
    for one in (page, other):
        await _plan(one, **CHAIN)
    await expect(page.get_by_text("Taken back.")).to_be_visible()

    # Made longer at its end, then left as it was.
    await _drag(page, "Dig", 2.4, 1)
    await expect(panel).to_contain_text(f"→ {_words(1, 3)}")
    await panel.get_by_role("button", name="Leave it").click()
    await expect(panel).not_to_contain_text("→")
    await _plan(page, **CHAIN)

    # By keys, in the other browser.
    title = _row(other, "Sow").get_by_role("link")
    await title.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight"):
        await other.keyboard.press(key)
    await expect(_panel(other)).to_contain_text("This moves along:")
    await expect(other.get_by_role("status").last).to_contain_text(f"Sow: {_words(5, 6)}")
    await expect(_panel(other).get_by_role("button", name="Apply")).to_be_enabled()
    await other.keyboard.press("Enter")
    for one in (page, other):
        await _plan(one, Dig=(1, 2), Sow=(5, 6), Reap=(9, 10))
    await expect(title).to_be_focused()
    await other.keyboard.press("ArrowDown")
    await expect(_row(other, "Reap").get_by_role("link")).to_be_focused()
    await page.reload()
    await _plan(page, Dig=(1, 2), Sow=(5, 6), Reap=(9, 10))
    await expect(page.get_by_role("button", name="Days")).to_have_attribute("aria-pressed", "true")


async def test_dependencies_baselines_and_groups(site: Site) -> None:
    ana, workspace = site.make_owner("Ana")
    gil = site.make_person("Gil")
    ana.take_in(workspace, gil, "GUEST")
    made, ids = _garden(ana, workspace)
    query = f"?workspaceId={workspace}"
    ana.ask("PATCH", f"/api/tasks/{ids['Sow']}{query}", parentId=ids["Dig"])
    page = await _open(site, workspace, ana, "?zoom=days")

    # The dates can be typed, too, and a task can move alone.
    await _row(page, "Dig").get_by_role("link").focus()
    await page.keyboard.press("Space")
    panel = _panel(page)
    await panel.get_by_label("Target date").fill(f"{_on(4)}")
    await expect(panel).to_contain_text("These move along:")
    await panel.get_by_label("What waits for it moves along").uncheck()
    await expect(panel).to_contain_text("These would not hold then:")
    await panel.get_by_role("button", name="Leave it").click()

    # A circle is named; what is added and removed is drawn.
    await panel.get_by_label("A task that Dig waits for").fill("Reap")
    await panel.get_by_role("button", name="Add").click()
    await expect(panel.get_by_role("alert")).to_contain_text("#1 Dig")
    await page.keyboard.press("Escape")
    await _row(page, "Reap").get_by_role("link").focus()
    await page.keyboard.press("Space")
    await panel.get_by_role("button", name="Remove").click()
    await expect(panel).to_contain_text("Nothing.")
    await panel.get_by_role("button", name="Undo").click()
    await expect(panel).to_contain_text("Starts 2 days after Sow is finished")
    await panel.get_by_role("button", name="Remove").click()
    await expect(panel).to_contain_text("Nothing.")
    await panel.get_by_label("A task that Reap waits for").fill("#1 Dig")
    await panel.get_by_label("How it waits").select_option("SS")
    await panel.get_by_label("days later").fill("3")
    await panel.get_by_role("button", name="Add").click()
    await expect(panel).to_contain_text("Starts 3 days after Dig has started")

    # A baseline is kept and stands in the address, and so does what is folded.
    await page.get_by_role("button", name="Keep a baseline").click()
    await page.get_by_label("Name of the baseline").fill("First plan")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Baseline", exact=True).locator("option:checked")).to_have_text(
        "First plan"
    )
    above, below = [
        await _row(page, title).locator(".gantt-name").bounding_box() for title in ("Dig", "Sow")
    ]
    assert above
    assert below
    assert above["x"] < below["x"]
    await page.get_by_role("button", name="Dig, 1").click()
    await expect(_row(page, "Sow")).to_have_count(0)
    await page.get_by_role("button", name="Months").click()
    await page.reload()
    await expect(page.get_by_label("Baseline", exact=True).locator("option:checked")).to_have_text(
        "First plan"
    )
    await expect(_row(page, "Sow")).to_have_count(0)
    await expect(page.get_by_role("button", name="Months")).to_have_attribute(
        "aria-pressed", "true"
    )
    await page.get_by_label("Groups").select_option("column")
    await expect(_row(page, "To do")).to_contain_text("3")
    await _row(page, "Sow").get_by_role("link").click()
    await expect(page.get_by_role("complementary", name="Task")).to_contain_text("Sow")

    # Who only reads sees all of it, and moves nothing.
    page = await _open(site, workspace, gil, "?zoom=days")
    await _drag(page, "Reap", 6, 3)
    await expect(_panel(page)).to_contain_text("Starts 3 days after Dig has started")
    await expect(page.get_by_role("button", name="Apply")).to_have_count(0)
    await expect(page.get_by_label("Target date")).to_have_count(0)
    await _plan(page, Reap=CHAIN["Reap"])
    kept = ana.ask("GET", f"/api/projects/{made['id']}/gantt{query}")["tasks"]
    assert {one["start"] for one in kept} == {f"{_on(first)}" for first, _ in CHAIN.values()}


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
async def test_the_time_line_is_accessible(site: Site, width: int, theme: str) -> None:
    ana, workspace = site.make_owner("Ana")
    made, ids = _garden(ana, workspace)
    query = f"?workspaceId={workspace}"
    for title, day in (
        ("A word that is very long " * 8, "0001-01-01"),
        ("😀" * 100, "9999-12-31"),
        ("<script>", None),
    ):
        body = {"title": title, "projectId": made["id"], "dueDate": day}
        ana.ask("POST", f"/api/tasks{query}", **body)
    ana.ask("PATCH", f"/api/tasks/{ids['Reap']}{query}", milestone=True, progress=50)
    page = await _open(site, workspace, ana, width=width, theme=theme)
    await expect(page.locator(".gantt-row")).to_have_count(6)
    assert await serious(page) == []
    await _row(page, "Sow").get_by_role("link").focus()
    await page.keyboard.press("ArrowRight")
    await expect(_panel(page)).to_contain_text("→")
    assert await serious(page) == []
    wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert await page.evaluate(wide)
